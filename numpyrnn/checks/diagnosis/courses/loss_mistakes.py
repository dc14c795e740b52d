"""Named mistakes of a loss function: the textbook's cell under a softmax, with its bugs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from numpyrnn.cells import State
from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.families import families
from numpyrnn.checks.diagnosis.bank.problem import Problem
from numpyrnn.checks.diagnosis.bank.textbook import CELLS, Textbook, compiled
from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Reading
from numpyrnn.checks.diagnosis.calling.wiring import Arrays, Wiring
from numpyrnn.checks.diagnosis.judging.kept_words import in_words_of

Shapes = Mapping[str, tuple[int, ...]]

ONE_HOT = Bug(
    "one_hot_missing", "dy is the softmax itself: 1 is not subtracted at the target", (),
    "dy = p; dy[targets[t]] -= 1", place="result",
)
STATE_BEFORE = Bug(
    "W_hy_uses_h_prev", "the weights of the output get h_{t-1} where h_t belongs", (),
    "dWhy = Σ dy_t h_tᵀ: the state of the same step", place="result",
)

WITHOUT_P = Bug(
    "softmax_missing", "dy is minus the one-hot target alone: the softmax is missing in it", (),
    "dy = p; dy[targets[t]] -= 1", place="result",
)
OF_INPUT = Bug(
    "target_is_input", "1 is subtracted at the input letter, not at the target", (),
    "dy[targets[t]] -= 1", place="result",
)


@dataclass(frozen=True)
class Above:
    """The layer above the cell: logits = W h + b, with their names and as they stand there."""

    W_name: str
    b_name: str | None
    W: np.ndarray
    b: np.ndarray
    turned: bool
    shape: tuple[int, ...] = ()

    @classmethod
    def candidates(cls, arguments: Arrays, weights: Shapes, letters: int) -> Iterator[Above]:
        """By the usual names, else every matrix with V rows or columns."""
        named = [n for n in weights if words.bare(n) in words.OUTPUT_WEIGHTS]
        wide = [n for n in weights if arguments[n].ndim == 2 and letters in weights[n]
                and 1 not in weights[n]]
        flat = [n for n in weights if arguments[n].size == letters and n not in wide]
        biases = [n for n in named if words.bare(n).startswith("b")] or flat[:1]
        for name in [n for n in named if n in wide] or wide:
            W = arguments[name]
            b = arguments[biases[0]].reshape(-1, 1) if biases else np.zeros((letters, 1))
            turned = W.shape[0] != letters
            yield cls(name, biases[0] if biases else None, W.T if turned else W, b, turned,
                      weights[biases[0]] if biases else ())

    def gradients(self, dy: np.ndarray, h: np.ndarray, count: np.ndarray) -> Arrays:
        """dW and db, with step t counted count[t] times; dy (T, V, 1), h (T, H, 1)."""
        dW = (count[:, None, None] * (dy @ h.mT)).sum(axis=0)
        found = {self.W_name: dW.T if self.turned else dW}
        if self.b_name is not None:
            found[self.b_name] = (count[:, None, None] * dy).sum(axis=0).reshape(self.shape)
        return found


@dataclass
class Inside:
    """The textbook's cell that a loss function holds: `ours` is its problem, `p` the softmax, `dy`
    its difference to the targets, each with the loss's factor."""

    passes: CellPasses
    ours: Problem
    dy: np.ndarray
    p: np.ndarray
    above: Above
    inner: list[str]

    @cached_property
    def right(self) -> Arrays:
        """The right gradients."""
        h, _ = self.ours.forward
        return {**self.placed(self.ours.right), **self.above.gradients(self.dy, h, np.ones(len(h)))}

    def placed(self, gradients: Mapping[str, np.ndarray]) -> Arrays:
        """Those of the cell, as they stand in the student's arrays."""
        found = self.passes.expected(self.ours, gradients)
        return {n: a for n, a in found.items() if n in self.inner}


def inside(
    problem: Any, weights: Shapes, states: Shapes, letters: int, loss: float
) -> Inside | None:
    """The cell whose loss is this one; None if there is none."""
    arguments = problem.arguments
    for above in Above.candidates(arguments, weights, letters):
        inner = [n for n in weights if n not in (above.W_name, above.b_name)]
        for passes, params in _cells(arguments, inner, states, letters):
            made = _made(passes.book, problem, params, arguments, states, above, letters, loss)
            if made is not None:
                return Inside(passes, *made, above, inner)
    return None


