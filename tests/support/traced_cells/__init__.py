"""Recurrent cells in the styles in which people write them, and what a trace has to show of each.

entry.py says what an entry is, watching.py runs one plainly and traced, spy.py is a witness of its
own of which name gets which value.
"""

from support.traced_cells import (
    cells_of_the_field,
    columns,
    control,
    helpers,
    in_place,
    randomness,
    rows,
    sequences,
    shapes,
    state_styles,
    textbook,
    vectors,
)
from support.traced_cells.entry import Entry

MODULES = (columns, rows, vectors, sequences, state_styles, helpers, in_place, shapes, control,
           randomness, cells_of_the_field, textbook)
CELLS: dict[str, Entry] = {entry.name: entry for module in MODULES for entry in module.CELLS}
