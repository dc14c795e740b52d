"""List the tasks of `numpyrnn train`: what each asks, its trivial baseline, what counts as solved,
the models trained by default, and about how long they take together on one core.
"""

from __future__ import annotations

import argparse
import textwrap

EXAMPLES = """
numpyrnn tasks
"""
WIDTH = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> None:
    """Print the list."""
    from numpyrnn.cli.train_registry import TASKS

    width = max(map(len, TASKS)) + 2
    for name, task in TASKS.items():
        score = task.score
        sides = "at least" if score.higher else "at most"
        head = f"{name:{width}}{task.told} ({task.shape})"
        facts = (
            f"{score.name}: {score.text(task.baseline)} is {task.trivial}, solved {sides} "
            f"{score.text(task.solved)}; {', '.join(task.cells)}; {minutes(task.minutes)}"
        )
        for text in (head, " " * width + facts):
            print(textwrap.fill(text, WIDTH, subsequent_indent=" " * width))
    print("\ntrain one with numpyrnn train TASK")


def minutes(value: float) -> str:
    """A time in words."""
    return f"about {5 * round(12 * value):.0f} s" if value < 1 else f"about {value:g} min"