def clipped(bound: float, book: Textbook) -> list[Bug]:
    """dh, da, or what is handed back clipped at every step, which no course allows."""
    ends = f", {-bound}, {bound})"
    places = [
        ("", "dh", "loop", (("dstate[0] + dh[t]", f"np.clip(dstate[0] + dh[t]{ends}"),)),
        ("_carry", "what a step hands back", "loop",
         (("# (2)", f"# (2)\n        dstate = State(*(np.clip(s{ends} for s in dstate))"),)),
    ]
    if book.name == "rnn":
        slope = "dh * ACTIVATIONS[activation].slope(h)"
        places.append(("_da", "da", "step", ((slope, f"np.clip({slope}{ends}"),)))
    return [
        Bug(f"clipped_at_{bound:g}{key}", f"{what} is clipped to ±{bound:g} at every step, inside "
            "the loop", edits, "clip the sums once, after the loop", place=place)
        for key, what, place, edits in places
    ]


def late(steps: int, of: int) -> Bug:
    """A loop over the last steps alone."""
    return Bug(
        f"last_{steps}_steps_alone", f"the loop goes back over the last {steps} steps alone: "
        "truncated backpropagation", (("range(len(dh))", f"range({of - steps}, len(dh))"),),
        "go back over all the steps of inputs", place="loop",
    )


def mistakes(cell: Inside, bounds: Iterable[float] = ()) -> Iterator[tuple[Bug, Arrays]]:
    """(bug, the gradients that it gives) for every bug of the cell, and of the layer above it.

    `bounds` are those to which the function clips something.
    """
    passes, ours, dy, above = cell.passes, cell.ours, cell.dy, cell.above
    h, _ = ours.forward
    T = len(h)
    every = np.ones(T)

    for bug, other in _other_dy(cell):
        whole = Problem(ours.book, ours.x, ours.state, ours.params, above.W.T @ other, ours.dstate)
        yield bug, {**cell.placed(whole.right), **above.gradients(other, h, every)}
    first = above.gradients(dy, h, (np.arange(T) == 0).astype(float))
    for names in (*([name] for name in first), list(first)):
        yield _overwritten(names), {n: first[n] for n in names}
    before = np.concatenate([ours.state[0][None], h[:-1]])
    yield STATE_BEFORE, above.gradients(dy, before, every)
    counts = {"first_step_missing": np.arange(T) > 0, "last_step_missing": np.arange(T) < T - 1,
              "overwritten": np.arange(T) == 0, "averaged": every / T,
              **{late(k, T).key: np.arange(T) >= T - k for k in range(1, T - 1)}}
    clips = [bug for bound in bounds for bug in clipped(bound, passes.book)]
    book = passes.book
    plain = {place: compiled(book, place, []) for place in ("step", "loop")}
    cuts = [late(k, T) for k in range(1, T - 1)]
    for bug in (*book.bugs, *families(book), *book.unlisted(T), *clips, *cuts):
        places = [compiled(book, place, [bug]) if bug.place == place else function
                  for place, function in plain.items()]
        try:
            with np.errstate(all="ignore"):
                found = cell.placed(ours.backward(*places))
        except Exception:
            continue
        told = in_words_of(bug, passes.reading.update, passes.reading.gates, passes.book.gates)
        yield told, found
        if bug.key in counts:  # one loop goes through both layers
            yield told, {**found, **above.gradients(dy, h, counts[bug.key].astype(float))}


def _other_dy(cell: Inside) -> Iterator[tuple[Bug, np.ndarray]]:
    """What stands in the place of dy = p - y."""
    hot = cell.p - cell.dy
    yield ONE_HOT, cell.p
    yield WITHOUT_P, -hot
    yield OF_INPUT, cell.p - hot.max() * cell.ours.x
    for shift, which in ((1, "before"), (-1, "after")):
        yield Bug(
            f"target_{which}", f"step t takes the target of the step {which}", (),
            "dy[targets[t]] -= 1 at step t", place="result",
        ), cell.p - np.roll(hot, shift, axis=0)


