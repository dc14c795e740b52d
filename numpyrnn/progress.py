"""Progress is shown on a terminal and in a notebook, and nowhere else.

    for case in bar(cases, "checking", unit="case"):        a bar, if anybody can see one
    say("epoch 1: loss 0.69")                               a line, in the same place

Progress never stops the work, whatever sys.stderr is: None, a closed file, or an object that has
only `write`.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import warnings
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

BAR = "{desc} {percentage:3.0f}%|{bar:10}|<{remaining}{postfix}"  # < as in tqdm: the time left
COUNT = "{desc}, {unit} {n_fmt} after {elapsed}{postfix}"  # where the number of steps is unknown


def screen() -> Any:
    """Where progress is drawn: a notebook's output or a terminal (stderr), else None."""
    if in_notebook():
        return sys.stdout
    return sys.stderr if is_terminal(sys.stderr) else None


def is_terminal(stream: Any) -> bool:
    """Whether a stream is a terminal; False for None, a closed stream, and one without isatty."""
    try:
        if not stream.isatty():
            return False
        stream.flush()      # tqdm's first step, which must not be the last one of the work
        return True
    except Exception:  # AttributeError, ValueError, or what a class of one's own raises
        return False


def in_notebook() -> bool:
    """Whether this is the kernel of a Jupyter notebook."""
    try:
        return "IPKernelApp" in sys.modules["IPython"].get_ipython().config
    except Exception:  # no IPython, or one that is no kernel
        return False


def bar(
    items: Iterable[Any] | None = None,
    description: str | None = None,
    total: int | None = None,
    *,
    unit: str = "step",
    delay: float = 0,
    show: bool = True,
) -> Any:
    """tqdm's bar around `items`, cleared at the end; drawn on a terminal and in a notebook only,
    and not at all with show=False.

    `total` is their number, where len(items) does not say it; without items call `update`. `delay`
    is the time in seconds after which the bar is first drawn. set_postfix(loss=0.69) writes numbers
    behind it. A line is never wider than the terminal (80 columns, where that is not known).
    """
    stream = screen() if show else None
    if total is None and items is not None:
        with suppress(TypeError):
            total = len(items)  # type: ignore[arg-type]
    tqdm = _tqdm()
    layout = COUNT if total is None else BAR
    size: dict[str, Any]
    if _is_widget(tqdm):  # as wide as it likes
        size = {"bar_format": layout.replace("{bar:10}", "{bar}")}
    else:
        size = {"bar_format": layout, "ncols": _columns(stream)}
    return tqdm(
        items, description, total, leave=False, unit=unit, delay=delay, disable=stream is None,
        file=io.StringIO() if stream is None else stream, **size,
    )


def say(*parts: str) -> None:
    """Print a line where the bar is shown: as many of its parts as fit into the width."""
    stream = screen()
    if stream is None:
        return
    line, width = parts[0], _columns(stream)
    for part in parts[1:]:
        if len(line) + len(part) + 2 <= width:
            line += f"; {part}"
    with suppress(OSError, ValueError):  # the terminal is gone
        print(line[:width], file=stream, flush=True)


def _tqdm() -> Any:
    if not in_notebook():
        from tqdm import tqdm
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # without ipywidgets it is a bar of text
            from tqdm.auto import tqdm
    return tqdm


def _is_widget(tqdm: Any) -> bool:
    return any(kind.__name__ == "tqdm_notebook" for kind in tqdm.__mro__)


def _columns(stream: Any) -> int:
    """The width of a line; in the last column some terminals begin a new one."""
    try:
        columns = os.get_terminal_size(stream.fileno()).columns or 80
    except Exception:  # no terminal, or not one of the operating system
        columns = shutil.get_terminal_size().columns
    return columns - 1
