"""See it: gradients through time, measured, and every step of a cell by hand."""
