"""Training from beginning to end: epochs, validation, early stopping, checkpoints.

The loop itself is in epoch.py, one step in steps.py; options.py checks the options, stopping.py
watches the validation values, saving.py saves and resumes, display.py shows progress.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from functools import partial, wraps
from inspect import signature
from pathlib import Path
from typing import Any, ParamSpec

from numpyrnn.answers import warn
from numpyrnn.optim.schedules import Rate, as_schedule
from numpyrnn.protocols import Loss, Metric, Model, OptimizerLike
from numpyrnn.training import epoch
from numpyrnn.training.data import Data, divided
from numpyrnn.training.display import Display, names_of, say_record
from numpyrnn.training.epoch import Learner
from numpyrnn.training.history import History, Record
from numpyrnn.training.options import check_callbacks, check_monitor, check_parts
from numpyrnn.training.saving import RunFile, rows_held_out
from numpyrnn.training.steps import epoch_of, evaluate
from numpyrnn.training.stopping import EarlyStopping
from numpyrnn.validation import RandomSource, check_flag, check_number, check_rng, check_size

P = ParamSpec("P")

CLIPPED_OFTEN, ENOUGH_STEPS = 0.9, 20  # when to warn about clipping


def fit_records(
    model: Model,
    loss: Loss,
    optimizer: OptimizerLike,
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
) -> Generator[Record, None, History]:
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
    metadata            saved in the checkpoint (JSON): the model's configuration, a vocabulary

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

    `fit_records`, in numpyrnn.training.loop, takes the same arguments and is a generator: it yields
    the record of each epoch, and returns the history. Whoever closes it ends training, as Ctrl-C
    does.
    """
    check_parts(model, loss, optimizer, metric)
    check_callbacks(stop_when=stop_when, on_epoch=on_epoch)
    epochs, batch_size = check_size("epochs", epochs), check_size("batch_size", batch_size)
    if max_norm is not None:
        max_norm = check_number("max_norm", max_norm, above=0)
    schedule = None if schedule is None else as_schedule("schedule", schedule)
    column, highest = check_monitor(monitor, metric, patience, validation, highest)
    check_flag("progress", progress)
    file = RunFile(checkpoint, resume=resume, metadata=metadata)
    rng = check_rng(rng)

    saved = file.load()
    train, validation, rows = divided(
        train, validation, rng, saved is not None, rows_held_out(saved)
    )
    history = History([] if saved is None else saved.history or [], rows)
    stopping = EarlyStopping(
        history, column, highest=highest, patience=patience, schedule=schedule
    )
    if saved is not None:
        stopping.resume(saved.best, saved.path)
        saved.restore(model, optimizer, rng)
    stopping.replay()

    def ended() -> bool:
        return len(history) > 0 and (
            stopping.ended() or (stop_when is not None and stop_when(history.records[-1]))
        )

    names, warned = names_of(metric), False
    total = None if callable(train) else -(-len(train[0]) // batch_size)
    display = Display(
        epochs, total, numbers=lambda values: {names[key]: v for key, v in values.items()}
    )
    validate = None if validation is None else partial(
        evaluate, model, loss, validation, metric=metric, batch_size=batch_size
    )
    learner = Learner(model, loss, optimizer, max_norm, schedule, rng)
    records = epoch.epochs(
        learner,
        lambda _: epoch_of("train", train, batch_size, rng, loss),
        history,
        count=epochs,
        metric=metric,
        validate=validate,
        display=display if progress else None,
        ended=ended,
    )
    try:
        for record in file.going_back(records, learner, history, stopping):
            stopping.update(model)
            file.save(learner, history, stopping.weights)
            if on_epoch is not None:
                on_epoch(record)
            elif progress:
                say_record(record, names)
            stopping.warn_of_nan()
            if max_norm is not None and not warned:
                warned = _warn_if_mostly_clipped(record, max_norm)
            yield record
        stopping.check()
    except BaseException as error:
        with suppress(Exception):  # an exception that takes no attributes
            error.history = history  # type: ignore[attr-defined]
        raise
    finally:
        stopping.restore_best(model)
    return history


def _to_the_end(records: Callable[P, Generator[Record, None, History]]) -> Callable[P, History]:
    """The function `fit`: it takes the arguments of the generator and returns what that returns."""

    @wraps(records)
    def fit(*args: P.args, **options: P.kwargs) -> History:
        epochs = records(*args, **options)
        while True:
            try:
                next(epochs)
            except StopIteration as end:
                return end.value

    fit.__name__ = fit.__qualname__ = "fit"
    as_called = signature(records).replace(return_annotation="History")     # in help(fit)
    fit.__signature__ = as_called  # type: ignore[attr-defined]
    return fit


fit = _to_the_end(fit_records)


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
