"""min-char-rnn (Karpathy 2015) and its LSTM and GRU children: a script with its own loss.

    lossFun(inputs, targets, hprev) -> loss, dWxh, dWhh, dWhy, dbh, dby, h_last

inputs and targets are lists of letters' numbers; the weights are globals, Wxh (H, V), Whh (H, H),
Why (V, H), bh (H, 1), by (V, 1). It is judged on the loss that it returns: each gradient must be
the derivative of that loss by the global of its name. Clipping to ±5 at the end is allowed.
"""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numpyrnn.cells import State
from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.problem import Problem, Sizes
from numpyrnn.checks.diagnosis.bank.textbook import CELLS, compiled
from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.passes import CellPasses, Passes, Reading
from numpyrnn.checks.diagnosis.calling.results import an_array
from numpyrnn.checks.diagnosis.calling.wiring import Arrays, Wiring
from numpyrnn.checks.diagnosis.cannot import CannotRun, words_of
from numpyrnn.checks.diagnosis.courses.course import Course
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.subject import Subject

TEXT = "abcde badce cabbage deed bead\n".replace("g", "e").replace("\n", "").replace(" ", "") * 20
HIDDEN = 7
# Hyperparameters that are made small, so that every number can be differentiated.
SMALL = {"hidden_size": HIDDEN, "hidden": HIDDEN, "hidden_dim": HIDDEN, "n_hidden": HIDDEN,
         "n_h": HIDDEN, "H": HIDDEN, "H_size": HIDDEN, "hidden_units": HIDDEN, "seq_length": 5,
         "seq_len": 5, "T_steps": 5, "sequence_length": 5}
NAMES = ("lossFun", "loss_fun", "lossfun", "loss_function", "loss_and_gradients", "loss_fn",
         "forward_backward", "loss")


def opened(*args: Any, **kwargs: Any) -> Any:
    """What open() gives a script: a short text, whatever it asks for."""
    return io.StringIO(TEXT)


NO_TARGET = Bug(
    "target_not_subtracted", "dy is the softmax itself: 1 is not subtracted at the target", (),
    "dy[target] -= 1: the gradient of softmax and cross-entropy is p - y", place="result",
)


@dataclass(frozen=True)
class Letters:
    """What a loss is computed of: weights and states by name, the letters, one upstream of 1."""

    arguments: Arrays
    inputs: list[int]
    targets: list[int]


