"""The answer of a gradient check: one record a tensor, remarks in words, a table to read."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numpyrnn.text import table
from numpyrnn.validation import nearest

WIDTH = 100
TENSOR_FLOOR = 1e-3
AXES = ("row", "step", "feature")


def relative_errors(analytic: np.ndarray, numeric: np.ndarray, floor: Any) -> np.ndarray:
    """|a - n| / max(|a|, |n|, floor), element by element; 0 where equal, NaN where n is NaN."""
    a, n = (np.where(np.isfinite(v), v, 0.0) for v in (analytic, numeric))
    scale = np.maximum(np.maximum(np.abs(a), np.abs(n)), floor)
    errors = np.divide(np.abs(a - n), scale, out=np.zeros_like(scale), where=a != n)
    errors[np.isinf(numeric) | ~np.isfinite(analytic)] = np.inf
    errors[np.isnan(numeric)] = np.nan
    return errors


def top_of(values: np.ndarray) -> float:
    """The largest finite value."""
    return float(np.abs(values[np.isfinite(values)]).max(initial=0.0))


def norm_ratio(analytic: np.ndarray, numeric: np.ndarray) -> float:
    """‖a - n‖ / max(‖a‖, ‖n‖) over the elements that were checked."""
    checked = ~np.isnan(numeric)
    a, n = analytic[checked], numeric[checked]
    if not np.all(np.isfinite(a) & np.isfinite(n)):
        return np.inf
    scale = max(float(np.linalg.norm(a)), float(np.linalg.norm(n)))
    return float(np.linalg.norm(a - n)) / scale if scale else 0.0


RIGHT, KINK = "ok", "not differentiable here"


@dataclass(frozen=True, eq=False)
class TensorCheck:
    """One tensor: the hand-written gradient against the numeric one.

    `analytic` and `numeric` are whole arrays of the tensor's shape (numeric is NaN at elements that
    were not looked at one by one; both are None if there was nothing to compare). `error` is the
    largest |a - n| / max(|a|, |n|, floor), at `index`; `norm_error` is ‖a - n‖ over the
    larger of the two norms, which reads smaller, because good elements outweigh a bad one.
    `tolerance` is the one that this tensor was judged by; `kinks` counts the elements that have no
    derivative, being on a kink; `projected` is the number of random directions along which the
    whole tensor was compared, `projected_error` the error there.

    `verdict` is one of "ok", "WRONG", "not differentiable here", "random", "NaN", "not judged", or
    what is wrong with the gradient itself: "missing", "wrong shape", "not real".
    """

    name: str
    shape: tuple[int, ...]
    kind: str
    verdict: str
    analytic: np.ndarray | None = None
    numeric: np.ndarray | None = None
    errors: np.ndarray | None = None
    norm_error: float = np.inf
    tolerance: float = np.nan
    kinks: int = 0
    projected: int = 0
    projected_error: float = 0.0
    places: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything that was looked at agrees."""
        return self.verdict == RIGHT

    @property
    def index(self) -> tuple[int, ...] | None:
        """The index of the worst element."""
        if self.errors is None or np.all(np.isnan(self.errors)):
            return None
        worst = np.argmax(np.nan_to_num(self.errors, nan=-1.0, posinf=np.inf))
        return tuple(int(i) for i in np.unravel_index(worst, self.shape))

    @property
    def error(self) -> float:
        """The largest elementwise relative error."""
        if self.errors is None:
            return 0.0 if self.verdict == KINK else np.inf
        largest = float(self.errors[self.index]) if self.index is not None else 0.0
        return max(largest, self.projected_error)

    @property
    def where(self) -> str:
        """The worst element in words: row, step and feature for the input, else its index."""
        if self.index is None:
            return ""
        if self.kind == "input" and len(self.shape) == 3:
            return ", ".join(f"{axis} {i}" for axis, i in zip(AXES, self.index, strict=True))
        return str(list(self.index))

    @property
    def size(self) -> int:
        """How many elements the tensor has."""
        return int(np.prod(self.shape))

    @property
    def checked(self) -> int:
        """How many elements were compared one by one."""
        return 0 if self.numeric is None else int(np.count_nonzero(~np.isnan(self.numeric)))

    def row(self) -> list[str]:
        """The cells of this tensor's line in the table."""
        place, numbers, errors = "", ["", ""], ["", ""]
        if self.index is not None:
            place = str(list(self.index))
            if self.kind == "input" and len(self.shape) == 3:
                place += f" step {self.index[1]}"
            numbers = [f"{g[self.index]:.3e}" for g in (self.analytic, self.numeric)
                       if g is not None]
        if self.errors is not None and (self.index is not None or not self.size):
            errors = [f"{self.error:.1e}", f"{self.norm_error:.1e}"]
        shape = "(" + ",".join(map(str, self.shape)) + ")"
        return [self.name, shape, place, *numbers, *errors, self.verdict]


