"""The classic tasks of long memory, by the papers' criteria."""
