"""A call or a name that does not fit is answered with the word that is meant.

All else about functions and classes is as it was: signatures, documentation, pickles.
"""

import inspect
import pickle
import subprocess
import sys
import types
import warnings

import pytest

import numpyrnn
from numpyrnn import LSTM, Adam, Dense, Layer, metrics, softmax_cross_entropy
from numpyrnn.activations import RULES
from numpyrnn.answers import (
    explained,
    keyword_hint,
    misfit,
    nearest,
    open_room,
    renamed,
    unknown_attribute,
    warn,
)
from numpyrnn.initializers import INITIALIZERS
from numpyrnn.layers.merges import MERGES
from numpyrnn.tasks.padding import SIDES
from numpyrnn.words import ATTRIBUTES, KEYWORDS, NAMES, VALUES

PUBLIC = {name: getattr(numpyrnn, name) for name in numpyrnn.__all__}
PUBLIC |= {f"metrics.{name}": getattr(metrics, name) for name in metrics.__all__}
CALLED = {  # what can be called: no exceptions, and no named tuples, which know their few words
    name: thing for name, thing in PUBLIC.items()
    if callable(thing) and not (isinstance(thing, type) and issubclass(thing, tuple | Exception))
    and name not in ("State", "Layer", "Schedule") and not name.endswith("Cell")
}


@pytest.mark.parametrize("name", CALLED)
def test_every_public_call_names_the_keyword_that_it_does_not_take(name):
    thing = CALLED[name]
    if any(p.kind is p.VAR_KEYWORD for p in inspect.signature(thing).parameters.values()):
        pytest.skip("takes layers by any name")
    with pytest.raises(TypeError) as caught:
        thing(no_such_word=1)
    message = str(caught.value)
    words = f"{thing.__name__}: got an unexpected keyword argument 'no_such_word'"
    assert message.startswith(words)
    assert len(message) < 300


def test_signatures_documentation_and_pickles_are_as_they_were():
    names = list(inspect.signature(LSTM).parameters)
    assert names[:3] == ["input_size", "hidden_size", "forget_bias"]
    assert inspect.signature(softmax_cross_entropy).parameters["ignore_id"].default is None
    assert softmax_cross_entropy.__doc__.startswith("The cross-entropy")
    assert softmax_cross_entropy.__module__ == "numpyrnn.losses.cross_entropy"
    for function in (softmax_cross_entropy, numpyrnn.fit, metrics.accuracy):
        assert pickle.loads(pickle.dumps(function)) is function
    assert repr(Adam(0.1)).startswith("Adam(learning_rate=0.1, betas=(0.9, 0.999)")
    assert "def forward" in inspect.getsource(LSTM.forward)


def test_a_traceback_in_a_notebook_leaves_the_wrappers_out():
    model = numpyrnn.Sequential(rnn=LSTM(2, 3), head=Dense(3, 2))
    with pytest.raises(ValueError) as caught:
        model.forward([[[1.0, 2.0, 3.0]]])
    hidden = [frame.frame.f_locals.get("__tracebackhide__", False) for frame in caught.traceback]
    wrappers = [frame.name == "call" for frame in caught.traceback]
    assert hidden == wrappers and sum(wrappers) == 4        # two each, of the model and the LSTM


def test_an_error_from_inside_a_call_is_left_alone():
    def inner(x):
        raise TypeError("mine")

    with pytest.raises(TypeError, match=r"^mine$"):
        explained(inner)(1)
    with pytest.raises(TypeError, match="LSTM: expected input_size and hidden_size"):
        explained(lambda: LSTM(3))()


