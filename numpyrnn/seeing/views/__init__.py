"""Views of a trace: text, notebook, paper, a page for the browser, and the terminal.

Read text.py first, the shortest way from a record to something to look at.

    text.py              plain text in 80 columns
    tables.py            the pieces of HTML that notebook.py and paper.py share
    notebook.py          the current event, in a notebook
    paper.py             every step, on pages made for printing
    document.py          the trace as JSON
    page.py and player/  that JSON in one HTML page, with the script that steps through it
    terminal/            stepping through in a terminal

A view takes a Record (tracing/record.py); a Trace is one.
"""
