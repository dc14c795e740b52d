"""Classes that hold their weights, and their gradients, inside.

    cell = LSTM(Wx, Wh, b)  or  RNNCell(input_size, hidden_size), whose weights are then set
    h = cell.forward(x, h_prev)          hs = layer.forward(xs)
    dx, dh_prev = cell.backward(dh)      dxs = layer.backward(dhs)
    the gradients of the weights are in cell.grads or cell.dWx
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.functions import _UPSTREAM, FunctionPasses, _Kept, _of_c
from numpyrnn.checks.diagnosis.calling.results import Wanted, an_array, gradients_in
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun, words_of

# Names of sizes in a constructor.
_INPUTS = ("input", "in", "d", "nx", "x", "features", "embed", "vocab", "n_in")


@dataclass
class Maker:
    """How an object is made: from its weights, or from sizes, after which they are set.

    `inside` is the name of the dict that holds the weights, "" for attributes.
    """

    made_by: type
    takes: tuple[str, ...]
    weights: tuple[str, ...]
    by_weights: bool
    inside: str = ""

    def __call__(self, arguments: Arrays, features: int, hidden: int) -> Any:
        """A new object with these weights."""
        if self.by_weights:
            values = [arguments[name] for name in self.weights]
            stateful = "stateful" in (written.parameters(self.made_by) or [])
            return self.made_by(*values, **({"stateful": True} if stateful else {}))
        made = self.made_by(*sizes_for(self.takes, features, hidden))
        for name in self.weights:
            if self.inside:
                getattr(made, self.inside)[name] = arguments[name]
            else:
                setattr(made, name, arguments[name])
        return made


def sizes_for(takes: Sequence[str], features: int, hidden: int) -> list[int]:
    """A number for each size that a constructor asks for."""
    if len(takes) == 2 and not any(words.bare(t).startswith(("h", "nh")) for t in takes[:1]):
        return [features, hidden]
    return [hidden if "h" in words.bare(t).replace("batch", "") else features for t in takes]


def makers(value: type) -> Iterator[tuple[Maker, dict[str, np.ndarray]]]:
    """The ways to make an object of this class, and the weights it has, with D = 3 and H = 4."""
    takes = written.required(value) or []
    if takes and all(words._split(t) for t in takes) and len(takes) >= 2:
        yield Maker(value, tuple(takes), tuple(takes), True), {}
        return
    if len(takes) > 3 or not takes:
        return
    try:
        made = value(*sizes_for(takes, 3, 4))
    except Exception:
        return
    places = [("", vars(made))] + [(n, v) for n, v in vars(made).items() if isinstance(v, dict)]
    for inside, holder in places:
        arrays = {n: v for n, v in holder.items()
                  if isinstance(n, str) and isinstance(v, np.ndarray)}
        found = {n: v for n, v in arrays.items() if _weight(n, v, arrays)}
        if len(found) >= 2:
            yield Maker(value, tuple(takes), tuple(found), False, inside), found


def _weight(name: str, value: np.ndarray, every: Mapping[str, Any]) -> bool:
    """Whether an array of an object is a weight, and not a gradient or a state."""
    text = words.bare(name)
    if text in words.OUTPUT_WEIGHTS or words._split(name) is None:
        return False
    of = words.of_gradient(name)
    return not (of and any(words.bare(n) == of for n in every)) and value.size > 1


@dataclass
class ObjectPasses(FunctionPasses):
    """An object is made for every forward call; backward is called on it.

    `adds`: the course asks that backward adds to the gradients that the object holds.
    `rows`: one sequence at a time, whose gradient comes in as a row (1, H).
    """

    maker: Maker | None = None
    ahead_method: str = "forward"
    back_method: str = "backward"
    meaning: dict[str, str] = field(default_factory=dict)
    adds: bool = False
    rows: bool = False

    def forward(self, arguments: Arrays) -> tuple[dict[str, Any], Any]:
        assert self.maker is not None
        made = self.maker(arguments, self._features(arguments), self._hidden(arguments))
        inputs = [n for n in (self.names.get(r) for r in ("x", "h0", "c0")) if n]
        ahead = getattr(made, self.ahead_method)
        takes = written.required(ahead) or []
        if len(takes) < len(inputs) and self.whole:
            setter = getattr(made, "set_state", None)
            if setter is not None and len(inputs) > 1:
                setter(*(arguments[n] for n in inputs[1:]))
            inputs = inputs[:1]
        returned = ahead(*(arguments[n] for n in inputs))
        outputs, cache = self.read(returned, arguments)
        return outputs, (_Kept(cache, outputs, [arguments[n] for n in inputs], dict(arguments),
                               returned), made)

    def _features(self, arguments: Arrays) -> int:
        axes = self.reading.axes if self.whole else self.reading.axes.replace("T", "")
        return int(arguments[self.names["x"]].shape[axes.index("F")])

    def backward(self, cache: Any, upstream: Arrays) -> dict[str, Any]:
        kept, made = cache
        back = getattr(made, self.back_method)
        values = self._values(back, kept, upstream)
        returned = back(*values)
        every = self.wanted(kept.arguments)
        states = [w for w in every if w.argument in self.names.values()]
        if isinstance(returned, tuple) and len(returned) == len(every) > len(states):
            names = written.returned_names(self.back)
            found = gradients_in(self.function, returned, every, names).values
        else:
            found = self._states(returned, states, made)
        for weight in self.reading.weights:
            gradient = None if weight.name in found else self._gradient(made, weight.name)
            if gradient is not None:
                found[weight.name] = gradient
        parts = returned if isinstance(returned, tuple | list) else [returned]
        if all(part is None for part in parts) and not any(map(np.any, found.values())):
            raise CannotRun(
                "unwritten", f"{self.function} is not written yet: it returns None, and the "
                "gradients in the object are still zeros.",
            )
        if not found:
            raise CannotRun(
                "unjudged", f"{self.function} should return dx and leave its gradients in the "
                f"object, but returned {words_of(returned)}.",
            )
        shaped = {}
        for name, value in found.items():
            array = an_array(self.shown(name), value)
            shape = kept.arguments[name].shape
            alone = self.reading.single and array.size == int(np.prod(shape))
            squeezed = tuple(n for n in array.shape if n != 1) == tuple(n for n in shape if n != 1)
            shaped[name] = array.reshape(shape) if alone and squeezed else array
        self.missing = {n for n in kept.arguments if n not in found}
        return shaped

    def _values(self, back: Callable[..., Any], kept: _Kept, upstream: Arrays) -> list[Any]:
        values: list[Any] = []
        left = {n: up[None] for n, up in upstream.items()} if self.rows else dict(upstream)
        for place, name in enumerate(written.required(back) or ["dh"]):
            text = words.bare(name)
            if text in self.meaning:
                key = self.meaning[text]
                values.append(kept.outputs[key] if key in kept.outputs
                              else kept.arguments[self.names[key]])
            elif (words.of_gradient(name) or text in _UPSTREAM or place == 0) and left:
                memory = "c" in left and _of_c(words.of_gradient(name) or text)
                values.append(left.pop("c" if memory else next(iter(left))))
            elif (value := kept.find(name, self)) is not None:
                values.append(value)
            elif left:
                values.append(left.pop(next(iter(left))))
            else:
                values.append(kept.cache)
        return values

    def _states(self, returned: Any, wanted: list[Wanted], made: Any) -> dict[str, Any]:
        """dx, dh0 and dc0 in what was returned, or left in the object."""
        if isinstance(returned, Mapping):
            return {w.argument: v for w in wanted for k, v in returned.items()
                    if w.called(str(k)) and v is not None}
        parts = list(returned) if isinstance(returned, tuple | list) else [returned]
        found = {w.argument: v for w, v in zip(wanted, parts, strict=False) if v is not None}
        for want in wanted:
            if want.argument not in found and (held := self._held(made, want)) is not None:
                found[want.argument] = held
        if self.whole and len(parts) == 1 and "h0" in self.names and (
            self.names["h0"] not in found
        ):
            left = getattr(made, "dh", None)
            if isinstance(left, np.ndarray):
                found[self.names["h0"]] = left
        return found

    def _gradient(self, made: Any, name: str) -> Any:
        """The gradient of a weight that the object holds."""
        assert self.maker is not None
        grads = getattr(made, "grads", None)
        if isinstance(grads, Mapping):
            return next((v for k, v in grads.items() if words.bare(str(k)) == words.bare(name)
                         or words.of_gradient(str(k)) == words.bare(name)), None)
        if isinstance(grads, list | tuple) and len(grads) == len(self.maker.weights):
            return grads[self.maker.weights.index(name)]
        for attribute, value in vars(made).items():
            if words.of_gradient(attribute) == words.bare(name) and isinstance(
                value, np.ndarray | np.number | float
            ):
                return value
        return self._held(made, Wanted(name, f"d{name}", ()))

    def _held(self, made: Any, wanted: Wanted) -> Any:
        """A gradient in a dict of the object's that is not that of its weights."""
        assert self.maker is not None
        weights = getattr(made, self.maker.inside, None) if self.maker.inside else None
        for holder in vars(made).values():
            if isinstance(holder, Mapping) and holder is not weights:
                for key, value in holder.items():
                    if isinstance(value, np.ndarray) and words.of_gradient(str(key)) and (
                        wanted.called(str(key))
                    ):
                        return value
        return None
