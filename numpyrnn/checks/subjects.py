"""What a gradient check looks at: a layer or a function, made into a loss over named arrays.

A layer is given random upstream gradients u, one per output and per array of the final state, and
becomes the scalar Σ u ⊙ output, whose gradients are exactly what `backward(u)` must return.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.checks.structure import (
    converted,
    input_of,
    kind_of,
    leaves,
    name_of,
    rebuild,
    takes,
)
from numpyrnn.validation import as_array, check_float_array

BATCH, STEPS, FEATURES = 3, 5, 4


class Live(NamedTuple):
    """Arrays that may be nudged in place, and the loss as they stand."""

    arrays: dict[str, np.ndarray]
    loss: Callable[[], Any]


class Point(NamedTuple):
    """One evaluation: the outputs (for a function only the loss) and the hand-written gradients."""

    outputs: dict[str, np.ndarray]
    gradients: dict[str, Any]
    watched: dict[str, np.ndarray]


class LayerSubject:
    """A layer at one point: parameters, input and initial state; and its upstream gradients."""

    def __init__(
        self, layer: Any, x: Any, state: Any, lengths: Any, rng: np.random.Generator,
        mask: Any = None,
    ):
        self.notes: list[str] = []
        self.name = name_of(layer)
        self.layer = converted(layer, np.float64)
        self.recurrent = bool(getattr(layer, "recurrent", False))
        if single := sorted({str(p.dtype) for p in layer.params.values()} - {"float64"}):
            self.notes.append(
                f"The layer is {' and '.join(single)}, too coarse for a check; "
                "a float64 copy of it was checked."
            )
        self.options = self._options(layer, {"lengths": lengths, "mask": mask}, rng)
        self.x = self._input(layer, x, rng)
        self.state = self._initial_state(state, rng) if self.recurrent else None
        self.initial: dict[str, np.ndarray] = {}
        if self.recurrent:
            given = leaves(self.state, self.layer)
            self.initial = {name: np.array(value, np.float64) for name, value in given}
        self.tensors = {name: np.array(value) for name, value in self.layer.params.items()}
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
        if not self.recurrent:
            return {"output": layer.forward(x, **self.options)}
        h, final = layer.forward(x, state, **self.options)
        return {"output": h} | dict(leaves(final, self.layer))

    def point(self, scale: float = 1.0, forward: bool = True, shift: float = 0.0) -> Point:
        """Run forward and backward once, the upstream gradients times `scale`, the input moved."""
        arrays = {name: value.copy() for name, value in self.initial.items()}
        state = rebuild(self.state, arrays, self.layer) if self.recurrent else None
        x = self.x + shift if self.x.dtype.kind == "f" else np.roll(self.x, int(shift != 0))
        outputs = self._outputs(self.layer, x, state) if forward else {}
        upstream = {name: u * scale for name, u in self.upstream.items()}
        watched = {"the input": x} | {f"the initial {name}": a for name, a in arrays.items()}
        watched |= {f"the upstream gradient of the {name}": u for name, u in upstream.items()}
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
        gradients = dict(self.layer.grads) | ({"x": dx} if "x" in self.tensors else {}) | before
        return Point(outputs, gradients, watched)

    def originals(self) -> dict[str, np.ndarray]:
        """What the watched arrays must still hold after a call with scale 1."""
        return (
            {"the input": self.x}
            | {f"the initial {name}": a for name, a in self.initial.items()}
            | {f"the upstream gradient of the {name}": u for name, u in self.upstream.items()}
        )

    def parameters(self) -> dict[str, np.ndarray]:
        """The layer's own arrays, live."""
        return dict(self.layer.params)

    def live(self, dtype: Any) -> Live:
        """A copy of everything in the given dtype, to be nudged element by element."""
        twin = converted(self.layer, dtype)
        arrays = {name: twin.params[name] for name in self.layer.params}
        initial = {name: value.astype(dtype) for name, value in self.initial.items()}
        x = self.x if self.x.dtype.kind in "iu" else self.x.astype(dtype)

        def loss() -> Any:
            copies = {name: value.copy() for name, value in initial.items()}
            state = rebuild(self.state, copies, self.layer) if self.recurrent else None
            outputs = self._outputs(twin, x.copy(), state)
            return sum(np.sum(self.upstream[name] * y) for name, y in outputs.items())

        if "x" in self.tensors:
            arrays["x"] = x
        return Live(arrays | initial, loss)