@pytest.mark.parametrize(("call", "words"), [
    (lambda f: f(), "f: expected a and b, but 'a' is missing; write f(a, b)"),
    (lambda f: f(1), "f: expected a and b, but 'b' is missing; write f(a, b)"),
    (lambda f: f(1, b=2, a=3), "f: multiple values for argument 'a'"),
    (lambda f: f(1, 2, 3), "f: expected at most 2 arguments without a name (a, b), got 3; name the "
     "others"),
    (lambda f: f(1, 2, hidden=3), "f: got an unexpected keyword argument 'hidden'; did you mean "
     "'hid'?"),
    (lambda f: f(1, 2, lr=3), "f: got an unexpected keyword argument 'lr'; the optimizer has "
     "learning_rate="),
], ids=range(6))
def test_a_misfit_says_what_is_missing_too_much_or_unknown(call, words):
    def f(a, b, *, hid=1):
        return a

    f.__qualname__ = "f"
    with pytest.raises(TypeError) as caught:
        call(explained(f))
    assert str(caught.value) == words
    assert explained(f)(1, b=2) == 1
    assert misfit(f, (1, 2), {}) is None


def test_a_layer_of_ones_own_may_have_attributes_and_properties():
    class Own(Layer):
        def __init__(self):
            super().__init__()
            self.size = 3

        @property
        def broken(self):
            return self.missing

        def forward(self, x, *, training=True, rng=None):
            return x

    own = Own()
    assert own.size == 3
    assert not hasattr(own, "lengths")
    assert getattr(own, "return_sequences", True)
    with pytest.raises(AttributeError):
        _ = own.broken
    assert unknown_attribute(own, "_hidden").args == ("'Own' object has no attribute '_hidden'",)


def test_python_adds_no_guess_of_its_own_to_ours():
    """Python prints one after an AttributeError that knows the name, as a second question."""
    code = "from numpyrnn import LSTM\nLSTM(3, 4).hiden_size"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == (
        "AttributeError: 'LSTM' object has no attribute 'hiden_size'; did you mean 'hidden_size'?"
    )


