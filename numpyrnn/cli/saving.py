"""What a command writes at its end, and what it says of it: also when Ctrl-C ends the work."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from numpyrnn.text import visible

if TYPE_CHECKING:
    from numpyrnn.experiments.files import Figures
    from numpyrnn.running import Result


@contextmanager
def saying_what_is_saved(out: Path, saved: Callable[[], str]) -> Iterator[None]:
    """On Ctrl-C print "kept in OUT: ..." and let the KeyboardInterrupt pass.

    `saved()` says what is in OUT, such as "results.json with gru, lstm"; "" prints nothing.

        with saying_what_is_saved(out, lambda: with_models(done)):
            for record in run:
                ...
    """
    try:
        yield
    except KeyboardInterrupt:
        if words := saved():
            print(f"\nkept in {visible(out)}: {words}")
        raise


def with_models(names: Iterable[str]) -> str:
    """"results.json with gru, lstm", or "" before the first model."""
    listed = ", ".join(names)
    return listed and f"results.json with {listed}"


@contextmanager
def drawn(result: Result, out: Path) -> Iterator[Figures]:
    """Write the figures of a result into `out`; in the context the command says what is written.

    Raises RuntimeError at the end of the context if a figure has failed.
    """
    from numpyrnn.experiments.files import Figures

    figures = Figures(out)
    figures.draw_several(result.figures)
    yield figures
    figures.check()


def print_written(out: Path, figures: Figures, models: Iterable[str]) -> None:
    """The files of a command that trains models, each with a checkpoint of its own."""
    files = ", ".join(["results.json", *figures.written, *(f"{name}.npz" for name in models)])
    print(f"\nwritten to {visible(out)}:")
    print(textwrap.fill(
        files, 100, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    ))
