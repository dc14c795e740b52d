"""Functions around the cell: own activations, closures, decorators, generators, recursion."""

import contextlib
import functools
import math

import numpy as np

from support.traced_cells.entry import B, D, Entry, H, on

W, U, BIAS, X, S = (H, D), (H, H), (H, 1), (D, B), (H, B)
PLAIN = dict(x=X, h=S, W=W, U=U, b=BIAS)
GATES = dict(x=X, h=S, W=(3, H, D), U=(3, H, H), b=(3, H, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_by_tanh(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def stable_sigmoid(x):
    """Large numbers of either sign do no harm."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


sigm = lambda v: 1.0 / (1.0 + np.exp(-v))


def sigmoid_prime(s):
    return s * (1 - s)


def softmax(x, axis=0):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def own_sigmoid(x, h, W, U, b):
    z = sigmoid(W @ x + U @ h + b)
    return z * h


def sigmoid_of_tanh(x, h, W, U, b):
    z = sigmoid_by_tanh(W @ x + U @ h + b)
    return z * h


def sigmoid_with_where(x, h, W, U, b):
    a = 20 * (W @ x + U @ h + b)
    z = stable_sigmoid(a)
    return z * h


def sigmoid_as_lambda(x, h, W, U, b):
    a = W @ x + U @ h + b
    z = sigm(a)
    dz = sigmoid_prime(z)
    return z, dz


def sigmoid_in_the_cell(x, h, W, U, b):
    def act(v):
        return 1 / (1 + np.exp(-v))

    square = lambda v: v * v
    z = act(W @ x + U @ h + b)
    q = square(z) + square(h)
    return q


def own_softmax(h, V, c):
    p = softmax(V @ h + c)
    return p


def affine(W, x, U, h, b):
    return W @ x + U @ h + b


def one_return_helper(x, h, W, U, b):
    a = affine(W[0], x, U[0], h, b[0])
    z = sigmoid(affine(W[1], x, U[1], h, b[1]))
    return z * np.tanh(a)


def two_line_helper(x, h, W, U, b):
    def gate(k, act):
        total = W[k] @ x + U[k] @ h
        return act(total + b[k])

    i = gate(0, sigmoid)
    g = gate(1, np.tanh)
    return i * g


def closure_over_the_gates(x, h, W, U, b):
    a = W @ x + U @ h + b
    gate = lambda k: sigmoid(a[k])
    i, f = gate(0), gate(1)
    o = gate(2)
    return i * f * o


def closure_over_a_name_that_changes(x, h, W, U):
    def now():
        return U @ h

    first = now()
    h = np.tanh(W @ x + first)
    second = now()
    h = np.tanh(W @ x + second)
    return h


def comprehension(x, h, W, U, b):
    a = W @ x + U @ h + b
    i, f, o = [sigmoid(a[k]) for k in range(3)]
    h = i * h + f * np.tanh(o)
    return h


def comprehension_over_pairs(x, h, Ws, Us):
    z = [w @ x + u @ h for w, u in zip(Ws, Us)]
    h = np.tanh(z[0]) * sigmoid(z[1])
    return h


def dict_comprehension(x, h, W, U):
    gates = {k: sigmoid(W[k] @ x + U[k] @ h) for k in W}
    h = gates["z"] * h + (1 - gates["z"]) * gates["n"]
    return h


def sum_of_products(x, hs, ws):
    context = sum(w * h for w, h in zip(ws, hs))
    return context


def activation_as_argument(x, h, W, U, b, activation=np.tanh):
    h = activation(W @ x + U @ h + b)
    return h


ACTIVATIONS = {"tanh": np.tanh, "sigmoid": sigmoid, "relu": lambda v: np.maximum(v, 0)}


def activation_by_name(x, h, W, U, b, kind):
    h = ACTIVATIONS[kind](W @ x + U @ h + b)
    return h


def with_map(x, h, W, U, b):
    a = W @ x + U @ h + b
    i, f, o = map(sigmoid, a)
    return i * f + o


def star_arguments(*args, **params):
    x, h = args
    a = params["W"] @ x + params["U"] @ h
    h = np.tanh(a + params["b"])
    return h


def defaults(x, h, W, U, *, scale=0.5, bias=np.array([[0.1], [0.2], [-0.3], [0.4]])):
    h = np.tanh(scale * (W @ x + U @ h) + bias)
    return h


def scaled_step(scale, x, h, W, U):
    h = np.tanh(scale * (W @ x) + U @ h)
    return h


def clipped(limit):
    def around(step):
        @functools.wraps(step)
        def inner(*args, **kwargs):
            return np.clip(step(*args, **kwargs), -limit, limit)
        return inner
    return around


@clipped(0.3)
def decorated(x, h, W, U):
    a = W @ x + U @ h
    h = np.tanh(a)
    return h


def counted(step):
    @functools.wraps(step)
    def inner(*args):
        inner.calls += 1
        return step(*args)
    inner.calls = 0
    return inner


def fresh_counted():
    @counted
    def step(x, h, W):
        h = np.tanh(W @ x + h)
        return h
    return step


def recursion(x, h, W, U):
    if not len(x):
        return h
    h = np.tanh(W @ x[0] + U @ h)
    return recursion(x[1:], h, W, U)


def steps_of(x):
    for t in range(len(x)):
        yield t, x[t]


def generator_of_steps(x, h, W, U):
    for t, xt in steps_of(x):
        h = np.tanh(W @ xt + U @ h)
    return h


def states(x, h, W, U):
    for xt in x:
        h = np.tanh(W @ xt + U @ h)
        yield h


def generator_of_states(x, h, W, U):
    total = 0
    for state in states(x, h, W, U):
        total = total + state
    return total


@contextlib.contextmanager
def scope(log, name):
    log.append(f"in {name}")
    try:
        yield 0.5
    finally:
        log.append(f"out {name}")


def context_manager(x, h, W, log):
    with scope(log, "gate") as half:
        a = W @ x
        z = sigmoid(half * a)
    return z * h


class Linear:
    def __init__(self, rng, size):
        self.W = 0.8 * rng.standard_normal(size)

    def forward(self, x):
        return self.W @ x

    __call__ = forward


def layers_as_objects(x, h, wx, wh):
    a = wx(x) + wh.forward(h)
    h = np.tanh(a)
    return h


class WithStatics:
    @staticmethod
    def act(z):
        return np.tanh(z)

    def __mix(self, z, h):
        return z * h + (1 - z) * self.act(h)

    def step(self, x, h, W):
        z = sigmoid(W @ x)
        h = self.__mix(z, h)
        return h


class Base:
    def step(self, x, h, W):
        h = np.tanh(W @ x + h)
        return h


class Child(Base):
    def step(self, x, h, W):
        h = super().step(x, h, W)
        h = 0.5 * h
        return h


def bound(cls):
    def make():
        rng = np.random.default_rng(11)
        return cls().step, (rng.standard_normal(X), rng.standard_normal(S),
                            rng.standard_normal(W)), {}
    return make


def closed_over():
    rng = np.random.default_rng(5)
    W_in, W_rec = rng.standard_normal(W), rng.standard_normal(U)

    def step(x, h):
        h = np.tanh(W_in @ x + W_rec @ h)
        return h

    return step, (rng.standard_normal(X), rng.standard_normal(S)), {}


def partial_of_a_step():
    step, args, _ = on(scaled_step, scale=0.5, x=X, h=S, W=W, U=U)()
    return functools.partial(step, args[0], U=args[4]), args[1:3], {"W": args[3]}


def counted_step():
    _, args, _ = on(fresh_counted, x=X, h=S, W=W)()
    return fresh_counted(), args, {}


def star_call():
    step, args, _ = on(star_arguments, **PLAIN)()
    return step, args[:2], dict(zip("WUb", args[2:], strict=True))


def plain_math(x, h, w, u):
    z = w * x + u * h
    s = 1 / (1 + math.exp(-z))
    return s * h


CELLS = [
    Entry("helpers: own sigmoid", on(own_sigmoid, **PLAIN), "z"),
    Entry("helpers: sigmoid by tanh", on(sigmoid_of_tanh, **PLAIN), "z"),
    Entry("helpers: sigmoid with where", on(sigmoid_with_where, **PLAIN), "a z",
          parents={"z": "a"}),
    Entry("helpers: sigmoid as a lambda", on(sigmoid_as_lambda, **PLAIN), "a z dz",
          parents={"z": "a", "dz": "z"}),
    Entry("helpers: functions inside the cell", on(sigmoid_in_the_cell, **PLAIN), "z q",
          parents={"q": "z"}),
    Entry("helpers: own softmax", on(own_softmax, h=S, V=(5, H), c=(5, 1)), "p"),
    Entry("helpers: a helper of one line", on(one_return_helper, **GATES), "a z"),
    Entry("helpers: a helper of two lines", on(two_line_helper, **GATES), "i g"),
    Entry("helpers: gate(0), a closure", on(closure_over_the_gates, **GATES), "a i f o",
          parents={"i": "a", "f": "a", "o": "a"}),
    Entry("helpers: a closure over a name that changes", on(
          closure_over_a_name_that_changes, x=X, h=S, W=W, U=U), "first h second",
          parents={"second": "h", "h": "second"}),
    Entry("helpers: a comprehension of gates", on(comprehension, **GATES), "a i f o h",
          parents={"i": "a", "f": "a", "o": "a", "h": "i f o"}),
    Entry("helpers: a comprehension over pairs", on(
          comprehension_over_pairs, x=X, h=S, Ws=[W, W], Us=[U, U]), "h"),
    Entry("helpers: a dict comprehension", on(
          dict_comprehension, x=X, h=S, W=dict(z=W, n=W), U=dict(z=U, n=U)), "h"),
    Entry("helpers: a sum of products", on(sum_of_products, x=X, hs=[S, S, S], ws=[0.5, 0.2, 0.3]),
          "context"),
    Entry("helpers: the activation is an argument", on(activation_as_argument, **PLAIN), "h"),
    Entry("helpers: the activation by its name", on(activation_by_name, **PLAIN, kind="relu"),
          "h"),
    Entry("helpers: map", on(with_map, **GATES), "a i f o",
          parents={"i": "a", "o": "a"}),
    Entry("helpers: *args and **params", star_call, "a h", parents={"h": "a"}),
    Entry("helpers: defaults", on(defaults, x=X, h=S, W=W, U=U), "h"),
    Entry("helpers: functools.partial", partial_of_a_step, "h"),
    Entry("helpers: a decorator that clips", on(decorated, x=X, h=S, W=W, U=U), "a h",
          parents={"h": "a"}),
    Entry("helpers: a decorator that counts", counted_step, "h"),
    Entry("helpers: recursion", on(recursion, x=(3, D, B), h=S, W=W, U=U), "h", spied=False),
    Entry("helpers: a generator of inputs", on(generator_of_steps, x=(3, D, B), h=S, W=W, U=U),
          "xt h", parents={"h": "xt h"}, without_formula={"xt": "comes from a generator"}),
    Entry("helpers: a generator of states", on(generator_of_states, x=(3, D, B), h=S, W=W, U=U),
          "state total", without_formula={"state": "comes from a generator"},
          parents={"total": "total state"}),
    Entry("helpers: a context manager", on(context_manager, x=X, h=S, W=W, log=[]),
          "a z half", parents={"z": "a half"},
          without_formula={"half": "comes from a context manager"}),
    Entry("helpers: layers as objects", on(
          layers_as_objects, x=X, h=S, wx=lambda rng: Linear(rng, W),
          wh=lambda rng: Linear(rng, U)), "a h", parents={"h": "a"}),
    Entry("helpers: a static method and a private one", bound(WithStatics), "z h",
          parents={"h": "z"}, spied=False),
    Entry("helpers: super()", bound(Child), "h"),
    Entry("helpers: weights closed over", closed_over, "h"),
    Entry("helpers: math.exp", on(plain_math, x=0.4, h=-0.7, w=1.1, u=0.6), "z s",
          parents={"s": "z"}),
]
