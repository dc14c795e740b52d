"""Where people keep gates and states: attributes, dicts, records, lists."""

from collections import namedtuple
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np

from support.traced_cells.entry import B, D, Entry, H, on

W, U, BIAS, X, S = (H, D), (H, H), (H, 1), (D, B), (H, B)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Attributes:
    """Every gate is an attribute of the cell."""

    def __init__(self, rng):
        self.W, self.U, self.b = (0.8 * rng.standard_normal(s) for s in (
            (4, H, D), (4, H, H), (4, H, 1)))
        self.h, self.c = 0.5 * rng.standard_normal((2, H, B))

    def forward(self, x):
        a = self.W @ x + self.U @ self.h + self.b
        self.i, self.f, self.o = sigmoid(a[0]), sigmoid(a[1]), sigmoid(a[2])
        self.g = np.tanh(a[3])
        self.c = self.f * self.c + self.i * self.g
        self.h = self.o * np.tanh(self.c)
        return self.h


class Callable:
    """The cell is called like a function, and grows a list of what it has seen."""

    def __init__(self, rng):
        self.params = {"Wx": rng.standard_normal(W), "Wh": rng.standard_normal(U)}
        self.history = []

    def __call__(self, x, h):
        z = self.params["Wx"] @ x
        z += self.params["Wh"] @ h
        self.z = z
        h = np.tanh(self.z)
        self.history.append(h)
        return h


class Slots:
    __slots__ = ("U", "W", "h")

    def __init__(self, rng):
        self.W, self.U, self.h = rng.standard_normal(W), rng.standard_normal(U), np.ones(S) / 3

    def step(self, x):
        self.h = np.tanh(self.W @ x + self.U @ self.h)
        return self.h


class WithProperty:
    """`hidden` looks like an attribute and counts how often it is read."""

    def __init__(self, rng):
        self._h, self.reads, self.W = rng.standard_normal(S), 0, rng.standard_normal(U)

    @property
    def hidden(self):
        self.reads += 1
        return self._h

    def step(self, x):
        a = self.W @ self.hidden + x
        self._h = np.tanh(a)
        return self.hidden


class OnTheClass:
    """States on the class, shared by all."""

    h = None

    def __new__(cls, rng):
        cls.h = rng.standard_normal(S)
        return cls

    @classmethod
    def step(cls, x, W, U):
        cls.h = np.tanh(W @ x + U @ cls.h)
        return cls.h


class Outer:
    """An object inside an object."""

    def __init__(self, rng):
        self.state = SimpleNamespace(h=rng.standard_normal(S), t=0)
        self.W, self.U = rng.standard_normal(W), rng.standard_normal(U)

    def step(self, x):
        self.state.h = np.tanh(self.W @ x + self.U @ self.state.h)
        self.state.t += 1
        return self.state.h


def method_of(cls, method, **arguments):
    def make():
        rng = np.random.default_rng(7)
        _, values, _ = on(make, **arguments)()
        return getattr(cls(rng), method), values, {}
    return make


def dict_of_gates(x, h, c, W, U, b):
    v = {}
    v["i"] = sigmoid(W["i"] @ x + U["i"] @ h + b["i"])
    v["f"] = sigmoid(W["f"] @ x + U["f"] @ h + b["f"])
    v["g"] = np.tanh(W["g"] @ x + U["g"] @ h + b["g"])
    v["c"] = v["f"] * c + v["i"] * v["g"]
    v["h"] = np.tanh(v["c"])
    return v


def gates_in_a_loop(x, h, c, W, U):
    gate = {}
    for name in "ifo":
        gate[name] = sigmoid(W[name] @ x + U[name] @ h)
    c = gate["f"] * c + gate["i"] * np.tanh(W["g"] @ x + U["g"] @ h)
    h = gate["o"] * np.tanh(c)
    return h, c


def dict_of_states(x, state, W, U):
    new = dict(state)
    new["h"] = np.tanh(W @ x + U @ state["h"])
    new["t"] = state["t"] + 1
    return new


def updated_in_the_caller(x, state, W, U):
    state["h"] = np.tanh(W @ x + U @ state["h"])
    state["sum"] += state["h"]
    return state


def dict_of_lists(x, W, U, h):
    log = {"h": [], "a": []}
    for t in range(len(x)):
        a = W @ x[t] + U @ h
        h = np.tanh(a)
        log["a"].append(a)
        log["h"].append(h)
    return log


@dataclass
class Memory:
    h: np.ndarray
    c: np.ndarray
    seen: list = field(default_factory=list)


@dataclass(frozen=True)
class Frozen:
    h: np.ndarray
    t: int = 0


Pair = namedtuple("Pair", "h c")


def in_a_dataclass(x, s, W, U):
    a = W @ x + U @ s.h
    s.c = 0.5 * s.c + 0.5 * np.tanh(a)
    s.h = np.tanh(s.c)
    return s


