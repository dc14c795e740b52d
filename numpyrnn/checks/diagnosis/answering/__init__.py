"""The forms of an answer: a page of text, a table for a notebook, plain data, and hints."""
