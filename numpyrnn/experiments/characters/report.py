"""What training on a text says before it begins, and the line of an epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpyrnn.text import visible

if TYPE_CHECKING:
    from numpyrnn.experiments.characters.training import Training

HEAD = (
    "       ----- bits per character -----\n"
    "epoch  training  validation  baseline  clipped  characters/s  seconds"
)
ANNEALED = 0.03  # the share of the learning rate that is left in the end


def describe(training: Training, epochs: int) -> str:
    """The text, its baseline, the model and the options."""
    corpus, options, done = training.corpus, training.options, len(training.history)
    rate = options["learning_rate"]
    resumed = ""
    if training.path is not None and done:
        resumed = f"; {done} of them are done, in {visible(training.path)}"
    return (
        f"text      {corpus.name}: {corpus.size:,} characters, {len(corpus.alphabet)} different "
        f"ones; the last {len(corpus.validation):,} are held out\n"
        f"baseline  {corpus.order}-gram, interpolated Kneser-Ney: {corpus.baseline:.3f} bits per "
        "character on them\n"
        f"model     {options['cell'].upper()}, {options['layers']} x {options['hidden']} units, "
        f"{training.model.parameter_count:,} parameters\n"
        f"training  {epochs} epochs of {training.steps:,} steps, each of {options['batch_size']} x "
        f"{options['window']} characters{resumed}\n"
        f"          Adam, learning rate {rate:g} falling to {rate * ANNEALED:g}, dropout "
        f"{options['dropout']:g}, seed {options['seed']}"
    )


def line(record: Mapping[str, Any]) -> str:
    """An epoch in numbers, below HEAD."""
    return (
        f"{record['epoch']:5}  {record['bits_per_char']:8.3f}  "
        f"{record['validation_bits_per_char']:10.3f}  {record['baseline']:8.3f}  "
        f"{record['clipped']:7.1%}  {record['characters_per_second']:12,.0f}  "
        f"{record['seconds']:7.1f}"
    )
