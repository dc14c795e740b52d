"""Morse code: what is heard, what the targets say, and (slow) a model that reads it."""

import doctest
from functools import partial

import numpy as np
import pytest

import numpyrnn.tasks.morse as morse_task
from numpyrnn import Adam, batches, train_step
from numpyrnn.losses import ctc_loss
from numpyrnn.metrics import word_error_rate
from numpyrnn.models.ctc_decoding import ctc_beam_search, ctc_greedy
from numpyrnn.models.ctc_model import ctc_model
from numpyrnn.tasks import morse_audio
from numpyrnn.tasks.morse import (
    BASELINE,
    BLANK,
    CHARACTERS,
    CLASSES,
    CURRICULUM,
    FEATURES,
    SOLVED,
    WORDS,
    decode,
    encode,
    morse,
    spelling,
)
from numpyrnn.tasks.morse_audio import (
    BINS,
    LETTERS,
    RATE,
    heard,
    keying,
    spectrogram,
    waveform,
)

MIDDLE = FEATURES // 4      # of the bins of a window, two of which make a step

# The sound ----------------------------------------------------------------------------------------


def test_every_letter_has_a_sign_of_its_own():
    assert "".join(LETTERS) == "abcdefghijklmnopqrstuvwxyz"
    assert len(set(LETTERS.values())) == 26
    assert all(set(sign) <= {".", "-"} for sign in LETTERS.values())


def test_paris_and_the_gap_after_it_are_fifty_dots_long():
    assert sum(keying("paris")) + 7 == 50
    assert sum(keying("paris paris")) == 2 * 50 - 7


def test_the_key_is_down_and_up_in_turn():
    assert keying("et a") == [1, 3, 3, 7, 1, 1, 3]
    assert keying("x") == [3, 1, 1, 1, 1, 1, 3]


@pytest.mark.parametrize(("speed", "dot"), [(20, 240), (30, 160), (12, 400)])
def test_the_tone_is_on_for_as_long_as_the_key_is_down(speed, dot):
    sound = waveform("et", speed=speed, pitch=700, jitter=0, rng=0)
    loud = np.convolve(sound**2, np.ones(12) / 6, "same") > 0.25     # two periods of the tone
    edges = np.flatnonzero(np.diff(loud.astype(int)))
    np.testing.assert_allclose(np.diff(edges), [dot, 3 * dot, 3 * dot], atol=8)
    for silence in (edges[0], len(sound) - edges[-1]):
        assert 0.1 * RATE - 8 <= silence <= 0.3 * RATE + 8
    assert sound.dtype == np.float32 and 0.99 < np.abs(sound).max() <= 1


@pytest.mark.parametrize("pitch", [400.0, 655.0, 900.0])
def test_the_tone_has_its_pitch(pitch):
    sound = waveform("ttttt", pitch=pitch, rng=1)
    spectrum = np.abs(np.fft.rfft(sound))
    actual = np.fft.rfftfreq(len(sound), 1 / RATE)[spectrum.argmax()]
    assert actual == pytest.approx(pitch, abs=2)


@pytest.mark.parametrize("snr", [-12, 0, 12])
def test_the_noise_has_the_power_that_the_ratio_says(snr):
    clean = waveform("long text of many words", rng=2)
    noise = waveform("long text of many words", snr=snr, rng=2) - clean
    dash = waveform("t", speed=5, jitter=0, rng=2)[1200:2200]
    assert np.mean(dash**2) == pytest.approx(0.5, rel=0.01)
    assert 10 * np.log10(0.5 / np.mean(noise**2)) == pytest.approx(snr, abs=0.2)


def test_an_unsteady_hand_changes_durations_and_a_steady_one_does_not():
    def length(jitter, seed):
        return len(waveform("paris", jitter=jitter, rng=seed))

    steady = [length(0, seed) for seed in range(30)]
    unsteady = [length(0.2, seed) for seed in range(30)]
    assert np.std(unsteady) > 1.1 * np.std(steady)  # the silence before and behind varies too
    dots = 240 * np.array(keying("paris"))
    assert all(dots.sum() + 0.2 * RATE <= n <= dots.sum() + 0.6 * RATE for n in steady)


