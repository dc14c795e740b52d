"""A character language model of a text, beside the 5-gram that it has to beat."""