def in_a_frozen_dataclass(x, s, W, U):
    h = np.tanh(W @ x + U @ s.h)
    return replace(s, h=h, t=s.t + 1)


def in_a_namespace(x, s, W, U):
    s.a = W @ x + U @ s.h
    s.h = np.tanh(s.a)
    return s


def in_a_namedtuple(x, s, W, U):
    c = 0.9 * s.c + 0.1 * (W @ x)
    s = s._replace(c=c)
    return Pair(np.tanh(U @ s.h + s.c), s.c)


def in_list_items(x, state, W, U):
    state[0] = np.tanh(W @ x + U @ state[0])
    state[1] = state[1] + state[0]
    return state


def in_a_list_of_lists(x, grid, W):
    grid[0][1] = np.tanh(W @ x)
    grid[1][0] = grid[0][1] * grid[0][0]
    return grid


def setattr_and_getattr(x, s, W, U):
    for name in ("i", "f"):
        setattr(s, name, sigmoid(getattr(s, "W" + name) @ x))
    h = s.i * s.f
    return h


CELLS = [
    Entry("state: self.i = ...", method_of(Attributes, "forward", x=X),
          "a self.i self.f self.o self.g self.c self.h",
          parents={"self.i": "a", "self.g": "a", "self.h": "self.o self.c",
                   "self.c": "self.f self.i self.g"}),
    Entry("state: an object that is called", method_of(Callable, "__call__", x=X, h=S), "z h",
          parents={"h": "self.z"}),
    Entry("state: slots", method_of(Slots, "step", x=X), "self.h"),
    Entry("state: a property that counts", method_of(WithProperty, "step", x=S), "a self._h",
          parents={"self._h": "a"}, without_formula={"a": "reads a property"}),
    Entry("state: on the class", method_of(OnTheClass, "step", x=X, W=W, U=U),
          "cls.h"),
    Entry("state: an object in an object", method_of(Outer, "step", x=X), "self.state.h"),
    Entry("state: v['i'] = ...", on(
          dict_of_gates, x=X, h=S, c=S, W=dict(i=W, f=W, g=W), U=dict(i=U, f=U, g=U),
          b=dict(i=BIAS, f=BIAS, g=BIAS)), "v['i'] v['f'] v['g'] v['c'] v['h']",
          parents={"v['c']": "v['f'] v['i'] v['g']", "v['h']": "v['c']"}),
    Entry("state: gate[name] in a loop", on(
          gates_in_a_loop, x=X, h=S, c=S, W=dict(i=W, f=W, o=W, g=W), U=dict(i=U, f=U, o=U, g=U)),
          "gate[name] c h"),
    Entry("state: a new dict", on(dict_of_states, x=X, state=dict(h=S, t=4), W=W, U=U),
          "new['h']"),
    Entry("state: the caller's dict", on(
          updated_in_the_caller, x=X, state=dict(h=S, sum=S), W=W, U=U),
          "state['h'] state['sum']"),
    Entry("state: a dict of lists", on(dict_of_lists, x=(3, D, B), W=W, U=U, h=S), "a h"),
    Entry("state: a dataclass", on(in_a_dataclass, x=X, s=lambda rng: Memory(
          *rng.standard_normal((2, *S))), W=W, U=U), "a s.c s.h",
          parents={"s.c": "a", "s.h": "s.c"}),
    Entry("state: a frozen dataclass", on(in_a_frozen_dataclass, x=X, s=lambda rng: Frozen(
          rng.standard_normal(S)), W=W, U=U), "h"),
    Entry("state: a namespace", on(in_a_namespace, x=X, s=lambda rng: SimpleNamespace(
          h=rng.standard_normal(S)), W=W, U=U), "s.a s.h", parents={"s.h": "s.a"}),
    Entry("state: a namedtuple", on(in_a_namedtuple, x=X, s=lambda rng: Pair(
          *rng.standard_normal((2, *S))), W=W, U=U), "c"),
    Entry("state: items of a list", on(in_list_items, x=X, state=[S, S], W=W, U=U),
          "state[0] state[1]", parents={"state[1]": "state[0]"}),
    Entry("state: a list of lists", on(in_a_list_of_lists, x=X, grid=[[S, S], [S, S]], W=W),
          "grid[0][1] grid[1][0]", parents={"grid[1][0]": "grid[0][1]"}),
    Entry("state: setattr and getattr", on(setattr_and_getattr, x=X, s=lambda rng: SimpleNamespace(
          Wi=rng.standard_normal(W), Wf=rng.standard_normal(W)), W=W, U=U), "h",
          without_formula={"setattr(s, name, sigmoid(getattr(s, 'W' + name) @ x))": "a call"}),
]
