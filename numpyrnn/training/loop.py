"""Training from beginning to end: epochs, validation, early stopping, checkpoints.

One epoch of it is in epoch.py, one step in steps.py; stopping.py watches, saving.py saves.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.answers import warn
from numpyrnn.callables import check_arguments, check_function, check_methods
from numpyrnn.optim.schedules import Rate, Schedule, as_schedule
from numpyrnn.training.checkpoints import Checkpoint
from numpyrnn.training.data import Data, as_data, batches_of, divide
from numpyrnn.training.epoch import Diverged, Epochs
from numpyrnn.training.heads import warn_of_second_activation
from numpyrnn.training.history import History, Record
from numpyrnn.training.saving import RunFile, held_out
from numpyrnn.training.steps import Loss, Metric
from numpyrnn.training.stopping import Watch
from numpyrnn.validation import (
    RandomSource,
    check_choice,
    check_flag,
    check_number,
    check_rng,
    check_size,
)

PADDING_OPTIONS = ("mask", "ignore_id", "input_lengths")  # how losses and metrics leave padding out
CLIPPED_OFTEN, ENOUGH_STEPS = 0.9, 20  # when to warn about clipping


def fit(
    model: Any,
    loss: Loss,
    optimizer: Any,
    train: Data,
    validation: Data | float | None = None,
    *,
    epochs: int,
    batch_size: int = 32,
    max_norm: float | None = None,
    metric: Metric | None = None,
    schedule: Rate | None = None,
    patience: int | None = None,
    monitor: str = "loss",
    highest: bool | None = None,
    stop_when: Callable[[Record], bool] | None = None,
    on_epoch: Callable[[Record], None] | None = None,
    rng: RandomSource = 0,
    progress: bool = True,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    metadata: Any = None,
) -> History:
    """Train for `epochs` epochs, counted from the beginning, or until nothing improves any more.

    train, validation   (sequences, targets) as `batches` takes them, or a function from a Generator
                        to the Batches of an epoch: new data every time. validation=0.2 holds a
                        fifth of the sequences out, drawn by rng before anything is shuffled;
                        the history's `validation_rows` say which
    loss, metric        functions of (outputs, targets); padded steps are left out through their
                        mask= or ignore_id=, in addition to what a partial leaves out. A loss
                        returns (loss, gradient). A batch in which nothing counts is skipped. A
                        loss of your own is treated as a mean over rows (or steps) unless its
                        attribute `denominator` says what it divides by. A metric is computed over
                        the whole epoch; see `evaluate` for what that keeps in memory
    max_norm            clips the gradients' global norm; the history says on what share of steps
    schedule            the learning rate as a function of the step, from 0 on: one of
                        numpyrnn.optim, any function, or a number. A ReduceOnPlateau, alone or as a
                        part, gets the value that `monitor` watches (of the training data, if there
                        are no validation data)
    patience            stop after so many epochs without a better validation loss, and go back to
                        the best weights. monitor="metric" watches the metric; `highest` says
                        whether higher is better (by default so for a metric)
    stop_when           a function of an epoch's record; True ends training
    on_epoch            called with the record of each epoch, instead of the line of progress
    rng                 shuffling and dropout; the same seed gives the same weights, bit for bit
    progress            shows a progress bar, on a terminal (stderr) or in a notebook
    checkpoint          a file that is written after every epoch, of this run alone. resume=True
                        continues from it, if it exists, as if there had been no interruption (the
                        other arguments must be the same); without resume it is overwritten
    metadata            kept in the checkpoint (JSON): the model's configuration, a vocabulary

    Whatever ends training (Ctrl-C, an error in your function, a full disk), the model has the best
    weights if there is patience, else the last ones, and the exception carries the epochs so far:
    `error.history`, in a notebook `sys.last_value.history`.

    A metric of NaN or infinity is never the best. The first one that `monitor` watches is a warning
    that names its epoch; with patience it is an error if no epoch had another.

    Raises Diverged, a RuntimeError naming epoch, step and, for a gradient, the parameter where
    numbers are no longer finite; model and optimizer are then back at the last checkpoint, if there
    is one (with patience the model has the best weights, which are in it too). Raises TypeError and
    ValueError for arguments and data that do not fit, and for what your function must not return.
    Warns where nearly every step was clipped.
    """
    _check_functions(model, loss, optimizer, metric, stop_when, on_epoch)
    warn_of_second_activation(model, loss)
    epochs = check_size("epochs", epochs)
    batch_size = check_size("batch_size", batch_size)
    if max_norm is not None:
        max_norm = check_number("max_norm", max_norm, above=0)
    schedule = None if schedule is None else as_schedule("schedule", schedule)
    _check_watching(monitor, metric, patience, validation)
    highest = monitor == "metric" if highest is None else check_flag("highest", highest)
    check_flag("progress", progress)
    file = RunFile(checkpoint, resume=resume, metadata=metadata)
    rng = check_rng(rng)

    found = file.load()
    train, validation, rows = _divided(train, validation, rng, found)
    history = History([] if found is None else found.history or [], rows)
    watched = monitor if validation is None else f"validation_{monitor}"
    watch = Watch(history, watched, highest=highest, patience=patience)
    if found is not None:
        watch.resume(found.best, found.path)
        found.restore(model, optimizer, rng)
    if schedule is not None:  # a plateau falls where it fell before
        schedule.restart()
        for value in history[watched] if len(history) else ():
            _tell(schedule, value)
    run = Epochs(
        model, loss, optimizer, train, validation, count=epochs, batch_size=batch_size,
        max_norm=max_norm, metric=metric, schedule=schedule, rng=rng, progress=progress,
    )

    def finished() -> bool:
        return len(history) > 0 and (
            len(history) >= epochs
            or watch.ended()
            or (stop_when is not None and stop_when(history.records[-1]))
        )

    warned = False
    try:
        while not finished():
            try:
                record = run.train_one(history)
            except Diverged as error:
                if not file.go_back(model, optimizer, rng):
                    raise
                raise Diverged(f"{error}; {_back_at(checkpoint, history, watch)}") from error
            history.records.append(record)
            value = watch.look(model)
            if schedule is not None:
                _tell(schedule, value)
            file.save(model, optimizer, rng, history, watch.weights)
            if on_epoch is not None:
                on_epoch(record)
            else:
                run.say(record)
            watch.warn_of_nan()
            if max_norm is not None and not warned:
                warned = _warn_if_mostly_clipped(record, max_norm)
        watch.check()
    except BaseException as error:
        with suppress(Exception):  # an exception that takes no attributes
            error.history = history  # type: ignore[attr-defined]
        raise
    finally:
        watch.restore(model)
    return history


def _check_functions(
    model: Any, loss: Any, optimizer: Any, metric: Any, stop_when: Any, on_epoch: Any
) -> None:
    check_methods("model", model, ("forward", "backward"), "build one, such as Sequential(...)")
    check_function("loss", loss, "pass one, such as softmax_cross_entropy")
    check_methods("optimizer", optimizer, ("step",), "pass one, such as Adam(1e-3)")
    check_arguments("loss", loss, ("outputs", "targets"), PADDING_OPTIONS)
    if metric is not None:
        check_function("metric", metric, "pass one, such as numpyrnn.metrics.accuracy")
        check_arguments("metric", metric, ("outputs", "targets"), PADDING_OPTIONS)
    for name, function in (("stop_when", stop_when), ("on_epoch", on_epoch)):
        if function is not None:
            check_function(name, function, "pass one of an epoch's record")
            check_arguments(name, function, ("record",))


def _check_watching(monitor: str, metric: Any, patience: Any, validation: Any) -> None:
    check_choice("monitor", monitor, ("loss", "metric"))
    if patience is not None and check_size("patience", patience) and validation is None:
        raise ValueError("patience: expected validation data to watch, got none; pass validation=")
    if monitor == "metric" and metric is None:
        raise ValueError("monitor: expected a metric to watch, got none; pass metric=")


def _divided(
    train: Any, validation: Any, rng: np.random.Generator, found: Checkpoint | None
) -> tuple[Data, Data | None, list[int] | None]:
    """Training and validation data, and the rows of a share: those of the run that is resumed."""
    train, rows = as_data("train", train), held_out(found)
    if isinstance(validation, Real):
        if found is not None and rows is None:
            raise ValueError(
                "validation: expected none or data, as in the run that is resumed, got the share "
                f"{validation}; that run has been trained on all rows, so begin without resume="
            )
        return divide(train, validation, rng, rows)
    if rows is not None:
        came = "none" if validation is None else "data"
        raise ValueError(
            f"validation: expected the share of the run that is resumed, which held {len(rows)} "
            f"sequences out, got {came}; pass the same share, or begin without resume="
        )
    if callable(validation):
        as_data("validation", validation)
        return train, partial(batches_of, "validation", validation), None
    return train, None if validation is None else as_data("validation", validation), None


def _tell(schedule: Schedule, value: float) -> None:
    """What validation said, if anything: NaN cannot be compared."""
    if math.isfinite(value):
        schedule.observe(value)
    else:
        schedule.miss()


def _back_at(checkpoint: Any, history: History, watch: Watch) -> str:
    """What a run that diverged stands on now."""
    place = f"back at epoch {len(history)}, {checkpoint}"
    if not watch.weights:
        return f"the model is {place}"
    best = f"the model has the best weights, of epoch {watch.best_epoch()}"
    return f"the optimizer is {place}; {best}"


def _warn_if_mostly_clipped(record: Record, max_norm: float) -> bool:
    """Clipping is for the rare step; where it is the rule, something else is wrong."""
    share = record["clipped"]
    if share < CLIPPED_OFTEN or record["step"] < ENOUGH_STEPS:
        return False
    warn(
        f"clipped on {100 * share:.0f} % of steps in epoch {record['epoch']}: check the gradients "
        f"first (mean norm {record['gradient_norm']:.3g}, max_norm {max_norm:g}), then raise "
        "max_norm or lower the learning rate"
    )
    return True
