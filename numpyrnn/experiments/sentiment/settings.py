"""The settings of the models: what suits the data, what a call sets, and what `vary` changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from numpyrnn.experiments.choices import check_options
from numpyrnn.validation import check_choice, check_flag, check_number, check_size, nearest

POOLS = ("last", "mean", "max", "attention")
SCHEDULES = ("constant", "cosine", "plateau")


class Settings(NamedTuple):
    """How the models are built and trained."""

    pool: str  # the summary of a text: the "last" state, or "mean", "max", "attention" over all
    max_length: int | None  # words read of a text, from its end
    vocabulary: int | None  # words at most
    embedding: int
    hidden: int
    dropout: float
    learning_rate: float
    batch_size: int
    epochs: int
    patience: int  # epochs without a better one, before training ends
    monitor: str  # what is better: a lower validation "loss" or a higher "metric" (accuracy)
    schedule: str = "cosine"  # of the learning rate: "constant", "cosine" or "plateau"
    layers: int = 1  # recurrent ones, on top of each other
    residual: bool = False  # whether each but the lowest adds to what it reads
    vectors: str | None = None  # a file of pre-trained word vectors to start from


# On the grammar the validation accuracy is 1 long before the structures that are not in it are
# learned, so training goes on, with the loss as its guide.
SUITED = {
    #                    pool  length  words emb hid drop  rate batch epochs patience monitor
    "grammar": Settings("last", None,   None, 32, 64, 0.2, 5e-3, 32,     9,     9,   "loss"),
    "imdb":    Settings("mean",  250, 20_000, 64, 64, 0.3, 3e-3, 32,     3,     2, "metric"),
    "rotten_tomatoes":
               Settings("mean", None, 20_000, 64, 64, 0.5, 3e-3, 32,     3,     2, "metric"),
    "file":    Settings("mean",  250, 20_000, 64, 64, 0.3, 3e-3, 32,     6,     2, "metric"),
}  # fmt: skip

CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "pool": partial(check_choice, known=POOLS),
    "schedule": partial(check_choice, known=SCHEDULES),
    "residual": check_flag,
    "vectors": lambda name, path: str(path),
    "dropout": partial(check_number, minimum=0, below=1),
    "learning_rate": partial(check_number, above=0),
    **dict.fromkeys(
        ("max_length", "embedding", "hidden", "batch_size", "epochs", "layers"), check_size
    ),
}


class Change(NamedTuple):
    """A change in words, and the settings that it sets."""

    description: str
    settings: dict[str, Any]


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
    "vectors": Change("pre-trained vectors", {}),       # of the file that `vectors` names
}


def settings_for(kind: str, **options: Any) -> Settings:
    """What suits a kind of data (a key of SUITED), with the options that are not None.

    Raises TypeError and ValueError, naming the option, for values that do not fit, or not together.
    """
    settings = SUITED[kind]._replace(**check_options(options, CHECKS))
    if settings.residual and settings.layers < 2:
        raise ValueError("residual: expected two layers or more with it, got one; give layers=2")
    if settings.residual and settings.pool == "last":
        raise ValueError(
            "residual: expected pool=mean, max or attention with it, got last, which a sum of "
            "layers does not have; choose another pool"
        )
    return settings


def changes_for(
    vary: str | Sequence[str] | None, models: Sequence[str], settings: Settings
) -> list[str]:
    """The changes that `vary` names; "all" are those that can be made and change something.

    Raises ValueError for any other by its name, and where no model has anything to change.
    """
    if vary is None:
        return []
    if list(models) == ["bow"]:
        raise ValueError(
            "vary: expected a recurrent model among the models, got bow, which has none of all "
            "this; add one, such as models=bow,gru"
        )
    names = (vary,) if isinstance(vary, str) else tuple(vary)
    for name in names:
        if name not in ("all", *CHANGES):
            raise ValueError(
                f"vary: expected all or some of {', '.join(CHANGES)}, got {name!r}"
                f"{nearest(str(name), CHANGES)}"
            )
    if "all" in names:
        return [name for name in CHANGES if not _problem(name, settings)]
    for name in names:
        if problem := _problem(name, settings):
            raise ValueError(f"vary: for {name!r}, expected {problem}")
    return list(names)


def _problem(name: str, settings: Settings) -> str:
    """Why a change cannot be made, or changes nothing; "" if it can."""
    changed = settings._replace(**CHANGES[name].settings)
    if name == "vectors":
        return "" if settings.vectors else "a file with it; name one with vectors=FILE"
    if changed == settings:
        return "what is not so already; leave it out"
    if changed.residual and changed.pool == "last":
        return "another pool than last with it; give pool=mean, max or attention"
    return ""
