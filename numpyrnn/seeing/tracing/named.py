"""The quantities that a value is computed from, each under a name of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import numpy as np

from numpyrnn.seeing.formulas.axes import Labels
from numpyrnn.seeing.tracing.event import Constant, Event


class Named:
    """sources: the quantities by their names, in the order in which they were put."""

    def __init__(self) -> None:
        self.sources: dict[str, Event | Constant] = {}

    def put(self, name: str, origin: Event | Constant) -> tuple[str, np.ndarray]:
        """The name under which a quantity stands here, `name` if no other has it, and its array."""
        for word in self._words(name, origin):
            if self.sources.setdefault(word, origin) is origin:
                return word, origin.value
        raise AssertionError                            # the words never end

    def put_known(self, origin: Event | Constant) -> tuple[str, np.ndarray]:
        """A quantity under the name that it has here already, else under its own."""
        for name, other in self.sources.items():
            if other is origin:
                return name, origin.value
        return self.put(origin.name, origin)

    def axes(self, name: str) -> Labels | None:
        """What the axes of a quantity run over."""
        return self.sources[name].axes

    def _words(self, name: str, origin: Event | Constant) -> Iterator[str]:
        yield name
        if isinstance(origin, Event):
            name = f"{name} of step {origin.t}"
            yield name
        yield from (f"{name}, number {k}" for k in count(2))
