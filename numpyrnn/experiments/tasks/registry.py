"""The tasks by name, in the order of the lessons: what `numpyrnn train` trains.

To add one, write a Task in a file beside this one and name it here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpyrnn.experiments.choices import check_options
from numpyrnn.experiments.tasks.morse import MorseTask
from numpyrnn.experiments.tasks.numbers import AddingTask, DigitsTask
from numpyrnn.experiments.tasks.series import EegTask, PricesTask
from numpyrnn.experiments.tasks.shapes import ShapesTask
from numpyrnn.experiments.tasks.tags import TagsTask
from numpyrnn.experiments.tasks.task import CHECKS, Hyperparameters, Task
from numpyrnn.experiments.tasks.written import DatesTask, ReversalTask
from numpyrnn.validation import check_choice, nearest

TASKS: Mapping[str, type[Task]] = {
    task.name: task
    for task in (
        ShapesTask, AddingTask, DigitsTask, TagsTask, PricesTask, EegTask, ReversalTask, DatesTask,
        MorseTask,
    )
}


def make(name: str, *, seed: int = 0, **options: Any) -> Task:
    """The task of this name, with the options of training and its own; nothing is read yet.

    hidden, epochs, learning_rate, batch_size     instead of what suits the task
    steps (adding), reading (digits), side (shapes), order (reversal), teacher_forcing (reversal,
    dates)                                        options that only these tasks have

    Raises TypeError and ValueError that name the argument.
    """
    kind = TASKS[check_choice("task", name, TASKS)]
    training = {key: options.pop(key, None) for key in Hyperparameters._fields}
    for option in options:
        owners = [task.name for task in TASKS.values() if option in task.own_options]
        if not owners:
            known = {key for task in TASKS.values() for key in task.own_options}
            known |= {"seed", *Hyperparameters._fields}
            raise TypeError(f"{option}: no task has such an option{nearest(option, known)}")
        if kind.name not in owners:
            raise ValueError(
                f"{option}: expected with the task {' or '.join(owners)} only, got it with "
                f"{kind.name}; leave it out"
            )
    task = kind(seed, **options)
    task.preset = task.preset._replace(**check_options(training, CHECKS))
    return task
