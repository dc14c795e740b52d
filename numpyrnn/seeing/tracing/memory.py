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
SWEEP = 16          # lines after which arrays that nobody has are left
HOLDERS = 3         # of an array that nobody else has: our Block, its memoryview, the argument


class Region:
    """A piece of an array: its event or constant, and the number of the line that changed it last.

    waiting: it was changed piece by piece, and gets an event when it is next read as a whole.
    """

    def __init__(self, block: Block, key: Key, name: str, origin: Origin | None):
        self.block, self.key, self.name, self.origin = block, key, name, origin
        self.changed_at = -1
        self.waiting = False
        self.constant = False                   # it was there before the first line
        self.piece = False                      # a line wrote into this part: a[k] = …
        self.line: Statement | None = None      # of a waiting one: what changed it last

    @property
    def before(self) -> np.ndarray | None:
        """Its numbers as they were when last looked at."""
        return self.block.seen(self.key, self.block.bytes)

    @property
    def now(self) -> np.ndarray | None:
        """Its numbers as they are."""
        return self.block.seen(self.key, self.block.memory)

    def pieces(self) -> list[Region]:
        """The pieces of it that got new numbers after it had its event."""
        since = self.origin.index if isinstance(self.origin, Event) else -1
        mine = self.now
        return [r for r in self.block.regions.values()
                if r is not self and isinstance(r.origin, Event) and not r.waiting
                and r.origin.changed and r.origin.index > since and overlap(mine, r.now)]

    def forget(self) -> None:
        self.block.regions.pop(self.key, None)

    def is_covered_by(self, pieces: list[Region]) -> bool:
        """Whether the pieces leave nothing of it as it was."""
        marks = np.zeros(len(self.block.bytes), np.uint8)
        for piece in pieces:
            self._marks(piece.key, marks)[...] = 1
        return bool(self._marks(self.key, marks).all())

    def _marks(self, key: Key, marks: np.ndarray) -> np.ndarray:
        address, shape, strides, _ = key
        return np.ndarray(shape, np.uint8, marks, address - self.block.address, strides)


class Block:
    """An array that owns its numbers, what they were when last looked at, and its known pieces."""

    def __init__(self, owner: np.ndarray):
        self.owner = owner
        self.address = owner.__array_interface__["data"][0]
        self.memory = _memory(owner)
        self.bytes = self.copied()
        self.regions: dict[Key, Region] = {}

    def copied(self) -> bytes:
        return self.owner.tobytes("A") if self.memory is None else bytes(self.memory)

    def is_held(self) -> bool:
        """Whether anybody else has the array."""
        return self.memory is None or sys.getrefcount(self.owner) > HOLDERS

    def is_changed(self) -> bool:
        if self.memory is None:
            return self.owner.tobytes("A") != self.bytes
        return self.memory.tobytes() != self.bytes      # faster than != of a memoryview

    def seen(self, key: Key, numbers: Any) -> np.ndarray | None:
        """A piece of these bytes as an array."""
        if self.memory is None:
            return None
        address, shape, strides, dtype = key
        return np.ndarray(shape, dtype, numbers, address - self.address, strides)


class Memory:
    """The arrays of a trace. `line` counts the lines that ran; `sync` looks for changes."""

    def __init__(self) -> None:
        self.blocks: dict[int, Block] = {}
        self.line = 0
        self._dirty: list[Block] = []
        self._recent: list[Region] = []         # that changed, in their order

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
            region = block.regions[key] = Region(block, key, name, origin)
        region.name, region.origin, region.waiting = name, origin, False
        return region

    def put_region(self, region: Region, name: str, origin: Origin) -> None:
        region.name, region.origin, region.waiting = name, origin, False

    def before(self, array: np.ndarray) -> np.ndarray:
        """The numbers of an array at the last look: before the line that has just run."""
        block = self.blocks.get(id(owner_of(array)))
        old = block.seen(key_of(array), block.bytes) if block else None
        return array if old is None else old

    def sync(self, arrays: list[Any] | None = None) -> list[Region]:
        """The pieces that have changed since the last call, of these arrays or of all.

        Their origins stay until somebody puts new ones.
        """
        self.line += 1
        changed: list[Region] = []
        if not self.line % SWEEP:
            self.blocks = {key: block for key, block in self.blocks.items() if block.is_held()}
        for block in self._of(arrays):
            if block.is_changed() and block.is_held():
                self._dirty.append(block)
                changed += self._changed(block)
        self._recent += changed
        return changed

    def _of(self, arrays: list[Any] | None) -> list[Block]:
        if arrays is None:
            return list(self.blocks.values())
        owners = {id(owner_of(array)) for array in arrays if is_known_kind(array)}
        return [self.blocks[owner] for owner in owners if owner in self.blocks]

    def accept(self) -> None:
        """What is there now is what was there before the next line."""
        for block in self._dirty:
            block.bytes = block.copied()
        self._dirty.clear()

    def changed_since(self, line: int) -> list[Region]:
        """The pieces that lines after this one changed, each once."""
        later = []
        for region in reversed(self._recent):
            if region.changed_at <= line:
                break
            later.append(region)
        return list(dict.fromkeys(reversed(later)))

    def waiting(self) -> list[Region]:
        return [r for block in self.blocks.values() for r in block.regions.values() if r.waiting]

    def _changed(self, block: Block) -> Iterator[Region]:
        for region in list(block.regions.values()):
            old, new = region.before, region.now
            if old is None or new is None or old.tobytes() != new.tobytes():
                region.changed_at = self.line
                yield region


def _memory(owner: np.ndarray) -> Any:
    """The bytes of an array, in whichever order they stand; None where there are gaps."""
    bare = owner.view(np.ndarray)
    flat = bare if bare.flags.c_contiguous else bare.T
    if not flat.flags.c_contiguous or not flat.size:
        return None
    return memoryview(flat.reshape(-1)).cast("B")       # type: ignore[arg-type]


def overlap(a: np.ndarray | None, b: np.ndarray | None) -> bool:
    """Whether two arrays share numbers; True where that is not easy to say."""
    if a is None or b is None:
        return True
    try:
        return bool(np.shares_memory(a, b, max_work=10_000))    # type: ignore[arg-type]
    except Exception:
        return bool(np.may_share_memory(a, b))


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
