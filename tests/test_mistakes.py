"""Every mistake is answered in one sentence, changes nothing, and the next correct call works.

The mistakes are rows of tables, mistakes.py, mistakes_toolbox.py and mistakes_words.py. Each is
made on a bench: correct objects and arrays, and `right()`, a correct call that is made before the
mistake and after it. At the end stands the other table: what looks odd and is none of them.
"""

import copy
import re
import shlex
from collections.abc import Mapping
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from support import mistakes, mistakes_toolbox, mistakes_words
from support.helpers import PLAIN, assert_close, assert_equal, plain, random_state, run

from numpyrnn import (
    GRU,
    LSTM,
    SGD,
    Adam,
    AdditiveAttention,
    AttentionOverTime,
    BagOfWords,
    Bidirectional,
    Captioner,
    Dense,
    Dropout,
    Embedding,
    Layer,
    LayerNorm,
    LearnedState,
    MeanOverTime,
    OneShotDecoder,
    Pairs,
    RecurrentDropout,
    Sequential,
    Stacked,
    Subsampled,
    Translator,
    Zoneout,
    check_gradients,
    clip_by_global_norm,
    fit,
    language_model,
    load_checkpoint,
    mean_squared_error,
    save_checkpoint,
    softmax_cross_entropy,
    truncated_bptt,
)
from numpyrnn.cli import COMMANDS, main
from numpyrnn.layers.states import map_states
from numpyrnn.optim import Optimizer
from numpyrnn.tasks.reviews import Review, read_csv
from numpyrnn.tasks.text import Vocabulary

B, T, D, H = 2, 4, 3, 5


class Bench(SimpleNamespace):
    """What a row of the table works on; `right()` gives its results by name."""

    def unchanged(self):
        """All that a mistake must leave alone, to the last bit."""
        return {name: contents(value) for name, value in vars(self).items()}


def contents(thing):
    """The numbers inside arrays, layers, optimizers, and tuples, lists and dicts of them."""
    if isinstance(thing, np.ndarray):
        return thing.dtype, thing.shape, thing.tobytes()
    if isinstance(thing, Layer):  # the upper layers of a model may have new gradients
        return contents([thing.params, {} if thing.children() else thing.grads])
    if isinstance(thing, Optimizer):
        return contents(thing.state_dict())
    if isinstance(thing, Mapping):
        return {name: contents(part) for name, part in thing.items()}
    if isinstance(thing, tuple | list):
        return [contents(part) for part in thing]
    return thing


def files(directory):
    """Every file below the directory with its bytes, and every directory."""
    return {p: p.read_bytes() if p.is_file() else None for p in sorted(directory.rglob("*"))}


def made_before_and_after(bench, tmp_path, mistake):
    """The mistake, between two right calls with the same result; nothing may change meanwhile."""
    before = {name: np.array(value) for name, value in bench.right().items()}
    kept, on_disk = bench.unchanged(), files(tmp_path)
    answer = mistake()
    assert bench.unchanged() == kept
    assert files(tmp_path) == on_disk
    assert_equal({name: np.asarray(value) for name, value in bench.right().items()}, before)
    return answer


def assert_a_sentence(message, words):
    """On one line, not too long, with the words in their order; … stands for anything between."""
    assert "\n" not in message
    assert len(message) < 300
    pattern = ".*".join(re.escape(part.strip()) for part in words.split("…"))
    assert re.search(pattern, message), f"\nexpected {words}\ngot      {message}"


# The benches --------------------------------------------------------------------------------------


def recurrent(kind, engine="kernel"):
    """A layer with a batch of two sequences, states and gradients."""
    rng = np.random.default_rng(1)
    options = dict(dtype=np.float32, engine=engine)
    layer = plain(kind, D, H, **options)
    other = plain("GRU" if kind == "LSTM" else "LSTM", D, H, **options)
    bench = Bench(
        layer=layer, fresh=layer.copy(), larger=plain(kind, D, H + 1, **options),
        last=plain(kind, D, H, return_sequences=False, **options),
        x=rng.standard_normal((B, T, D)).astype(np.float32), lengths=np.array([T - 1, T]),
        state=random_state(layer, B, rng), other_state=random_state(other, B, rng),
        dh=rng.standard_normal((B, T, H)).astype(np.float32), dstate=random_state(layer, B, rng),
    )
    b = bench
    bench.right = lambda: run(b.layer, b.x, b.state, b.lengths, b.dh, b.dstate)
    return bench


