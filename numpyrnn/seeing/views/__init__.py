"""Views of a trace: text, tables, notebook, paper, and the page of the browser."""
