"""A trace in a terminal: one line at a time, forward and back."""
