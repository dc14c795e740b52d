"""Every step of a cell by hand: its own lines, run one at a time, with all that they compute.

Read event.py first: what is recorded. Then, in the order of a trace:

    inputs.py   checks the arguments of `trace`
    lines.py    reads the source of a cell, and runs its statements one at a time
    call.py     one call of `step` or `step_back`: an event for each name that a statement assigns
    run.py      the Tracer: the cell that the layer runs on, which collects these events
    record.py   the events of a whole pass, by place, time step and name
"""
