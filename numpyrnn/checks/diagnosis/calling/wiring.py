"""Where each of our numbers stands in their arrays, and so the way back.

`place` puts our arrays into theirs. Put numbers of places (1, 2, 3, …) through it, and it tells
where each of our numbers has gone, and with which sign: no layout needs an inverse of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

Arrays = dict[str, np.ndarray]


class Wiring:
    """The places of our inputs ("x", "h0", "c0", "W_xh", …) among their arguments."""

    def __init__(self, place: Callable[[Mapping[str, np.ndarray]], Arrays], ours: Arrays):
        self.shapes = {name: array.shape for name, array in ours.items()}
        self._tags: dict[str, Arrays] = {}
        for name, array in ours.items():
            zeros: Arrays = {n: np.zeros(shape) for n, shape in self.shapes.items()}
            zeros[name] = 1.0 + np.arange(array.size).reshape(array.shape)
            self._tags[name] = place(zeros)

    def ours(self, theirs: Mapping[str, np.ndarray]) -> Arrays:
        """Our gradients out of theirs: those of which every number is there."""
        found = {}
        for name, shape in self.shapes.items():
            flat = np.full(int(np.prod(shape)), np.nan)
            seen, seen_nowhere = np.zeros(flat.size, dtype=bool), np.ones(flat.size, dtype=bool)
            for argument, tags in self._tags[name].items():
                if argument not in theirs:
                    continue
                here = tags != 0
                number = np.abs(tags[here]).astype(int) - 1
                first = ~seen[number]  # of a bias that is there twice, the first
                flat[number[first]] = (theirs[argument][here] * np.sign(tags[here]))[first]
                seen[number] = True
            for tags in self._tags[name].values():
                seen_nowhere[np.abs(tags[tags != 0]).astype(int) - 1] = False
            flat[seen_nowhere], seen = 0.0, seen | seen_nowhere  # a block that the cell lacks
            if seen.all() and not seen_nowhere.all():
                found[name] = flat.reshape(shape)
        return found

    def element(self, argument: str, index: tuple[int, ...]) -> tuple[str, tuple[int, ...]] | None:
        """Our array and index of an element of theirs."""
        for name, shape in self.shapes.items():
            tag = self._tags[name].get(argument)
            if tag is not None and tag.ndim == len(index) and tag[index]:
                number = int(abs(tag[index])) - 1
                return name, tuple(int(i) for i in np.unravel_index(number, shape))
        return None

    def inside(self, argument: str) -> set[str]:
        """The names of our arrays that stand in one of theirs."""
        return {name for name, tags in self._tags.items()
                if argument in tags and np.any(tags[argument])}
