"""The answer of a gradient check: one record a tensor, remarks in words, a table to read."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from numpyrnn.shown import aligned, columns, elided, visible
from numpyrnn.validation import nearest

WIDTH = 100
TENSOR_FLOOR = 1e-3
AXES = ("row", "step", "feature")


def relative_errors(analytic: np.ndarray, numeric: np.ndarray, floor: float) -> np.ndarray:
    """|a - n| / max(|a|, |n|, floor), element by element; 0 where equal, NaN where n is NaN."""
    a, n = (np.where(np.isfinite(v), v, 0.0) for v in (analytic, numeric))
    scale = np.maximum(np.maximum(np.abs(a), np.abs(n)), floor)
    errors = np.divide(np.abs(a - n), scale, out=np.zeros_like(scale), where=a != n)
    errors[np.isinf(numeric) | ~np.isfinite(analytic)] = np.inf
    errors[np.isnan(numeric)] = np.nan
    return errors


def norm_ratio(analytic: np.ndarray, numeric: np.ndarray) -> float:
    """‖a - n‖ / max(‖a‖, ‖n‖) over the elements that were checked."""
    checked = ~np.isnan(numeric)
    a, n = analytic[checked], numeric[checked]
    if not np.all(np.isfinite(a) & np.isfinite(n)):
        return np.inf
    scale = max(float(np.linalg.norm(a)), float(np.linalg.norm(n)))
    return float(np.linalg.norm(a - n)) / scale if scale else 0.0


@dataclass(frozen=True, eq=False)
class TensorCheck:
    """One tensor: the hand-written gradient against the numeric one.

    `analytic` and `numeric` are whole arrays of the tensor's shape (numeric is NaN where `samples`
    left an element out; both are None if the backward gave nothing to compare). `error` is the
    largest |a - n| / max(|a|, |n|, floor), found at `index`; `norm_error` is ‖a - n‖ over the
    larger of the two norms, which reads smaller, because good elements outweigh a bad one.
    """

    name: str
    shape: tuple[int, ...]
    kind: str
    verdict: str
    analytic: np.ndarray | None = None
    numeric: np.ndarray | None = None
    errors: np.ndarray | None = None
    norm_error: float = np.inf

    @property
    def passed(self) -> bool:
        """Whether every checked element agrees."""
        return self.verdict == "ok"

    @property
    def index(self) -> tuple[int, ...] | None:
        """The index of the worst element."""
        if self.errors is None or not self.errors.size:
            return None
        worst = np.argmax(np.nan_to_num(self.errors, nan=-1.0, posinf=np.inf))
        return tuple(int(i) for i in np.unravel_index(worst, self.shape))

    @property
    def error(self) -> float:
        """The largest elementwise relative error."""
        if self.errors is None:
            return np.inf
        return float(self.errors[self.index]) if self.errors.size else 0.0

    @property
    def where(self) -> str:
        """The worst element in words: row, step and feature for the input, else its index."""
        if self.index is None:
            return ""
        if self.kind == "input" and len(self.shape) == 3:
            return ", ".join(f"{axis} {i}" for axis, i in zip(AXES, self.index, strict=True))
        return str(list(self.index))

    @property
    def checked(self) -> int:
        """How many elements were compared."""
        return 0 if self.numeric is None else int(np.count_nonzero(~np.isnan(self.numeric)))

    def row(self) -> list[str]:
        """The cells of this tensor's line in the table."""
        place = "" if self.index is None else str(list(self.index))
        if self.index and self.kind == "input" and len(self.shape) == 3:
            place += f" step {self.index[1]}"
        numbers = ["", ""]
        if self.index is not None and self.analytic is not None and self.numeric is not None:
            numbers = [f"{self.analytic[self.index]:.3e}", f"{self.numeric[self.index]:.3e}"]
        errors = ["", ""]
        if self.errors is not None:
            errors = [f"{self.error:.1e}", f"{self.norm_error:.1e}"]
        shape = "(" + ",".join(map(str, self.shape)) + ")"
        return [self.name, shape, place, *numbers, *errors, self.verdict]


@dataclass(frozen=True, eq=False)
class GradientReport:
    """What `check_gradients` found. True if every gradient is right and every rule is kept.

    `tensors` maps names to TensorCheck records (`report["W_hh"]` for short); `failures` are broken
    rules and `notes` remarks, both in words; `method`, `step` and `tolerance` are those used in the
    end. str(report) is a table of at most 100 columns.
    """

    subject: str
    method: str
    step: float
    tolerance: float
    tensors: dict[str, TensorCheck]
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether all tensors agree and nothing else is wrong."""
        return not self.failures and all(tensor.passed for tensor in self.tensors.values())

    @property
    def worst(self) -> TensorCheck:
        """The tensor with the largest error."""
        return max(self.tensors.values(), key=lambda tensor: tensor.error)

    def __bool__(self) -> bool:
        return self.passed

    def __getitem__(self, name: str) -> TensorCheck:
        if name not in self.tensors:
            raise KeyError(
                f"report: expected one of {list(self.tensors)}, got {name!r}"
                f"{nearest(name, self.tensors)}"
            )
        return self.tensors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tensors)

    def __len__(self) -> int:
        return len(self.tensors)

    def assert_passed(self) -> None:
        """Raise AssertionError with the whole table unless the check passed."""
        if not self.passed:
            raise AssertionError(f"the gradient check failed\n{self}")

    def __str__(self) -> str:
        right = sum(tensor.passed for tensor in self.tensors.values())
        title = (
            f"{right} of {len(self.tensors)} gradients agree with {self.method} "
            f"(step {self.step:g}, tolerance {self.tolerance:g})"
        )
        lines = [*textwrap.wrap(self.subject, WIDTH), title, ""]
        heads = ["tensor", "shape", "worst at", "backward", "numeric", "error", "norm", "verdict"]
        lines += table(heads, [t.row() for t in self.tensors.values()], "<<<>>>><")
        for word, remarks in (("FAILED", self.failures), ("note", self.notes)):
            for remark in remarks:
                hang = " " * (len(word) + 2)
                lines += textwrap.wrap(f"{word}: {remark}", WIDTH, subsequent_indent=hang)
        return "\n".join(lines)


def table(heads: list[str], rows: list[list[str]], sides: str, width: int = WIDTH) -> list[str]:
    """Aligned lines; the first column gives way where a line would not fit the width."""
    cells = [[visible(cell) for cell in line] for line in (heads, *rows)]
    widths = [max(columns(line[i]) for line in cells) for i in range(len(heads))]
    room = width - sum(widths[1:]) - 2 * (len(heads) - 1)
    widths[0] = min(widths[0], max(room, 8))
    lines = []
    for line in cells:
        padded = [
            aligned(elided(cell, size), size, side)
            for cell, size, side in zip(line, widths, sides, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    return lines
