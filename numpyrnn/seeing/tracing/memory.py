"""What every known array holds, and which event its numbers came from.

Arrays are known by the place of their numbers in memory, so that a view made twice is one quantity,
and a write through one name is seen under every other.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from numpyrnn.seeing.tracing.event import Constant, Event
from numpyrnn.seeing.tracing.lines import Statement

Origin = Event | Constant
Key = tuple[int, tuple[int, ...], tuple[int, ...], str]


class Region:
    """A piece of an array: its event or constant, and the number of the line that changed it last.

    waiting: it was changed piece by piece, and gets an event when it is next read as a whole.
    """

    def __init__(self, key: Key, name: str, origin: Origin | None):
        self.key, self.name, self.origin = key, name, origin
        self.changed_at = -1
        self.waiting = False
        self.constant = False                   # it was there before the first line
        self.line: Statement | None = None      # of a waiting one: what changed it last


class Block:
    """An array that owns its numbers, what they were when last looked at, and its known pieces."""

    def __init__(self, owner: np.ndarray):
        self.owner = owner
        self.bytes = owner.tobytes("A")
        self.regions: dict[Key, Region] = {}

    def is_changed(self) -> bool:
        if self.owner.flags.c_contiguous and self.owner.size and self.owner.ndim:
            return bool(memoryview(self.owner).cast("B") != self.bytes)
        return self.owner.tobytes("A") != self.bytes

    def before(self, key: Key) -> np.ndarray | None:
        """The numbers of a piece as they were when last looked at."""
        address, shape, strides, dtype = key
        start = address - self.owner.__array_interface__["data"][0]
        flat = self.owner.flags.c_contiguous or self.owner.flags.f_contiguous
        if not flat or not self.owner.size:
            return None
        return np.ndarray(shape, dtype, self.bytes, start, strides)

    def now(self, key: Key) -> np.ndarray | None:
        """The numbers of a piece as they are."""
        address, shape, strides, dtype = key
        start = address - self.owner.__array_interface__["data"][0]
        flat = self.owner.flags.c_contiguous or self.owner.flags.f_contiguous
        if not flat or not self.owner.size:
            return None
        bare = self.owner.view(np.ndarray)
        return np.ndarray(shape, dtype, memoryview(bare.reshape(-1, order="A")), start, strides)


class Memory:
    """The arrays of a trace. `line` counts the lines that ran; `sync` looks for changes."""

    def __init__(self) -> None:
        self.blocks: dict[int, Block] = {}
        self.line = 0
        self._dirty: list[Block] = []

    def get(self, array: Any) -> Region | None:
        """The known piece that is just this array."""
        if not is_known_kind(array):
            return None
        block = self.blocks.get(id(owner_of(array)))
        return block.regions.get(key_of(array)) if block else None

    def put(self, array: Any, name: str, origin: Origin | None) -> Region | None:
        """From now on this array is that event, or that constant; None: known, but no event yet."""
        if not is_known_kind(array):
            return None
        owner = owner_of(array)
        block = self.blocks.get(id(owner))
        if block is None:
            block = self.blocks[id(owner)] = Block(owner)
        key = key_of(array)
        region = block.regions.get(key)
        if region is None:
            region = block.regions[key] = Region(key, name, origin)
        else:
            region.origin = origin
            region.name = name
        region.waiting = False
        return region

    def before(self, array: np.ndarray) -> np.ndarray:
        """The numbers of an array at the last look: before the line that has just run."""
        block = self.blocks.get(id(owner_of(array)))
        if block is None:
            return array
        old = block.before(key_of(array))
        return array if old is None else old

    def put_region(self, region: Region, name: str, origin: Origin) -> None:
        region.name, region.origin, region.waiting = name, origin, False

    def value(self, region: Region) -> np.ndarray | None:
        """The numbers of a known piece as they are."""
        block = self._block(region)
        return block.now(region.key) if block else None

    def before_region(self, region: Region) -> np.ndarray | None:
        block = self._block(region)
        return block.before(region.key) if block else None

    def pieces(self, region: Region) -> list[Event]:
        """The events of the pieces of an array that was written piece by piece."""
        block = self._block(region)
        inside = [r for r in block.regions.values() if r is not region] if block else []
        return [r.origin for r in inside if isinstance(r.origin, Event) and not r.waiting]

    def _block(self, region: Region) -> Block | None:
        return next((b for b in self.blocks.values() if b.regions.get(region.key) is region), None)

    def sync(self) -> list[Region]:
        """The pieces that have changed since the last call; arrays that nobody else has are left.

        Their origins stay until somebody puts new ones.
        """
        self.line += 1
        changed: list[Region] = []
        for block in list(self.blocks.values()):
            # This list, the dict, the loop variable's attribute and the argument: only ours.
            if sys.getrefcount(block.owner) <= 2:
                del self.blocks[id(block.owner)]
                continue
            if block.is_changed():
                self._dirty.append(block)
                changed += self._changed(block)
        return changed

    def accept(self) -> None:
        """What is there now is what was there before the next line."""
        for block in self._dirty:
            block.bytes = block.owner.tobytes("A")
        self._dirty.clear()

    def _changed(self, block: Block) -> Iterator[Region]:
        for key, region in block.regions.items():
            old, new = block.before(key), block.now(key)
            if old is None or new is None or old.tobytes() != new.tobytes():
                region.changed_at = self.line
                yield region


def is_known_kind(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "biuf"


def owner_of(array: np.ndarray) -> np.ndarray:
    """The array that owns the numbers of a view."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def key_of(array: np.ndarray) -> Key:
    address = array.__array_interface__["data"][0]
    return address, array.shape, array.strides, array.dtype.str
