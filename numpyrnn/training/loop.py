"""Training from beginning to end: epochs, validation, early stopping, checkpoints.

One step of it is `train_step`, in steps.py.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from numpyrnn.answers import warn
from numpyrnn.optim.schedules import Rate, Schedule, as_schedule
from numpyrnn.training.batches import Batch
from numpyrnn.training.checkpoints import check_destination, load_checkpoint, save_checkpoint
from numpyrnn.training.heads import warn_of_second_activation
from numpyrnn.training.history import History, Record
from numpyrnn.training.steps import Data, Loss, Metric, epoch_of, evaluate, train_step
from numpyrnn.training.tally import Means, Tally
from numpyrnn.validation import (
    NotFiniteError,
    RandomSource,
    check_choice,
    check_finite,
    check_function,
    check_methods,
    check_number,
    check_rng,
    check_size,
)

CLIPPED_OFTEN, ENOUGH_STEPS = 0.9, 20  # when to warn about clipping


class Diverged(RuntimeError):
    """Training stopped because an output, the loss, a gradient or a parameter was not finite."""


def fit(
    model: Any,
    loss: Loss,
    optimizer: Any,
    train: Data,
    validation: Data | None = None,
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
                        to the Batches of an epoch: fresh data every time
    loss, metric        functions of (outputs, targets); padded steps are left out through their
                        mask= or ignore_id=, beside what a partial leaves out. A batch in which
                        nothing counts is passed over. A loss of one's own is taken for a mean over
                        rows (or steps) unless its attribute `denominator` says what it divides by.
                        A metric is computed over all that an epoch gave, never averaged over
                        batches; see `evaluate` for what that keeps in memory
    max_norm            clips the gradients' global norm; the history says on what share of steps
    schedule            the learning rate as a function of the step, from 0 on: one of
                        numpyrnn.optim, any function, or a number. A ReduceOnPlateau, alone or as a
                        part, is told what `monitor` watches (of the training data, if there are no
                        other)
    patience            stop after so many epochs without a better validation loss, and go back to
                        the best weights. monitor="metric" watches the metric; `highest` says
                        whether higher is better (by default so for a metric)
    stop_when           a function of an epoch's record; True ends training
    on_epoch            called with the record of each epoch, instead of the line of progress
    rng                 shuffling and dropout; the same seed gives the same weights, bit for bit
    progress            shows a progress bar, where stderr is a terminal
    checkpoint          a file that is written after every epoch. resume=True continues from it, if
                        it exists, as if there had been no interruption (the other arguments must be
                        the same); without resume it is overwritten
    metadata            kept in the checkpoint (JSON): the model's configuration, a vocabulary

    Raises Diverged, a RuntimeError naming epoch, step and, for a gradient, the parameter where
    numbers are no longer finite; model and optimizer are then back at the last checkpoint, if there
    is one. Warns where nearly every step was clipped.
    """
    check_methods("model", model, ("forward", "backward"), "build one, such as Sequential(...)")
    check_function("loss", loss, "pass one, such as softmax_cross_entropy")
    check_methods("optimizer", optimizer, ("step",), "pass one, such as Adam(1e-3)")
    if metric is not None:
        check_function("metric", metric, "pass one, such as accuracy")
    warn_of_second_activation(model, loss)
    epochs = check_size("epochs", epochs)
    batch_size = check_size("batch_size", batch_size)
    check_choice("monitor", monitor, ("loss", "metric"))
    if max_norm is not None:
        max_norm = check_number("max_norm", max_norm, above=0)
    if schedule is not None:
        schedule = as_schedule("schedule", schedule)
    if patience is not None and check_size("patience", patience) and validation is None:
        raise ValueError("patience: expected validation data to watch, got none; pass validation=")
    if monitor == "metric" and metric is None:
        raise ValueError("monitor: expected a metric to watch, got none; pass metric=")
    if resume and checkpoint is None:
        raise ValueError("resume: expected a file to continue from, got none; pass checkpoint=")
    if checkpoint is not None:
        check_destination(checkpoint, metadata)
    watched = f"validation_{monitor}"
    highest = monitor == "metric" if highest is None else highest
    shown = progress and sys.stderr.isatty()
    rng = check_rng(rng)

    history, best, last_good = History(), {}, None  # last_good: the checkpoint this run stands on
    if resume and checkpoint is not None and Path(checkpoint).exists():
        found = load_checkpoint(checkpoint)
        found.restore(model, optimizer, rng)
        history, last_good = History(found.history), checkpoint
        best = found.best if patience is not None else {}

    observed = watched if validation is not None else monitor
    if isinstance(schedule, Schedule):  # a plateau falls where it fell before
        schedule.restart()
        for record in history.records:
            schedule.observe(record[observed])

    def waited() -> int:
        """Epochs since the best one."""
        return len(history) - history.best_epoch(watched, highest=highest)

    def finished() -> bool:
        return len(history) > 0 and (
            len(history) >= epochs
            or (patience is not None and waited() >= patience)
            or (stop_when is not None and stop_when(history.records[-1]))
        )

    warned = False
    while not finished():
        epoch = len(history) + 1
        batches = epoch_of("train", train, batch_size, rng)
        means = Tally(loss, metric)
        if shown:
            total = None if callable(train) else -(-len(train[0]) // batch_size)
            batches = _with_bar(batches, means, f"epoch {epoch}/{epochs}", total)
        try:
            record = _train_epoch(
                model, loss, optimizer, batches, means, epoch=epoch, history=history, metric=metric,
                max_norm=max_norm, schedule=schedule, rng=rng,
            )
            with _diverging(f"the end of epoch {epoch}"):
                for name, p in model.params.items():
                    check_finite(f"parameter {name}", p)
                if validation is not None:
                    values = evaluate(model, loss, validation, metric=metric, batch_size=batch_size)
                    record |= {f"validation_{name}": value for name, value in values.items()}
        except Diverged as error:
            if last_good is None:
                raise
            load_checkpoint(last_good).restore(model, optimizer, rng)
            back = f"the model is back at epoch {epoch - 1}, {last_good}"
            raise Diverged(f"{error}; {back}") from error
        history.records.append(record)
        if isinstance(schedule, Schedule):
            schedule.observe(record[observed])
        if patience is not None and waited() == 0:
            best = {name: p.copy() for name, p in model.params.items()}
        if checkpoint is not None:
            save_checkpoint(
                checkpoint, model, optimizer, rng=rng, step=record["step"], history=history,
                metadata=metadata, arrays={f"best/{name}": p for name, p in best.items()},
            )
            last_good = checkpoint
        if on_epoch is not None:
            on_epoch(record)
        elif shown:
            print(_line(record), file=sys.stderr)
        if max_norm is not None and not warned:
            warned = _warn_if_mostly_clipped(record, max_norm)

    for name, p in best.items():
        model.params[name][...] = p
    return history


def _train_epoch(
    model: Any,
    loss: Loss,
    optimizer: Any,
    batches: Iterable[Batch],
    means: Tally,
    *,
    epoch: int,
    history: History,
    metric: Metric | None,
    max_norm: float | None,
    schedule: Callable[[int], float] | None,
    rng: np.random.Generator,
) -> Record:
    """One pass over the training data, and its record; `means` grows on the way."""
    before = history["step"][-1] if len(history) else 0
    steps, began = Means(), time.perf_counter()
    for k, batch in enumerate(batches):
        if schedule is not None:
            optimizer.learning_rate = schedule(before + int(steps.weight))
        with _diverging(f"epoch {epoch}, step {k + 1}"):
            seen = train_step(model, loss, optimizer, batch, max_norm=max_norm, rng=rng)
        means.add(seen.loss, seen.weight, seen.outputs, batch.targets, batch.lengths)
        if not seen.weight:     # nothing counts in this batch, and no step was taken
            continue
        clipped = {} if max_norm is None else {"clipped": float(seen.norm > max_norm)}
        steps.add({"gradient_norm": seen.norm, **clipped})
    return {
        "epoch": epoch,
        "step": before + int(steps.weight),
        **means.values(),
        **steps.values(),
        "learning_rate": float(optimizer.learning_rate),
        "seconds": time.perf_counter() - began,
    }


def _with_bar(
    batches: Iterable[Batch], means: Tally, description: str, total: int | None
) -> Iterator[Batch]:
    """The same batches, behind a progress bar with the running loss and metric."""
    from tqdm import tqdm

    with tqdm(batches, description, total, leave=False, unit="batch") as bar:
        for batch in bar:
            yield batch
            bar.set_postfix(means.running(), refresh=False)


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


def _line(record: Record) -> str:
    names = [n for n in record if n.endswith(("loss", "metric", "seconds"))]
    return f"epoch {record['epoch']}: " + ", ".join(f"{n} {record[n]:.4g}" for n in names)


@contextmanager
def _diverging(where: str) -> Iterator[None]:
    """What layers, losses, clipping and optimizers raise about NaN and inf becomes Diverged."""
    try:
        yield
    except NotFiniteError as error:
        raise Diverged(
            f"training stopped at {where}: {str(error).split(';')[0]}; lower the learning rate, "
            "clip with max_norm=, or look for extreme numbers in the input"
        ) from error