def _overwritten(names: list[str]) -> Bug:
    shown = " and ".join(f"d{name}" for name in names)
    return Bug(
        "overwritten_above", f"the returned {shown} {'are those' if len(names) > 1 else 'is that'} "
        "of step 0 alone: not summed over time", (), f"d{names[0]} += each step's share",
        place="result",
    )


def _cells(
    arguments: Arrays, inner: list[str], states: Shapes, letters: int
) -> Iterator[tuple[CellPasses, Arrays]]:
    """The cells that the weights can be of, with their parameters."""
    H = int(np.prod(next(iter(states.values()), (0,))))
    for passes, empty in _read(inner, len(states), letters, H):
        for update in ("new", "keep") if "z" in passes.book.gates else ("new",):
            other = replace(passes, reading=replace(passes.reading, update=update))
            try:
                ours = Wiring(other._place, empty).ours({n: arguments[n] for n in inner})
            except (ValueError, IndexError):
                continue
            yield other, {n: ours.get(n, empty[n]) for n in empty}


def _read(
    inner: list[str], states: int, letters: int, hidden: int
) -> Iterator[tuple[CellPasses, Arrays]]:
    """The cells that weights of these names can be of, with zeros for our parameters."""
    for kind, book in CELLS.items():
        if states != 1 + book.remembers:
            continue
        G = len(book.gates)
        empty = {"W_xh": np.zeros((G, hidden, letters)), "W_hh": np.zeros((G, hidden, hidden)),
                 "b_h": np.zeros((G, hidden, 1)), "b_hn": np.zeros((hidden, 1))}
        empty = {n: empty[n] for n in book.parameters}
        for weights in words.weights_of(inner, kind, book.gates):
            for turned in words.oriented(weights):
                yield CellPasses(Reading(book, "TFN", turned), "sequence", {}), empty


def shapes_of(
    names: list[str], states: int, letters: int, hidden: int
) -> Iterator[dict[str, tuple[int, ...]]]:
    """The shapes that weights of these names can have, columns first."""
    outer = [n for n in names if words.bare(n) in words.OUTPUT_WEIGHTS]
    inner = [n for n in names if n not in outer]
    found: list[dict[str, tuple[int, ...]]] = []
    for passes, empty in _read(inner, states, letters, hidden):
        try:
            shapes = {n: a.shape for n, a in passes._place(empty).items()}
        except (ValueError, IndexError):
            continue
        first = passes.reading.weights[0].units_first
        line = next((w.line for w in passes.reading.weights if w.bias), "flat")
        bias = {"flat": (letters,), "column": (letters, 1), "row": (1, letters)}[line]
        shapes |= {n: bias if words.bare(n).startswith("b") else
                   (letters, hidden) if first else (hidden, letters) for n in outer}
        if shapes not in found:
            found.append(shapes)
    yield from sorted(found, key=lambda s: not any(v[1:] == (1,) for v in s.values()))


def _made(
    book: Textbook, problem: Any, params: Arrays, arguments: Arrays, states: Shapes, above: Above,
    letters: int, loss: float,
) -> tuple[Problem, np.ndarray, np.ndarray] | None:
    """(the textbook's problem, dy, p) if its loss is this one: a sum over the steps, or a mean."""
    T = len(problem.inputs)
    x = np.zeros((T, letters, 1))
    x[np.arange(T), problem.inputs, 0] = 1
    order = sorted(states, key=words.is_c)  # h before c
    state = State(*(arguments[n].reshape(-1, 1) for n in order))
    zero = State(*(0 * s for s in state))
    ours = Problem(book, x, state, params, np.zeros((T, *state[0].shape)), zero)
    try:
        logits = above.W @ ours.forward[0] + above.b
    except (ValueError, IndexError):
        return None
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    losses = -np.log(p[np.arange(T), problem.targets, 0])
    dy = p.copy()
    dy[np.arange(T), problem.targets, 0] -= 1
    for factor in (1.0, 1 / T):
        if abs(losses.sum() * factor - loss) <= 1e-9 * (1 + abs(loss)):
            made = Problem(book, x, state, params, factor * (above.W.T @ dy), zero)
            return made, factor * dy, factor * p
    return None
