"""The options of a run, which its checkpoint holds too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from numpyrnn.experiments.choices import check_options
from numpyrnn.validation import check_choice, check_number, check_size

Options = dict[str, Any]

DEFAULTS: Options = {
    "cell": "lstm", "layers": 1, "hidden": 256, "embedding": 64, "window": 32, "batch_size": 32,
    "clip": 1.0, "seed": 0, "learning_rate": None, "dropout": None, "anneal": None,
}  # fmt: skip
SUITED = {
    "rnn": {"learning_rate": 0.004, "dropout": 0.1},
    "gru": {"learning_rate": 0.008, "dropout": 0.3},
    "lstm": {"learning_rate": 0.008, "dropout": 0.3},
}
CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "cell": partial(check_choice, known=SUITED),
    "clip": partial(check_number, above=0),
    "learning_rate": partial(check_number, above=0),
    "dropout": partial(check_number, minimum=0, below=1),
    "seed": partial(check_size, minimum=0),
    **dict.fromkeys(
        ("layers", "hidden", "embedding", "window", "batch_size", "anneal", "epochs"), check_size
    ),
}
STEPS, FEWEST, MOST = 2600, 2, 40  # epochs: as many as make so many steps, within these bounds


def checked(options: Mapping[str, Any], checkpoint: Any = None) -> Options:
    """The options that are not None.

    Raises TypeError and ValueError, naming the option, for what does not fit, and for what differs
    from the run that is continued: only the number of epochs may, on which nothing else depends.
    That is why N epochs and N more are 2N epochs.
    """
    values = check_options(options, CHECKS)
    saved = {} if checkpoint is None else checkpoint.metadata["options"]
    for name, value in values.items():
        if saved.get(name, value) != value:
            raise ValueError(
                f"{name}: expected {saved[name]}, as in the run that resume= continues, got "
                f"{value}; leave it out, or begin anew without resume="
            )
    return values


def completed(options: Options, characters: int, checkpoint: Any = None) -> tuple[Options, int]:
    """All options, with what suits the cell and a training text of so many characters; and the
    number of epochs."""
    epochs = options.pop("epochs", None)
    complete = DEFAULTS | options if checkpoint is None else checkpoint.metadata["options"]
    steps = characters / complete["batch_size"] / complete["window"]
    suited = min(max(round(STEPS / steps), FEWEST), MOST)
    if checkpoint is None:
        complete |= SUITED[complete["cell"]] | {"anneal": suited} | options
    return complete, epochs or suited
