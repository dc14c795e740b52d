"""Layers beside the cells: an embedding, an affine layer at every step, a softmax with its loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from numpyrnn.checks.diagnosis.bank.edits import Bug
from numpyrnn.checks.diagnosis.bank.problem import Sizes
from numpyrnn.checks.diagnosis.calling import written
from numpyrnn.checks.diagnosis.calling.passes import Passes
from numpyrnn.checks.diagnosis.calling.results import Wanted, an_array, gradients_in
from numpyrnn.checks.diagnosis.calling.wiring import Arrays
from numpyrnn.checks.diagnosis.cannot import CannotRun, words_of
from numpyrnn.checks.diagnosis.finding.subject import Subject

LOST = Bug(
    "repeats_lost", "dW[x] += dout counts a word that comes more than once only once", (),
    "np.add.at(dW, x, dout) adds up the repeats", place="result",
)
FIRST = Bug("overwritten", "dW is that of step 0 alone: not summed over time", (),
            "dW = Σ of the shares of all steps: add, do not overwrite", place="result")
LAST = Bug("last_step_alone", "dW is that of the last step alone: overwritten at every step", (),
           "dW = Σ of the shares of all steps: add, do not overwrite", place="result")
MASK = Bug(
    "mask_forgotten", "the mask is not applied to dx: masked steps get a gradient too", (),
    "dx *= mask[:, :, None]", place="result",
)
ONE_HOT = Bug(
    "one_hot_missing", "dx is the softmax itself: 1 is not subtracted at the right word", (),
    "dx[n, t, y[n, t]] -= 1", place="result",
)
NOT_DIVIDED = Bug(
    "loss_not_divided", "the loss is divided by a number of words, and dx is not divided by it", (),
    "divide dx by what the loss is divided by", place="result",
)


@dataclass(frozen=True)
class Numbers:
    """Arrays by name that are no cell's problem, `fixed` those without a gradient."""

    arguments: Arrays
    fixed: dict[str, np.ndarray]
    upstream: Arrays


@dataclass
class LayerPasses(Passes):
    """A layer with a cache: out, cache = ahead(…); gradients = back(dout, cache)."""

    draw: Callable[[np.random.Generator, Sizes], Numbers]
    ahead: Callable[..., Any]
    back: Callable[..., Any]
    order: tuple[str, ...]
    right: Callable[..., np.ndarray]
    file: str = ""
    function: str = ""
    forward_name: str | None = ""

    def problem(self, sizes: Sizes, seed: int) -> Numbers:
        return self.draw(np.random.default_rng([seed, *sizes]), sizes)

    def arguments(self, problem: Numbers) -> Arrays:
        self.fixed = problem.fixed
        return {name: array.copy() for name, array in problem.arguments.items()}

    def forward(self, arguments: Arrays) -> tuple[dict[str, Any], Any]:
        every = {**self.fixed, **arguments}
        returned = self.ahead(*(every[name] for name in self.order))
        if not isinstance(returned, tuple) or len(returned) != 2:
            raise CannotRun(
                "unwritten" if returned is None else "unjudged",
                f"{self.forward_name} should return out, cache, but returned {words_of(returned)}.",
            )
        if returned[0] is None:
            raise CannotRun("unwritten", f"{self.forward_name} is not written yet: out is None.")
        right = self.right(*(every[name] for name in self.order))
        got = an_array("out", returned[0])
        if got.shape != right.shape or not np.allclose(got, right, rtol=1e-6, atol=1e-9):
            raise CannotRun(
                "wrong", f"{self.forward_name} is wrong already: out is not what the handout asks "
                f"for (shape {right.shape}, yours {got.shape}).", tensor="out",
            )
        return {"out": got}, (returned[1], arguments)

    def upstream(self, problem: Numbers) -> Arrays:
        return {name: array.copy() for name, array in problem.upstream.items()}

    def mistakes(self, problem: Numbers) -> Iterator[tuple[Bug, Arrays]]:
        """Known mistakes, with the gradients that they give."""
        dout = problem.upstream["out"]
        if "x" in problem.fixed:
            x = problem.fixed["x"]
            W = self.order[1]
            lost = np.zeros_like(problem.arguments[W])
            lost[x] += dout
            yield LOST, {W: lost}
            for t, bug in ((0, FIRST), (-1, LAST)):
                share = np.zeros_like(lost)
                np.add.at(share, x[:, t], dout[:, t])
                yield bug, {W: share}
        else:
            x, (_, w, b) = problem.arguments["x"], self.order
            for t, bug in ((0, FIRST), (-1, LAST)):
                yield bug, {w: x[:, t].T @ dout[:, t]}
                yield bug, {w: x[:, t].T @ dout[:, t], b: dout[:, t].sum(axis=0)}

    def backward(self, cache: Any, upstream: Arrays) -> dict[str, Any]:
        kept, arguments = cache
        returned = self.back(upstream["out"], kept)
        wanted = [Wanted(n, f"d{n}", a.shape) for n, a in arguments.items()]
        found = gradients_in(self.function, returned, wanted, written.returned_names(self.back))
        return {n: an_array(f"d{n}", a) for n, a in found.values.items()}


