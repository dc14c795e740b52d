"""Free functions and methods that get their weights as arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.problem import Problem
from numpyrnn.checks.diagnosis.calling import names as words
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.passes import CellPasses
from numpyrnn.checks.diagnosis.calling.results import Wanted, an_array, gradients_in
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun, words_of


@dataclass
class FunctionPasses(CellPasses):
    """`ahead` and `back`, called by position. `order` are the arguments of ahead: a name, or a
    pair (name, keys) for a dict (or an object) of weights. Without `ahead`, `given` makes the
    cache. `extra` are weights that no cell here has, with the letters of their shapes, `above`
    those of an output layer, which forward needs and whose gradient is not asked for."""

    ahead: Callable[..., Any] | None = None
    back: Callable[..., Any] = lambda: None
    order: tuple[Any, ...] = ()
    given: Callable[[Arrays], Any] | None = None
    extra: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    said: list[str] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    def arguments(self, problem: Problem) -> Arrays:
        found = super().arguments(problem)
        D, N = problem.x.shape[-2:]
        sizes = {"D": D, "N": N, "H": len(problem.state[0]), "G": len(self.book.gates)}
        for number, (name, letters) in enumerate(self.extra.items()):
            shape = [sizes.get(letter, letter) for letter in letters]
            found[name] = 0.5 * np.random.default_rng([number, *shape]).standard_normal(shape)
        return found

    def forward(self, arguments: Arrays) -> tuple[dict[str, Any], Any]:
        if self.ahead is None:
            assert self.given is not None
            return {}, _Kept(self.given(arguments), {}, [], dict(arguments), None)
        every = {**arguments, **self._above(arguments)}
        values = [packed(part, every) for part in self.order]
        labels = [part if isinstance(part, str) else part[0] for part in self.order]
        returned = called(self.ahead, labels, *values)
        outputs, cache = self.read(returned, arguments)
        return outputs, _Kept(cache, outputs, values, dict(arguments), returned)

    def _above(self, arguments: Arrays) -> Arrays:
        """The weights of the output layer, for three outputs."""
        if not self.above:
            return {}
        H, rng = self._hidden(arguments), np.random.default_rng(5)
        column = any(w.bias and w.line == "column" for w in self.reading.weights)
        first = any(w.units_first for w in self.reading.weights)
        made = {}
        for name in self.above:
            bias = words.bare(name).startswith("b")
            shape = ((3, 1) if column else (3,)) if bias else (3, H) if first else (H, 3)
            made[name] = rng.standard_normal(shape)
        return made

    def read(self, returned: Any, arguments: Arrays) -> tuple[dict[str, Any], Any]:
        """The outputs and the cache in what forward returned."""
        name = self.forward_name or "forward"
        count = 1 if self.whole else 1 + self.book.remembers
        expected = "h, cache" if self.whole else ", ".join(
            [*("next_h", "next_c")[:count], "cache"])
        if returned is None:
            raise CannotRun(
                "unwritten", f"{name} should return {expected}, but returned None; write it, and "
                "end it with a return.",
            )
        if isinstance(returned, Mapping):
            keyed = {words.bare(str(k)): v for k, v in returned.items()}
            h = next((v for k, v in keyed.items() if k in _H_KEYS), None)
            c = next((v for k, v in keyed.items() if k in _C_KEYS), None)
            found = [v for v in (h, c) if v is not None]
            if len(found) >= count:
                cache = next((v for k, v in keyed.items() if k in words.CACHES), returned)
                return dict(zip("hc", found[:count], strict=False)), cache
        parts = list(returned) if isinstance(returned, tuple) else [returned]
        if all(part is None for part in parts[:count]):
            raise CannotRun("unwritten", f"{name} is not written yet: all it returns is None.")
        shapes = self._output_shapes(arguments)
        found, rest = [], []
        for part in parts:
            shape = _shape(part)
            if len(found) < count and shape in shapes:
                found.append(part)
            else:
                rest.append(part)
        if len(found) < count:
            if len(parts) > count and all(
                isinstance(p, np.ndarray | np.number | float | list) for p in parts[:count]
            ):
                found, rest = parts[:count], parts[count:]
            else:
                raise CannotRun(
                    "unjudged", f"{name} should return {expected}, but returned "
                    f"{words_of(returned)}.",
                )
        values = [an_array("hc"[k], v) if isinstance(v, list) else v for k, v in enumerate(found)]
        return dict(zip("hc", values, strict=False)), rest[-1] if rest else None

    def _output_shapes(self, arguments: Arrays) -> set[tuple[int, ...]]:
        axes = self.reading.axes
        x = arguments[self.names["x"]].shape
        hidden = self._hidden(arguments)
        one = axes.replace("T", "")
        sizes = dict(zip(axes if self.whole else one, x, strict=False)) | {"F": hidden}
        whole = self.whole and not self.reading.only
        return {tuple(sizes[axis] for axis in (axes if whole else one))}

    def _hidden(self, arguments: Arrays) -> int:
        if "h0" in self.names:
            state = arguments[self.names["h0"]]
            return int(state.shape[self.reading.axes.replace("T", "").index("F")])
        weight = next(w for w in self.reading.weights if not w.bias)
        units = arguments[weight.name].shape[0 if weight.units_first else -1]
        return int(units) // len(weight.gates)

    def backward(self, cache: Any, upstream: Arrays) -> dict[str, Any]:
        values, labels = self._backward_values(cache, upstream)
        returned = called(self.back, labels, *values)
        return self.collected(returned, cache)

    def _backward_values(self, kept: Any, upstream: Arrays) -> tuple[list[Any], list[str]]:
        cache = kept.cache
        takes = written.required(self.back)
        ups = list(upstream.items())
        if takes is None or written.takes_more(self.back):
            return [*(v for _, v in ups), cache], [*(f"d{n}" for n, _ in ups), "cache"]
        takes = [t for t in takes if t != "self"]
        values: list[Any] = []
        labels = []
        left = dict(ups)
        has_cache = cache is not None or any(words.bare(t) in words.CACHES for t in takes)
        for place, name in enumerate(takes):
            text = words.bare(name)
            gradient = words.of_gradient(name) is not None or text in _UPSTREAM
            if text in words.CACHES and not (place == 0 and len(takes) > 1 and not any(
                words.of_gradient(t) or words.bare(t) in _UPSTREAM for t in takes[1:]
            )):
                values.append(cache)
            elif gradient and left:
                memory = "c" in left and _of_c(words.of_gradient(name) or text)
                key = "c" if memory else next(iter(left))
                values.append(left.pop(key))
            elif gradient and _of_c(words.of_gradient(name) or text) and self.whole:
                values.append(0 * self._zero_state(kept))
            elif (value := kept.find(name, self)) is not None:
                values.append(value)
            elif left and place < len(ups):
                values.append(left.pop(next(iter(left))))
            elif has_cache:
                values.append(cache)
            else:
                raise CannotRun(
                    "unjudged", f"{self.function} takes {name}, and it is not clear what that is; "
                    "usual are the gradient from above and the cache that forward returned.",
                )
            labels.append(name)
        return values, labels

    def _zero_state(self, kept: Any) -> np.ndarray:
        name = self.names.get("h0") or self.names["x"]
        return kept.arguments[name]

    def wanted(self, arguments: Arrays) -> list[Wanted]:
        """The gradients that can come back, in the usual order."""
        return [Wanted(name, self.shown(name), array.shape, self._aliases(name))
                for name, array in arguments.items()]

    def _aliases(self, argument: str) -> frozenset[str]:
        if argument == self.names.get("x"):
            return frozenset(words.X - {"u"})
        if argument == self.names.get("h0"):
            return frozenset(words.H | {"hlast", "hnext0"})
        if argument == self.names.get("c0"):
            return frozenset(words.C)
        weight = self.weight(argument)
        if weight is None:
            return frozenset()
        if weight.bias and weight.of == "b" and weight.share == 1 and len(weight.gates) == len(
            self.book.gates
        ):
            return frozenset({"b", "bh", "bias", "ba", "bhh", "bxh"})
        if len(weight.gates) == len(self.book.gates) and weight.of in ("x", "h"):
            return frozenset({"x": {"wx", "wxh", "wih", "wax", "u"},
                              "h": {"wh", "whh", "waa", "w"}}[weight.of])
        return frozenset()

    def collected(self, returned: Any, kept: Any) -> dict[str, Any]:
        """The gradients by argument; what was noticed about their order goes to `said`."""
        wanted = self.wanted(kept.arguments)
        found = gradients_in(self.function, returned, wanted, written.returned_names(self.back))
        if found.order.startswith("!"):
            self._say(found.order[1:])
        elif found.order:
            usual = ", ".join(w.shown for w in wanted)
            self._say(
                f"{self.function} returns its gradients in another order than the usual one: "
                f"{found.order} (usual: {usual})."
            )
        self.missing |= set(found.missing)
        return {name: an_array(self.shown(name), value) for name, value in found.values.items()}

    def _say(self, sentence: str) -> None:
        if sentence not in self.said:
            self.said.append(sentence)


_H_KEYS = {"h", "hnext", "nexth", "hs", "anext", "a", "ht", "hout", "hidden", "hall", "hnew", "out"}
_C_KEYS = {"c", "cnext", "nextc", "cs", "ct", "cout", "cnew", "cell", "memory"}
_UPSTREAM = {"delta", "dout", "error", "err", "e", "upstream", "grad", "g", "gout", "gradoutput",
             "gradient", "d", "top", "dtop", "dl"}


def _of_c(text: str) -> bool:
    return text.startswith("c") or text.endswith("c") or "cell" in text or "memory" in text


def _shape(value: Any) -> tuple[int, ...] | None:
    if isinstance(value, np.ndarray | np.number):
        return np.shape(value)
    if isinstance(value, list) and value and all(isinstance(v, np.ndarray) for v in value):
        try:
            return np.shape(np.asarray(value))
        except ValueError:
            return None
    return None


@dataclass
class _Kept:
    """What a forward call leaves for its backward call."""

    cache: Any
    outputs: dict[str, Any]
    values: list[Any]
    arguments: Arrays
    returned: Any

    def find(self, name: str, passes: FunctionPasses) -> Any:
        """What a parameter of backward can be, beside cache and gradient: an argument of forward
        or an output, by its name."""
        for part, value in zip(passes.order, self.values, strict=False):
            if name == (part if isinstance(part, str) else part[0]):
                return value
        text = words.bare(name)
        by_name = {words.bare(n): v for n, v in self.arguments.items()}
        if text in by_name:
            return by_name[text]
        if text in _C_KEYS and "c" in self.outputs and text not in ("c",):
            return self.outputs["c"]
        if text in _H_KEYS and "h" in self.outputs:
            return self.outputs["h"]
        for key, test in (("x", words.is_x), ("h0", words.is_h), ("c0", words.is_c)):
            if test(name) and key in passes.names:
                return self.arguments[passes.names[key]]
        return None


def packed(part: Any, arguments: Arrays) -> Any:
    """One argument of a call: an array, or a dict, object or tuple of arrays."""
    if isinstance(part, str):
        return arguments[part]
    name, keys, kind = part
    if kind == "dict":
        return {key: arguments[key] for key in keys}
    if kind == "object":
        return SimpleNamespace(**{key: arguments[key] for key in keys})
    if kind == "tuple":
        return tuple(arguments[key] for key in keys)
    raise ValueError(f"part: expected dict, object or tuple, got {kind!r}")


def called(function: Callable[..., Any], names: list[str], *values: Any, **params: Any) -> Any:
    """Call it; raises CannotRun with both signatures if it takes other arguments than these."""
    try:
        inspect.signature(function).bind(*values, **params)
    except TypeError:
        there = inspect.signature(function)
        raise CannotRun(
            "unjudged", f"{function.__name__} should take ({', '.join([*names, *params])}), but "
            f"takes {there}.",
        ) from None
    except ValueError:  # a signature that Python cannot tell
        pass
    return function(*values, **params)
