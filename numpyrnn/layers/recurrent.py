"""What recurrent layers share: parameters by gate, the engine, and what comes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from numpyrnn.cells.state import HiddenState, State
from numpyrnn.cells.unrolled import Unrolled
from numpyrnn.initializers import Initializer, initialize
from numpyrnn.kernels.workspace import Workspace
from numpyrnn.layers.base import Layer
from numpyrnn.layers.masks import MASKED_OUTPUTS, real_steps, repeat, repeat_back
from numpyrnn.layers.named_arrays import NamedArrays
from numpyrnn.layers.packing import Packing
from numpyrnn.layers.streaming import Stream
from numpyrnn.validation import (
    RandomSource,
    check_batch,
    check_choice,
    check_finite,
    check_flag,
    check_float_array,
    check_rng,
    check_sequences,
    check_shape,
    check_size,
)

OFF = object()      # in the place of an rng: no noise, because this is not training


class Recurrent(Layer):
    """A layer that reads a sequence step by step and carries a state.

    Abstract: RNN, LSTM, GRU and their variants say which gates, which state and which engines (a
    kernel and the textbook cell, or the cell alone).
    """

    recurrent = True
    takes_lengths = True
    input_size: int
    output_size: int
    gates: ClassVar[str]
    state_type: ClassVar[Any] = HiddenState
    engines: ClassVar[dict[str, Any]]
    _other_engine: Unrolled | None = None               # of run_on
    of_one_gate: ClassVar[Mapping[str, str]] = {}       # parameters without a block for each gate

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        return_sequences: bool,
        reverse: bool,
        use_bias: bool,
        kernel_init: str | float | Initializer,
        recurrent_init: str | float | Initializer,
        bias_init: str | float | Initializer,
        masked_output: str,
        engine: str,
        dtype: Any,
        rng: RandomSource,
        **options: Any,
    ):
        D = self.input_size = check_size("input_size", input_size)
        H = self.hidden_size = self.output_size = check_size("hidden_size", hidden_size)
        shown = dict(return_sequences=(return_sequences, True), reverse=(reverse, False),
                     use_bias=(use_bias, True), masked_output=(masked_output, "zero"),
                     engine=(engine, next(iter(self.engines))))
        super().__init__(dtype, _0=D, _1=H, **options,
                         **{k: v for k, (v, default) in shown.items() if v != default})
        self.return_sequences = check_flag("return_sequences", return_sequences)
        self.reverse = check_flag("reverse", reverse)
        self.use_bias = check_flag("use_bias", use_bias)
        self.masked_output = check_choice("masked_output", masked_output, MASKED_OUTPUTS)
        self.engine = check_choice("engine", engine, ("kernel", "cell"))
        if engine not in self.engines:
            raise ValueError(
                f"engine: expected 'cell', since {type(self).__name__} has no kernel, got "
                f"{engine!r}; leave engine out"
            )
        rng = check_rng(rng)

        def per_gate(what, how, shape):
            return np.stack([initialize(what, how, shape, rng) for _ in self.gates])

        self._workspace = Workspace()
        self._spare: list[Workspace] = []       # of inference; a list, so that threads may share
        self._params = {"W_xh": per_gate("kernel_init", kernel_init, (H, D)),
                        "W_hh": per_gate("recurrent_init", recurrent_init, (H, H))}
        if use_bias:
            self._params["b_h"] = per_gate("bias_init", bias_init, (H, 1))
        self._params = {name: p.astype(self.dtype) for name, p in self._params.items()}

    @property
    def cell(self) -> Any:
        """The textbook cell of this layer: `layer.cell.step(x, state, **layer.arguments())`."""
        return self.engines["cell"].cell

    def run_on(self, cell: Any) -> None:
        """Read sequences with this cell from now on, in place of the layer's own.

        `cell` answers `step` and `step_back` as the textbook cells do: a student's version, or one
        that takes notes. Lengths, reversal, checks and wiring stay the layer's; a wrapper draws no
        noise for it. The layer itself is changed; `layer.copy()` first leaves it as it was.
        """
        self._other_engine, self.engine = Unrolled(cell), "cell"

    def gate(self, name: str) -> Mapping[str, np.ndarray]:
        """Writable views of one gate's parameters: `lstm.gate("f")["b_h"][...] = 2`."""
        block = self.gates.index(check_choice("gate", name, tuple(self.gates)))
        own = self._params.items()
        views = {key: p[block] for key, p in own if p.ndim == 3 and block < len(p)}
        views |= {key: p[...] for key, p in own if self.of_one_gate.get(key) == name}
        return NamedArrays(views, f"gate({name!r})")

    def zero_state(self, batch: int) -> State:
        """The state (B, H) of all zeros with which a sequence begins."""
        shape = (check_size("batch", batch), self.hidden_size)
        return self.state_type(*(np.zeros(shape, self.dtype) for _ in self.state_type._fields))

    def forward(
        self,
        x: np.ndarray,
        state: State | None = None,
        lengths: np.ndarray | None = None,
        *,
        mask: np.ndarray | None = None,
        training: bool = True,
        rng: RandomSource = None,
    ) -> tuple[np.ndarray, State]:
        """Read the sequences; h (B, T, H), or (B, H) without return_sequences, and the state.

        x (B, T, D); state of (B, H) arrays, zeros if None; lengths (B,) whole numbers from 0 to T
        in any order, or mask (B, T), True where a step is real, in any pattern. At the other steps,
        past its length or masked, a row is not read, keeps its state and puts out 0; with
        masked_output="repeat" it puts out again what it did at its last real step (0 before the
        first). A row without a real step returns its initial state. training=False keeps nothing
        for `backward`. Raises ValueError or TypeError where something does not fit.
        """
        x = check_sequences("x", x, self.input_size, self.dtype)
        batch, steps, _ = x.shape
        check_batch("x", batch, steps)
        whole = lengths is None and mask is None
        real = None if whole else real_steps(lengths, mask, batch, steps)
        packing = Packing(batch, steps, real, self.reverse)
        begin = self.zero_state(batch) if state is None else state
        state = self._check_state("state", begin, batch)
        if training:                                    # all steps at once, kept for backward
            work, stride = self._workspace, steps
        else:                                           # a few, so that memory stays the same
            work, stride = self._spare.pop() if self._spare else Workspace(), max(16, 1024 // batch)
        final, self._cache = self._packed(packing, state), None
        engine = self._engine()
        h = packing.empty(final.h) if self.return_sequences else None
        for first in range(0, max(len(packing.counts), 1), stride):
            counts = packing.counts[first:first + stride]
            last = first + len(counts)
            rows = work.array("x", (sum(counts), self.input_size), self.dtype)
            columns = packing.pack(x, rows, first, last)
            packing.check_finite("x", columns, first)
            columns = self._with_noise(engine, columns, counts, packing, rng if training else OFF)
            before, final, cache = engine.forward(
                columns, final, counts, work, **self.arguments()
            )
            if h is not None:
                packing.unpack_states(before, final.h, h, first, last)
        if training:
            self._cache = packing, cache
        else:
            self._spare.append(work)
        if h is not None and self._repeats(packing):
            h = repeat(h, packing.real, self.reverse)
        final = self.state_type(*map(packing.unpack_state, final))
        return (final.h.copy() if h is None else h), final

    def backward(
        self, dh: np.ndarray, dstate: State | None = None
    ) -> tuple[np.ndarray, State]:
        """Gradients of the last forward pass: dx (B, T, D) and that of the initial state.

        dh has the shape of h, dstate that of the final state (zeros if None). Fills `grads`.
        Padding and masked steps get gradient exactly 0, and dh there is not read (unless they
        repeat an output). Raises RuntimeError where no forward pass was kept.
        """
        packing, cache = self._last_cache()
        batch, H = packing.batch, self.hidden_size
        dh = check_float_array("dh", dh, self.dtype)
        final = self._check_state("dstate", dstate, batch)
        # Read across its rows, which must not lie a power of two apart: they would share a few
        # lines of the cache and drive each other out.
        rows = self._workspace.array("dh", (sum(packing.counts), H + 16), self.dtype)[:, :H]
        if self.return_sequences:
            check_shape("dh", dh, (batch, packing.steps, H), "it must have the shape of h")
            if self._repeats(packing):
                dh = repeat_back(dh, packing.real, self.reverse)
            columns = packing.pack(dh, rows, 0, len(packing.counts))
            packing.check_finite("dh", columns)
        else:
            check_shape("dh", dh, (batch, H), "it must have the shape of h")
            check_finite("dh", dh)
            final = final._replace(h=final.h + dh)
            rows[...] = 0
            columns = rows.T
        dx, before, grads = self._engine().backward(
            columns, self._packed(packing, final), cache, **self.arguments()
        )
        self._grads = {
            name: np.ascontiguousarray(grads[name]) for name in self.params if name in grads
        }
        return packing.unpack(dx), self.state_type(*map(packing.unpack_state, before))

    def arguments(self) -> dict[str, Any]:
        """What the cell is called with: the parameters, and zeros for a bias that is missing."""
        if self.use_bias:
            return dict(self._params)
        return {**self._params, "b_h": np.zeros((len(self.gates), self.hidden_size, 1), self.dtype)}

    def stream(self, batch: int = 1, state: Any = None) -> Stream:
        """The layer one step at a time: `stream.step(x_t)` takes (B, D) and gives (B, H).

        Constant time and memory a step, and the numbers of the whole sequence (see `Stream`).
        Raises ValueError for a reversed layer, which begins where a stream has not arrived.
        """
        return Stream(self, batch, state)

    def _engine(self) -> Any:
        return self._other_engine or self.engines[self.engine]

    def _repeats(self, packing: Packing) -> bool:
        return self.masked_output == "repeat" and not packing.full

    def _with_noise(
        self, engine: Any, columns: np.ndarray, counts: list[int], packing: Packing, rng: Any
    ) -> np.ndarray:
        """What the engine reads: the columns, and below them what a noisy layer draws for it."""
        return columns

    def _add_to_initial(self, dh: np.ndarray) -> None:
        """Take notice of a gradient (B, H) that reaches the initial h past this layer."""

    def _packed(self, packing: Packing, state: Any) -> Any:
        return self.state_type(*map(packing.pack_state, state))

    def _check_state(self, what: str, state: Any, batch: int) -> Any:
        if state is None:
            return Recurrent.zero_state(self, batch)
        wanted = f"State({', '.join(self.state_type._fields)})"
        if not isinstance(state, self.state_type):
            came = type(state).__name__
            if isinstance(state, State):
                came += f"({', '.join(getattr(state, '_fields', ()))})"
            raise TypeError(
                f"{what}: expected a {wanted} of arrays ({batch}, {self.hidden_size}), got {came}; "
                f"write numpyrnn.{wanted}, or take the one that forward returned"
            )
        arrays = []
        for field, value in zip(state._fields, state, strict=True):
            value = check_float_array(f"{what}.{field}", value, self.dtype)
            check_shape(f"{what}.{field}", value, (batch, self.hidden_size),
                        "one row for each sequence; a state is never broadcast")
            check_finite(f"{what}.{field}", value)
            arrays.append(value)
        return self.state_type(*arrays)
