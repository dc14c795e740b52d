"""Looking at what an expression names runs no code of the program that is watched."""

import ast
import enum
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from types import MethodType, SimpleNamespace

import numpy as np
import pytest

from numpyrnn.seeing.formulas.lookup import Lookup, NotUnderstood


class Alarm:
    """Whatever is done to it but naming it, it rings."""

    def ring(self, *args, **kwargs):
        raise AssertionError("the student's code ran")

    __call__ = __getitem__ = __len__ = __bool__ = __neg__ = __add__ = __radd__ = __eq__ = ring
    __hash__ = __index__ = __iter__ = __contains__ = __format__ = __str__ = __lt__ = ring


class Proxy:
    def __getattribute__(self, name):
        raise AssertionError("the student's code ran")


class Late:
    def __getattr__(self, name):
        raise AssertionError("the student's code ran")


class Descriptor:
    def __get__(self, instance, owner):
        raise AssertionError("the student's code ran")


class Cell:
    gates = "ifog"
    described = Descriptor()

    def __init__(self):
        self.W, self.act, self.alarm = W, np.tanh, Alarm()
        self.__dict__["hidden"] = 1

    @property
    def h(self):
        raise AssertionError("the student's code ran")

    hidden = h
    hidden = property(lambda self: self.h)

    def gate(self):
        raise AssertionError("the student's code ran")

    @staticmethod
    def tool():
        pass


class Slots:
    __slots__ = ("h",)

    def __init__(self):
        self.h = W


class Meta(type):
    @property
    def h(cls):
        raise AssertionError("the student's code ran")

    def __getattr__(cls, name):
        raise AssertionError("the student's code ran")

    def __eq__(cls, other):
        raise AssertionError("the student's code ran")

    def __hash__(cls):
        raise AssertionError("the student's code ran")


class WithMeta(metaclass=Meta):
    k = 2


class Params(dict):
    __getattr__ = dict.__getitem__


class OwnItems(dict):
    def __getitem__(self, key):
        raise AssertionError("the student's code ran")


class Missing(dict):
    def __missing__(self, key):
        raise AssertionError("the student's code ran")


class Gate(enum.IntEnum):
    I, F = 0, 1  # noqa: E741


@dataclass(slots=True)
class Record:
    h: object


class OwnArray(np.ndarray):
    @property
    def shape(self):
        raise AssertionError("the student's code ran")

    def __getitem__(self, index):
        raise AssertionError("the student's code ran")


State = namedtuple("State", "h c")
W = np.arange(12.0).reshape(3, 4)
NAMES = dict(
    W=W, k=2, n=np.int64(1), half=0.5, word="W", cell=Cell(), Cell=Cell, state=State(W, 3),
    slots=Slots(), record=Record(W), room=SimpleNamespace(h=W, d={"i": [W, 5]}), np=np,
    params=Params(W=W), ordered=OrderedDict(i=W), missing=Missing(i=W), own=OwnItems(i=W),
    alarm=Alarm(), proxy=Proxy(), late=Late(), WithMeta=WithMeta, meta=WithMeta(), Gate=Gate,
    keys={Alarm: 1, 1: 2, "1": 3, (0, 1): 4}, listed=[W, [1, 2]], none=None, flag=True,
    view=W.view(OwnArray), masks={"i": np.array(True)}, alarms=[Alarm()], number=np.array(3.0),
)


def look(text):
    return Lookup(NAMES)(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize("text", [
    "W", "k", "3", "'i'", "None", "...", "True", "cell.W", "cell.act", "cell.gates", "Cell.gates",
    "state.h", "state[0]", "state[-1]", "slots.h", "record.h", "room.h", "room.d['i'][0]", "np.pi",
    "np.linalg.norm", "params['W']", "params.W", "ordered['i']", "missing['i']", "keys[1]",
    "keys['1']", "keys[0, 1]", "listed[1][0]", "listed[1][:1]", "listed[n][k - 1]", "W.shape",
    "W.shape[0]", "W.ndim", "W.size", "W.dtype", "W.T", "W[0]", "W[:k]", "W[1, 2]", "W[..., 0]",
    "W[:, None]", "W[None]", "W[n]", "W[1:3, ::k]", "W[::-1]", "-k", "-half", "k + 1", "k - n",
    "k * 3", "7 // k", "7 % k", "-1 + 2 * k", "len(W)", "len(listed)", "len('abc')", "len(state)",
    "len(room.d)", "k > 1", "k == 2", "word == 'W'", "none is None", "none is not None", "not flag",
    "flag and k > 3", "flag or k > 3", "'i' in room.d", "'q' not in room.d", "word in ('U', 'W')",
    "f'{word}_{k}'", "params[f'{word}']", "params['' + word]", "1 if flag else 2", "(k, -1)",
    "Gate.F", "W[Gate.F]", "WithMeta.k", "meta.k", "alarm is None", "alarms[0] is alarm",
    "number > 2", "cell.W[0]",
])
def test_what_is_kept_somewhere_is_found(text):
    found, expected = look(text), eval(text, dict(NAMES))
    if isinstance(expected, np.ndarray):
        np.testing.assert_array_equal(found, expected)
    else:
        assert found is expected or found == expected


@pytest.mark.parametrize("text", ["cell.W", "state.h", "room.d['i'][0]", "params.W", "slots.h"])
def test_it_is_the_very_object(text):
    assert look(text) is W


@pytest.mark.parametrize("text", [
    "alarm()", "alarm[0]", "alarm.ring()", "-alarm", "alarm + 1", "1 + alarm", "alarm == 1",
    "not alarm", "alarm and 1", "1 if alarm else 2", "len(alarm)", "W[alarm]", "listed[alarm]",
    "room.d[alarm]", "f'{alarm}'", "alarm in [1]", "1 in alarm", "1 in alarms", "W[:alarm]",
    "proxy.h", "late.h", "cell.h", "cell.hidden", "cell.described", "Cell.described", "Cell.h",
    "WithMeta.h", "WithMeta.other", "meta.other", "own['i']", "missing['q']", "view.shape",
    "view[0]", "W.sum", "W.sum()", "W.flat", "W[[0, 1]]", "W[W > 0]", "np.tanh(W)", "W + 1",
    "W * W", "-W", "1 / k", "half + 1", "k ** 2", "k // 0", "1 < k < 3", "[i for i in listed]",
    "lambda: 1", "(z := 3)", "unknown", "keys[2]", "W[9]", "cell.unknown", "np.unknown",
    "W > 1", "not W", "f'{half:.2f}'", "{'a': 1}['a']", "range(3)[0]", "len([1], 2)",
    "room.d[True]", "W[True]", "'a' * k", "listed * k", "number + 1",
])
def test_what_would_have_to_run_is_refused(text):
    with pytest.raises(NotUnderstood):
        look(text)


def test_methods_are_found_and_not_called():
    method = look("cell.gate")
    assert type(method) is MethodType and method.__func__ is Cell.gate
    assert look("Cell.gate") is Cell.gate and look("cell.tool") is look("Cell.tool") is Cell.tool


def test_a_function_sees_its_closure_before_its_module():
    NAMES_HERE = W[0]

    def inner(State):
        return State, NAMES_HERE, later, W

    names = Lookup.of_function(inner)
    assert names(ast.parse("NAMES_HERE", mode="eval").body) is NAMES_HERE
    assert names(ast.parse("W", mode="eval").body) is W
    with pytest.raises(NotUnderstood):
        names(ast.parse("later", mode="eval").body)
    later = 1
    assert later
