"""Attention: scores, a context for each query, and a summary of a whole sequence."""
