"""What a student's names mean: x, the states, the weights, and the gradients of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from numpyrnn.checks.diagnosis.calling.weights import Weight

# Names are compared in small letters, without underscores, and without these words.
X = {"x", "xt", "xs", "inp", "inputs", "input", "data", "inputt", "xin", "xseq", "seq", "xst", "u"}
H = {
    "h", "h0", "hprev", "prevh", "hpre", "ht1", "htm1", "hprevt", "aprev", "a0", "hidden", "hold",
    "state", "s", "s0", "sprev", "hlast", "hstart", "hinit", "prevhidden", "hiddenprev", "a",
    "hprevious", "prevstate", "hp", "hin", "p", "h1", "inith",
}
C = {
    "c", "c0", "cprev", "prevc", "cpre", "ct1", "ctm1", "cprevt", "cell", "cold", "cellprev",
    "memory", "cinit", "cstart", "prevcell", "cprevious", "cp", "cin", "c1", "initc",
}
CACHES = {
    "cache", "caches", "ctx", "k", "ks", "mem", "tape", "saved", "store", "stored", "context",
    "cachet", "cached", "net", "values", "record", "records", "history", "stepcache", "allcaches",
}
OUTPUT_WEIGHTS = {"why", "wya", "by", "wy", "v", "bv", "wout", "bout", "wv"}
ALIASES = {
    "rnn": {},
    "lstm": {"i": "i", "f": "f", "o": "o", "g": "g", "c": "g", "u": "g", "a": "g", "j": "g",
             "n": "g", "z": "g"},
    "gru": {"r": "r", "z": "z", "u": "z", "n": "n", "h": "n", "g": "n", "c": "n"},
}
ALIASES["gru-reset-after"] = ALIASES["gru"]
# What one matrix multiplies: [x, h], and perhaps a 1 whose row is the bias.
JOINED = ("xh", "hx")
WITH_BIAS = (*JOINED, "bxh", "xhb", "bhx", "hxb")
STEMS = {"weight": "w", "weights": "w", "bias": "b", "biases": "b", "kernel": "w",
         "recurrentkernel": "u"}
_OF_X = {"x", "xh", "ih", "ax", "in", "hx", "ix", "input", "xa", "x2h", "i2h", "i", "inp"}
_OF_H = {"h", "hh", "aa", "rec", "hid", "h2h", "r", "rh", "hidden", "s", "ss"}


def bare(name: str) -> str:
    """A name in small letters without what does not count."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def is_x(name: str) -> bool:
    return bare(name) in X


def is_h(name: str) -> bool:
    return bare(name) in H


def is_c(name: str) -> bool:
    return bare(name) in C


def of_gradient(name: str) -> str | None:
    """The bare name of what a gradient is of: "dWx", "grad_Wx", "Wx_grad", "dL_dWx" -> "wx"."""
    text = bare(name)
    for pattern in (r"dl?d?(.+)", r"grad(?:ient)?(?:of)?(.+)", r"(.+?)grad(?:ient)?", r"g(.+)"):
        found = re.fullmatch(pattern, text)
        if found:
            return found[1]
    return None


def _split(name: str) -> tuple[str, str] | None:
    """ "W_xf" -> ("w", "xf"); None for what cannot be a weight."""
    text = bare(name)
    match = re.fullmatch(r"(recurrentkernel|weights?|bias(?:es)?|kernel|w|u|v|b|r)(.*)", text)
    if match is None:
        return None
    return STEMS.get(match[1], match[1]), match[2]


def weights_of(names: Sequence[str], cell: str, gates: str) -> Iterator[tuple[Weight, ...]]:
    """What these names of weights can be, likely first; each reading has all of them.

    Shapes are left to the caller, who tries orientations: see `oriented`.
    """
    parts = {name: _split(name) for name in names}
    if names and all(parts.values()):
        split = {name: part for name, part in parts.items() if part}
        per_gate = _per_gate(split, cell, gates)
        if per_gate:
            yield from per_gate
        else:
            yield from _whole(split, gates)
    yield from _by_position(names, cell, gates)