def test_looking_for_a_name_imports_nothing_heavy():
    code = (
        "import sys, numpyrnn\n"
        "assert not hasattr(numpyrnn, 'Lstm') and not hasattr(numpyrnn, '__wrapped__')\n"
        "from numpyrnn import answers, words\n"
        "try:\n    from numpyrnn import nn\nexcept ImportError as error:\n    print(error.name)\n"
        "print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["numpyrnn", "False"]


def test_a_warning_reaches_code_whose_module_has_no_name():
    with pytest.warns(UserWarning, match="look"):
        exec("warn('look')", {"warn": warn})


def test_a_warning_stands_at_the_line_of_the_user():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn("look")
    assert [w.filename for w in caught] == [__file__]


# The tables speak of what there is ----------------------------------------------------------------

PARAMETERS = {
    word
    for thing in CALLED.values()
    for function in (thing, getattr(thing, "forward", None))
    if callable(function)
    for word in inspect.signature(function).parameters
}


def test_every_keyword_of_ours_in_the_table_exists():
    ours = {word for words, _ in KEYWORDS.values() for word in words.split()}
    assert sorted(ours - PARAMETERS) == []
    assert all(words or cure for words, cure in KEYWORDS.values())
    for word in ("lr", "units", "eps", "num_layers"):
        assert word in KEYWORDS


def test_what_an_attribute_is_answered_with_exists():
    model = {"layer": LSTM(3, 4), "model": Dense(3, 4), "optimizer": Adam()}
    for theirs, cure in ATTRIBUTES.items():
        assert not hasattr(LSTM, theirs), theirs
        for thing, value in model.items():
            for rest in cure.split(f"{thing}.")[1:]:
                word = "".join(c if c.isidentifier() else " " for c in rest).split()[0]
                assert hasattr(value, word), cure
        for rest in cure.split("numpyrnn.")[1:]:
            assert hasattr(numpyrnn, rest.split("(")[0].split()[0]), cure


def test_names_and_values_of_ours_exist():
    for ours in NAMES.values():
        if ours.isidentifier():
            assert ours in numpyrnn.__all__, ours
    recorded = {f"{part}{name}" for part in ("", "validation_") for name in ("loss", "metric")}
    known = {*INITIALIZERS, *MERGES, *RULES, *SIDES, *recorded, "rnn", "learning_rate"}
    assert sorted({word for ours in VALUES.values() for word in ours.split()} - known) == []


def test_the_nearest_word_knows_theirs_first():
    assert nearest("Xavier-Uniform", INITIALIZERS) == "; did you mean 'glorot_uniform'?"
    assert nearest("xavier", ["savior", "other"]) == "; did you mean 'savior'?"
    assert nearest("val_loss", ["loss", "validation_loss"]) == "; did you mean 'validation_loss'?"
    assert nearest("val_loss", ["loss", "metric"]) == "; did you mean 'loss'?"
    assert keyword_hint("bias", ["use_bias"]) == "write use_bias="
    assert keyword_hint("zzz", ["a", "b"]) == "it takes a, b"


# Names of before --------------------------------------------------------------------------------


class Subsampled:
    """A class that was called Slower once."""

    def __init__(self, every):
        self.every = every

    def __eq__(self, other):
        return isinstance(other, Subsampled) and other.every == self.every


@pytest.fixture
def old_names(monkeypatch):
    """A module of ours in which Slower, listener and mean_square are names of before."""
    module = types.ModuleType("numpyrnn.of_before")
    module.Subsampled = Subsampled
    module.ctc_model = lambda: "model"
    monkeypatch.setitem(sys.modules, module.__name__, module)
    module.__getattr__ = renamed(
        module.__name__, Slower="Subsampled", listener="ctc_model",
        mean_square="numpyrnn.losses.mean_squared_error",
    )
    return module


def test_a_renamed_class_is_the_same_class_and_its_pickles_can_be_read(old_names, monkeypatch):
    with pytest.warns(DeprecationWarning, match=(
        r"numpyrnn\.of_before\.Slower is called numpyrnn\.of_before\.Subsampled now; write that"
    )) as records:
        assert old_names.Slower is Subsampled
    assert [record.filename for record in records] == [__file__]
    monkeypatch.setattr(Subsampled, "__module__", old_names.__name__)
    old = pickle.dumps(Subsampled(3), protocol=0).replace(b"\nSubsampled\n", b"\nSlower\n")
    with pytest.warns(DeprecationWarning, match="write that"):
        assert pickle.loads(old) == Subsampled(3)


def test_a_renamed_function_may_be_imported_from_where_it_was(old_names):
    with pytest.warns(DeprecationWarning, match=r"listener is called .*\.ctc_model") as records:
        from numpyrnn.of_before import listener
    assert listener() == "model"
    assert {record.filename for record in records} == {__file__}
    with pytest.warns(DeprecationWarning, match=r"numpyrnn\.losses\.mean_squared"):
        assert old_names.mean_square is numpyrnn.mean_squared_error


def test_other_names_are_answered_as_ever(old_names):
    with pytest.raises(AttributeError, match=r"'numpyrnn\.of_before' has no attribute 'Fast'"):
        _ = old_names.Fast
    assert not hasattr(old_names, "Fast")


def test_a_room_and_the_package_know_their_names_of_before(monkeypatch):
    room = types.ModuleType("numpyrnn.room_of_before")
    room.__all__, room.Subsampled = ["Subsampled"], Subsampled
    monkeypatch.setitem(sys.modules, room.__name__, room)
    room.__getattr__ = open_room(room.__name__, Slower="Subsampled")
    with pytest.warns(DeprecationWarning, match="Slower is called"):
        assert room.Slower is Subsampled
    with pytest.raises(AttributeError, match="did you mean 'Subsampled'"):
        _ = room.Subsampld
    monkeypatch.setitem(numpyrnn._RENAMED, "Gru", "GRU")
    with pytest.warns(DeprecationWarning, match=r"numpyrnn\.Gru is called numpyrnn\.GRU") as caught:
        from numpyrnn import Gru
    assert Gru is numpyrnn.GRU
    assert {record.filename for record in caught} == {__file__}
