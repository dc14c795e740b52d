"""What is said below a Σ comes from the cell, never from the place of an axis."""

import ast

import numpy as np
import pytest
from support.helpers import plain
from support.lines import AXES, reader
from support.traces import D, H, inputs

from numpyrnn import trace, trace_step

WORDS = {
    "a": ("unit", "batch"), "a + b": ("unit", "batch"), "a.T": ("batch", "unit"),
    "W @ x": ("gate", "unit", None), "W.mT @ d": ("gate", "input", "batch"),
    "d[1]": ("unit", "batch"),
    "d[1:3]": ("gate", "unit", "batch"), "a[:, 0]": ("unit",),
    "a[:, None]": ("unit", None, "batch"),
    "a[ids]": (None, "batch"), "np.concatenate([a, c])": (None, "batch"),
    "np.concatenate([a, a])": ("unit", "batch"), "np.stack([a, a])": (None, "unit", "batch"),
    "a.reshape(-1)": (None,), "a.reshape(3, 1, 4)": ("unit", None, "batch"),
    "np.einsum('ghb,hb->gh', d, a)": ("gate", "unit"), "np.outer(a[:, 0], v)": ("unit", None),
    "d.sum(0)": ("unit", "batch"), "d.mean((0, 2), keepdims=True)": (None, "unit", None),
    "np.transpose(d, (2, 0, 1))": ("batch", "gate", "unit"), "np.zeros_like(a)": (None, None),
    "np.where(c > 0, a, 0)": ("unit", "batch"), "a * c.T.T": ("unit", "batch"), "c": (None, None),
}


@pytest.mark.parametrize("text", WORDS)
def test_the_axes_of_a_value_follow_from_those_of_the_names_in_it(text):
    assert set(AXES) == {"a", "d", "W"}
    own = reader()
    tree = own.read(ast.parse(text, mode="eval").body)
    words = own.make.labels(tree)
    assert words == WORDS[text] and len(words) == own.make.ndim(tree)


class Summed:
    """An RNN whose gradients are sums over axes, in two ways."""

    def step(self, x, state, *, W_xh, W_hh, b_h):
        h = np.tanh(W_xh[0] @ x + W_hh[0] @ state.h + b_h[0])
        return (h,), (x, state.h, h, W_xh[0], W_hh[0])

    def step_back(self, dstate, cache, **_):
        x, h_prev, h, W_xh, W_hh = cache
        da = dstate.h * (1 - h * h)
        total = da.sum(axis=0)
        db = da.sum(axis=-1, keepdims=True)
        assert total.shape == da.shape[1:]
        grads = {"W_xh": (da @ x.T)[None], "W_hh": (da @ h_prev.T)[None], "b_h": db[None]}
        return W_xh.T @ da, (W_hh.T @ da,), grads


def test_a_cell_with_a_layer_has_the_words_of_the_layer():
    layer = plain("RNN", D, H)
    recorded = trace(layer, **inputs(layer), cell=Summed())
    assert recorded.goto(1, "total").formula == "Σ_units da"
    assert recorded.goto(1, "db").formula == "Σ_batch da"
    assert recorded.goto(1, "da").axes == ("unit", "batch")


def test_a_function_without_a_layer_has_the_numbers_of_its_axes():
    def step(x, W):
        a = x @ W
        return a.sum(axis=-1) + a.mean(axis=0).sum()

    (last,) = [e for e in trace_step(step, np.ones((2, 3)), np.eye(3)) if "Σ" in e.formula]
    assert last.formula == "Σ_axis 1 a + Σ (mean_axis 0 a)" and last.axes is None
