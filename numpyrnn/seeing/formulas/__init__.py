"""The formulas of a trace: read from a line of code, with the numbers filled in.

Read tree.py first: what a formula is, and how it is written in symbols. read.py makes one from
Python's syntax tree, filled.py fills in the numbers of one element, digits.py prints numbers.
"""
