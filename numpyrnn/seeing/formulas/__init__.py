"""The formulas of a trace: read from a line of source, with the numbers filled in."""