def making(kind):
    bench = Bench(make=PLAIN[kind], x=np.ones((B, T, D)))
    bench.right = lambda: dict(bench.make(3, 4, rng=0).params)
    return bench


def plain_layers():
    """One of each layer without a state, and a language model."""
    rng = np.random.default_rng(2)
    bench = Bench(
        x=rng.standard_normal((B, T, D)).astype(np.float32), lengths=np.array([T - 1, T]),
        ids=rng.integers(0, 7, (B, T)), embedding=Embedding(7, 3, rng=0), dense=Dense(D, 2, rng=0),
        dropout=Dropout(0.5), pool=MeanOverTime(), bag=BagOfWords(7, 2),
        speaker=language_model("gru", 7, embedding_size=3, hidden_size=4, rng=0),
    )

    def right():
        results = {}
        for name, inputs, options in (
            ("embedding", [bench.ids], {}), ("dense", [bench.x], {}), ("dropout", [bench.x], {}),
            ("pool", [bench.x, bench.lengths], {}), ("bag", [bench.ids, bench.lengths], {}),
        ):
            layer = getattr(bench, name)
            y = layer.forward(*inputs, rng=0, **options)
            dx = layer.backward(np.cos(y))
            results |= {f"{name} y": y} | ({} if dx is None else {f"{name} dx": dx})
            results |= {f"{name} {key}": gradient for key, gradient in layer.grads.items()}
        return results | {"logits": bench.speaker.forward(bench.ids)[0]}

    bench.right = right
    return bench


def composites():
    """A bidirectional layer, a stack and a model of words."""
    rng = np.random.default_rng(3)
    bench = Bench(
        two=Bidirectional(LSTM(D, 4, rng=0), LSTM(D, 4, reverse=True, rng=1)),
        tower=Stacked([LSTM(D, 4, rng=0), GRU(4, 4, rng=1)]),
        model=Sequential(
            embedding=Embedding(7, D, rng=0), rnn=LSTM(D, 4, rng=1), head=Dense(4, 2, rng=2)
        ),
        x=rng.standard_normal((B, T, D)).astype(np.float32), ids=rng.integers(0, 7, (B, T)),
        lengths=np.array([T - 1, T]), dy=rng.standard_normal((B, T, 2)),
    )
    bench.state = random_state(LSTM(D, 4), B, rng)

    def right():
        y, state = bench.model.forward(bench.ids, {"rnn": bench.state}, bench.lengths)
        _, before = bench.model.backward(bench.dy, {"rnn": bench.state})
        h, _ = bench.two.forward(bench.x, (bench.state, bench.state), bench.lengths)
        dx, _ = bench.two.backward(np.cos(h))
        top, _ = bench.tower.forward(bench.x, None, bench.lengths)
        below, _ = bench.tower.backward(np.cos(top))
        return {"y": y, "state": state["rnn"].c, "before": before["rnn"].c, "h": h, "dx": dx,
                "top": top, "below": below, **bench.model.grads}

    bench.right = right
    return bench


