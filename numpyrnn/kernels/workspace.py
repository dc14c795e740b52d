"""Memory and views that a layer uses again in its next call.

Fresh large arrays cost as much as the arithmetic on them, because the operating system has to
hand over every page anew; and building a view costs as much as a small product. So both stay.
"""

from __future__ import annotations

import math
from itertools import accumulate

import numpy as np


class Workspace:
    """Buffers by name, and the layout of the last call."""

    def __init__(self):
        self._buffers, self._key, self._layout = {}, None, None

    def array(self, name, shape, dtype):
        """An array of undefined content, in the memory that the name had before if it fits."""
        size = math.prod(shape)
        buffer = self._buffers.get(name)
        if buffer is None or buffer.dtype != dtype or buffer.size < size:
            buffer = self._buffers[name] = np.empty(size, dtype)
        return buffer[:size].reshape(shape)

    def arrays(self, name, shapes, dtype):
        """Arrays of undefined content, one after the other in the memory of the name."""
        sizes = [math.prod(shape) for shape in shapes]
        memory = self.array(name, (sum(sizes),), dtype)
        return [
            memory[stop - size:stop].reshape(shape)
            for shape, size, stop in zip(shapes, sizes, accumulate(sizes), strict=True)
        ]

    def layout(self, build, counts, dtype, *sizes):
        """build(self, counts, dtype, *sizes), or the last one where all of these are the same."""
        key = (build, tuple(counts), np.dtype(dtype), sizes)
        if key != self._key:
            self._layout, self._key = build(self, counts, dtype, *sizes), key
        return self._layout

    def __reduce__(self):
        return Workspace, ()            # a copy of a layer starts with memory of its own
