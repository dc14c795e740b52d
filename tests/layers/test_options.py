"""The options that recurrent layers share: written once, options and taken everywhere."""

import inspect
import pydoc

import numpy as np
import pytest

from numpyrnn import GRU, LSTM, RNN, LayerNormGRU, LayerNormLSTM, PeepholeLSTM, Zoneout
from numpyrnn.layers.cell_layer import CellLayer, CellOptions

DEFAULTS = {
    "return_sequences": True, "reverse": False, "use_bias": True, "kernel_init": "glorot_uniform",
    "recurrent_init": "orthogonal", "bias_init": "zeros", "masked_output": "zero",
    "engine": "kernel", "dtype": np.float32, "rng": None,
}
OWN = {
    RNN: {"activation": "tanh"}, LSTM: {"forget_bias": 1.0}, GRU: {"reset_after": False},
    LayerNormGRU: {"engine": "cell"}, LayerNormLSTM: {"forget_bias": 1.0, "engine": "cell"},
    PeepholeLSTM: {"forget_bias": 1.0, "engine": "cell"},
}


@pytest.mark.parametrize("kind", OWN)
def test_a_signature_shows_every_option_with_its_default(kind):
    parameters = inspect.signature(kind).parameters
    assert list(parameters)[:2] == ["input_size", "hidden_size"]
    options = {name: p.default for name, p in parameters.items() if p.kind is p.KEYWORD_ONLY}
    options.pop("peephole_init", None)
    assert options == DEFAULTS | OWN[kind]
    assert not any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    text = pydoc.render_doc(kind, renderer=pydoc.plaintext)
    assert all(f"{name}:" in text for name in DEFAULTS)


def test_the_types_for_editors_name_the_options_of_the_constructor():
    parameters = inspect.signature(CellLayer).parameters.values()
    assert [p.name for p in parameters if p.kind is p.KEYWORD_ONLY] == list(DEFAULTS)
    assert set(CellOptions.__annotations__) | {"engine"} == set(DEFAULTS)


@pytest.mark.parametrize("kind", OWN)
def test_an_unknown_option_is_answered_with_the_right_word(kind):
    with pytest.raises(TypeError, match=f"^{kind.__name__}: got an .*'units'; write hidden_size="):
        kind(3, 4, units=4)
    with pytest.raises(TypeError, match=f"^{kind.__name__}: .*'revers'; did you mean 'reverse'"):
        kind(3, 4, revers=True)


def test_a_class_of_ones_own_passes_the_options_on():
    class Mine(LSTM):
        """An LSTM that remembers more."""

        def __init__(self, input_size, hidden_size, *, share=0.5, **options):
            self.share = share
            super().__init__(input_size, hidden_size, forget_bias=3.0, **options)

    assert list(inspect.signature(Mine).parameters)[2:4] == ["share", "return_sequences"]
    assert repr(Mine(3, 4, share=0.25, reverse=True)) == "Mine(3, 4, share=0.25, reverse=True)"


def test_a_layer_is_printed_with_what_it_computes_with():
    assert repr(LSTM(3, 4, rng=0, kernel_init="normal")) == "LSTM(3, 4)"
    assert repr(GRU(np.int64(3), 4, dtype=np.float64)) == "GRU(3, 4, dtype='float64')"
    assert repr(Zoneout(LSTM(3, 4), 0.5).without_noise()) == "Zoneout(LSTM(3, 4), 0.0)"
