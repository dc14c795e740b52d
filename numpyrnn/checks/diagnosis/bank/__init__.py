"""The bank of bugs: edits of the textbook's source, and the search among them."""
