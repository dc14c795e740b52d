"""The layers beside the cells in Deep Learning from Scratch 2: embedding, affine, softmax loss.

    TimeEmbedding(W)     forward(words (N, T)) -> (N, T, D)      backward(dout) -> None
    TimeAffine(W, b)     forward(x (N, T, D)) -> (N, T, M)       backward(dout) -> dx
    TimeSoftmaxWithLoss  forward(x (N, T, V), words (N, T)) -> loss    backward(dout=1) -> dx

The gradients of the weights are in the list grads. A loss is averaged over all N·T words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.calling.results import an_array
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun, words_of
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.subject import Subject

LAYERS = {"TimeEmbedding": ("W",), "TimeAffine": ("W", "b"), "TimeSoftmaxWithLoss": ()}
WORDS = 9  # in the vocabulary

FIRST = Bug("overwritten", "dW is that of step 0 alone: not summed over time", (),
            "dW += the step's share, for all steps", place="result")
LAST = Bug("last_step_alone", "dW is that of the last step alone: overwritten at every step", (),
           "dW += the step's share, for all steps", place="result")
MEAN = Bug("loss_not_averaged", "dx is not divided by the number of words: the loss is a mean", (),
           "dx /= mask.sum(): the forward pass divides the loss by it", place="result")


@dataclass(frozen=True)
class Numbers:
    """Arrays with a gradient by name, the words, and the gradient from above."""

    arguments: Arrays
    words: np.ndarray
    upstream: Arrays


@dataclass
class TimeLayer(Passes):
    """One of these classes: an object is made for every forward call."""

    made_by: type
    kind: str
    file: str = ""
    function: str = ""
    forward_name: str | None = ""
    linear: bool = True

    def problem(self, sizes: Sizes, seed: int) -> Numbers:
        rng = np.random.default_rng([seed, *sizes])
        N, T, D, M = sizes.B, sizes.T, sizes.D + 1, sizes.H
        words = rng.integers(WORDS - 2, size=(N, T))
        if self.kind == "TimeEmbedding":
            W = {"W": rng.standard_normal((WORDS, D))}
            return Numbers(W, words, {"out": rng.standard_normal((N, T, D))})
        if self.kind == "TimeAffine":
            arguments = {"x": rng.standard_normal((N, T, D)), "W": rng.standard_normal((D, M)),
                         "b": rng.standard_normal(M)}
            return Numbers(arguments, words, {"out": rng.standard_normal((N, T, M))})
        return Numbers({"x": rng.standard_normal((N, T, WORDS))}, words, {"out": np.ones(())})

    def arguments(self, problem: Numbers) -> Arrays:
        self._words = problem.words
        return {name: array.copy() for name, array in problem.arguments.items()}

    def forward(self, arguments: Arrays) -> tuple[dict[str, Any], Any]:
        made = self.made_by(*(arguments[name] for name in LAYERS[self.kind]))
        inputs = {"TimeEmbedding": (self._words,), "TimeAffine": (arguments.get("x"),)}.get(
            self.kind, (arguments.get("x"), self._words))
        out = made.forward(*inputs)
        if out is None:
            said = f"{self.forward_name} is not written yet: it returns None."
            raise CannotRun("unwritten", said)
        return {"out": an_array("out", out)}, made

    def upstream(self, problem: Numbers) -> Arrays:
        return {name: np.array(array) for name, array in problem.upstream.items()}

    def backward(self, cache: Any, upstream: Arrays) -> dict[str, Any]:
        up = upstream["out"]
        returned = cache.backward(float(up) if up.shape == () else up)
        found = {} if self.kind == "TimeEmbedding" or returned is None else {"x": returned}
        found |= dict(zip(LAYERS[self.kind], cache.grads, strict=False))
        if not found:
            raise CannotRun(
                "unwritten", f"{self.function} should return dx, but returned "
                f"{words_of(returned)}.",
            )
        return {name: an_array(f"d{name}", array) for name, array in found.items()}

    def mistakes(self, problem: Numbers) -> Iterator[tuple[Bug, Arrays]]:
        """Known mistakes, with the gradients that they give."""
        x, dout = problem.arguments.get("x"), problem.upstream["out"]
        for t, bug in ((0, FIRST), (-1, LAST)):
            if self.kind == "TimeEmbedding":
                alone = np.zeros_like(problem.arguments["W"])
                np.add.at(alone, problem.words[:, t], dout[:, t])
                yield bug, {"W": alone}
            elif self.kind == "TimeAffine" and x is not None:
                yield bug, {"W": x[:, t].T @ dout[:, t]}
                yield bug, {"W": x[:, t].T @ dout[:, t], "b": dout[:, t].sum(axis=0)}
        if self.kind == "TimeSoftmaxWithLoss" and x is not None:
            p = np.exp(x - x.max(axis=2, keepdims=True))
            p /= p.sum(axis=2, keepdims=True)
            np.put_along_axis(p, problem.words[..., None], np.take_along_axis(
                p, problem.words[..., None], 2) - 1, 2)
            yield MEAN, {"x": p}


def layer_subjects(
    names: Mapping[str, Any], contract: Contract, file: str
) -> list[Subject]:
    """Those of these classes that the file has."""
    found = []
    for kind in LAYERS:
        value = names.get(kind)
        if isinstance(value, type) and hasattr(value, "backward") and hasattr(value, "forward"):
            made = TimeLayer(value, kind, file, f"{kind}.backward", f"{kind}.forward")
            found.append(_one(made, value))
    return found


def _one(passes: TimeLayer, value: Any) -> Subject:
    def readings() -> Iterator[Passes]:
        yield passes

    return Subject(passes.function, "other", readings, passes.forward_name, passes.file,
                   written.is_stub(value.backward), (value.forward, value.backward))
