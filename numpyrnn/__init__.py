"""numpyrnn: recurrent networks in pure NumPy, with backpropagation through time written by hand.

The same word stands in the equation, the keyword, the dictionary key and the file key:

    symbol          meaning                                                   shape
    T B D H G V     steps, batch, input features, hidden units, gates, vocabulary
    x               a layer's input, batch first                              (B, T, D)
    h, c            hidden state, LSTM memory: at the layer, inside cells     (B, H), (H, B)
    W_xh W_hh b_h   input and recurrent weights, bias; block per gate         (G,H,D or H or 1)
    b_hn            GRU with reset_after: the candidate's hidden-side bias    (H, 1)
    a               pre-activations                                           (G, H, B)
    dX              ∂loss/∂X                                                  that of X

Gate order: LSTM i f o g, GRU r z n, RNN h.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# ruff: noqa: F401
if TYPE_CHECKING:  # what an editor reads; at run time a name is imported when it is first used
    from numpyrnn.cells import (
        DropoutGRUCell,
        DropoutGRUResetAfterCell,
        GRUCell,
        GRUResetAfterCell,
        LayerNormGRUCell,
        LayerNormLSTMCell,
        LSTMCell,
        PeepholeLSTMCell,
        RecurrentDropoutCell,
        RNNCell,
        State,
        ZoneoutCell,
    )
    from numpyrnn.checks import (
        assert_gradients,
        check_gradients,
        check_initialisation,
        check_layer,
        diagnose,
        h_sweep,
        plant,
    )
    from numpyrnn.layers import (
        GRU,
        LSTM,
        RNN,
        Activation,
        AdditiveAttention,
        AttentionOverTime,
        Bidirectional,
        Dense,
        DotAttention,
        Dropout,
        Embedding,
        GeneralAttention,
        Layer,
        LayerNorm,
        LayerNormGRU,
        LayerNormLSTM,
        LearnedState,
        MaxOverTime,
        MeanOverTime,
        PeepholeLSTM,
        RecurrentDropout,
        ScaledDotAttention,
        Sequential,
        Stacked,
        Stream,
        Subsampled,
        SumOverTime,
        Zoneout,
        chrono_biases,
    )
    from numpyrnn.losses import (
        NothingCountsError,
        binary_cross_entropy,
        cross_entropy,
        ctc_loss,
        log_softmax,
        mean_squared_error,
        softmax,
        softmax_cross_entropy,
    )
    from numpyrnn.models import (
        Annealed,
        BagOfWords,
        Captioner,
        InverseSigmoidDecay,
        OneShotDecoder,
        Pairs,
        Translator,
        beam_search,
        classifier,
        ctc_beam_search,
        ctc_greedy,
        ctc_model,
        forecaster,
        greedy_search,
        language_model,
        tagger,
    )
    from numpyrnn.optim import (
        SGD,
        Adagrad,
        Adam,
        AdamW,
        ConstantRate,
        CosineDecay,
        ExponentialDecay,
        FunctionRate,
        LinearRamp,
        ReduceOnPlateau,
        RMSprop,
        Schedule,
        ScheduleProduct,
        ScheduleSequence,
        StepDecay,
        clip_by_global_norm,
        clip_by_value,
        warmup,
    )
    from numpyrnn.seeing import trace, trace_step
    from numpyrnn.tasks import (
        Vocabulary,
        pad_sequences,
        padding_mask,
        tokenize,
        unpad_sequences,
    )
    from numpyrnn.training import (
        Batch,
        Diverged,
        History,
        batches,
        evaluate,
        fit,
        load_checkpoint,
        pair_batches,
        save_checkpoint,
        train_step,
        truncated_bptt,
    )

__version__ = "0.1.0"

_HOMES = {
    "cells": "RNNCell LSTMCell GRUCell GRUResetAfterCell State LayerNormLSTMCell LayerNormGRUCell "
             "PeepholeLSTMCell RecurrentDropoutCell DropoutGRUCell DropoutGRUResetAfterCell "
             "ZoneoutCell",
    "layers": "Layer RNN LSTM GRU Bidirectional Stacked Sequential Embedding Dense Activation "
              "Dropout MeanOverTime SumOverTime MaxOverTime AttentionOverTime AdditiveAttention "
              "DotAttention GeneralAttention ScaledDotAttention LayerNorm LayerNormLSTM "
              "LayerNormGRU PeepholeLSTM RecurrentDropout Zoneout LearnedState Subsampled Stream "
              "chrono_biases",
    "losses": "softmax log_softmax softmax_cross_entropy cross_entropy binary_cross_entropy "
              "mean_squared_error ctc_loss NothingCountsError",
    "optim": "SGD Adagrad RMSprop Adam AdamW clip_by_global_norm clip_by_value Schedule "
             "ConstantRate FunctionRate StepDecay ExponentialDecay CosineDecay LinearRamp "
             "ReduceOnPlateau ScheduleProduct ScheduleSequence warmup",
    "models": "BagOfWords classifier language_model ctc_model ctc_greedy ctc_beam_search "
              "Translator Pairs greedy_search beam_search Annealed InverseSigmoidDecay "
              "OneShotDecoder Captioner forecaster tagger",
    "tasks": "tokenize Vocabulary pad_sequences unpad_sequences padding_mask",
    "training": "fit evaluate train_step truncated_bptt batches pair_batches Batch History "
                "Diverged save_checkpoint load_checkpoint",
    "seeing": "trace trace_step",
    "checks": "check_gradients assert_gradients check_layer check_initialisation h_sweep diagnose "
              "plant",
}
# Names of before, with their new ones: both of this module.
_RENAMED = {"AllAtOnce": "OneShotDecoder", "Slower": "Subsampled", "listener": "ctc_model"}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}
_ROOMS = {*_HOMES, "activations", "initializers", "kernels", "metrics", "plots"}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"numpyrnn.{name}")
    if name not in _HOME:
        import sys

        from numpyrnn.answers import renamed, unknown_name

        if name in _RENAMED:
            return renamed("numpyrnn", **_RENAMED)(name)
        raise unknown_name(
            "numpyrnn", name, [*__all__, *_ROOMS], sys._getframe(1).f_code.co_name
        )
    value = getattr(import_module(f"numpyrnn.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext numpyrnn` in a notebook: gives the cell magics %%diagnose and %%trace."""
    import_module("numpyrnn.cli.magic").load(shell)


def __dir__() -> list[str]:
    return [*__all__, *sorted(_ROOMS), "__version__"]