@dataclass
class LossFunction(Passes):
    """A function that returns its loss and the gradients of the globals.

    `holders` are the dicts in which weights stand that are no globals themselves.
    """

    loss: Callable[..., Any]
    weights: dict[str, tuple[int, ...]]
    states: dict[str, tuple[int, ...]]
    letters: int
    order: tuple[str, ...]
    file: str = ""
    function: str = ""
    forward_name: str | None = ""
    form: str = "other"
    linear: bool = False
    notes: tuple[str, ...] = ()
    returned: list[str] = field(default_factory=list)
    holders: dict[str, dict[str, Any]] = field(default_factory=dict)

    def problem(self, sizes: Sizes, seed: int) -> Letters:
        rng = np.random.default_rng([seed, *sizes])
        shapes = {**self.weights, **self.states}
        arguments = {n: 0.3 * rng.standard_normal(shape) for n, shape in shapes.items()}
        letters = rng.integers(self.letters, size=sizes.T + 1).tolist()
        return Letters(arguments, letters[:-1], letters[1:])

    def arguments(self, problem: Letters) -> Arrays:
        self._letters = problem
        return {n: a.copy() for n, a in problem.arguments.items()}

    def forward(self, arguments: Arrays) -> tuple[dict[str, Any], Any]:
        spaces = {n: self.holders.get(n, self.loss.__globals__) for n in self.weights}
        before = {n: space[n] for n, space in spaces.items()}
        for name, space in spaces.items():
            space[name] = arguments[name]
        given = {"inputs": list(self._letters.inputs), "targets": list(self._letters.targets),
                 **{n: arguments[n] for n in self.states}}
        try:
            returned = self.loss(*(given[n] for n in self.order))
        finally:
            for name, space in spaces.items():
                space[name] = before[name]
        if not isinstance(returned, tuple | list) or len(returned) < 2:
            raise CannotRun(
                "unwritten" if returned is None else "unjudged", f"{self.function} should return "
                f"loss and the gradients, but returned {words_of(returned)}.",
            )
        loss = returned[self.returned.index("loss")] if "loss" in self.returned else returned[0]
        if loss is None:
            raise CannotRun("unwritten", f"{self.function} is not written yet: the loss is None.")
        loss = np.asarray(loss)
        if loss.size != 1:
            raise CannotRun("unjudged", f"{self.function}: the loss should be one number, but has "
                            f"shape {loss.shape}.")
        return {"loss": loss.reshape(())}, (returned, arguments)

    def upstream(self, problem: Letters) -> Arrays:
        return {"loss": np.ones(())}

    def backward(self, cache: Any, upstream: Arrays) -> dict[str, Any]:
        returned, arguments = cache
        by_name = {words.bare(n): n for n in arguments}
        found = {}
        values = list(zip(self.returned, returned, strict=False))
        for name, value in values:
            if isinstance(value, Mapping):
                found.update({by_name[of]: v for k, v in value.items()
                              if (of := words.of_gradient(str(k))) in by_name})
            elif (of := words.of_gradient(name)) in by_name and value is not None:
                found[by_name[of]] = value
        if not found:
            raise CannotRun("unwritten", f"{self.function} is not written yet: no gradient is "
                            "returned.")
        return {n: an_array(f"d{n}", v) for n, v in found.items()}

    def mistakes(self, problem: Letters) -> Iterator[tuple[Bug, Arrays]]:
        """The named bugs of the cell that it is, where its weights' names tell."""
        passes, ours = self._cell(problem)
        if passes is None or ours is None:
            return
        whole = {}
        for bug in passes.book.bugs:
            functions = [compiled(passes.book, place, [bug] if bug.place == place else [])
                         for place in ("step", "loop")]
            try:
                with np.errstate(all="ignore"):
                    whole = ours.backward(*functions)
            except Exception:
                continue
            placed = passes.expected(ours, whole)
            numbers = {n: a for n, a in placed.items() if n in self.weights}
            yield bug, {**numbers, **self._above(problem, ours, bug.key)}
        wrong = self._without_target(problem, ours)
        if wrong is not None:
            yield NO_TARGET, {n: a for n, a in passes.expected(ours, wrong.right).items()
                              if n in self.weights} | self._above(problem, wrong, "")

    def _above(self, problem: Letters, ours: Problem, key: str) -> Arrays:
        """The gradients of the output layer, where a bug of the loop changes them too."""
        steps = {"first_step_missing": slice(1, None), "last_step_missing": slice(0, -1)}
        if key and key not in steps:
            return {}
        (W,) = [n for n in self.weights if words.bare(n) in words.OUTPUT_WEIGHTS
                and not words.bare(n).startswith("b")]
        matrix = problem.arguments[W]
        turned = matrix.shape[0] != self.letters
        up = matrix if turned else matrix.T  # (H, V)
        dy = np.linalg.lstsq(up, ours.dh[:, :, 0].T, rcond=None)[0] if ours.dh is not None else None
        if dy is None or up.shape[0] < up.shape[1]:
            return {}
        h, _ = ours.forward
        keep = steps.get(key, slice(None))
        dW = dy[:, keep] @ h[keep, :, 0]
        found = {W: dW.T if turned else dW}
        for name in self.weights:
            if words.bare(name) in words.OUTPUT_WEIGHTS and name != W:
                found[name] = dy[:, keep].sum(axis=1).reshape(self.weights[name])
        return found

    def _without_target(self, problem: Letters, ours: Problem) -> Problem | None:
        """The problem whose dy is the softmax itself, without - 1 at the target."""
        (W,) = [n for n in self.weights if words.bare(n) in words.OUTPUT_WEIGHTS
                and not words.bare(n).startswith("b")]
        matrix = problem.arguments[W]
        up = matrix if matrix.shape[0] != self.letters else matrix.T
        if ours.dh is None:
            return None
        dh = ours.dh + up[:, problem.targets].T[:, :, None]
        return Problem(ours.book, ours.x, ours.state, ours.params, dh, ours.dstate)

    def _cell(self, problem: Letters) -> tuple[CellPasses | None, Problem | None]:
        """The textbook cell with the same loss, and its problem."""
        with_output = {n: s for n, s in self.weights.items()
                       if words.bare(n) in words.OUTPUT_WEIGHTS}
        inner = [n for n in self.weights if n not in with_output]
        arguments = problem.arguments
        out = [arguments[n] for n in with_output if not words.bare(n).startswith("b")]
        bias = [arguments[n] for n in with_output if words.bare(n).startswith("b")]
        if len(out) != 1 or not inner:
            return None, None
        V = self.letters
        W = out[0] if out[0].shape[0] == V else out[0].T
        b = bias[0].reshape(-1, 1) if bias else np.zeros((V, 1))
        H = W.shape[1]
        x = np.zeros((len(problem.inputs), V, 1))
        x[np.arange(len(x)), problem.inputs, 0] = 1
        target = self._value(problem)
        for kind, book in CELLS.items():
            states = [arguments[n].reshape(H, 1) for n in self.states]
            count = 1 + book.remembers
            if len(states) != count:
                continue
            G = len(book.gates)
            empty = {"W_xh": np.zeros((G, H, V)), "W_hh": np.zeros((G, H, H)),
                     "b_h": np.zeros((G, H, 1)), "b_hn": np.zeros((H, 1))}
            empty = {n: empty[n] for n in book.parameters}
            for weights in words.weights_of(inner, kind, book.gates):
                for turned in words.oriented(weights):
                    for update in ("new", "keep") if "z" in book.gates else ("new",):
                        reading = Reading(book, "TFN", turned, update)
                        passes = CellPasses(reading, "sequence", {}, self.file)
                        try:
                            wiring = Wiring(passes._place, empty)
                            ours = wiring.ours({n: arguments[n] for n in inner})
                        except (ValueError, IndexError):
                            continue
                        params = {n: ours.get(n, empty[n]) for n in empty}
                        made = _made(book, x, states, params, W, b, problem.targets, target)
                        if made is not None:
                            return passes, made
        return None, None

    def _value(self, problem: Letters) -> float:
        outputs, _ = self.forward(self.arguments(problem))
        return float(np.real(outputs["loss"]))


