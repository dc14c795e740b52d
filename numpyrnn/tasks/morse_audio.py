"""Morse code as one hears it on the radio, and as a spectrogram shows it.

A dash lasts three dots, the gap inside a letter one, between letters three, between words seven. At
w words a minute a dot lasts 1.2 / w seconds ("PARIS " is 50 dots long). A hand on the key is not
exact: every duration is off by some share. Whoever listens does not know speed nor pitch.
"""

from __future__ import annotations

import numpy as np

from numpyrnn.validation import (
    RandomSource,
    brief,
    check_finite,
    check_float_array,
    check_number,
    check_rng,
    check_shape,
)

RATE = 4000                     # samples a second
WINDOW, HOP = 128, 80           # samples: 32 ms, every 20 ms
BINS = slice(10, 33)            # of the window's spectrum: 312 to 1000 Hz, 31.25 Hz apart
BESIDE = 3                      # bins that `heard` takes on either side of the loudest
WINDOWS = 2                     # in a step of what is heard: 40 ms
FEATURES = WINDOWS * (2 * BESIDE + 1)
CLICK = 20                      # samples over which the tone rises and falls, 5 ms

LETTERS = {
    "a": ".-", "b": "-...", "c": "-.-.", "d": "-..", "e": ".", "f": "..-.", "g": "--.",
    "h": "....", "i": "..", "j": ".---", "k": "-.-", "l": ".-..", "m": "--", "n": "-.",
    "o": "---", "p": ".--.", "q": "--.-", "r": ".-.", "s": "...", "t": "-", "u": "..-",
    "v": "...-", "w": ".--", "x": "-..-", "y": "-.--", "z": "--..",
}


def keying(text: str) -> list[int]:
    """How long the key is down, up, down, … in dots, from the first mark to the last.

    >>> keying("et a")
    [1, 3, 3, 7, 1, 1, 3]

    Raises ValueError for what is not words of the letters a to z with one space between them.
    """
    if not isinstance(text, str):
        raise TypeError(f"text: expected a string, got {brief(text)}; give one text at a time")
    durations: list[int] = []
    for number, word in enumerate(text.split(" ")):
        if not word or not set(word) <= set(LETTERS):
            raise ValueError(
                "text: expected words of the letters a to z, with one space between two, got "
                f"{brief(word)} as word {number}; leave out what Morse code has no sign for here"
            )
        durations += [7] if number else []
        for place, letter in enumerate(word):
            durations += [3] if place else []
            for k, sign in enumerate(LETTERS[letter]):
                durations += [1] if k else []
                durations += [1 if sign == "." else 3]
    return durations


def waveform(
    text: str,
    *,
    speed: float = 20.0,
    pitch: float = 600.0,
    snr: float | None = None,
    jitter: float = 0.1,
    rng: RandomSource = None,
) -> np.ndarray:
    """The sound, float32 samples (N,), 4000 a second: a tone of amplitude 1 in white noise.

    `speed` is in words a minute, `pitch` in Hz, at most 1900. `snr` is 10 log10 of the tone's power
    over that of the noise at all frequencies (0 to 2000 Hz), in decibels; None: no noise. `jitter`
    is the standard deviation of a duration, as a share of it. There is nothing but noise for 0.1 to
    0.3 seconds before the text and behind it. Raises ValueError for numbers out of range and
    characters without a Morse sign.
    """
    dots = keying(text)
    dot = 1.2 / check_number("speed", speed, minimum=5, maximum=60) * RATE
    pitch = check_number("pitch", pitch, above=0, maximum=1900)
    jitter = check_number("jitter", jitter, minimum=0, maximum=0.3)
    rng = check_rng(rng)
    share = 1 + jitter * rng.standard_normal(len(dots))
    durations = np.rint(dot * np.array(dots) * np.maximum(share, 0.3)).astype(int)
    silence = rng.integers(RATE // 10, 3 * RATE // 10, 2)
    edges = np.cumsum([silence[0], *durations])
    key = np.zeros(edges[-1] + silence[1])
    for down, up in zip(edges[:-1:2], edges[1::2], strict=True):
        key[down:up] = 1
    rise = np.hanning(CLICK + 2)
    time = np.arange(len(key)) / RATE
    tone = np.sin(2 * np.pi * (pitch * time + rng.random()))
    sound = np.convolve(key, rise / rise.sum(), "same") * tone
    if snr is not None:
        snr = check_number("snr", snr, minimum=-60, maximum=60)
        sound += np.sqrt(0.5 * 10 ** (-snr / 10)) * rng.standard_normal(len(sound))
    return sound.astype(np.float32)


def spectrogram(sound: np.ndarray) -> np.ndarray:
    """How loud each pitch is every 20 ms: (N,) samples → (T, 23) float32.

    The logarithm of the power in Hann windows of 32 ms, 312 to 1000 Hz, less its median: what
    counts is by how much a tone stands out, not how loud the receiver is. A tone in noise of the
    same power (0 dB) stands out by 16 dB in one bin, for a bin hears only a small part of the
    noise. Then halved, so that the noise has a standard deviation of 0.6. Raises ValueError for a
    sound shorter than a window and for samples that are not finite.
    """
    sound = check_float_array("sound", sound, np.dtype(np.float64))
    check_shape("sound", sound, ("samples",), "give one sound at a time")
    check_finite("sound", sound)
    if len(sound) < WINDOW:
        raise ValueError(
            f"sound: expected at least {WINDOW} samples, got {len(sound)}; record for longer"
        )
    frames = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[::HOP]     # (T, WINDOW)
    hann = np.hanning(WINDOW + 1)[:-1]
    power = np.abs(np.fft.rfft(frames * hann)[:, BINS]) ** 2                    # (T, 23)
    log_power = np.log(power + 1e-6)
    return (0.5 * (log_power - np.median(log_power))).astype(np.float32)


def heard(sound: np.ndarray) -> np.ndarray:
    """What a model reads: (N,) samples → (T, 14) float32, a step every 40 ms.

    The receiver is tuned: of the spectrogram the bin with the most power over the whole time comes
    into the middle, with three on either side, so that every message is heard on the same pitch.
    Two windows make a step. Raises ValueError for a sound shorter than that.
    """
    spectra = spectrogram(sound)
    steps = len(spectra) // WINDOWS
    if not steps:
        least = WINDOW + (WINDOWS - 1) * HOP
        raise ValueError(
            f"sound: expected at least {least} samples, got {len(sound)}; record for longer"
        )
    power = np.exp(2 * spectra).mean(axis=0)
    first = int(np.clip(power.argmax() - BESIDE, 0, len(power) - 1 - 2 * BESIDE))
    around = spectra[: steps * WINDOWS, first : first + 2 * BESIDE + 1]
    return around.reshape(steps, FEATURES)
