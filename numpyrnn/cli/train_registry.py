"""The tasks that `numpyrnn train` trains and `numpyrnn tasks` lists, in the order of the lessons.

To add one, write a Task and name it here.
"""

from __future__ import annotations

from collections.abc import Mapping

from numpyrnn.cli.train_numbers import Adding, Digits
from numpyrnn.cli.train_series import Eeg, Prices
from numpyrnn.cli.train_shapes import Shapes
from numpyrnn.cli.train_sound import Morse
from numpyrnn.cli.train_tags import Tags
from numpyrnn.cli.train_task import Task
from numpyrnn.cli.train_written import Dates, Reversal

TASKS: Mapping[str, type[Task]] = {
    task.name: task
    for task in (Shapes, Adding, Digits, Tags, Prices, Eeg, Reversal, Dates, Morse)
}