def _gate_choices(tail: str, aliases: dict[str, str]) -> list[tuple[str, str]]:
    """(source, gate) readings of the letters behind W, U or b."""
    tail = {"reset": "r", "update": "z", "forget": "f", "input": "i", "output": "o"}.get(tail, tail)
    tail = re.sub(r"tilde|hat|cand$|t$", "", tail) or tail
    sources = {"x": "x", "h": "h", "i": "x", "a": "h"}
    if len(tail) == 1:
        candidate = tail in "xh" and "n" in aliases.values()  # Wx, Wh beside Wzx, Wzh
        named = [("", aliases[tail])] if tail in aliases else []
        return named + ([(tail, "n")] if candidate else [])
    if len(tail) != 2:
        return []
    one, two = tail[0], tail[1]
    choices = []
    if one in sources and two in aliases:
        choices.append((sources[one], aliases[two]))
    if two in sources and one in aliases and (sources[two], aliases[one]) not in choices:
        choices.append((sources[two], aliases[one]))
    if one == two and one in aliases:  # "cc", "hh" for the candidate
        choices.append(("", aliases[one]))
    return choices


def _per_gate(
    split: dict[str, tuple[str, str]], cell: str, gates: str
) -> list[tuple[Weight, ...]]:
    """Readings with an array for each gate; empty if these are none."""
    aliases = dict(ALIASES[cell])
    tails = {tail for stem, tail in split.values()}
    own = set("fo" if cell == "lstm" else "rzu")
    if len(gates) == 1 or not any(own & set(tail) for tail in tails if len(tail) <= 6):
        return []
    letters = {t[:1] for t in tails} | {t[-1:] for t in tails}
    if cell == "lstm" and "i" not in letters and letters & set("cg"):
        aliases["u"] = "i"  # the update gate of some textbooks
    if "z" in {t[:1] for t in tails} | {t[-1:] for t in tails} and cell != "lstm":
        aliases.pop("u", None)
    choices = {name: _gate_choices(tail, aliases) for name, (stem, tail) in split.items()}
    if not all(choices.values()):
        return []
    matrices = {n: c for n, c in choices.items() if split[n][0] != "b"}
    biases = {n: c for n, c in choices.items() if split[n][0] == "b"}
    readings = []
    for first in _consistent(matrices, gates, split):
        for second in _consistent_biases(biases, gates):
            readings.append((*first, *second))
    return readings


def _consistent(
    choices: dict[str, list[tuple[str, str]]], gates: str, split: dict[str, tuple[str, str]]
) -> list[tuple[Weight, ...]]:
    """The matrices: one for each source and gate, or one for both sources and each gate."""
    named = {n: [c for c in cs if c[0]] for n, cs in choices.items()}
    if all(named.values()) and len(choices) == 2 * len(gates):
        pairs = _unique(named, {(s, g) for s in "xh" for g in gates})
        return [tuple(Weight(n, s, g) for n, (s, g) in pairs.items())] if pairs else []
    bare_of = {n: next((g for s, g in cs if not s), cs[0][1]) for n, cs in choices.items()}
    stems = {n: split[n][0] for n in choices}
    kinds = list(dict.fromkeys(stems.values()))
    if len(kinds) == 2 and len(choices) == 2 * len(gates):
        made = []
        for one, two in (("x", "h"), ("h", "x")):
            of = dict(zip(kinds, (one, two), strict=True))
            made.append(tuple(Weight(n, of[stems[n]], bare_of[n]) for n in choices))
        return made
    if len(choices) == len(gates) and sorted(bare_of.values()) == sorted(gates):
        return [tuple(Weight(n, of, bare_of[n]) for n in choices) for of in ("hx", "xh")]
    return []


def _consistent_biases(
    choices: dict[str, list[tuple[str, str]]], gates: str
) -> list[tuple[Weight, ...]]:
    if not choices:
        return [()]
    if len(choices) == len(gates):
        bare_of = {n: next((g for s, g in cs if not s), cs[0][1]) for n, cs in choices.items()}
        if sorted(bare_of.values()) != sorted(gates):
            bare_of = {n: cs[-1][1] for n, cs in choices.items()}
        return [tuple(Weight(n, "b", g) for n, g in bare_of.items())]
    named = {n: [c for c in cs if c[0]] for n, cs in choices.items()}
    pairs = _unique(named, {(s, g) for s in "xh" for g in gates}) if all(named.values()) else {}
    if len(choices) == 2 * len(gates) and pairs:
        once = tuple(Weight(n, "b", g, share=0.4 if s == "x" else 0.6)
                     for n, (s, g) in pairs.items())
        if "n" not in gates:
            return [once]
        inner = tuple(
            replace(w, of="n" if pairs[w.name] == ("h", "n") else "b", share=1.0)
            if w.gates == "n" else w for w in once
        )
        return [inner, once]
    return []


