"""Checks of what an experiment is asked to do, before any work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from numpyrnn.answers import keyword_hint
from numpyrnn.validation import brief, nearest


def check_some_of(
    what: str, values: str | Sequence[str] | None, known: Iterable[str], where: str = ""
) -> tuple[str, ...]:
    """Different names out of the known ones; None is all of them, a string is one name.

    Raises ValueError that names the argument; `where` says for what these names are known.
    """
    known = tuple(known)
    names = known if values is None else (values,) if isinstance(values, str) else tuple(values)
    expected = f"{what}: expected some of {', '.join(known)}{where}, got"
    for name in names:
        if name not in known:
            raise ValueError(f"{expected} {brief(name)}{nearest(str(name), known)}")
    if not names:
        raise ValueError(f"{expected} none; name at least one")
    if len(set(names)) < len(names):
        raise ValueError(f"{what}: expected each name once, got {', '.join(names)}")
    return names


def check_options(
    options: Mapping[str, Any], checks: Mapping[str, Callable[[str, Any], Any]]
) -> dict[str, Any]:
    """The options that are not None, each as the function of its name returns it.

    Raises TypeError for a name without a function, and what these functions raise.
    """
    for name in options:
        if name not in checks:
            raise TypeError(f"{name}: no such argument; {keyword_hint(name, list(checks))}")
    return {n: checks[n](n, value) for n, value in options.items() if value is not None}
