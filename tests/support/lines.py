"""Expressions as they stand in cells: how each is written as a formula, and some without one."""

import ast
import math
import operator
from functools import partial

import numpy as np

from numpyrnn.activations import relu, sigmoid
from numpyrnn.seeing.formulas.lookup import Lookup
from numpyrnn.seeing.formulas.read import Reader

H, D, B = 3, 2, 4
RNG = np.random.default_rng(5)
ARRAYS = {
    **{name: RNG.standard_normal((H, B)) for name in "abc"},
    "x": RNG.standard_normal((D, B)), "V": RNG.standard_normal((2, H)),
    "W": RNG.standard_normal((4, H, D)), "d": RNG.standard_normal((4, H, B)),
    "u": RNG.standard_normal((1, H, B)), "column": RNG.standard_normal((H, 1)),
    "row": RNG.standard_normal(B), "v": RNG.standard_normal(H),
    "ids": np.array([2, 0, 1]), "W_hh": RNG.standard_normal((4, H, H)),
}
AXES = {"d": ("gate", "unit", "batch"), "a": ("unit", "batch"), "W": ("gate", "unit", "input")}


def squashed(z):
    return 1.0 / (1.0 + np.exp(-z))


def leaky(z, slope=0.1):
    """Inside, names of its own."""
    positive = z > 0
    return np.where(positive, z, slope * z)


def affine(M, z):
    return M @ z + half


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def gate(k):
    return ARRAYS["W"][k] @ ARRAYS["x"]


def counted(z):
    CALLED.append(z)
    return z


def several(z):
    for _ in range(3):
        z = z * 2
    return z


def generator(z):
    yield z


def endless(z):
    return endless(z)


def scaled(factor, z):
    return factor * z


halved, clipped = partial(scaled, 0.5), partial(np.clip, a_min=-1, a_max=1)


class Cell:
    share = 0.5

    def mix(self, one, other):
        return self.share * one + other

    @property
    def hidden(self):
        CALLED.append(self)
        return 2.0


class Stack(list):
    def pop(self):
        CALLED.append(self)
        return super().pop()


