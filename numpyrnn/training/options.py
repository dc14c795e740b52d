"""The options of `fit`, checked before any data are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpyrnn.callables import check_arguments, check_function, check_methods
from numpyrnn.protocols import Loss, Metric, Model, OptimizerLike
from numpyrnn.training.heads import warn_of_second_activation
from numpyrnn.training.history import Record
from numpyrnn.validation import check_choice, check_flag, check_size

PADDING_OPTIONS = ("mask", "ignore_id", "input_lengths")  # how losses and metrics leave padding out


def check_parts(
    model: Model, loss: Loss, optimizer: OptimizerLike, metric: Metric | None
) -> None:
    """Raise TypeError for what is no model, loss, optimizer or metric."""
    check_methods("model", model, ("forward", "backward"), "build one, such as Sequential(...)")
    check_function("loss", loss, "pass one, such as softmax_cross_entropy")
    check_methods("optimizer", optimizer, ("step",), "pass one, such as Adam(1e-3)")
    check_arguments("loss", loss, ("outputs", "targets"), PADDING_OPTIONS)
    if metric is not None:
        check_function("metric", metric, "pass one, such as numpyrnn.metrics.accuracy")
        check_arguments("metric", metric, ("outputs", "targets"), PADDING_OPTIONS)
    warn_of_second_activation(model, loss)


def check_callbacks(**functions: Callable[[Record], Any] | None) -> None:
    """Raise TypeError for what is no function of a record."""
    for name, function in functions.items():
        if function is not None:
            check_function(name, function, "pass one of an epoch's record")
            check_arguments(name, function, ("record",))


def check_monitor(
    monitor: str, metric: Metric | None, patience: int | None, validation: Any,
    highest: bool | None,
) -> tuple[str, bool]:
    """The column of the history that is watched, and whether higher is better."""
    check_choice("monitor", monitor, ("loss", "metric"))
    if patience is not None and check_size("patience", patience) and validation is None:
        raise ValueError("patience: expected validation data to watch, got none; pass validation=")
    if monitor == "metric" and metric is None:
        raise ValueError("monitor: expected a metric to watch, got none; pass metric=")
    higher = monitor == "metric" if highest is None else check_flag("highest", highest)
    return (monitor if validation is None else f"validation_{monitor}"), higher
