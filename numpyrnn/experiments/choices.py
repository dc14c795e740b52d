"""Checks of what an experiment is asked to do, before any work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