@dataclass(frozen=True, eq=False)
class GradientReport:
    """The result of `check_gradients`. True if every gradient is right and every rule is kept.

    `tensors` maps names to TensorCheck records (`report["W_hh"]` for short); `failures` are broken
    rules and `notes` remarks, both in words; `method`, `step` and `tolerance` are those used in the
    end; `judged_nearby` says that the gradients are right at a second point, too. str(report) is a
    table of at most 100 columns.
    """

    subject: str
    method: str
    step: float
    tolerance: float
    tensors: dict[str, TensorCheck]
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    judged_nearby: bool = False

    @property
    def passed(self) -> bool:
        """Whether all tensors agree, as far as they can be judged, and nothing else is wrong."""
        fine = all(t.passed or t.verdict == KINK for t in self.tensors.values())
        judged = self.judged_nearby or any(t.passed for t in self.tensors.values())
        return fine and judged and not self.failures

    @property
    def sees(self) -> float:
        """The relative error above which a wrong element of any tensor would have shown."""
        return max([self.tolerance, *(t.tolerance for t in self.tensors.values() if t.passed)])

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

    def as_dict(self, points: Mapping[str, float] | float = 1.0) -> dict[str, Any]:
        """What an autograder needs: verdicts, errors, and points for each right tensor.

        `points` is what a right tensor is worth, one number for all or by name; a tensor that is
        not right gets 0, and so does all of it if a rule was broken that spoils every number.
        """
        worth = points if isinstance(points, Mapping) else dict.fromkeys(self.tensors, points)
        check_names("points", worth, self.tensors)
        rows = {
            name: {
                "verdict": t.verdict, "error": t.error if np.isfinite(t.error) else None,
                "shape": list(t.shape), "elements": t.size, "checked": t.checked,
                "directions": t.projected, "kinks": t.kinks, "worst_at": t.where,
                "points": worth.get(name, 0.0) * t.passed, "of": worth.get(name, 0.0),
            }
            for name, t in self.tensors.items()
        }
        return {
            "subject": self.subject, "passed": self.passed, "method": self.method,
            "step": self.step, "tolerance": self.tolerance, "sees": self.sees,
            "points": sum(row["points"] for row in rows.values()),
            "of": sum(row["of"] for row in rows.values()),
            "tensors": rows, "failures": list(self.failures), "notes": list(self.notes),
        }

    def to_json(self, points: Mapping[str, float] | float = 1.0) -> str:
        """The same as text."""
        import json

        return json.dumps(self.as_dict(points), indent=2, ensure_ascii=False)

    def extent(self) -> str:
        """What was looked at, in a sentence."""
        compared = [t for t in self.tensors.values() if t.numeric is not None]
        size, single = sum(t.size for t in compared), sum(t.checked for t in compared)
        if not size or not any(t.checked or t.projected for t in compared):
            return ""
        error = max(t.error for t in compared)
        kinks = sum(t.kinks for t in compared)
        if single + kinks == size:
            words = f"largest error {error:.1g} on all {single:,} elements"
        elif all(t.projected or t.checked + t.kinks == t.size for t in compared):
            words = (
                f"largest error {error:.1g}; all {size:,} elements along random directions, "
                f"{single:,} of them one by one as well"
            )
        else:
            words = (
                f"largest error {error:.1g} on {single:,} of {size:,} elements; the others unseen"
            )
        return f"checked: {words}"

    def __str__(self) -> str:
        right = sum(tensor.passed for tensor in self.tensors.values())
        title = (
            f"{right} of {len(self.tensors)} gradients agree with {self.method} "
            f"(step {self.step:g}, tolerance {self.tolerance:g})"
        )
        lines = [*textwrap.wrap(self.subject, WIDTH), title, ""]
        heads = ["tensor", "shape", "worst at", "backward", "numeric", "error", "norm", "verdict"]
        lines += table(heads, [t.row() for t in self.tensors.values()], "<<<>>>><")
        if extent := self.extent():
            lines += textwrap.wrap(extent, WIDTH, subsequent_indent=" " * 9)
        for word, remarks in (("FAILED", self.failures), ("note", self.notes)):
            for remark in remarks:
                hang = " " * (len(word) + 2)
                lines += textwrap.wrap(f"{word}: {remark}", WIDTH, subsequent_indent=hang)
        return "\n".join(lines)


def check_names(what: str, names: Iterable[str], tensors: Iterable[str]) -> None:
    """Raise ValueError, with the nearest name, for one that is not a tensor's."""
    known = list(tensors)
    if unknown := [name for name in names if name not in known]:
        raise ValueError(
            f"{what}: expected names out of {known}, got {unknown[0]!r}{nearest(unknown[0], known)}"
        )
