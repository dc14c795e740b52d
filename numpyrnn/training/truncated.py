"""Truncated backpropagation through time: learning from a stream of any length in constant memory.

Every k1 steps (the stride) the network is run over the newest k2 steps (the window), from the state
remembered at the window's start. The loss counts the newest k1 steps only, and its gradient flows
back to the window's start and no further.

    k1 = k2 < T    chunks side by side: the state is carried over, the gradient is not
    k1 < k2        windows overlap: every loss sees at least k2 - k1 + 1 steps of the past
    k2 >= T        no truncation: full backpropagation through time

Source: Williams & Peng 1990, BPTT(k2; k1); Sutskever 2013, section 2.8.6, for the names k1 and k2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from numpyrnn.callables import check_function, check_methods
from numpyrnn.layers.states import arrays_by_path, map_states, rebuild
from numpyrnn.protocols import Loss, RecurrentModel
from numpyrnn.training.batches import Batch
from numpyrnn.training.checkpoints import below
from numpyrnn.training.heads import warn_of_second_activation
from numpyrnn.training.steps import loss_of
from numpyrnn.validation import (
    RandomSource,
    check_batch,
    check_mask,
    check_rng,
    check_size,
)

State = Any  # a namedtuple of arrays, or tuples and dicts of them: what the model's forward returns


class Chunk(NamedTuple):
    """Steps start … stop-1 of the stream.

    loss    mean over these steps (as the loss function means it)
    grads   its gradient for every parameter: a copy, the caller's to clip and to step with
    state   the model's state after step stop-1
    memory  {step: state before that step}: all that the following chunks need to know of the past
    weight  what the loss divided by, so that Σ weight loss / Σ weight is the mean over the stream.
            0 where nothing counts in these steps: loss and gradients are 0, and a step is better
            left out
    """

    loss: float
    grads: dict[str, np.ndarray]
    state: State
    start: int
    stop: int
    memory: dict[int, State]
    weight: float = 1.0


def truncated_bptt(
    model: RecurrentModel,
    loss: Loss,
    x: Any,
    targets: Any,
    *,
    window: int,
    stride: int | None = None,
    state: State = None,
    memory: Mapping[int, State] | None = None,
    mask: np.ndarray | None = None,
    training: bool = True,
    rng: RandomSource = None,
) -> Iterator[Chunk]:
    """Walk along the stream x (B, T, ...) and yield a Chunk every `stride` = k1 steps.

        for chunk in truncated_bptt(model, loss, x, targets, window=100):
            if chunk.weight:                # something in these steps counts
                clip_by_global_norm(chunk.grads, 1.0)
                optimizer.step(model.params, chunk.grads)

    `model` is any recurrent model with one output per step, `targets` (B, T, ...); both arrays are
    only ever sliced as x[:, a:b], so a np.memmap is read piece by piece. `window` = k2 >= k1, and
    k1 = k2 by default; then the last chunk may be shorter. For k1 < k2 every window, the last one
    too, reaches back to stop - k2. `state` is the state before step 0; without it zeros, or what
    a LearnedState holds, which is not trained here, since a stream begins only once: it gets
    gradient 0.
    `memory` (a Chunk's, of an interrupted walk) continues where that chunk stopped.
    `mask` (B, T) says True where a step is real. At the others no state moves, and the loss is
    called with the real steps alone, as outputs (N, ...) and targets (N, ...). A chunk without a
    real step has loss and gradients 0.
    training=False yields loss and state only, without gradients.

    A chunk's loss is the mean over its own steps that count; over a stream, weigh chunks by their
    weight. A stretch in which nothing counts gives a chunk of weight 0, loss 0 and gradients 0.
    Raises ValueError and TypeError at the call, and NotFiniteError for a loss that is not finite.
    """
    window = check_size("window", window)
    stride = window if stride is None else check_size("stride", stride)
    if stride > window:
        raise ValueError(
            f"stride: expected at most the window of {window} steps, got {stride}; "
            "steps between windows would never be learned from"
        )
    _check_model(model, loss)
    batch, steps = _check_stream(x, targets)
    if mask is not None:
        mask = check_mask(mask, batch, steps)
    if state is not None and memory is not None:
        raise ValueError("memory: expected state= or memory=, got both; memory holds the state")
    if memory is None:
        memory = {0: _frozen(model.zero_state(batch) if state is None else state)}
    rng = None if rng is None else check_rng(rng)

    def first_step(start: int) -> int:
        """Where the window of the chunk at `start` begins."""
        if window == stride or start >= steps or not training:
            return start
        return max(0, min(start + stride, steps) - window)

    def run(begin: int, end: int, before: State) -> tuple[np.ndarray, State]:
        piece = np.asarray(x[:, begin:end])
        real = {} if mask is None else {"mask": mask[:, begin:end]}
        return model.forward(piece, state=before, training=training, rng=rng, **real)

    def chunks(memory: dict[int, State]) -> Iterator[Chunk]:
        for start in range(max(memory), steps, stride):
            stop, begin = min(start + stride, steps), first_step(start)
            known = _last_known(memory, begin)
            before = memory[known] if known == begin else run(known, begin, memory[known])[1]

            outputs, state = run(begin, stop, before)
            if outputs.ndim < 3 or outputs.shape[1] != stop - begin:
                raise ValueError(
                    f"model: expected one output for each step, ({batch}, {stop - begin}, ...), "
                    f"got shape {outputs.shape}; use return_sequences=True"
                )
            own, own_targets = outputs[:, start - begin :], np.asarray(targets[:, start:stop])
            real = None if mask is None else mask[:, start:stop]
            value, newest, weight = _of_real(loss, own, own_targets, real)
            grads = {}
            if training:
                gradient = newest
                if begin < start:  # the window's older steps have had their loss
                    gradient = np.zeros_like(outputs)
                    gradient[:, start - begin :] = newest
                model.backward(gradient)
                grads = {name: array.copy() for name, array in model.grads.items()}

            memory[stop] = _frozen(state)
            oldest = _last_known(memory, first_step(stop))
            memory = {step: earlier for step, earlier in memory.items() if step >= oldest}
            yield Chunk(value, grads, memory[stop], start, stop, dict(memory), weight)

    return chunks(dict(memory))


def _check_model(model: RecurrentModel, loss: Loss) -> None:
    check_methods("model", model, ("forward", "backward"), "build one, such as Sequential(...)")
    check_function("loss", loss, "pass one, such as softmax_cross_entropy")
    warn_of_second_activation(model, loss)
    if not model.recurrent:
        raise TypeError(
            f"model: expected a recurrent model, got {type(model).__name__}, "
            "which carries no state; use fit"
        )
    backwards = [path for path, leaf in model.leaves() if getattr(leaf, "reverse", False)]
    if backwards:
        raise ValueError(
            f"model: expected layers that read forwards, got {backwards[0] or 'one'!r} with "
            "reverse=True, which starts at the stream's end; use fit"
        )


def _check_stream(x: Any, targets: Any) -> tuple[int, int]:
    """The sizes (batch, steps) of a stream and its targets."""
    for what, array in (("x", x), ("targets", targets)):
        if len(getattr(array, "shape", ())) < 2:
            raise TypeError(
                f"{what}: expected an array (batch, steps, ...), got {type(array).__name__}; "
                "for one stream take array[None]"
            )
    batch, steps = x.shape[:2]
    check_batch("x", batch, steps)
    if tuple(targets.shape[:2]) != (batch, steps):
        raise ValueError(
            f"targets: expected shape ({batch}, {steps}, ...), one for each step of x, "
            f"got {tuple(targets.shape)}"
        )
    return batch, steps


def _of_real(
    loss: Loss,
    outputs: np.ndarray,
    targets: np.ndarray,
    real: np.ndarray | None,
) -> tuple[float, np.ndarray, float]:
    """The loss of the real steps, its gradient with zeros at the others, and its weight."""
    if real is None:
        return loss_of(loss, outputs, Batch(outputs, targets))
    gradient = np.zeros_like(outputs)
    if not real.any():
        return 0.0, gradient, 0.0
    chosen = outputs[real]
    value, gradient[real], weight = loss_of(loss, chosen, Batch(chosen, targets[real]))
    return value, gradient, weight


def _last_known(memory: dict[int, State], begin: int) -> int:
    """The last remembered step from which `begin` can be reached."""
    if not (known := [step for step in memory if step <= begin]):
        raise ValueError(
            f"memory: expected a state at or before step {begin}, got the first at {min(memory)}; "
            "continue with the window and the stride that the memory was made with"
        )
    return max(known)


def _frozen(state: State) -> State:
    """A read-only copy: it is remembered here and handed out at the same time."""

    def frozen(array: np.ndarray) -> np.ndarray:
        copy = array.copy()
        copy.setflags(write=False)
        return copy

    return map_states(frozen, state)


def pack_memory(memory: Mapping[int, State]) -> dict[str, np.ndarray]:
    """A chunk's memory as flat named arrays, for `save_checkpoint(..., arrays=...)`."""
    return {f"memory/{path}": array for path, array in arrays_by_path(memory).items()}


def unpack_memory(arrays: Mapping[str, np.ndarray], like: State) -> dict[int, State]:
    """Undo `pack_memory`; `like` is a state of the same model, `model.zero_state(batch)`.

    Raises ValueError if the arrays are not the memory of such a model and batch.
    """
    packed = below("memory/", arrays)
    steps = sorted({int(name.split("/")[0]) for name in packed})
    return {step: rebuild(like, _of_step(packed, step, like)) for step in steps}


def _of_step(
    packed: Mapping[str, np.ndarray], step: int, like: State
) -> Iterator[np.ndarray]:
    """The arrays of the state before a step, in the order of `like`."""
    for place, array in arrays_by_path(like).items():
        path = f"{step}/{place}" if place else f"{step}"
        if path not in packed or packed[path].shape != array.shape:
            got = packed[path].shape if path in packed else "nothing"
            raise ValueError(
                f"arrays: expected a state of shape {array.shape} for {path!r}, got {got}; "
                "build the model and the batch as they were"
            )
        yield packed[path]
