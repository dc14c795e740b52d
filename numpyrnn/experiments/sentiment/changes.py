"""What `numpyrnn compare --vary` changes about a model, one thing at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpyrnn.experiments.sentiment.data import Preset


class Change(NamedTuple):
    """A name in words, and the options that become other ones."""

    words: str
    options: dict[str, Any]


CHANGES = {
    "last": Change("last state", {"pool": "last"}),
    "mean": Change("mean of states", {"pool": "mean"}),
    "max": Change("max of states", {"pool": "max"}),
    "attention": Change("attention", {"pool": "attention"}),
    "constant": Change("constant rate", {"schedule": "constant"}),
    "cosine": Change("rate on a cosine", {"schedule": "cosine"}),
    "plateau": Change("rate on plateaus", {"schedule": "plateau"}),
    "stacked": Change("two layers", {"layers": 2, "residual": False}),
    "residual": Change("two layers, residual", {"layers": 2, "residual": True}),
    "vectors": Change("pre-trained vectors", {}),       # of the file that --vectors names
}


def check(preset: Preset) -> None:
    """Raise ValueError, in the command line's words, for options that do not go together."""
    if not preset.residual:
        return
    if preset.layers < 2:
        raise ValueError(
            "--residual: expected two layers or more with it, got one; give --layers 2"
        )
    if preset.pool == "last":
        raise ValueError(
            "--residual: expected --pool mean, max or attention with it, got last, which a sum of "
            "layers does not have; give another --pool"
        )


def chosen(names: list[str] | None, models: list[str], preset: Preset) -> list[str]:
    """The changes that --vary names; "all" are those that can be made and change something.

    Raises ValueError for any other by its name, and where no model has anything to change.
    """
    if names is None:
        return []
    if models == ["bow"]:
        raise ValueError(
            "--vary: expected a recurrent model in --models, got bow, which has none of all this; "
            "add one, such as --models bow,gru"
        )
    every = "all" in names
    kept = []
    for name in CHANGES if every else names:
        changed = preset._replace(**CHANGES[name].options)
        if name == "vectors":
            problem = "" if preset.vectors else "a file with it; name one with --vectors"
        elif changed == preset:
            problem = "what is not so already; leave it out"
        elif changed.residual and changed.pool == "last":
            problem = "another --pool than last with it; give --pool mean, max or attention"
        else:
            problem = ""
        if not problem:
            kept.append(name)
        elif not every:
            raise ValueError(f"--vary: for {name!r}, expected {problem}")
    return kept