@dataclass
class LossPasses(Passes):
    """A softmax with its loss: ahead(x, y, mask) -> loss, dx."""

    ahead: Callable[..., Any]
    file: str = ""
    function: str = "temporal_softmax_loss"
    forward_name: str | None = "temporal_softmax_loss"
    linear: bool = False

    def problem(self, sizes: Sizes, seed: int) -> Numbers:
        rng = np.random.default_rng([seed, *sizes])
        N, T, V = sizes.B, sizes.T, sizes.H
        mask = rng.random((N, T)) < 0.7
        mask[0] = True
        return Numbers({"x": rng.standard_normal((N, T, V))},
                       {"y": rng.integers(V, size=(N, T)), "mask": mask}, {"loss": np.ones(())})

    def arguments(self, problem: Numbers) -> Arrays:
        self.fixed = problem.fixed
        return {"x": problem.arguments["x"].copy()}

    def forward(self, arguments: Arrays) -> tuple[dict[str, Any], Any]:
        returned = self.ahead(arguments["x"], self.fixed["y"], self.fixed["mask"])
        if not isinstance(returned, tuple) or len(returned) != 2 or returned[0] is None:
            raise CannotRun(
                "unwritten", f"{self.function} should return loss, dx, but returned "
                f"{words_of(returned)}.",
            )
        return {"loss": np.asarray(returned[0])}, arguments["x"]

    def upstream(self, problem: Numbers) -> Arrays:
        return {"loss": np.ones(())}

    def mistakes(self, problem: Numbers) -> Iterator[tuple[Bug, Arrays]]:
        """Known mistakes, with the gradients that they give."""
        x, y, mask = problem.arguments["x"], problem.fixed["y"], problem.fixed["mask"]
        p = np.exp(x - x.max(axis=2, keepdims=True))
        p /= p.sum(axis=2, keepdims=True)
        right = p.copy()
        np.put_along_axis(right, y[..., None], np.take_along_axis(p, y[..., None], 2) - 1, 2)
        for count in (len(x), mask.sum(), mask.size):
            yield MASK, {"x": right / count}
            yield ONE_HOT, {"x": p * mask[..., None] / count}
        yield NOT_DIVIDED, {"x": right * mask[..., None]}

    def backward(self, cache: Any, upstream: Arrays) -> dict[str, Any]:
        _, dx = self.ahead(cache, self.fixed["y"], self.fixed["mask"])
        if dx is None:
            raise CannotRun("unwritten", f"{self.function} is not written yet: dx is None.")
        return {"x": an_array("dx", dx)}


def embedding(rng: np.random.Generator, sizes: Sizes) -> Numbers:
    V = 9
    words = rng.integers(V - 2, size=(sizes.B, sizes.T))
    return Numbers({"W": rng.standard_normal((V, sizes.D + 1))}, {"x": words},
                   {"out": rng.standard_normal((sizes.B, sizes.T, sizes.D + 1))})


def affine(rng: np.random.Generator, sizes: Sizes, w: str = "w") -> Numbers:
    N, T, D, M = sizes.B, sizes.T, sizes.D, sizes.H
    return Numbers(
        {"x": rng.standard_normal((N, T, D)), w: rng.standard_normal((D, M)),
         "b": rng.standard_normal(M)}, {}, {"out": rng.standard_normal((N, T, M))},
    )


def one(passes: Passes, stub: bool, own: tuple[Any, ...]) -> Subject:
    def readings() -> Iterator[Passes]:
        yield passes

    return Subject(passes.function, "other", readings, passes.forward_name, passes.file, stub, own)
