"""The likely cure for an argument that is no array, or an array whose shape does not fit.

Each function returns the end of an error's sentence. Nothing here needs NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Shape = tuple[int, ...]

STEPS = (
    "the model answers at each step, and the targets are one for each sequence: "
    "return_sequences=False gives one answer"
)
ONCE = (
    "the model answers once for each sequence, and the targets are one for each step: "
    "return_sequences=True gives an answer at each step"
)
TIME_MAJOR = "one of the two looks time-major, (steps, batch): .swapaxes(0, 1) puts the batch first"


def cure_of_input(shape: Shape, whole: bool, size: int) -> str:
    """For what a recurrent layer of `size` inputs cannot read; `whole`: of whole numbers."""
    if whole and len(shape) <= 2:
        one = " (or x[None] for one sequence)" if shape[-1:] == (size,) else ""
        first = "" if len(shape) == 2 else "; in a pair (x, y), x comes first"
        return f"token ids need an Embedding before this layer{one}{first}"
    if len(shape) == 2 and shape[1] == size:
        return (
            "a single sequence is a batch of one, x[None]; from a layer below, take all steps with "
            "return_sequences=True"
        )
    if size == 1 and len(shape) == 2:
        return "one number for each step is one feature, x[..., None]"
    if size == 1 and len(shape) == 1:
        return "a single sequence of numbers is x[None, :, None]"
    if len(shape) == 3 and shape[1] == size:
        return "the features go last, x.swapaxes(1, 2)"
    return f"this layer was made with input_size={size}"


def cure_of_lengths(shape: Shape, batch: int, steps: int) -> str:
    """For lengths that are not one for each row of x (batch, steps, …)."""
    if shape == (steps,) != (batch,):
        return "x looks time-major, (steps, batch, ..): x.swapaxes(0, 1) puts the batch first"
    return "give one length for each row of the batch"


def cure_of_count(sequences: Shape, targets: Shape) -> str:
    """For sequences (N, ...) and targets (M, ...), where there should be one for each."""
    if sequences[:2] == targets[1::-1] and len(targets) > 1:
        return "one of the two looks time-major, (steps, batch, ..): swapaxes(0, 1) puts rows first"
    return "give a target for each sequence"


def cure_of_ids(outputs: Shape, targets: Shape) -> str:
    """For class ids that do not fit scores (..., V)."""
    rows, count = outputs[:-1], 1
    for size in rows:
        count *= size
    if targets == outputs:
        return "give class ids, not one-hot rows: targets.argmax(-1)"
    if targets == (*rows, 1):
        return "drop the axis of size 1: targets[..., 0]"
    if len(outputs) == 3 and targets == (outputs[0], outputs[2]):
        return "classes go last here: logits.swapaxes(1, 2)"
    if targets == (count,):
        return f"targets.reshape({', '.join(map(str, rows))}) gives them the axes of the logits"
    return _cure_of_axes(rows, targets, "one id per row")


def cure_of_numbers(outputs: Shape, targets: Shape) -> str:
    """For numbers that do not fit predictions of the same shape."""
    if targets == outputs[:-1]:
        if outputs[-1] > 1:
            return f"nothing is broadcast, give each of the {outputs[-1]} numbers its target"
        return "nothing is broadcast, give the targets the last axis too: targets[..., None]"
    if targets == (*outputs, 1):
        return "nothing is broadcast, drop the axis of size 1: targets[..., 0]"
    axes = targets[:-1] if len(targets) > 1 else targets
    return _cure_of_axes(outputs[:-1], axes, "nothing is broadcast")


def _cure_of_axes(rows: Shape, targets: Shape, otherwise: str) -> str:
    """rows, the axes of the outputs before the last: (batch,) or (batch, steps)."""
    if len(rows) == 2 and targets == rows[:1]:
        return STEPS
    if len(rows) == 1 and len(targets) == 2 and targets[:1] == rows:
        return ONCE
    if len(rows) == 2 and targets == rows[::-1]:
        return TIME_MAJOR
    if len(rows) == 1 and len(targets) == 2 and rows[0] == targets[0] * targets[1]:
        return "targets.reshape(-1) puts them in one row, as the outputs are"
    return otherwise


def not_unpacked(what: str, value: Any) -> str:
    """What a pair, a named tuple or a dict is that stands where an array should; "" for others."""
    if hasattr(value, "_fields"):
        kind = "State" if _is_state(value) else type(value).__name__
        words = f"{kind}({', '.join(value._fields)})"
        return f"the named tuple {words}; pass one of its parts, such as .{value._fields[0]}"
    if isinstance(value, Mapping):
        names = ", ".join(repr(name) for name in list(value)[:3])
        return f"a dict with {names or 'nothing'} in it; pass one of its arrays"
    if type(value) is not tuple or len(value) != 2:
        return ""
    first, second = value
    number = isinstance(first, float) or getattr(first, "ndim", None) == 0
    if number and getattr(second, "ndim", 0):
        return (
            "the pair (loss, gradient) that a loss returns; unpack it: "
            "loss, gradient = softmax_cross_entropy(y, targets)"
        )
    if not _is_state(second):
        return ""
    backward = ", or dx, dstate = layer.backward(dh)" if what.startswith("d") else ""
    return (
        "the pair (output, state) that a recurrent layer returns; unpack it: "
        f"y, state = model.forward(x){backward}"
    )


def _is_state(value: Any) -> bool:
    """Whether this is the state of a recurrent layer, or a tuple or dict with one in it."""
    if hasattr(value, "_fields"):
        return "h" in value._fields
    parts = value.values() if isinstance(value, Mapping) else value
    return isinstance(value, tuple | Mapping) and any(_is_state(part) for part in parts)