def _made(
    book: Any, x: np.ndarray, states: list[np.ndarray], params: Arrays, W: np.ndarray,
    b: np.ndarray, targets: list[int], target: float,
) -> Problem | None:
    """The textbook's problem, if its loss is the target, as a sum over the steps or their mean."""
    zero = State(*(0 * s for s in states))
    problem = Problem(book, x, State(*states), params, np.zeros((len(x), *states[0].shape)), zero)
    try:
        h, _ = problem.forward
    except (ValueError, IndexError):
        return None
    logits = W @ h + b
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    losses = -np.log(p[np.arange(len(x)), targets, 0])
    for factor in (1.0, 1 / len(x)):
        if abs(losses.sum() * factor - target) <= 1e-9 * (1 + abs(target)):
            p[np.arange(len(x)), targets, 0] -= 1
            return Problem(book, x, State(*states), params, factor * (W.T @ p), zero)
    return None


def find(names: Mapping[str, Any], contract: Contract, file: str) -> list[Subject]:
    """The functions that return a loss and gradients of globals."""
    found = []
    for name, function in names.items():
        if inspect.isfunction(function) and function.__module__ == names.get("__name__"):
            made = _passes(name, function, names, file)
            if made is not None:
                found.append(_one(made, function))
    return found


def _one(made: list[LossFunction], function: Any) -> Subject:
    def readings() -> Iterator[Passes]:
        yield from made

    return Subject(made[0].function, "other", readings, made[0].function, made[0].file,
                   written.is_stub(function), (function, function))


def _passes(
    name: str, function: Any, names: Mapping[str, Any], file: str
) -> list[LossFunction] | None:
    returned = written.returned_names(function) or []
    takes = written.required(function) or []
    weights, holders = _weights(returned, names, function)
    if len(takes) < 2 or len(weights) < 2 or (len(returned) < 2 and name not in NAMES):
        return None
    letters = names.get("vocab_size") or names.get("vocab") or names.get("V") or len(set(TEXT))
    letters = letters if isinstance(letters, int) else len(set(TEXT))
    square = [s[0] for s in weights.values() if len(s) == 2 and s[0] == s[1]]
    hidden = names.get("hidden_size") if isinstance(names.get("hidden_size"), int) else None
    hidden = hidden or (square[0] if square else HIDDEN)
    order = ("inputs", "targets", *takes[2:])
    note = ("It clips its gradients; the course allows that.",) if _clips(function) else ()
    return [
        LossFunction(function, weights, dict.fromkeys(takes[2:], shape), letters, order, file, name,
                     name, notes=note, returned=returned,
                     holders=holders)
        for shape in ((hidden, 1), (hidden,), (1, hidden))
    ]


def _weights(
    returned: list[str], names: Mapping[str, Any], function: Any
) -> tuple[dict[str, tuple[int, ...]], dict[str, dict[str, Any]]]:
    """The globals whose gradients are returned, with their shapes, and the dicts they stand in."""
    stub = written.is_stub(function)
    text = " ".join(names) if stub else inspect.getsource(function)
    holders: dict[str, dict[str, Any]] = {}
    for name, value in names.items():
        if isinstance(value, dict) and not name.startswith("__") and name in text:
            arrays = [k for k, v in value.items()
                      if isinstance(k, str) and isinstance(v, np.ndarray)]
            holders |= dict.fromkeys(arrays, value)
    known = {n: v for n, v in names.items() if isinstance(v, np.ndarray) and n in text}
    known |= {n: holder[n] for n, holder in holders.items()}
    by_bare = {words.bare(n): n for n in known}
    keys = [by_bare[of] for n in returned if (of := words.of_gradient(n)) in by_bare]
    if len(keys) < 2:  # a dict of gradients, or a stub
        keys = [n for n in known if words._split(n) is not None]
    return ({n: known[n].shape for n in dict.fromkeys(keys)},
            {n: holder for n, holder in holders.items() if n in keys})


def _clips(function: Any) -> bool:
    try:
        return "clip" in inspect.getsource(function)
    except (OSError, TypeError):
        return False


MIN_CHAR_RNN = Course(
    "min-char-rnn", "min-char-rnn (Karpathy 2015) and its children: lossFun with its own loss",
    tells=NAMES[:4], find=find, names={"open": opened}, small=SMALL,
)
