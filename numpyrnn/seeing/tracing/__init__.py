"""Every step of a cell by hand: its own lines, run one at a time, with all that they compute.

lines.py reads a cell's source, call.py and run.py execute it line by line, formula*.py turn a line
into mathematics and fill in the numbers; trace.py is what a user holds. The views are text.py,
tables.py, notebook.py, paper.py and document.py (for the browser); compare.py puts two traces side
by side.
"""
