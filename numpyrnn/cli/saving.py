"""What a command says when Ctrl-C ends it: where the finished part of the work is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from numpyrnn.text import visible


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
