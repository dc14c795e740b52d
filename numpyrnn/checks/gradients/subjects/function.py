"""A function parameters -> (loss, gradients) as something to differentiate."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from numpyrnn.checks.gradients.complex_step import Analytic
from numpyrnn.checks.gradients.subjects.containers import flat, is_branch, mapped, matched
from numpyrnn.checks.gradients.subjects.point import Live, Point
from numpyrnn.checks.gradients.subjects.structure import kind_of, positional
from numpyrnn.checks.gradients.subjects.surroundings import Surroundings


class FunctionSubject:
    """A function params -> (loss, grads) at some parameters.

    `loss` or `grad` may stand apart: then the function need not return both.
    """

    recurrent = False
    carries = True  # functions are called with Analytic arrays

    def __init__(
        self,
        function: Callable[..., Any],
        params: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
        loss: Callable[..., Any] | None = None,
        grad: Callable[..., Any] | None = None,
    ):
        self.notes: list[str] = []
        self.left_out: set[str] = set()
        self.function, self.loss, self.grad = function, loss, grad
        self.args, self.kwargs = args, dict(kwargs or {})
        self.reseed: Callable[[], None] = lambda: None
        self.name = getattr(function, "__name__", kind_of(function))
        if self.name == "<lambda>":
            self.name = "function"
        self.single = not is_branch(params)
        self.params = {"x": np.asarray(params) * 1.0} if self.single else params
        self.spread = not self.single and isinstance(params, tuple) and spreads(function, self)
        self.tensors: dict[str, np.ndarray] = {}
        self.fixed: dict[str, np.ndarray] = {}
        self._sort_leaves()
        self.surroundings = Surroundings(function, loss, grad, args, self.kwargs)

    def _sort_leaves(self) -> None:
        coarse = set()
        for name, value in flat(self.params):
            if isinstance(value, (str, bytes, type(None))) or callable(value):
                continue
            array = np.array(value)
            if array.dtype.kind == "f":
                self.tensors[name] = array.astype(np.float64)
                coarse |= {str(array.dtype)} - {"float64"}
            elif array.dtype.kind in "iub":
                self.fixed[name] = array
            elif array.dtype.kind != "O":
                raise TypeError(
                    f"check_gradients: expected real numbers in {name!r}, got dtype "
                    f"{array.dtype}; convert them with .astype(np.float64)"
                )
        if not self.tensors:
            raise ValueError(
                "check_gradients: expected at least one array of floats to differentiate by, got "
                f"{[name for name, _ in flat(self.params)]}; convert parameters with "
                ".astype(np.float64)"
            )
        if coarse:
            self.notes.append(
                f"The parameters are {' and '.join(sorted(coarse))}, too coarse for a check; "
                "float64 copies of them were checked."
            )
        if self.fixed:
            self.notes.append(f"Not differentiated, being whole numbers: {', '.join(self.fixed)}.")

    def _arguments(self, arrays: Mapping[str, np.ndarray], wrap: bool = False) -> tuple[Any, Any]:
        copies = {name: np.array(a) for name, a in {**self.fixed, **arrays}.items()}
        arguments = copies
        if wrap:
            arguments = {n: a.view(Analytic) if n in arrays else a for n, a in copies.items()}
        return mapped(self.params, lambda name, value: arguments.get(name, value)), copies

    def _run(self, function: Callable[..., Any], tree: Any) -> Any:
        self.reseed()
        arguments = (tree["x"],) if self.single else tuple(tree) if self.spread else (tree,)
        return function(*arguments, *self.args, **self.kwargs)

    def _losses(self, answer: Any) -> Any:
        """The loss out of what the function returned."""
        if self.grad is None and self.loss is None:
            answer = self._pair(answer)[0]
        elif isinstance(answer, tuple):
            answer = answer[0]
        if np.size(answer) != 1:
            raise TypeError(
                f"check_gradients: expected a scalar loss from {self.name}, got "
                f"{_shape_of(answer)}; sum or average the loss"
            )
        return np.reshape(answer, ())[()]

    def _pair(self, answer: Any) -> tuple[Any, Any]:
        fits = isinstance(answer, (tuple, list)) and len(answer) >= 2
        if fits and np.size(answer[0]) == 1 and not is_branch(answer[0]):
            return answer[0], answer[1]
        cure = "sum or average the loss"
        if not fits and np.size(answer) == 1:
            cure = "return the gradients too, or give the function that computes them as grad="
        elif fits and not is_branch(answer[1]) and np.ndim(answer[1]) == 0:
            cure = "the two seem to be swapped: the loss comes first"
        raise TypeError(
            f"check_gradients: expected {self.name} to return (loss, grads) with a scalar loss, "
            f"got {_shape_of(answer)}; {cure}"
        )

    def point(self, scale: float = 1.0, forward: bool = True, shift: float = 0.0) -> Point:
        """Call the function once, at the parameters moved by `shift`."""
        moved = {name: a + shift for name, a in self.tensors.items()}
        tree, copies = self._arguments(moved)
        answer = self._run(self.function, tree)
        loss = np.asarray(self._losses(answer))
        if self.grad is not None:
            again, more = self._arguments(moved)
            grads = self._run(self.grad, again)
            copies = copies if forward else more
        else:
            grads = self._pair(answer)[1]
        note = (
            f"The loss comes back as {loss.dtype} from float64 parameters: "
            "something inside rounds, and the check can be no better than that."
        )
        if loss.dtype in (np.float16, np.float32) and note not in self.notes:
            self.notes.append(note)
        return Point({"loss": loss}, self._by_name(grads), copies)

    def _by_name(self, grads: Any) -> dict[str, Any]:
        if self.single:
            return {"x": grads[0] if isinstance(grads, (tuple, list)) and len(grads) == 1
                    else next(iter(grads.values())) if isinstance(grads, Mapping) and grads
                    else grads}
        if not is_branch(grads) and len(self.tensors) > 1:
            kind = "by name, like its parameters" if isinstance(self.params, Mapping) else (
                f"in a {kind_of(self.params)}, like its parameters"
            )
            raise TypeError(
                f"check_gradients: expected {self.name} to return the gradients {kind}, got a "
                f"{kind_of(grads)}; return a {kind_of(self.params)}"
            )
        by_name = matched(grads, self.params)
        if ints := [n for n in self.fixed if n in by_name and self.fixed[n].dtype.kind in "iu"
                    and by_name[n] is not None]:
            raise TypeError(
                f"check_gradients: expected floats in {ints[0]!r}, since there is a gradient for "
                f"it, got {self.fixed[ints[0]].dtype}; convert it with .astype(np.float64)"
            )
        return {n: g for n, g in by_name.items() if n in self.tensors or g is not None}

    def originals(self) -> dict[str, np.ndarray]:
        """What the watched arrays must still hold after a call."""
        return self.tensors | self.fixed

    def parameters(self) -> dict[str, np.ndarray]:
        """Nothing stays from call to call."""
        return {}

    def kind(self, name: str) -> str:
        """What the report calls a tensor."""
        return "parameter"

    def live(self, dtype: Any, analytic: bool = False) -> Live:
        """Copies of the parameters in this dtype, to be nudged element by element."""
        arrays = {name: a.astype(dtype) for name, a in self.tensors.items()}

        def loss() -> Any:
            try:
                answer = self._run(
                    self.loss or self.function, self._arguments(arrays, wrap=analytic)[0]
                )
            finally:
                self.surroundings.restore()
            return self._losses(answer)

        return Live(arrays, loss)

    def at(self, tensors: Mapping[str, np.ndarray]) -> FunctionSubject:
        """The same function at other parameters."""
        twin = copy.copy(self)
        twin.tensors = {name: np.array(a) for name, a in tensors.items()}
        return twin


def spreads(function: Callable[..., Any], subject: FunctionSubject) -> bool:
    """Whether a tuple of parameters means separate arguments: f(W, b), not f((W, b))."""
    required = [
        p for p in positional(function) or ()
        if p.default is p.empty and p.name not in subject.kwargs
    ]
    return len(subject.params) > 1 and len(required) == len(subject.params) + len(subject.args)


def _shape_of(answer: Any) -> str:
    if isinstance(answer, tuple):
        return "a tuple of " + " and ".join(
            f"an array {np.shape(a)}" if isinstance(a, np.ndarray) else f"a {kind_of(a)}"
            for a in answer
        )
    if isinstance(answer, np.ndarray) and answer.ndim:
        return f"an array {answer.shape}"
    return f"a {kind_of(answer)}"
