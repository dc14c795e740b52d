"""CS231n (Stanford), rnn_layers.py: rows, tuples, gates i f o g.

    rnn_step_forward(x, prev_h, Wx, Wh, b) -> next_h, cache     rnn_step_backward(dnext_h, cache)
    lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b) -> next_h, next_c, cache
    rnn_forward, lstm_forward(x, h0, Wx, Wh, b) -> h, cache   rnn_backward, lstm_backward(dh, cache)
    word_embedding_forward(x, W) -> out, cache                word_embedding_backward(dout, cache)
    temporal_affine_forward(x, w, b) -> out, cache            temporal_affine_backward(dout, cache)
    temporal_softmax_loss(x, y, mask) -> loss, dx

x (N, T, D), Wx (D, G·H), Wh (H, G·H), b (G·H,). The losses are sums over the batch, so gradients
are not averaged again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
from numpyrnn.checks.diagnosis.courses.course import Course
from numpyrnn.checks.diagnosis.courses.stand_ins import functions
from numpyrnn.checks.diagnosis.finding.contract import Contract
from numpyrnn.checks.diagnosis.finding.subject import Subject

LOST = Bug(
    "repeats_lost", "dW[x] += dout counts a word that comes more than once only once", (),
    "np.add.at(dW, x, dout) adds up the repeats", place="result",
)
FIRST = Bug("overwritten", "dw is that of step 0 alone: not summed over time", (),
            "dw = Σ x_tᵀ dout_t over all steps: add, do not overwrite", place="result")
LAST = Bug("last_step_alone", "dw is that of the last step alone: overwritten at every step", (),
           "dw = Σ x_tᵀ dout_t over all steps: add, do not overwrite", place="result")
MASK = Bug(
    "mask_forgotten", "the mask is not applied to dx: masked steps get a gradient too", (),
    "dx *= mask[:, :, None]", place="result",
)
ONE_HOT = Bug(
    "one_hot_missing", "dx is the softmax itself: 1 is not subtracted at the right word", (),
    "dx[n, t, y[n, t]] -= 1", place="result",
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
        if self.order == ("x", "W"):
            lost = np.zeros_like(problem.arguments["W"])
            lost[problem.fixed["x"]] += problem.upstream["out"]
            yield LOST, {"W": lost}
        else:
            x, dout = problem.arguments["x"], problem.upstream["out"]
            for t, bug in ((0, FIRST), (-1, LAST)):
                yield bug, {"w": x[:, t].T @ dout[:, t]}
                yield bug, {"w": x[:, t].T @ dout[:, t], "b": dout[:, t].sum(axis=0)}

    def backward(self, cache: Any, upstream: Arrays) -> dict[str, Any]:
        kept, arguments = cache
        returned = self.back(upstream["out"], kept)
        wanted = [Wanted(n, f"d{n}", a.shape) for n, a in arguments.items()]
        found = gradients_in(self.function, returned, wanted, written.returned_names(self.back))
        return {n: an_array(f"d{n}", a) for n, a in found.values.items()}


@dataclass
class LossPasses(Passes):
    """temporal_softmax_loss(x, y, mask) -> loss, dx."""

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
        return {"loss": np.asarray(returned[0])}, returned[1]

    def upstream(self, problem: Numbers) -> Arrays:
        return {"loss": np.ones(())}

    def mistakes(self, problem: Numbers) -> Iterator[tuple[Bug, Arrays]]:
        """Known mistakes, with the gradients that they give."""
        x, y, mask = problem.arguments["x"], problem.fixed["y"], problem.fixed["mask"]
        p = np.exp(x - x.max(axis=2, keepdims=True))
        p /= p.sum(axis=2, keepdims=True)
        right = p.copy()
        np.put_along_axis(right, y[..., None], np.take_along_axis(p, y[..., None], 2) - 1, 2)
        N = len(x)
        yield MASK, {"x": right / N}
        yield ONE_HOT, {"x": p * mask[..., None] / N}

    def backward(self, cache: Any, upstream: Arrays) -> dict[str, Any]:
        if cache is None:
            raise CannotRun("unwritten", f"{self.function} is not written yet: dx is None.")
        return {"x": an_array("dx", cache)}


def _embedding(rng: np.random.Generator, sizes: Sizes) -> Numbers:
    V = 9
    words = rng.integers(V - 2, size=(sizes.B, sizes.T))
    return Numbers({"W": rng.standard_normal((V, sizes.D + 1))}, {"x": words},
                   {"out": rng.standard_normal((sizes.B, sizes.T, sizes.D + 1))})


def _affine(rng: np.random.Generator, sizes: Sizes) -> Numbers:
    N, T, D, M = sizes.B, sizes.T, sizes.D, sizes.H
    return Numbers(
        {"x": rng.standard_normal((N, T, D)), "w": rng.standard_normal((D, M)),
         "b": rng.standard_normal(M)}, {}, {"out": rng.standard_normal((N, T, M))},
    )


LAYERS: dict[str, tuple[Callable[..., Numbers], tuple[str, ...], Callable[..., Any]]] = {
    "word_embedding": (_embedding, ("x", "W"), lambda x, W: W[x]),
    "temporal_affine": (_affine, ("x", "w", "b"), lambda x, w, b: x @ w + b),
}


def also(names: Mapping[str, Any], contract: Contract, file: str) -> list[Subject]:
    """The layers beside the cells."""
    found = []
    for name, (draw, order, right) in LAYERS.items():
        ahead, back = names.get(f"{name}_forward"), names.get(f"{name}_backward")
        if callable(ahead) and callable(back):
            made = LayerPasses(draw, ahead, back, order, right, file, f"{name}_backward",
                               f"{name}_forward")
            found.append(_one(made, written.is_stub(back), (ahead, back)))
    loss = names.get("temporal_softmax_loss")
    if callable(loss):
        found.append(_one(LossPasses(loss, file), written.is_stub(loss), (loss, loss)))
    return found


def _one(passes: Passes, stub: bool, own: tuple[Any, ...]) -> Subject:
    def readings() -> Iterator[Passes]:
        yield passes

    return Subject(passes.function, "other", readings, passes.forward_name, passes.file, stub, own)


CS231N = Course(
    "cs231n", "CS231n (Stanford): rnn_layers.py",
    contract=dict(layout="row", reduction="sum", output="all", batch=True),
    tells=("rnn_step_backward", "lstm_step_backward", "rnn_step_forward", "lstm_step_forward",
           "temporal_affine_backward", "temporal_softmax_loss", "word_embedding_backward"),
    stand_ins=lambda: functions(("cs231n", "cs231n.layers", "cs231n.layer_utils")),
    also=also, skip=("temporal_affine", "word_embedding"),
)
