"""The student's forward pass beside the textbook's: the same, a known variant, or another one."""