def _unique(
    choices: dict[str, list[tuple[str, str]]], wanted: set[tuple[str, str]]
) -> dict[str, tuple[str, str]]:
    """One choice for each name so that each wanted pair is there once; empty if it cannot be."""
    names = sorted(choices, key=lambda n: len(choices[n]))

    def fill(k: int, left: set[tuple[str, str]]) -> dict[str, tuple[str, str]] | None:
        if k == len(names):
            return {}
        for choice in choices[names[k]]:
            if choice in left:
                rest = fill(k + 1, left - {choice})
                if rest is not None:
                    return {names[k]: choice, **rest}
        return None

    found = fill(0, wanted)
    return {n: found[n] for n in choices} if found and len(found) == len(wanted) else {}


def _whole(split: dict[str, tuple[str, str]], gates: str) -> Iterator[tuple[Weight, ...]]:
    """Readings with all gates in one array: W on both, or one for x and one for h."""
    matrices = [n for n, (stem, tail) in split.items() if stem != "b"]
    biases = [n for n, (stem, tail) in split.items() if stem == "b"]
    if len(matrices) == 1:
        sources: list[tuple[str, ...]] = [(of,) for of in (JOINED if biases else WITH_BIAS)]
    elif len(matrices) == 2:
        tails = [split[n][1] for n in matrices]
        sources = [("x", "h"), ("h", "x")]
        if tails[1] in _OF_X - _OF_H - {""} or tails[0] in _OF_H - _OF_X - {""}:
            sources.reverse()
    else:
        return
    for of in sources:
        weights = [Weight(n, s, gates) for n, s in zip(matrices, of, strict=True)]
        for bias in _bias_readings(biases, gates):
            yield (*weights, *bias)


def _bias_readings(names: Sequence[str], gates: str) -> Iterator[tuple[Weight, ...]]:
    if not names:
        yield ()
    elif len(names) == 1:
        yield (Weight(names[0], "b", gates),)
    elif len(names) == 2:
        one, two = names
        swap = split_tail(one) in ("hh", "h") and split_tail(two) in ("ih", "x", "xh")
        one, two = (two, one) if swap else (one, two)
        if "n" in gates:
            yield (Weight(one, "b", gates), Weight(two, "n", "n"))
            both = gates.replace("n", "")
            yield (Weight(one, "b", gates, share=0.4, shared=both),
                   Weight(two, "bn", gates, share=0.6, shared=both))
        yield (Weight(one, "b", gates, share=0.4), Weight(two, "b", gates, share=0.6))


def split_tail(name: str) -> str:
    """What stands behind W, U or b in a name."""
    return (_split(name) or ("", ""))[1]


def _by_position(
    names: Sequence[str], cell: str, gates: str
) -> Iterator[tuple[Weight, ...]]:
    """By their number, whatever they are called."""
    if len(names) == 1:
        for of in WITH_BIAS:
            yield (Weight(names[0], of, gates),)
    elif len(names) == 2:
        for of in JOINED:
            yield (Weight(names[0], of, gates), Weight(names[1], "b", gates))
        yield (Weight(names[0], "x", gates), Weight(names[1], "h", gates))
    elif len(names) in (3, 4):
        for bias in _bias_readings(names[2:], gates):
            yield (Weight(names[0], "x", gates), Weight(names[1], "h", gates), *bias)
            yield (Weight(names[0], "h", gates), Weight(names[1], "x", gates), *bias)


def oriented(weights: Iterable[Weight]) -> Iterator[tuple[Weight, ...]]:
    """The same weights with rows or columns as units, and biases of every shape."""
    weights = tuple(weights)
    for units_first in (False, True):
        lines = ("flat", "column", "row") if units_first else ("flat", "row", "column")
        for line in lines:
            yield tuple(replace(w, units_first=units_first, line=line) for w in weights)
            if not any(w.bias for w in weights):
                break
