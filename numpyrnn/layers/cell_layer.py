"""Recurrent layers with the parameters of one cell, a block for each gate."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

import numpy as np

from numpyrnn.initializers import Initializer, initialize
from numpyrnn.layers.named_arrays import NamedArrays
from numpyrnn.layers.precision import DType
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.validation import RandomSource, check_choice, check_flag, check_rng

if TYPE_CHECKING:
    from typing_extensions import Unpack as Unpack
else:
    Unpack = dict       # Python 3.10 has none, and annotations are not evaluated


class VariantOptions(TypedDict, total=False):
    """What every CellLayer takes by name, for editors and type checkers."""

    return_sequences: bool
    reverse: bool
    use_bias: bool
    kernel_init: str | float | Initializer
    recurrent_init: str | float | Initializer
    bias_init: str | float | Initializer
    masked_output: str
    dtype: DType
    rng: RandomSource


class CellOptions(VariantOptions, total=False):
    """With a kernel there is a choice."""

    engine: str


class CellLayer(Recurrent):
    """A recurrent layer that owns the parameters of one cell.

    Abstract: RNN, LSTM, GRU and their variants name their gates, their state and their engines, and
    add options and parameters of their own. An `__init__` that passes `**options` on takes all the
    options here; `help` and `inspect.signature` show them.
    """

    of_one_gate: ClassVar[Mapping[str, str]] = {}       # parameters without a block for each gate

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        return_sequences: bool = True,
        reverse: bool = False,
        use_bias: bool = True,
        kernel_init: str | float | Initializer = "glorot_uniform",
        recurrent_init: str | float | Initializer = "orthogonal",
        bias_init: str | float | Initializer = "zeros",
        masked_output: str = "zero",
        engine: str = "kernel",
        dtype: DType = np.float32,
        rng: RandomSource = None,
    ):
        super().__init__(
            input_size, hidden_size, return_sequences=return_sequences, reverse=reverse,
            masked_output=masked_output, engine=engine, dtype=dtype,
        )
        self.use_bias = check_flag("use_bias", use_bias)
        D, H, rng = self.input_size, self.hidden_size, check_rng(rng)

        def per_gate(what: str, how: Any, shape: tuple[int, int]) -> np.ndarray:
            return np.stack([initialize(what, how, shape, rng) for _ in self.gates])

        params = {"W_xh": per_gate("kernel_init", kernel_init, (H, D)),
                  "W_hh": per_gate("recurrent_init", recurrent_init, (H, H))}
        if use_bias:
            params["b_h"] = per_gate("bias_init", bias_init, (H, 1))
        params |= self._own_params(bias_init, rng)
        self._params = {name: p.astype(self.dtype) for name, p in params.items()}

    def __init_subclass__(cls) -> None:
        """Show the common options in the signature of a constructor that passes them on."""
        super().__init_subclass__()
        constructor = vars(cls).get("__init__")
        if constructor is not None:
            constructor.__signature__ = _with_common_options(signature(constructor))

    def gate(self, name: str) -> Mapping[str, np.ndarray]:
        """Writable views of one gate's parameters: `lstm.gate("f")["b_h"][...] = 2`."""
        block = self.gates.index(check_choice("gate", name, tuple(self.gates)))
        own = self._params.items()
        views = {key: p[block] for key, p in own if p.ndim == 3 and block < len(p)}
        views |= {key: p[...] for key, p in own if self.of_one_gate.get(key) == name}
        return NamedArrays(views, f"gate({name!r})")

    def arguments(self) -> dict[str, Any]:
        if self.use_bias:
            return dict(self._params)
        return {**self._params, "b_h": np.zeros((len(self.gates), self.hidden_size, 1), self.dtype)}

    def _own_params(self, bias_init: Any, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """The parameters that this kind alone has, drawn after the common ones."""
        return {}


def _with_common_options(own: Signature) -> Signature:
    """The signature `own` with CellLayer's options in the place of **options."""
    parameters = list(own.parameters.values())
    if parameters[-1].kind is not Parameter.VAR_KEYWORD:
        return own
    options = [p for p in signature(CellLayer.__init__).parameters.values()
               if p.kind is Parameter.KEYWORD_ONLY and p.name not in own.parameters]
    return own.replace(parameters=[*parameters[:-1], *options])
