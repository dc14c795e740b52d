"""What all optimizers share: the checks, weight decay, and moments that can be saved."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from numpyrnn.answers import unknown_attribute
from numpyrnn.optim.clipping import check_gradients
from numpyrnn.validation import (
    check_finite,
    check_float_array,
    check_mapping,
    check_names,
    check_number,
    check_shape,
    check_size,
)

DTYPES = (np.float32, np.float64)


class Optimizer:
    """The face of every optimizer: `step`, and the two ways to save and resume it.

    A moment is an array shaped like a parameter that is remembered from step to step. A subclass
    names its moments and writes `_update`. Options are plain attributes; a schedule may set
    `learning_rate` before each step, to 0 as well. `steps` counts the steps taken.

    weight_decay λ adds λ p to the gradient, as a penalty ½ λ p² on the loss would.
    """

    decoupled = False  # True: weight decay shrinks the parameter itself instead (AdamW)
    _update: Callable[..., None]  # (p, g, η, work, *moments); work is an array like p to compute in

    def __init__(self, learning_rate: float, weight_decay: float, moments: tuple[str, ...]):
        if hasattr(learning_rate, "keys") or hasattr(learning_rate, "params"):
            raise TypeError(
                "learning_rate: expected a number, got parameters; they come with each step: "
                "optimizer.step(model.params, model.grads)"
            )
        self.learning_rate = check_number("learning_rate", learning_rate, above=0)
        self.weight_decay = check_number("weight_decay", weight_decay, minimum=0)
        self.steps = 0
        self._moments: dict[str, dict[str, np.ndarray]] = {moment: {} for moment in moments}

    def __getattr__(self, name: str) -> Any:
        """Only asked for what there is not: names the word that is meant."""
        raise unknown_attribute(self, name)

    def __repr__(self) -> str:
        options = inspect.signature(type(self)).parameters
        return f"{type(self).__name__}({', '.join(f'{o}={getattr(self, o)!r}' for o in options)})"

    def __copy__(self) -> Optimizer:
        return copy.deepcopy(self)      # two optimizers with the same moments would spoil both

    @np.errstate(under="ignore")
    def step(self, params: Mapping[str, np.ndarray], grads: Mapping[str, np.ndarray]) -> None:
        """Move the parameters, in place, one step against their gradients.

        Both map the same names to arrays of the same shapes, as layer.params and layer.grads do;
        the gradients are only read, in the dtype of the parameters. Raises ValueError for names or
        shapes that differ and for a gradient that is not finite (naming the parameter), TypeError
        for parameters other than float32 or float64, RuntimeError before any backward; nothing has
        been changed then.
        """
        rate = check_number("learning_rate", self.learning_rate, minimum=0)
        self._check(params, grads)
        self.steps += 1
        for name, p in params.items():
            g, work = grads[name], np.empty_like(p)
            if g.dtype != p.dtype:
                g = check_float_array(name, g, p.dtype)
            if self.weight_decay and self.decoupled:
                p *= 1 - rate * self.weight_decay
            elif self.weight_decay:
                g = np.add(g, np.multiply(p, self.weight_decay, out=work))
            self._update(p, g, rate, work, *(arrays[name] for arrays in self._moments.values()))

    def state_dict(self) -> dict[str, np.ndarray]:
        """What a run must save to go on exactly: copies, ready for np.savez.

        Keys: "kind", "step", "learning_rate", and moment/parameter such as "m/rnn.W_xh".
        """
        state = {
            "kind": np.array(type(self).__name__),
            "step": np.array(self.steps),
            "learning_rate": np.array(self.learning_rate, dtype=np.float64),
        }
        for moment, arrays in self._moments.items():
            state |= {f"{moment}/{name}": array.copy() for name, array in arrays.items()}
        return state

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on where the optimizer that gave this state stood, its learning rate included.

        The other options are those this optimizer was made with. Raises ValueError, with nothing
        changed, for the state of another kind of optimizer or one whose names do not match.
        """
        check_mapping("state", state, "pass what state_dict() returned")
        kind, own = str(state["kind"]) if "kind" in state else "nothing known", type(self).__name__
        if kind != own:
            raise ValueError(f"state: expected that of {own}, got that of {kind}; make that one")
        names = {key.split("/", 1)[1] for key in state if "/" in key}
        if self.steps and self._moments:
            names = set(next(iter(self._moments.values())))
        expected = {f"{moment}/{name}" for moment in self._moments for name in names}
        check_names("state", state, {"kind", "step", "learning_rate"} | expected)
        steps = check_size("step", np.asarray(state["step"]).item(), minimum=0)
        rate = check_number("learning_rate", np.asarray(state["learning_rate"]).item(), minimum=0)
        if steps and self._moments and not names:
            raise ValueError(
                f"state: expected the moments {sorted(self._moments)}, got none; "
                "give the optimizer the options it was saved with"
            )
        for key in expected:
            check_finite(key, state[key], "take an earlier checkpoint")
        self.steps, self.learning_rate = steps, rate
        for moment, arrays in self._moments.items():
            arrays.clear()
            arrays.update({name: np.array(state[f"{moment}/{name}"]) for name in names})

    def _check(self, params: Mapping[str, np.ndarray], grads: Mapping[str, np.ndarray]) -> None:
        """Raise unless the step can be taken as a whole; before the first, make the moments."""
        check_mapping("params", params, "pass layer.params")
        check_mapping("grads", grads, "pass layer.grads")
        if params and not grads:
            raise RuntimeError("grads: expected one for each parameter, got none; backward first")
        if grads.keys() != params.keys():  # to compare is cheap, to find words is not; so below
            check_names("grads", grads, params)
        check_gradients(grads)
        for name, p in params.items():
            if not isinstance(p, np.ndarray) or p.dtype not in DTYPES:
                raise TypeError(
                    f"parameter {name}: expected a float32 or float64 array, got "
                    f"{getattr(p, 'dtype', type(p).__name__)}; pass layer.params"
                )
            if not p.flags.writeable:
                raise ValueError(
                    f"parameter {name}: expected a writable array, got a read-only one; pass a copy"
                )
            if grads[name].shape != p.shape:
                check_shape(f"gradient of {name}", grads[name], p.shape)
            if grads[name].dtype != p.dtype:
                g = check_float_array(name, grads[name], p.dtype)
                check_finite(f"gradient of {name} in {p.dtype}", g, "clip it first")
        for arrays in self._moments.values():
            if self.steps == 0:
                arrays.update({name: np.zeros_like(p) for name, p in params.items()})
            if params.keys() != arrays.keys():
                check_names("params", params, arrays)
            for name, p in params.items():
                if arrays[name].shape != p.shape or arrays[name].dtype != p.dtype:
                    raise ValueError(
                        f"parameter {name}: expected shape {arrays[name].shape} and "
                        f"{arrays[name].dtype}, as in the steps before, got {p.shape} and "
                        f"{p.dtype}; make a new optimizer"
                    )
