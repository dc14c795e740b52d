"""One of their weight arrays: which of our blocks stand in it, and how they lie there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

OURS = {"x": "W_xh", "h": "W_hh", "b": "b_h", "n": "b_hn"}


@dataclass(frozen=True)
class Weight:
    """A weight array of the student's.

    `of` says what it multiplies: "x", "h", both in one matrix ("xh" for [x, h], "hx" for [h, x],
    "bxh" for [1, x, h]),
    or which bias it is: "b", "n" (the bias of a reset-after GRU inside the reset, our b_hn), or
    "bn" (a second bias in which the candidate's block is that inner one). `gates` are its blocks
    in order, `units_first` is for (G·H, D) where the usual is (D, G·H), `stacked` for gates on an
    axis of their own. `share` is the part of a bias that this array holds when two are added (of
    the gates `shared`, None: all); their gradients are the same. `line` is a bias's shape: "flat"
    (G·H,), "column" (G·H, 1), "row" (1, G·H).
    """

    name: str
    of: str
    gates: str
    units_first: bool = False
    stacked: bool = False
    line: str = "flat"
    share: float = 1.0
    shared: str | None = None

    @property
    def bias(self) -> bool:
        """Whether it is added and not multiplied."""
        return self.of in ("b", "n", "bn")

    def placed(
        self, ours: Mapping[str, np.ndarray], order: str, *, minus: str = "", values: bool = False
    ) -> np.ndarray:
        """Our blocks as they lie in it. `order` is the order of our gates, `minus` the gate whose
        sign is turned; with `values` a shared bias gets its share, a gradient does not."""
        if self.of == "n":
            block = ours["b_hn"][None]
        elif self.of == "bn":
            block = ours["b_h"][[order.index(g) for g in self.gates]]
            block[self.gates.index("n")] = ours["b_hn"]
        else:
            block = np.concatenate([ours[OURS[source]] for source in self.of], axis=2)
            block = block[[order.index(g) for g in self.gates]]
        if minus and self.of != "n" and minus in self.gates:
            block[self.gates.index(minus)] *= -1
        if values and self.share != 1:
            shared = self.gates if self.shared is None else self.shared
            block[[k for k, g in enumerate(self.gates) if g in shared]] *= self.share
        if self.stacked:
            return block
        flat = block.reshape(-1, block.shape[2])
        if self.bias:
            return {"flat": flat[:, 0], "column": flat, "row": flat.T}[self.line].copy()
        return flat.copy() if self.units_first else flat.T.copy()

    def needs(self) -> set[str]:
        """The names of our parameters that stand in it."""
        return {"b_h", "b_hn"} if self.of == "bn" else {OURS[source] for source in self.of}

    def gate(self, index: tuple[int, ...], hidden: int) -> str | None:
        """The gate to which an element belongs; None if there is only one block."""
        if len(self.gates) == 1:
            return None
        if self.stacked:
            return self.gates[index[0]]
        return self.gates[index[0 if self._units_first else -1] // hidden]

    def block(self, gate: str, hidden: int) -> tuple:
        """The index of a gate's block."""
        at = self.gates.index(gate)
        if self.stacked:
            return (at,)
        span = slice(at * hidden, (at + 1) * hidden)
        return (span,) if self._units_first else (..., span)

    @property
    def _units_first(self) -> bool:
        return self.line == "column" if self.bias else self.units_first


# Where our axes T (time), F (features) and N (sequences) lie in theirs ----------------------------


def laid(array: np.ndarray, axes: str) -> np.ndarray:
    """Ours, (T, F, N) or (F, N), with the axes in the order of `axes`; without N: one sequence."""
    ours = "TFN"[-array.ndim :]
    if array.ndim == 2:
        axes = axes.replace("T", "")
    if "N" not in axes:
        array, ours = array[..., 0], ours[:-1]
    return np.transpose(array, [ours.index(axis) for axis in axes]).copy()
