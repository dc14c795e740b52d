"""Which expressions are understood as formulas, and that each is understood rightly."""

import ast

import numpy as np
import pytest
from support.formulas import read_aloud

from numpyrnn.activations import relu, sigmoid
from numpyrnn.seeing.formulas.filled import fill
from numpyrnn.seeing.formulas.read import NotUnderstood, Reader
from numpyrnn.seeing.formulas.tree import evaluate, symbols

H, D, B = 3, 2, 4
RNG = np.random.default_rng(5)
ARRAYS = {
    **{name: RNG.standard_normal((H, B)) for name in "abc"},
    "x": RNG.standard_normal((D, B)), "V": RNG.standard_normal((2, H)),
    "W": RNG.standard_normal((4, H, D)), "d": RNG.standard_normal((4, H, B)),
    "u": RNG.standard_normal((1, H, B)), "column": RNG.standard_normal((H, 1)),
    "row": RNG.standard_normal(B), "W_hh": RNG.standard_normal((4, H, H)),
}
NAMES = {**ARRAYS, "np": np, "sigmoid": sigmoid, "relu": relu, "k": 2, "half": 0.5}

UNDERSTOOD = {
    "a - (b - c)": "a - (b - c)", "a - b - c": "a - b - c", "a - b + c": "a - b + c",
    "a / (b / c)": "a / (b / c)", "a / b / c": "a / b / c", "a * (b / c)": "a ⊙ b / c",
    "a * (b + c)": "a ⊙ (b + c)", "-(a + b)": "-(a + b)", "-a * b": "(-a) ⊙ b",
    "c - -a": "c - (-a)", "(a - b)**2": "(a - b)²", "-a**2": "-a²", "(-a)**3": "(-a)³",
    "2 * a": "2 ⊙ a", "a * -0.5": "a ⊙ (-0.5)", "1 - a": "1 - a", "half * a": "0.5 ⊙ a",
    "a + column": "a + column", "a * row - column": "a ⊙ row - column",
    "V @ a": "V a", "V @ (a + b)": "V (a + b)", "(V @ a).T": "(V a)ᵀ", "a.T @ b": "aᵀ b",
    "V @ a * 2": "V a ⊙ 2", "V @ (a * b)": "V (a ⊙ b)", "V.dot(a)": "V a", "np.dot(V, a)": "V a",
    "np.matmul(V, a)": "V a", "np.transpose(V)": "Vᵀ", "np.add(a, b)": "a + b",
    "np.square(a - b)": "(a - b)²", "np.tanh(a + b)": "tanh(a + b)", "sigmoid(-a)": "σ(-a)",
    "relu(a) * b": "relu(a) ⊙ b", "1 / (1 + np.exp(-a))": "1 / (1 + exp(-a))",
    "W @ x": "W x", "W[1] @ x": "W[f] x", "W[-1] @ x": "W[g] x", "W[k] @ x": "W[o] x",
    "W[1:3] @ x": "W[fo] x", "W[2:].mT @ d[2:]": "W[og]ᵀ d[og]", "(W[1:] @ x)[1]": "W[o] x",
    "W_hh[3].T @ a": "W_hgᵀ a", "(W.mT @ d)[2]": "W[o]ᵀ d[o]", "(u * d)[3]": "u[0] ⊙ d[g]",
    "(a + d)[1]": "a + d[f]", "np.tanh(-d)[2]": "tanh(-d[o])", "(d**2)[1]": "d[f]²",
    "np.stack([a, b])": "[a; b]", "np.stack([a, b * c])[1]": "b ⊙ c", "a[None]": "a",
    "a[None][0]": "a", "a[1:]": "a[1:3]", "d.sum(axis=0)": "Σ_gates d",
    "d.sum(axis=2, keepdims=True)": "Σ_batch d", "np.sum(a, axis=1)": "Σ_batch a",
    "(d * 2).sum(axis=1)": "Σ_axis 1 (d ⊙ 2)", "a.sum(0)": "Σ_axis 0 a",
    "(W.mT @ d).sum(axis=0)": "Σ_gates Wᵀ d", "a.sum(axis=1, keepdims=True) * a": "(Σ_batch a) ⊙ a",
    "a + d.sum(axis=0)": "a + Σ_gates d", "a[2] + row": "a[2] + row",
    "a * (V.T @ V @ b).sum(axis=0)": "a ⊙ (Σ_axis 0 Vᵀ V b)",
}
FOREIGN = [
    "a[::2]", "np.einsum('hb,kh->kb', a, V)", "a if k else b", "V @ row[:3]", "a.sum()", "a**b",
    "a % b", "a[[0, 1]]", "a[0, 1]", "a[a > 0]", "np.zeros((3, 4))", "d.T", "[a, b]", "a < b",
    "np.stack([a, b], axis=1)", "np.where(a > 0, a, 0)", "a**0.5", "len(a) * a", "np.clip(a, 0, 1)",
    "a[7]", "V @ x @ x", "a.sum(axis=(0, 1))", "unknown + a", "np.tanh(a, b)", "a.copy()",
]


def read(text):
    def look_up(part):
        name = part.id if isinstance(part, ast.Name) else None
        return (name, ARRAYS[name]) if name in ARRAYS else None

    reader = Reader(look_up, lambda part: eval(ast.unparse(part), dict(NAMES)))
    return reader.read(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_an_expression_is_read_as_what_it_computes(text):
    tree = read(text)
    value = eval(text, dict(NAMES))
    np.testing.assert_allclose(evaluate(tree, ARRAYS), value, rtol=0, atol=1e-13)
    for index in np.ndindex(value.shape):
        filled = fill(tree, index, ARRAYS, value[index], None)
        assert abs(filled.value - value[index]) <= 1e-12
        left = filled.text.rpartition(" = ")[0]
        printed = ARRAYS | {"exp": np.exp}
        assert abs(_aloud(left, printed) - value[index]) <= 1e-12, left


def _aloud(left, arrays):
    class Value:
        def __init__(self, value):
            self.value = value

    return read_aloud(left, {name: Value(value) for name, value in arrays.items()})


@pytest.mark.parametrize("text, written", UNDERSTOOD.items(), ids=UNDERSTOOD)
def test_it_is_written_with_the_brackets_it_needs(text, written):
    assert symbols(read(text), "ifog") == written


@pytest.mark.parametrize("text", FOREIGN)
def test_what_is_not_understood_is_never_guessed(text):
    with pytest.raises(NotUnderstood):
        read(text)
