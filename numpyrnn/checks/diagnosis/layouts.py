"""Between the textbook's arrays and those of whoever wrote the code: layout, gate order, z.

    tensor       column (the textbook)     row
    x, h         (T, D or H, B)            (N, T, D or H)
    one step     (D or H, B)               (N, D or H)
    W_xh, W_hh   (G, H, D or H)            Wx, Wh: (D or H, G·H)
    b_h, b_hn    (G, H, 1), (H, 1)         b, bhn: (G·H,), (H,)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from numpyrnn.checks.diagnosis.bank.textbook import Textbook
from numpyrnn.validation import brief, check_choice

LAYOUTS = ("row", "column")
UPDATES = ("new", "keep")
ROW_NAMES = {"W_xh": "Wx", "W_hh": "Wh", "b_h": "b", "b_hn": "bhn"}


@dataclass(frozen=True)
class Conventions:
    """How the code under judgement writes the same mathematics.

    `gates` is the order of the blocks. `update` says what the GRU's z is the share of: "new" for
    h = (1 - z) h' + z n, "keep" for h = z h' + (1 - z) n (PyTorch, Keras), whose pre-activation
    of z, and so the weights behind it, has the other sign.
    """

    book: Textbook
    layout: str
    gates: str
    update: str = "new"

    @classmethod
    def checked(
        cls, book: Textbook, layout: str, gates: str | None, update: str | None
    ) -> Conventions:
        """Raises ValueError for an unknown layout, gate order or meaning of z."""
        check_choice("layout", layout, LAYOUTS)
        gates = book.gates if gates is None else gates
        if not isinstance(gates, str) or sorted(gates) != sorted(book.gates):
            raise ValueError(
                f"gates: expected the letters {book.gates!r} of the {book.name} in your order, "
                f"got {brief(gates)}; declare each block once"
            )
        update = "new" if update is None else check_choice("update", update, UPDATES)
        if update == "keep" and "z" not in book.gates:
            raise ValueError(
                f"update: expected no such declaration for the {book.name}, which has no update "
                "gate, got 'keep'; leave it out"
            )
        return cls(book, layout, gates, update)

    @property
    def words(self) -> str:
        """The conventions, for a title."""
        parts = [f"{self.layout} layout"]
        if len(self.gates) > 1:
            parts.append(f"gates {self.gates}")
        if "z" in self.gates:
            update = "h = (1 - z) h' + z n" if self.update == "new" else "h = z h' + (1 - z) n"
            parts.append(update)
        return ", ".join(parts)

    def others(self) -> Iterator[Conventions]:
        """The same layout with every other order of gates and meaning of z."""
        for update in UPDATES if "z" in self.gates else UPDATES[:1]:
            for order in permutations(self.gates):
                other = replace(self, gates="".join(order), update=update)
                if other != self:
                    yield other

    def theirs(self, name: str, ours: np.ndarray) -> np.ndarray:
        """One of our arrays as their code has it: a parameter by its name, else x, h, c."""
        array = self._reordered(name, ours, self.book.gates, self.gates)
        if self.layout == "column":
            return array.copy()
        if name in ("W_xh", "W_hh"):
            return array.reshape(-1, array.shape[2]).T.copy()
        if name in ("b_h", "b_hn"):
            return array.ravel().copy()
        return array.T.copy() if array.ndim == 2 else array.transpose(2, 0, 1).copy()

    def ours(self, name: str, theirs: np.ndarray) -> np.ndarray:
        """The way back of `theirs`."""
        array = theirs
        if self.layout == "row":
            if name in ("W_xh", "W_hh"):
                array = theirs.T.reshape(len(self.gates), -1, theirs.shape[0])
            elif name in ("b_h", "b_hn"):
                array = theirs.reshape(*[len(self.gates)] * (name == "b_h"), -1, 1)
            else:
                array = theirs.T if theirs.ndim == 2 else theirs.transpose(1, 2, 0)
        return self._reordered(name, array, self.gates, self.book.gates)

    def _reordered(self, name: str, array: np.ndarray, here: str, there: str) -> np.ndarray:
        """The gates' blocks in the order `there`; z's sign turned if UPDATE is "keep"."""
        if name not in ("W_xh", "W_hh", "b_h"):
            return array
        array = array[[here.index(gate) for gate in there]]
        if self.update == "keep":
            array[there.index("z")] *= -1
        return array

    def block(self, name: str, index: tuple[int, ...], hidden: int) -> str | None:
        """The gate to which an element of their weight gradient belongs."""
        if name not in ("W_xh", "W_hh", "b_h") or len(self.gates) == 1:
            return None
        return self.gates[index[0] if self.layout == "column" else index[-1] // hidden]