def toolbox():
    """Remedies and attention, and the models that write."""
    rng = np.random.default_rng(8)
    bench = Bench(
        x=rng.standard_normal((B, T, D)).astype(np.float32), norm=LayerNorm(D),
        drop=Dropout(0.5, per_sequence=True), dropped=RecurrentDropout(GRU(D, H, rng=0), 0.5),
        zoned=Zoneout(LSTM(D, H, rng=1), 0.5), slow=Subsampled(LSTM(D, H, rng=2), every=2),
        begun=LearnedState(LSTM(D, H, rng=3), init="normal", rng=3),
        attention=AdditiveAttention(D, D, 4, rng=4), pool=AttentionOverTime(D, 4, rng=5),
        translator=Translator(4, 3, embedding_size=2, hidden_size=4, rng=6),
        captioner=Captioner(3, 3, channels=2, seen_size=4, hidden_size=4, rng=7),
        at_once=OneShotDecoder(9, 3, 4, rng=8),
        pairs=Pairs(rng.integers(0, 4, (B, 3)), np.array([3, 2]), np.array([[3, 0, 1], [3, 2, 2]])),
    )
    bench.state = random_state(LSTM(D, H), B, rng)
    bench.seen = bench.pairs._replace(source=rng.random((B, 9)).astype(np.float32))

    def forcing(share):
        model = bench.translator.copy()
        model.teacher_forcing = share
        return model

    def right():
        results = {}
        for name in ("norm", "drop", "dropped", "zoned", "slow", "begun", "pool"):
            layer = getattr(bench, name)
            y = layer.forward(bench.x, rng=0)
            y = y[0] if layer.recurrent else y
            layer.backward(np.cos(y))
            results |= {name: y} | {f"{name} {key}": g for key, g in layer.grads.items()}
        results["context"] = bench.attention.forward(bench.x, bench.x).context
        for name, x in (("translator", "pairs"), ("captioner", "seen"), ("at_once", "seen")):
            results[name] = getattr(bench, name).forward(getattr(bench, x))
        return results

    bench.forcing, bench.right = forcing, right
    return bench


def losses():
    rng = np.random.default_rng(4)
    bench = Bench(logits=rng.standard_normal((4, 3)), targets=np.array([0, 1, 2, 0]),
                  numbers=rng.standard_normal((2, 3, 4)))

    def right():
        loss, gradient = softmax_cross_entropy(bench.logits, bench.targets)
        error, slope = mean_squared_error(bench.numbers, 2 * bench.numbers)
        return {"loss": loss, "gradient": gradient, "error": error, "slope": slope}

    bench.right = right
    return bench


def optimizers():
    rng = np.random.default_rng(5)
    shapes = {"W": (3, 2), "b": (3,)}
    bench = Bench(
        params={name: rng.standard_normal(shape) for name, shape in shapes.items()},
        grads={name: rng.standard_normal(shape) for name, shape in shapes.items()},
        optimizer=Adam(0.1),
    )
    bench.optimizer.step(bench.params, bench.grads)

    def at_rate(rate):
        optimizer = copy.deepcopy(bench.optimizer)
        optimizer.learning_rate = rate
        return optimizer

    def right():
        params, grads, optimizer = copy.deepcopy((bench.params, bench.grads, bench.optimizer))
        norm = clip_by_global_norm(grads, 0.1)
        optimizer.step(params, grads)
        return {"norm": norm, **params, **optimizer.state_dict()}

    bench.at_rate, bench.right = at_rate, right
    return bench


def small_model(hidden_size=4, **options):
    return Sequential(
        rnn=LSTM(D, hidden_size, return_sequences=False, rng=0, **options),
        head=Dense(hidden_size, 2, rng=1, **options),
    )


def training():
    """Something to train, in the same form as `checkpoints`."""
    rng = np.random.default_rng(6)
    bench = Bench(
        x=rng.standard_normal((4, 3, D)).astype(np.float32), y=np.array([0, 1, 1, 0]),
        t=rng.standard_normal((4, 3, 2)).astype(np.float32), model=small_model(),
        broken=small_model(), optimizer=Adam(0.1),
        tagger=Sequential(rnn=LSTM(D, 2, rng=0), head=Dense(2, 2, rng=0)),
    )
    bench.broken["rnn"].params["W_hh"][0] = np.nan

    def right():
        model, optimizer = copy.deepcopy((bench.model, bench.optimizer))
        fit(model, softmax_cross_entropy, optimizer, (bench.x, bench.y), epochs=1, progress=False)
        tagger = bench.tagger.copy()
        chunk = next(truncated_bptt(tagger, mean_squared_error, bench.x, bench.t, window=2))
        passed = check_gradients(bench.tagger, samples=1).passed
        return {**model.params, **{f"chunk {n}": g for n, g in chunk.grads.items()},
                "passed": passed}

    bench.right = right
    return bench