CALLED = []
half = 0.5
NAMES = {**ARRAYS, "np": np, "math": math, "sigmoid": sigmoid, "relu": relu, "k": 2, "half": half,
         "_sigmoid": squashed, "squashed": squashed, "leaky": leaky, "affine": affine,
         "softmax": softmax, "gate": gate, "counted": counted, "several": several,
         "halved": halved, "clipped": clipped, "operator": operator, "generator": generator,
         "endless": endless, "cell": Cell(),
         "stack": Stack([ARRAYS["a"]]), "rng": RNG}

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
    "(d * 2).sum(axis=1)": "Σ_units (d ⊙ 2)", "a.sum(0)": "Σ_units a", "c.sum(-1)": "Σ_axis 1 c",
    "(W.mT @ d).sum(axis=0)": "Σ_gates Wᵀ d", "a.sum(axis=1, keepdims=True) * a": "(Σ_batch a) ⊙ a",
    "a + d.sum(axis=0)": "a + Σ_gates d", "a[2] + row": "a[2] + row",
    "a * (V.T @ V @ b).sum(axis=0)": "a ⊙ (Σ_axis 0 Vᵀ V b)",
    # joined and cut
    "np.concatenate([a, x])": "[a; x]", "np.concatenate((a.T, x.T), axis=1)": "[aᵀ, xᵀ]",
    "np.vstack([a, x])": "[a; x]", "np.vstack([row, a])": "[reshape(row, 1, 4); a]",
    "np.hstack([a.T, x.T])": "[aᵀ, xᵀ]", "np.hstack((row, v))": "[row; v]",
    "np.r_[row, v]": "[row; v]", "np.c_[a, column]": "[a, column]",
    "np.c_[v, v]": "[reshape(v, 3, 1), reshape(v, 3, 1)]",
    "np.append(a, x, axis=0)": "[a; x]", "np.append(row, 1.0)": "[row; 1]",
    "np.column_stack([v, v])": "[reshape(v, 3, 1), reshape(v, 3, 1)]",
    "np.block([[V, V], [V, V]])": "[[V, V]; [V, V]]", "np.block([V, V])": "[V, V]",
    "np.stack([a, b], axis=1)": "[a, b]", "np.array([a, b])": "[a; b]",
    "a[:, :2]": "a[:, :2]", "a[:, k:]": "a[:, k:]", "a[1:k + 1]": "a[1:k + 1]",
    "a[::2]": "a[::2]", "a[::-1]": "a[::-1]", "a[0, 1]": "a[0, 1]", "a[..., 1]": "a[..., 1]",
    "d[:, 1]": "d[:, 1]", "a[:, None]": "a[:, None]", "v[:, None] * row": "v[:, None] ⊙ row",
    "np.split(d, 2)[1]": "d[og]", "np.split(a, [1, 2], axis=1)[2]": "a[:, 2:4]",
    "np.array_split(row, 3)[0]": "row[0:2]", "np.hsplit(a, 2)[1]": "a[:, 2:4]",
    "a[ids]": "a[ids]", "a[[0, 1]]": "a[[0, 1]]", "a[ids, 0]": "a[ids, 0]",
    "a[:, ids]": "a[:, ids]", "d[:, 0, ids]": "d[:, 0, ids]",
    "a[np.arange(len(ids)), ids]": "a[np.arange(len(ids)), ids]",
    "a[ids[1]]": "a[0]", "np.take(a, ids, axis=1)": "a[ids]",
    # chosen
    "np.where(a > 0, a, 0)": "{a if a > 0, else 0}", "a * (a > 0)": "a ⊙ (a > 0)",
    "np.where((a > 0) & ~(b <= c), a, -b)": "{a if a > 0 and (not b ≤ c), else -b}",
    "a if k else b": "a", "a if k > 5 else b": "b", "a < b": "a < b",
    "(a != 0).astype(float)": "a ≠ 0", "(a > 0).astype(np.float32) * a": "(a > 0) ⊙ a",
    "np.maximum(0, a)": "max(0, a)", "np.minimum(a, b)": "min(a, b)",
    "np.clip(a, -1, 1)": "min(max(a, -1), 1)", "a.clip(0, 1)": "min(max(a, 0), 1)",
    "np.clip(a, None, 1)": "min(a, 1)",
    # folded
    "a.mean(axis=0)": "mean_units a", "np.var(a, axis=0, keepdims=True)": "var_units a",
    "a.std(1)": "std_batch a", "a.max(axis=1)": "max_batch a", "c.min()": "min c",
    "a.sum()": "Σ a", "np.sum(d, axis=(0, 2))": "Σ_gates, batch d",
    "c.sum((0, 1))": "Σ_axes 0, 1 c",
    "np.linalg.norm(a)": "sqrt(Σ a²)",
    # powers and functions
    "a**0.5 if k > 5 else b**0": "b⁰", "(a * a)**0.5": "(a ⊙ a)^0.5", "2**a": "2^a",
    "np.power(2.0, a)": "2^a", "np.exp(a) ** b": "exp(a)^b", "np.sqrt(a * a)": "sqrt(a ⊙ a)",
    "np.log1p(np.exp(a))": "log1p(exp(a))", "np.logaddexp(0, a)": "softplus(a)",
    "np.abs(a)": "abs(a)", "abs(-a)": "abs(-a)", "np.sign(a)": "sign(a)",
    "np.reciprocal(a)": "1 / a", "math.exp(0.5) * a": "exp(0.5) ⊙ a",
    "np.float32(.5) * a": "0.5 ⊙ a", "float(k) * a": "2 ⊙ a", "a * np.pi": "a ⊙ 3.14159",
    "np.tanh(a, b)": "tanh(a)", "np.add(a, b, out=c)": "a + b", "a.copy()": "a",
    # products
    "V @ v": "V v", "(a > 0) @ b.T": "(a > 0) bᵀ", "v @ a": "v a", "v @ v": "v · v",
    "V @ row[:3]": "V row[0:3]",
    "np.dot(v, v)": "v · v", "V[:, :2] @ x": "V[:, :2] x", "np.outer(v, row)": "v rowᵀ",
    "np.inner(V, V)": "V Vᵀ", "np.tensordot(V, a, axes=1)": "V a", "d.T": "transpose(d, 2, 1, 0)",
    "np.einsum('hb,kh->kb', a, V)": "Σ_h a[h,b] V[k,h]", "np.einsum('ij,ij', a, b)":
    "Σ_ij a[i,j] b[i,j]", "np.einsum('...d,db->...b', W, x)": "Σ_d W[y,z,d] x[d,b]",
    "np.swapaxes(d, 0, 1)": "transpose(d, 1, 0, 2)",
    "d.transpose(1, 0, 2)": "transpose(d, 1, 0, 2)",
    "np.moveaxis(d, 0, -1)": "transpose(d, 1, 2, 0)", "a.reshape(-1, 2)": "reshape(a, 6, 2)",
    "a.ravel()": "reshape(a, 12)", "column.squeeze()": "reshape(column, 3)",
    "np.expand_dims(v, 1)": "reshape(v, 3, 1)", "len(a) * a": "3 ⊙ a", "a.shape[1] * a": "4 ⊙ a",
    "np.zeros((3, 4)) + a": "0 + a", "np.ones_like(a)": "1", "np.full((2, 2), 0.5)": "0.5",
    "np.zeros((2, *a.shape))": "0", "np.eye(3) @ a": "I a", "np.arange(3) * v": "(0:3) ⊙ v",
    # functions of one's own
    "_sigmoid(a)": "σ(a)", "squashed(a)": "1 / (1 + exp(-a))", "affine(V, a)": "V a + 0.5",
    "leaky(a)": "{a if a > 0, else 0.1 ⊙ a}",
    "gate(1)": "W[f] x", "softmax(a)": "softmax_axis 0(a)",
    "sum([a, b, c])": "a + b + c", "[a, b][1]": "b", "[g * 2 for g in (a, b)][0]": "a ⊙ 2",
    "halved(a)": "0.5 ⊙ a", "clipped(a)": "min(max(a, -1), 1)", "operator.mul(a, b)": "a ⊙ b",
    "np.sum([a, b], axis=0)": "Σ_axis 0 [a; b]", "np.dot([1., 2.], V)": "[1; 2] V",
    "np.add.reduce(a)": "Σ_units a", "np.maximum.reduce([a, b])": "max_axis 0 [a; b]",
    "np.linalg.norm(c, axis=1)": "sqrt(Σ_axis 1 c²)", "np.flip(a, 0)": "a[::-1, :]",
    "a if (a > 9).all() else b": "b", "a if np.any(a < 9) else b": "a",
    "cell.mix(a, b)": "0.5 ⊙ a + b", "(lambda: a)() if k > 5 else c": "c",
}
FOREIGN = [
    "a % b", "a[a > 0]", "[a, b]", "a[7]", "V @ x @ x", "unknown + a", "np.sort(a)", "a @ 2",
    "rng.random(3) * v", "np.sum(a, where=a > 0)", "np.cumsum(a)", "a < b < c", "a.flat[0]",
    "np.einsum(V, [0, 1], [1, 0])", "a if a.any() else b", "np.multiply.reduce(a)",
    "stack.pop() * 2",
    "a[np.array([0.5])]", "d[0, :, ids]", "counted(a)", "several(a)", "generator(a)", "-(a > 0)",
    "np.concatenate([a, x], axis=1)", "np.tanh(a, dtype=np.float32)", "endless(a)", "a ^ b",
    "'a' * k", "np.split(a, 2)[7]", "np.logaddexp(1, a)", "np.tensordot(a, b)", "cell.hidden * a",
]


def reader():
    """A reader that knows the names of this file."""
    def look_up(part):
        name = part.id if isinstance(part, ast.Name) else None
        return (name, ARRAYS[name]) if name in ARRAYS else None

    def known(array):
        return next(((name, own) for name, own in ARRAYS.items() if own is array), None)

    return Reader(look_up, Lookup(NAMES), AXES.get, known)


def read(text):
    """The tree of an expression."""
    return reader().read(ast.parse(text, mode="eval").body)
