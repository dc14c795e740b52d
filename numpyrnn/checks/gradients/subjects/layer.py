"""A layer as a loss over named arrays.

The layer gets random upstream gradients u, one per output and per array of the final state, and
becomes the scalar Σ u ⊙ output, whose gradients are exactly what `backward(u)` must return.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from numpyrnn.checks.gradients.complex_step import Analytic
from numpyrnn.checks.gradients.subjects.point import Live, Point
from numpyrnn.checks.gradients.subjects.structure import (
    converted,
    gradients_of,
    input_of,
    kind_of,
    leaves,
    name_of,
    parameters_of,
    rebuild,
    replaced,
    takes,
)
from numpyrnn.validation import as_array, check_float_array

BATCH, STEPS, FEATURES = 3, 5, 4


class LayerSubject:
    """A layer at one point: parameters, input and initial state; and its upstream gradients."""

    def __init__(
        self, layer: Any, x: Any, state: Any, lengths: Any, rng: np.random.Generator,
        reseed: Callable[[], None] = lambda: None, mask: Any = None,
    ):
        self.notes: list[str] = []
        self.left_out: set[str] = set()
        self.reseed = reseed
        self.name = name_of(layer)
        self.layer = converted(layer, np.float64)
        self.recurrent = bool(getattr(layer, "recurrent", False))
        self.carries = not hasattr(layer, "astype")  # a layer's own astype knows complex numbers
        own = parameters_of(layer)
        if single := sorted({str(p.dtype) for p in own.values()} - {"float64"}):
            self.notes.append(
                f"The layer is {' and '.join(single)}, too coarse for a check; "
                "a float64 copy of it was checked."
            )
        self.options = self._options(layer, {"lengths": lengths, "mask": mask}, rng)
        self.x = self._input(layer, x, rng)
        self.state = self._initial_state(state, rng) if self.recurrent else None
        arrays = leaves(self.state, self.layer) if self.recurrent else ()
        self.initial = {name: np.array(value, np.float64) for name, value in arrays}
        self.tensors = {n: np.array(value) for n, value in parameters_of(self.layer).items()}
        if self.x.dtype.kind == "f":
            self.tensors["x"] = self.x
        self.tensors |= self.initial
        outputs = self._outputs(self.layer, self.x, self.state)
        self.upstream = {name: rng.standard_normal(np.shape(y)) for name, y in outputs.items()}
        counted = lengths if mask is None else np.sum(mask, axis=-1)
        self._weak_spots(x is not None, state is not None, counted)

    def _options(
        self, layer: Any, steps: dict[str, Any], rng: np.random.Generator
    ) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if takes(layer.forward, "rng"):
            options["rng"] = int(rng.integers(2**31))  # a seed, so that each forward drops the same
        for what, value in steps.items():
            if value is None:
                continue
            if not takes(layer.forward, what):
                raise TypeError(
                    f"check_gradients: expected {what}=None, since {kind_of(layer)}.forward takes "
                    f"no {what}, got some; leave {what} out"
                )
            options[what] = np.array(value)
        return options

    def _input(self, layer: Any, x: Any, rng: np.random.Generator) -> np.ndarray:
        kind, size = input_of(layer) or ("features", FEATURES)
        if x is None:
            if kind == "ids":
                return rng.integers(0, size, (BATCH, STEPS))
            return rng.standard_normal((BATCH, STEPS, size))
        x = np.array(as_array("x", x))
        if x.dtype.kind in "iu" and (kind == "ids" or input_of(layer) is None):
            return x
        return check_float_array("x", x, np.dtype(np.float64))

    def _initial_state(self, state: Any, rng: np.random.Generator) -> Any:
        if state is not None:
            return state
        zero = self.layer.zero_state(len(self.x))
        random = {n: 0.5 * rng.standard_normal(a.shape) for n, a in leaves(zero, self.layer)}
        return rebuild(zero, random, self.layer)

    def _weak_spots(self, own_x: bool, own_state: bool, lengths: Any) -> None:
        if own_x and len(self.x) < 2:
            self.notes.append(
                "The batch has one row: a missing sum over the batch cannot be seen; use B ≥ 2."
            )
        if not self.recurrent:
            return
        steps = self.x.shape[1] if self.x.ndim > 1 else 1
        steps = min(steps, int(np.max(lengths))) if lengths is not None else steps
        if steps < 3:
            self.notes.append(
                f"The sequences have {steps} step{'s' * (steps != 1)}: "
                "mistakes in the carry through time cannot all be seen; use T ≥ 3."
            )
        if own_state and not any(np.any(value) for value in self.initial.values()):
            self.notes.append(
                "The initial state is zero: mistakes in the first step cannot be seen; "
                "leave state out for a random one."
            )

    def _outputs(self, layer: Any, x: np.ndarray, state: Any) -> dict[str, np.ndarray]:
        self.reseed()
        if not self.recurrent:
            y = layer.forward(x, **self.options)
            if isinstance(y, tuple) and len(y) == 2 and np.ndim(y[0]):
                raise TypeError(
                    f"check_gradients: expected {kind_of(layer)}.forward to return one array, got "
                    "a pair; if it returns (output, cache), use check_layer; if (output, state), "
                    "set recurrent = True on it"
                )
            return {"output": y}
        h, final = layer.forward(x, state, **self.options)
        return {"output": h} | dict(leaves(final, self.layer))

    def point(self, scale: float = 1.0, forward: bool = True, shift: float = 0.0) -> Point:
        """Run forward and backward once, the upstream gradients times `scale`, the input moved."""
        arrays = {name: value.copy() for name, value in self.initial.items()}
        state = rebuild(self.state, arrays, self.layer) if self.recurrent else None
        x = self.x + shift if self.x.dtype.kind == "f" else np.roll(self.x, int(shift != 0))
        outputs = self._outputs(self.layer, x, state) if forward else {}
        upstream = {name: u * scale for name, u in self.upstream.items()}
        watched = _named(x, arrays, upstream)
        watched |= {what: v for what, v in self.options.items() if what in ("lengths", "mask")}
        dh = upstream["output"]
        if self.recurrent:
            final = rebuild(self.state, upstream, self.layer)
            answer = self.layer.backward(dh, final)
            pair = isinstance(answer, tuple) and len(answer) == 2
            dx, dstate = answer if pair else (answer, None)
            before = {} if dstate is None else dict(leaves(dstate, self.layer))
        else:
            dx, before = self.layer.backward(dh), {}
        gradients = gradients_of(self.layer) | ({"x": dx} if "x" in self.tensors else {}) | before
        return Point(outputs, gradients, watched)

    def originals(self) -> dict[str, np.ndarray]:
        """What the watched arrays must still hold after a call with scale 1."""
        return _named(self.x, self.initial, self.upstream)

    def parameters(self) -> dict[str, np.ndarray]:
        """The layer's own arrays, live."""
        return parameters_of(self.layer)

    def kind(self, name: str) -> str:
        """What the report calls a tensor."""
        if name == "x":
            return "input"
        return "state" if name in self.initial else "parameter"

    def at(self, tensors: Mapping[str, np.ndarray]) -> LayerSubject:
        """The same layer with other parameters, another input and another initial state."""
        twin = copy.copy(self)
        twin.tensors = {name: np.array(a) for name, a in tensors.items()}
        twin.initial = {name: twin.tensors[name] for name in self.initial}
        twin.x = twin.tensors.get("x", self.x)
        twin.layer = converted(self.layer, np.float64)
        for name, value in parameters_of(twin.layer).items():
            value[...] = tensors[name]
        return twin

    def live(self, dtype: Any, analytic: bool = False) -> Live:
        """A copy of everything in this dtype, to be nudged element by element."""
        twin = converted(self.layer, dtype)
        arrays = parameters_of(twin)
        initial = {name: value.astype(dtype) for name, value in self.initial.items()}
        x = self.x if self.x.dtype.kind in "iu" else self.x.astype(dtype)
        if analytic:
            replaced(twin, {id(a): a.view(Analytic) for a in arrays.values()})

        def copied(value: np.ndarray) -> np.ndarray:
            return value.copy().view(Analytic) if analytic else value.copy()

        def loss() -> Any:
            copies = {name: copied(value) for name, value in initial.items()}
            state = rebuild(self.state, copies, self.layer) if self.recurrent else None
            outputs = self._outputs(twin, x.copy() if x.dtype.kind in "iu" else copied(x), state)
            return sum(np.sum(self.upstream[name] * y) for name, y in outputs.items())

        if "x" in self.tensors:
            arrays["x"] = x
        return Live(arrays | initial, loss)


def _named(
    x: np.ndarray, initial: Mapping[str, np.ndarray], upstream: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The arguments of both passes under the names that a report gives them."""
    return (
        {"the input": x} | {f"the initial {name}": a for name, a in initial.items()}
        | {f"the upstream gradient of the {name}": u for name, u in upstream.items()}
    )
