"""The textbook cells and the fast kernels compute the same numbers, on every option."""

import numpy as np
import pytest
from support.helpers import PLAIN, assert_close, plain, random_state, run

from numpyrnn.cells import GRUCell, GRUResetAfterCell, LSTMCell, RNNCell

T, D = 6, 3

LENGTHS = {  # one length for each row; None: no lengths, four rows
    "no lengths": None,
    "unsorted, one empty": [2, T, 0, 5],
    "longest first": [T, 5, 3, 1],
    "none reaches T": [1, 4, 4],
    "all empty": [0, 0, 0],
    "all full": [T, T, T],
    "one row": [4],
}


def results(kind, engine, *, lengths, batch, steps=T, sizes=(D, 5), with_state, with_dstate,
            **options):
    """What a layer gives on one engine; both engines get the same numbers."""
    layer = plain(kind, *sizes, seed=1, engine=engine, **options)
    rng = np.random.default_rng(2)
    x = rng.standard_normal((batch, steps, sizes[0]))
    state, dstate = random_state(layer, batch, rng), random_state(layer, batch, rng)
    dh = rng.standard_normal((batch, steps, sizes[1]) if layer.return_sequences
                             else (batch, sizes[1]))
    return run(layer, x, state if with_state else None, lengths, dh,
               dstate if with_dstate else None)


@pytest.mark.parametrize("return_sequences", [True, False], ids=["sequences", "last"])
@pytest.mark.parametrize("reverse", [False, True], ids=["forward", "reverse"])
@pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS)
@pytest.mark.parametrize("kind", PLAIN)
def test_both_engines_give_the_same_outputs_states_and_gradients(
    kind, lengths, reverse, return_sequences
):
    pairs = [(False, False, True), (False, True, False), (True, False, False), (True, True, True)]
    for with_state, with_dstate, use_bias in pairs:         # every two of them in every way
        case = dict(
            lengths=lengths, batch=len(lengths or range(4)), with_state=with_state,
            with_dstate=with_dstate, reverse=reverse, return_sequences=return_sequences,
            use_bias=use_bias,
        )
        assert_close(results(kind, "kernel", **case), results(kind, "cell", **case),
                     what=f"state {with_state}, dstate {with_dstate}, bias {use_bias}:")


@pytest.mark.parametrize(("batch", "steps", "sizes"), [
    (4, 1, (3, 5)), (1, 6, (3, 5)), (1, 1, (1, 1)), (3, 4, (7, 2)), (2, 3, (1, 4)), (2, 3, (4, 1)),
], ids=["T=1", "B=1", "everything 1", "D>H", "D=1", "H=1"])
@pytest.mark.parametrize("reverse", [False, True], ids=["forward", "reverse"])
@pytest.mark.parametrize("with_lengths", [False, True], ids=["no lengths", "lengths"])
@pytest.mark.parametrize("kind", PLAIN)
def test_both_engines_agree_at_the_smallest_and_the_most_lopsided_sizes(
    kind, batch, steps, sizes, reverse, with_lengths
):
    lengths = np.arange(batch) % (steps + 1) if with_lengths else None
    case = dict(lengths=lengths, batch=batch, steps=steps, sizes=sizes, reverse=reverse,
                with_state=True, with_dstate=True)
    assert_close(results(kind, "kernel", **case), results(kind, "cell", **case))


@pytest.mark.parametrize(("kind", "cell"), [
    ("RNN", RNNCell), ("LSTM", LSTMCell), ("GRU", GRUCell), ("GRU reset_after", GRUResetAfterCell),
])
def test_the_engines_are_really_two(kind, cell, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a cell was asked")

    for method in ("step", "step_back"):
        x, dh = np.ones((2, 3, 3)), np.ones((2, 3, 5))
        fast, textbook = plain(kind, engine="kernel"), plain(kind, engine="cell")
        textbook.forward(x)
        monkeypatch.setattr(cell, method, staticmethod(refuse))
        fast.forward(x)
        fast.backward(dh)
        with pytest.raises(AssertionError, match="a cell was asked"):
            textbook.forward(x)
            textbook.backward(dh)
        monkeypatch.undo()


@pytest.mark.parametrize("engine", ["kernel", "cell"])
@pytest.mark.parametrize("kind", PLAIN)
def test_full_lengths_are_the_same_as_none(kind, engine):
    case = dict(batch=3, with_state=True, with_dstate=True)
    for reverse in (False, True):
        assert_close(results(kind, engine, lengths=[T, T, T], reverse=reverse, **case),
                     results(kind, engine, lengths=None, reverse=reverse, **case), 1e-14)