def checkpoints(tmp_path):
    bench = training()
    write_files(tmp_path)
    bench.file = tmp_path.joinpath
    bench.saved = load_checkpoint(bench.file("good.npz"))
    bench.larger, bench.wide, bench.sgd = small_model(6), small_model(dtype=float), SGD(0.1)
    bench.renamed = Sequential(lstm=LSTM(D, 4, return_sequences=False), head=Dense(4, 2))

    def right():
        model, optimizer = small_model(), Adam()
        load_checkpoint(bench.file("good.npz")).restore(model, optimizer)
        return {**model.params, **optimizer.state_dict()}

    bench.right = right
    return bench


def texts(tmp_path):
    write_files(tmp_path)
    bench = Bench(file=tmp_path.joinpath, reviews=[Review("a", "x"), Review("b", "y")] * 20)
    bench.right = lambda: {"rows": read_csv(bench.file("good.csv"))}
    return bench


def write_files(directory):
    """Good and bad checkpoints and texts."""
    rng, model, optimizer = np.random.default_rng(7), small_model(), Adam(0.1)
    grads = {name: rng.standard_normal(p.shape) for name, p in model.params.items()}
    optimizer.step(model.params, grads)
    file = directory.joinpath
    save_checkpoint(file("good.npz"), model, optimizer)
    save_checkpoint(file("bare.npz"), model)
    good = file("good.npz").read_bytes()
    for share in (1, 30, 50, 90, 99):
        file(f"cut_{share}.npz").write_bytes(good[: len(good) * share // 100])
    file("empty.npz").write_bytes(b"")
    file("text.npz").write_bytes(b"these are not numbers\n" * 20)
    np.savez(file("foreign.npz"), weights=np.ones(3))
    np.savez(file("objects.npz"), weights=np.array([None, {}]))
    with np.load(file("good.npz")) as archive:
        entries = dict(archive)
    entries["params/head.b"] = entries["params/head.b"] + 1
    np.savez(file("altered.npz"), **entries)
    for name, text in {
        "good": "text,label\nso good,good\nso bad,bad\n",
        "latin": "text,label\ncafé,good\n",
        "empty": "",
        "header": "text,label\n",
        "column": "text,lable\nso good,good\nso bad,bad\n",
        "one": "text,label\nso good,good\nvery good,good\n",
        "blank": "text,label\nso good,good\n ,bad\n",
        "comma": "text,label\nso, so good,good\nso bad,bad\n",
        "quote": 'text,label\n"so good,good\nso bad,bad\n',
    }.items():
        file(f"{name}.csv").write_bytes(text.encode("latin-1"))
    file("folder").mkdir()


@pytest.fixture(scope="session")
def models_for_commands(tmp_path_factory):
    """The bytes of a classifier and a language model, as the commands write them."""
    from numpyrnn.experiments.trained.text_classifier import TextClassifier

    directory = tmp_path_factory.mktemp("models")
    vocabulary = Vocabulary([["good", "bad"]])
    made = TextClassifier.build({"kind": "bow"}, ("bad", "good"), vocabulary, None, rng=0)
    made.save(directory / "bow.npz")
    sizes = dict(cell="gru", vocabulary_size=3, embedding_size=2, hidden_size=2)
    model = language_model(**sizes, rng=0)
    save_checkpoint(
        directory / "lm.npz", model, arrays={f"best/{n}": p for n, p in model.params.items()},
        metadata={"kind": "language_model", "model": sizes, "alphabet": "\nab",
                  "text": {"name": "a text", "sha256": ""}, "options": {}},
    )
    return {path.name: path.read_bytes() for path in directory.iterdir()}


# The tests ----------------------------------------------------------------------------------------

KINDS = ("RNN", "LSTM", "GRU")
BENCHES = {
    **{f"{kind} {engine}": (lambda path, k=kind, e=engine: recurrent(k, e), mistakes.RECURRENT)
       for kind in KINDS for engine in ("kernel", "cell")},
    **{f"making {kind}": (lambda path, k=kind: making(k), mistakes.MAKING) for kind in KINDS},
    "plain": (lambda path: plain_layers(), mistakes.PLAIN),
    "composite": (lambda path: composites(), mistakes.COMPOSITE),
    "beginner": (lambda path: composites(), mistakes_words.BEGINNERS),
    "toolbox": (lambda path: toolbox(), mistakes_toolbox.TOOLBOX),
    "losses": (lambda path: losses(), mistakes.LOSSES),
    "optim": (lambda path: optimizers(), mistakes.OPTIM),
    "training": (lambda path: training(), mistakes.TRAINING),
    "checkpoint": (checkpoints, mistakes.CHECKPOINTS),
    "text": (texts, mistakes.TEXT),
}
ROWS = [
    pytest.param(make, *row[1:], id=f"{bench}: {row[0]}")
    for bench, (make, table) in BENCHES.items()
    for row in table
]


@pytest.mark.parametrize(("make", "error", "words", "wrong"), ROWS)
def test_a_mistake_is_answered_in_one_sentence_and_changes_nothing(
    make, error, words, wrong, tmp_path
):
    bench = make(tmp_path)

    def mistake():
        with pytest.raises(error) as caught:
            wrong(bench)
        return str(caught.value).replace(str(tmp_path), "")

    assert_a_sentence(made_before_and_after(bench, tmp_path, mistake), words)


@pytest.mark.parametrize(
    ("words", "typed"), mistakes.COMMANDS, ids=[typed for _, typed in mistakes.COMMANDS]
)
def test_a_mistake_on_the_command_line_is_answered_in_one_line(
    words, typed, tmp_path, capsys, models_for_commands
):
    write_files(tmp_path)
    for name, content in models_for_commands.items():
        (tmp_path / name).write_bytes(content)

    def right():
        assert main(["predict", "--model", str(tmp_path / "bow.npz"), "good"]) == 0
        return {"out": capsys.readouterr().out}

    def mistake():
        assert main([word.format(d=tmp_path) for word in shlex.split(typed)]) == 2
        return capsys.readouterr()

    out, err = made_before_and_after(Bench(right=right), tmp_path, mistake)
    assert out == ""
    assert err.endswith("\n")
    command = typed.split()[0]
    assert err.startswith(f"numpyrnn {command}: error: " if command in COMMANDS else "numpyrnn: er")
    assert_a_sentence(err.replace(str(tmp_path), "")[:-1], words)


def test_the_table_is_long_and_no_two_rows_share_a_name():
    names = [row.id for row in ROWS] + [typed for _, typed in mistakes.COMMANDS]
    assert len(names) == len(set(names))
    assert len({row for _, table in BENCHES.values() for row in table}) >= 60


# What is no mistake -------------------------------------------------------------------------------


def strided(array):
    """The same numbers with gaps between them, the axes in another order in memory."""
    return np.stack([array, array], axis=-1).copy("F")[..., 0]


def read_only(array):
    array = array.copy()
    array.setflags(write=False)
    return array


def with_nan(array, b):
    """NaN wherever there is padding."""
    return np.where(np.arange(T)[:, None] < b.lengths[:, None, None], array, np.nan)


# (b, run with its defaults) -> the same results as b.right()
SAME = {
    "lengths in a list": lambda b, go: go(lengths=b.lengths.tolist()),
    "lengths in a tuple": lambda b, go: go(lengths=tuple(b.lengths)),
    "lengths of uint8": lambda b, go: go(lengths=b.lengths.astype(np.uint8)),
    "lengths of uint64": lambda b, go: go(lengths=b.lengths.astype(np.uint64)),
    "float64": lambda b, go: go(x=b.x.astype(float), dh=b.dh.astype(float)),
    "nested lists": lambda b, go: go(x=b.x.tolist(), dh=b.dh.tolist()),
    "a state of lists": lambda b, go: go(state=type(b.state)(*(s.tolist() for s in b.state))),
    "arrays with gaps": lambda b, go: go(
        x=strided(b.x), dh=strided(b.dh), state=map_states(strided, b.state)),
    "read-only arrays": lambda b, go: go(
        x=read_only(b.x), dh=read_only(b.dh), state=map_states(read_only, b.state)),
    "big-endian numbers": lambda b, go: go(x=b.x.astype(">f4"), lengths=b.lengths.astype(">i8")),
    "NaN in the padding": lambda b, go: go(x=with_nan(b.x, b), dh=with_nan(b.dh, b)),
}
every_layer = pytest.mark.parametrize(
    "bench", [partial(recurrent, k, e) for k in KINDS for e in ("kernel", "cell")],
    ids=[f"{k} {e}" for k in KINDS for e in ("kernel", "cell")],
)


@pytest.mark.parametrize("odd", SAME.values(), ids=SAME)
@every_layer
def test_what_means_the_same_gives_the_same(bench, odd):
    b = bench()
    defaults = {name: getattr(b, name) for name in ("x", "state", "lengths", "dh", "dstate")}
    kept = b.unchanged()
    got = odd(b, lambda **given: run(b.layer, **{**defaults, **given}))
    kept["layer"][1] = contents(b.layer.grads)
    assert b.unchanged() == kept
    assert_equal(got, b.right())


@every_layer
def test_whole_numbers_and_booleans_are_read_as_floats(bench):
    b = bench()
    for x in (np.arange(B * T * D).reshape(B, T, D) % 5, b.x > 0):
        expected, _ = b.layer.forward(x.astype(np.float32))
        np.testing.assert_array_equal(b.layer.forward(x)[0], expected)


@every_layer
def test_one_row_and_one_step_are_a_batch_too(bench):
    b = bench()
    results = run(b.layer, b.x, b.state, None, b.dh, b.dstate)
    row = map_states(lambda s: s[1:], b.state), map_states(lambda s: s[1:], b.dstate)
    alone = run(b.layer, b.x[1:], row[0], [T], b.dh[1:], row[1])
    names = ["h", "dx"]
    assert_close({n: alone[n] for n in names}, {n: results[n][1:] for n in names}, 1e-5)
    h, _ = b.layer.forward(b.x[:, :1], b.state)
    assert_close({"h": h}, {"h": results["h"][:, :1]}, 1e-5)


@every_layer
def test_lengths_of_zero_keep_the_state(bench):
    b = bench()
    results = run(b.layer, b.x, b.state, [0, 0], b.dh, b.dstate)
    assert not any(results[name].any() for name in ("h", "dx", "dW_xh", "dW_hh", "db_h"))
    for k, (before, gradient) in enumerate(zip(b.state, b.dstate, strict=True)):
        np.testing.assert_array_equal(results[f"final state {k}"], before)
        np.testing.assert_array_equal(results[f"initial state's gradient {k}"], gradient)


LOGITS = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)
IDS = np.array([[1, 2, 0, 1], [3, 1, 1, 0]])
TWINS = {  # the odd way and the usual way, with equal results
    "ids of uint8": lambda: [
        Embedding(4, 3, rng=0).forward(i) for i in (IDS.astype(np.uint8), IDS)],
    "ids in lists": lambda: [Embedding(4, 3, rng=0).forward(i) for i in (IDS.tolist(), IDS)],
    "ids read-only": lambda: [Embedding(4, 3, rng=0).forward(i) for i in (read_only(IDS), IDS)],
    "ids of one step": lambda: [
        Embedding(4, 3, rng=0).forward(IDS[:, 0]), Embedding(4, 3, rng=0).forward(IDS)[:, 0]],
    "dropout of nothing without rng": lambda: [Dropout(0.0).forward(LOGITS), LOGITS],
    "dropout without training": lambda: [Dropout(0.5).forward(LOGITS, training=False), LOGITS],
    "sizes of NumPy": lambda: [
        Dense(i(3), i(2), rng=0).params["W"] for i in (np.int64, int)],
    "a dtype by name": lambda: [
        LSTM(3, 4, dtype=d, rng=0).params["W_hh"] for d in ("float64", float)],
    "a flag of NumPy": lambda: [
        LSTM(3, 4, reverse=flag(True), rng=0).forward(np.ones((2, 3, 3)))[0]
        for flag in (np.bool_, bool)],
    "a seed of NumPy": lambda: [
        LSTM(3, 4, rng=seed).params["W_hh"] for seed in (np.uint8(7), 7)],
    "a generator": lambda: [
        LSTM(3, 4, rng=seed).params["W_hh"] for seed in (np.random.default_rng(7), 7)],
    "a seed sequence": lambda: [
        LSTM(3, 4, rng=seed).params["W_hh"] for seed in (np.random.SeedSequence(7), 7)],
    "an initialiser in float32": lambda: [
        Dense(3, 2, kernel_init=how).params["W"]
        for how in (lambda shape, rng: np.ones(shape, np.float32), 1)],
    "a mean over a row of length 0": lambda: [
        MeanOverTime().forward(np.ones((1, 2, 3)), [0]), np.zeros((1, 3), np.float32)],
    "a stack from a generator": lambda: [
        Stacked(made).forward(np.ones((2, 3, 3)))[0]
        for made in ((LSTM(3, 3, rng=k) for k in (0, 1)), [LSTM(3, 3, rng=k) for k in (0, 1)])],
    "targets in a list": lambda: [
        softmax_cross_entropy(LOGITS, t)[1] for t in ([0, 1, 2, 0], np.array([0, 1, 2, 0]))],
    "targets of uint8": lambda: [
        softmax_cross_entropy(LOGITS, np.array([0, 1, 2, 0], d))[1] for d in (np.uint8, np.int64)],
    "PyTorch's ignore_id": lambda: [
        softmax_cross_entropy(LOGITS, [0, 1, i, 0], ignore_id=i)[1] for i in (-100, -1)],
    "a mask of floats": lambda: [
        mean_squared_error(LOGITS, 2 * LOGITS, mask=np.array([1, 0, 1, 1], d))[1]
        for d in (float, bool)],
    "logits read-only": lambda: [
        softmax_cross_entropy(z, [0, 1, 2, 0])[1] for z in (read_only(LOGITS), LOGITS)],
    "a learning rate of 1": lambda: [stepped(SGD(rate)) for rate in (1, np.float32(1))],
    "gradients read-only": lambda: [stepped(Adam(0.1), g) for g in (read_only(LOGITS), LOGITS)],
    "a norm far below max_norm": lambda: [clipped(1e6), LOGITS],
    "parameters in lists of float64": lambda: [loaded(list), loaded(np.asarray)],
    "sequences in lists": lambda: [trained(list), trained(np.asarray)],
}


def stepped(optimizer, gradient=LOGITS):
    params = {"W": LOGITS.copy()}
    optimizer.step(params, {"W": gradient})
    return params["W"]


def clipped(max_norm):
    grads = {"W": LOGITS.copy()}
    clip_by_global_norm(grads, max_norm)
    return grads["W"]


def loaded(kind):
    layer = Dense(3, 4, rng=0)
    layer.load_params({"W": kind(LOGITS.astype(float)), "b": kind(np.ones(4))})
    return layer.params["W"]


def trained(kind):
    model, x = small_model(), np.ones((2, 3, D), np.float32)
    fit(model, softmax_cross_entropy, SGD(0.1), (kind(x), kind(np.array([0, 1]))), epochs=1,
        progress=False)
    return model.params["head.W"]


@pytest.mark.parametrize("twins", TWINS.values(), ids=TWINS)
def test_what_looks_odd_is_as_good_as_the_usual(twins):
    odd, usual = twins()
    np.testing.assert_array_equal(odd, usual)
