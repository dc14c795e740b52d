"""The numbers on which a backward pass is judged, drawn so that nothing wrong can look right.

Every parameter is drawn, biases too, every state, and a gradient at every step. The sizes differ
from each other and from the number of gates, so that a shape says what it is. Source: Claerbout
1992 (the adjoint is tested on random vectors) for the idea that drawn numbers miss nothing.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.cells import State
from numpyrnn.checks.diagnosis.bank.textbook import Textbook
from numpyrnn.validation import brief, check_size


class Sizes(NamedTuple):
    """Steps, batch, input features and hidden units."""

    T: int = 5
    B: int = 6
    D: int = 2
    H: int = 7


def check_sizes(value: Any) -> Sizes:
    """`value` as Sizes, large enough for every bug to show."""
    if not isinstance(value, tuple) or len(value) != 4:
        raise TypeError(
            f"sizes: expected four numbers (T, B, D, H), got {brief(value)}; pass (5, 6, 2, 7)"
        )
    T, B, D, H = (
        check_size(f"sizes: {name}", size, minimum)
        for name, size, minimum in zip("TBDH", value, (3, 2, 1, 2), strict=True)
    )
    if D == H:
        raise ValueError(
            f"sizes: expected D and H to differ, got {D} twice; a transposed matrix would fit too"
        )
    return Sizes(T, B, D, H)


class Problem:
    """One pass forward and one back, in columns: x (T, D, B), or (D, B) for a single step.

    `dh` (T, H, B) is the loss's own gradient of each h_t, None for a single step; `dstate` is the
    gradient of the final state.
    """

    def __init__(
        self, book: Textbook, x: np.ndarray, state: Any, params: dict[str, np.ndarray],
        dh: np.ndarray | None, dstate: Any,
    ):
        self.book, self.x, self.state, self.params = book, x, state, params
        self.dh, self.dstate = dh, dstate

    @classmethod
    def draw(
        cls, book: Textbook, sizes: Sizes, *, whole: bool, memory: bool, final: bool, seed: int,
        start: bool = True, bias: bool = True, last: bool = False,
    ) -> Problem:
        """A problem of the given sizes, of any number of steps and any batch from one on.

        `memory`: the LSTM's c0 is drawn, not zero; `final`: the final state has a gradient;
        `start`: the state before step 0 is drawn, not zero; `bias`: so are the biases; `last`: the
        loss sees the last h alone.
        """
        rng = np.random.default_rng([seed, *sizes])
        T, B, D, H = sizes
        G = len(book.gates)
        normal = rng.standard_normal
        params = {
            "W_xh": 0.6 * normal((G, H, D)), "W_hh": 0.45 * normal((G, H, H)),
            "b_h": 0.5 * normal((G, H, 1)), "b_hn": 0.5 * normal((H, 1)),
        }
        params = {name: params[name] for name in book.parameters}
        count = 2 if book.remembers else 1
        x, dh = normal((T, D, B)), normal((T, H, B))
        state = [0.6 * normal((H, B)) for _ in range(count)]
        dstate = [normal((H, B)) for _ in range(count)]
        if whole and not memory:
            state[1:] = [0 * c for c in state[1:]]
        if whole and not final:
            dstate = [0 * s for s in dstate]
        if not start:
            state = [0 * s for s in state]
        if not bias:
            params |= {name: 0 * p for name, p in params.items() if name.startswith("b")}
        if last:
            dh[:-1] = 0
        if not whole:
            return cls(book, x[0], State(*state), params, None, State(*dstate))
        return cls(book, x, State(*state), params, dh, State(*dstate))

    @property
    def whole(self) -> bool:
        """Whether this is a whole sequence and not a single step."""
        return self.dh is not None

    @cached_property
    def forward(self):
        """The textbook's forward pass: h and the caches, or the new state and the cache."""
        if self.whole:
            return self.book.ahead(self.book.cell, self.x, self.state, **self.params)
        return self.book.cell.step(self.x, self.state, **self.params)

    @cached_property
    def right(self) -> dict[str, np.ndarray]:
        """The textbook's gradients by name."""
        return self.backward()

    def backward(self, step_back=None, backward=None):
        """The gradients by name, with another step or another loop in place of the book's."""
        step_back, backward = step_back or self.book.cell.step_back, backward or self.book.back
        _, cache = self.forward
        if self.dh is not None:
            cell = _Cell(step_back)
            results = backward(cell, self.dh.copy(), self.dstate, cache, **self.params)
        else:
            results = step_back(self.dstate, cache, **self.params)
        return named(self.book, *results)

    def last(self, steps: int, memory: bool) -> Problem:
        """The last few steps of the sequence alone, from the state that the others led to."""
        assert self.dh is not None
        first = len(self.x) - steps
        state = self.state
        for x_t in self.x[:first]:
            state, _ = self.book.cell.step(x_t, state, **self.params)
        if not memory:
            state = State(state[0], *(0 * c for c in state[1:]))
        return Problem(self.book, self.x[first:], state, self.params, self.dh[first:], self.dstate)

    def scaled(self, factor: float) -> Problem:
        """The same with every gradient from above multiplied."""
        dh = None if self.dh is None else factor * self.dh
        dstate = State(*(factor * s for s in self.dstate))
        return Problem(self.book, self.x, self.state, self.params, dh, dstate)


class _Cell(NamedTuple):
    step_back: Any


def named(book: Textbook, dx: Any, dstate: Any, grads: Any) -> dict[str, np.ndarray]:
    """The results of a backward pass by name, in the order of dependency."""
    states = dict(zip(("dh0", "dc0"), dstate, strict=False))
    return {"dx": dx, **states, **{f"d{name}": grads[name] for name in book.parameters}}