class FunctionSubject:
    """A function params -> (loss, grads) at the given parameters."""

    recurrent = False

    def __init__(self, function: Callable[[Any], Any], params: Any):
        self.notes: list[str] = []
        self.function = function
        self.name = getattr(function, "__name__", kind_of(function))
        if self.name == "<lambda>":
            self.name = "function"
        self.single = not isinstance(params, Mapping)
        if isinstance(params, (tuple, list)) and any(np.ndim(p) for p in params):
            raise TypeError(
                "check_gradients: expected the parameters as a mapping of names to arrays or as "
                f"one array, got a {kind_of(params)}; give each array a name"
            )
        given = {"x": np.asarray(params) * 1.0} if self.single else params
        arrays = {str(name): np.array(value) for name, value in given.items()}
        if odd := [name for name, a in arrays.items() if a.dtype.kind not in "fiub"]:
            raise TypeError(
                f"check_gradients: expected real numbers in {odd[0]!r}, got dtype "
                f"{arrays[odd[0]].dtype}; convert them with .astype(np.float64)"
            )
        self.fixed = {name: a for name, a in arrays.items() if a.dtype.kind != "f"}
        floats = {name: a for name, a in arrays.items() if a.dtype.kind == "f"}
        self.tensors = {name: a.astype(np.float64) for name, a in floats.items()}
        if not floats:
            raise ValueError(
                "check_gradients: expected at least one array of floats to differentiate by, got "
                f"{list(given)}; convert parameters with .astype(np.float64)"
            )
        if coarse := sorted({str(a.dtype) for a in floats.values()} - {"float64"}):
            self.notes.append(
                f"The parameters are {' and '.join(coarse)}, too coarse for a check; "
                "float64 copies of them were checked."
            )
        if self.fixed:
            self.notes.append(f"Not differentiated, being whole numbers: {', '.join(self.fixed)}.")

    def _call(self, arrays: Mapping[str, np.ndarray]) -> tuple[Any, Any, dict[str, np.ndarray]]:
        copies = {name: a.copy() for name, a in {**self.fixed, **arrays}.items()}
        answer = self.function(copies["x"] if self.single else copies)
        if not isinstance(answer, tuple) or len(answer) != 2 or np.size(answer[0]) != 1:
            raise TypeError(
                f"check_gradients: expected {self.name} to return (loss, grads) with a scalar "
                f"loss, got {_shape_of(answer)}; sum or average the loss"
            )
        loss, grads = answer
        if not self.single and not isinstance(grads, Mapping):
            raise TypeError(
                f"check_gradients: expected {self.name} to return the gradients by name, "
                f"like its parameters, got a {kind_of(grads)}; return a dict"
            )
        return np.reshape(loss, ())[()], grads, copies

    def point(self, scale: float = 1.0, forward: bool = True, shift: float = 0.0) -> Point:
        """Call the function once, at the parameters moved by `shift`."""
        loss, grads, copies = self._call({name: a + shift for name, a in self.tensors.items()})
        loss = np.asarray(loss)
        note = (
            f"The loss comes back as {loss.dtype} from float64 parameters: "
            "something inside rounds, and the check can be no better than that."
        )
        if loss.dtype in (np.float16, np.float32) and note not in self.notes:
            self.notes.append(note)
        return Point({"loss": loss}, {"x": grads} if self.single else dict(grads), copies)

    def originals(self) -> dict[str, np.ndarray]:
        """What the watched arrays must still hold after a call."""
        return self.tensors | self.fixed

    def parameters(self) -> dict[str, np.ndarray]:
        """Nothing is kept between calls."""
        return {}

    def live(self, dtype: Any) -> Live:
        """Copies of the parameters in the given dtype, to be nudged element by element."""
        arrays = {name: a.astype(dtype) for name, a in self.tensors.items()}
        return Live(arrays, lambda: self._call(arrays)[0])


def _shape_of(answer: Any) -> str:
    if isinstance(answer, tuple):
        return "a tuple of " + " and ".join(
            f"an array {np.shape(a)}" if isinstance(a, np.ndarray) else f"a {kind_of(a)}"
            for a in answer
        )
    return f"a {kind_of(answer)}"