def test_the_spectrogram_shows_the_tone_in_its_bin_and_nothing_elsewhere():
    sound = waveform("t" * 10, speed=15, pitch=750, snr=6, rng=3)
    spectra = spectrogram(sound)
    assert spectra.shape == ((len(sound) - 128) // 80 + 1, BINS.stop - BINS.start)
    assert spectra.dtype == np.float32
    power = np.exp(2 * spectra).mean(axis=0)
    assert power.argmax() == 750 / 31.25 - BINS.start
    far = np.delete(power, range(power.argmax() - 2, power.argmax() + 3))
    assert power.max() > 30 * far.max()


@pytest.mark.parametrize("pitch", [400.0, 500.0, 750.0, 900.0])
def test_every_pitch_is_heard_in_the_middle(pitch):
    steps = heard(waveform("quick fox", pitch=pitch, snr=0, rng=4))
    assert steps.shape[1] == FEATURES
    power = np.exp(2 * steps).reshape(-1, 2, FEATURES // 2).mean(axis=(0, 1))
    assert power.argmax() == MIDDLE


def test_it_does_not_matter_how_loud_the_receiver_is():
    sound = waveform("loud", snr=0, rng=5)
    np.testing.assert_allclose(heard(20 * sound), heard(sound), atol=2e-3)


# The task -----------------------------------------------------------------------------------------


def test_targets_are_the_letters_and_spaces_of_the_texts():
    messages = morse(40, rng=0, snr=(-3, 6))
    assert len(messages.x) == len(messages.texts) == len(messages.targets) == 40
    assert {len(text.split()) for text in messages.texts} == {1, 2, 3}
    for x, ids, text in zip(messages.x, messages.targets, messages.texts, strict=True):
        assert x.dtype == np.float32 and x.shape[1] == FEATURES and np.isfinite(x).all()
        assert decode(ids) == text
        assert ids[: len(text)].tolist() == encode(text).tolist()
        assert np.all(ids[len(text):] == -1) and BLANK not in ids
        dots = sum(keying(text))
        seconds = 0.04 * len(x)
        assert 0.9 * dots * 1.2 / 30 < seconds < 1.1 * dots * 1.2 / 15 + 0.7


def test_random_letters_are_all_heard_and_words_are_those_asked_for():
    assert set("".join(morse(150, rng=1).texts)) == set(CHARACTERS)
    texts = morse(30, rng=1, words=("sos", "ok"), most_words=2).texts
    assert set(texts) == {"sos", "ok", "sos ok", "ok sos", "sos sos", "ok ok"}
    assert set("".join(WORDS)) == set(LETTERS) and len(set(WORDS)) == len(WORDS)


def test_the_same_seed_gives_the_same_messages():
    first, again, other = morse(4, rng=4), morse(4, rng=4), morse(4, rng=5)
    assert first.texts == again.texts != other.texts
    for a, b in zip(first.x, again.x, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(first.targets, again.targets)


def test_decoding_writes_one_space_between_words_and_leaves_padding_out():
    assert decode([1, 4, 2, 21, 1, 1, 2, -1, -1]) == "cat a"
    assert decode([]) == decode([1, 1]) == decode([-1]) == ""
    assert decode(encode("quick fox")) == "quick fox"


@pytest.mark.whole
def test_batches_of_messages_teach_a_small_ctc_model_two_letters():
    messages = morse(96, rng=0, words=("e", "m"), most_words=1, snr=9)
    model, adam = ctc_model("gru", FEATURES, CLASSES, hidden_size=12, rng=1), Adam(0.03)
    losses = [np.mean(train(model, adam, messages, 16, rng=epoch)) for epoch in range(16)]
    assert losses[-1] < 0.2 < 2 < losses[0]
    assert error_rate(model, morse(40, rng=9, words=("e", "m"), most_words=1, snr=9)) < 0.1


# A language model for the search ------------------------------------------------------------------


def test_spelling_knows_which_letters_may_follow_and_how_often():
    model = spelling(["to", "ten", "tea", "a", "at"])
    for text, following in {
        "": {"t": 3 / 5, "a": 2 / 5}, "t": {"o": 1 / 3, "e": 2 / 3}, "te": {"n": 0.5, "a": 0.5},
        "to": {" ": 0.5, "": 0.5}, "a": {" ": 0.25, "": 0.25, "t": 0.5}, "ten t": {"o": 1 / 3,
        "e": 2 / 3}, "to ": {"t": 3 / 5, "a": 2 / 5},
    }.items():
        p = np.exp(model(tuple(encode(text).tolist())))
        expected = np.zeros(CLASSES)
        for character, share in following.items():
            expected[encode(character)[0] if character else BLANK] = share
        np.testing.assert_allclose(p, expected, atol=1e-15, err_msg=text)


def test_a_search_that_knows_the_words_finds_only_those():
    logits = np.random.default_rng(0).standard_normal((6, 25, CLASSES))
    actual = ctc_beam_search(logits, width=20, n_best=3, language_model=spelling(WORDS))
    texts = [decode(t.ids) for row in actual for t in row]
    assert len(texts) > 12 and any(texts)
    assert all(word in WORDS for text in texts for word in text.split())


# Learning it --------------------------------------------------------------------------------------


def train(model, adam, messages, size, rng, rate=None):
    """One epoch; `rate` gives the learning rates, one a step. Returns the losses."""
    losses = []
    for batch in batches(messages.x, messages.targets, size, rng=rng):
        adam.learning_rate = next(rate) if rate else adam.learning_rate
        loss = partial(ctc_loss, input_lengths=batch.lengths)
        losses.append(train_step(model, loss, adam, batch, max_norm=5.0).loss)
    return losses


def recipe(seed, say=None):
    """The model that `CURRICULUM` trains: two minutes on one core."""
    rng = np.random.default_rng(seed)
    model, adam = ctc_model("gru", FEATURES, CLASSES, hidden_size=64, rng=rng), Adam()
    steps = sum(epochs * -(-lesson["count"] // 32) for epochs, lesson in CURRICULUM)
    rate = (0.01 * min(1, (k + 1) / 20, 2 * (steps - k) / steps) for k in range(steps))
    for epochs, lesson in CURRICULUM:
        messages = morse(rng=rng, **lesson)
        for _ in range(epochs):
            losses = train(model, adam, messages, 32, rng, rate)
            if say:
                say(np.mean(losses))
    return model


def error_rate(model, messages, read=ctc_greedy):
    """The word error rate of what the model hears and `read` makes of it."""
    actual = []
    for first in range(0, len(messages.x), 50):
        rows = slice(first, first + 50)
        [batch] = batches(messages.x[rows], messages.targets[rows], 50)
        logits, _ = model.forward(batch.x, lengths=batch.lengths, training=False)
        actual += [decode(ids) for ids in read(logits, batch.lengths)]
    return word_error_rate(actual, messages.texts)


def test_saying_nothing_has_the_baselines_error_rate():
    class Silent:
        def forward(self, x, lengths, training):
            return np.eye(CLASSES)[np.full(x.shape[:2], BLANK)], None

    assert error_rate(Silent(), morse(20, rng=0)) == BASELINE


@pytest.mark.slow
def test_the_recipe_solves_the_task_and_knowing_the_words_helps():
    model = recipe(0)
    assert error_rate(model, morse(300, rng=1000, snr=0)) < SOLVED
    faint = morse(150, rng=1001, snr=-6, words=WORDS)

    def knowing(logits, lengths):
        actual = ctc_beam_search(logits, lengths, language_model=spelling(WORDS))
        return [row[0].ids if row else () for row in actual]

    assert error_rate(model, faint, knowing) < 0.7 * error_rate(model, faint)


def test_what_the_documentation_shows_is_what_comes():
    for module in (morse_task, morse_audio):
        tried = doctest.testmod(module)
        assert tried.attempted and not tried.failed


# Errors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: morse(0), ValueError, "count: expected at least 1, got 0"),
        (lambda: morse(1, most_words=0), ValueError, "most_words: expected at least 1, got 0"),
        (lambda: morse(1, snr=(6, -6)), ValueError, r"got \(6, -6\); swap them"),
        (lambda: morse(1, snr=(1, 2, 3)), ValueError, r"snr: .*range \(low, high\), got \(1, 2, 3"),
        (lambda: morse(1, snr="loud"), TypeError, "snr: expected a number, got 'loud'"),
        (lambda: morse(1, snr=np.nan), ValueError, "snr: expected a number .*got nan"),
        (lambda: morse(1, words=[]), ValueError, "words: expected at least one word, got none"),
        (lambda: morse(1, words="sos ok"), TypeError, r"words: .*got 'sos ok'; split\(\)"),
        (lambda: morse(1, words=["SOS"]), ValueError, "words: .*got 'SOS'; write them in lower"),
        (lambda: morse(1, words=["to be"]), ValueError, "words: .*got 'to be'"),
        (lambda: morse(1, rng="seed"), TypeError, "rng: expected a seed"),
        (lambda: spelling([]), ValueError, "words: expected at least one word, got none"),
        (lambda: encode("73"), ValueError, "text: .*letters from a to z and spaces, got '7'"),
        (lambda: decode([2, 0, 3]), ValueError, "ids: .*got the blank, 0; .*ctc_greedy"),
        (lambda: decode([2, 28]), ValueError, "ids: expected ids from 0 to 27, got 28"),
        (lambda: decode([[2, 3]]), ValueError, "decode one row at a time"),
        (lambda: waveform(""), ValueError, "text: expected words .*got '' as word 0"),
        (lambda: waveform("a  b"), ValueError, "got '' as word 1"),
        (lambda: waveform("hi!"), ValueError, "got 'hi!' as word 0"),
        (lambda: waveform(["hi"]), TypeError, "text: expected a string"),
        (lambda: waveform("a", speed=0), ValueError, "speed: expected a number at least 5"),
        (lambda: waveform("a", pitch=2000), ValueError, "pitch: .*at most 1900, got 2000"),
        (lambda: waveform("a", snr=1000), ValueError, "snr: .*at most 60, got 1000"),
        (lambda: waveform("a", jitter=0.5), ValueError, "jitter: .*at most 0.3, got 0.5"),
        (lambda: spectrogram(np.zeros(100)), ValueError, "expected at least 128 samples, got 100"),
        (lambda: spectrogram(np.zeros((2, 500))), ValueError, r"expected shape \(samples,\)"),
        (lambda: spectrogram(np.full(500, np.nan)), ValueError, "sound: expected finite numbers"),
        (lambda: spectrogram(["a"] * 500), TypeError, "sound: expected an array of numbers"),
        (lambda: encode(None), TypeError, "text: expected a string, got None"),
        (lambda: decode("ab"), ValueError, r"ids: expected shape \(L,\)"),
        (lambda: decode(["a"]), TypeError, "ids: expected whole numbers"),
        (lambda: heard(np.zeros(150)), ValueError, "expected at least 208 samples, got 150"),
    ],
)
def test_errors_say_what_was_expected_and_what_was_passed(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300
