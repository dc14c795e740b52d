"""Experiments as library calls: each yields records of what happens and returns its result."""
