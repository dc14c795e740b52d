"""List the tasks of `numpyrnn train`: what each asks, its baseline, what counts as solved,
the models trained by default, about how long they take together on one core, and what to expect
where it is not solved.
"""

from __future__ import annotations

import argparse
import re
import textwrap

from numpyrnn.cli.hints import hint

EXAMPLES = """
numpyrnn tasks
"""
WIDTH = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> None:
    """Print the list."""
    from numpyrnn.experiments.tasks.registry import TASKS

    width = max(map(len, TASKS)) + 2
    for name, task in TASKS.items():
        score = task.score
        head = f"{name:{width}}{task.description} ({task.shape})"
        facts = (
            f"{score.name}: {score.text(task.baseline)} is {task.baseline_name}, solved "
            f"{task.bound()}; {', '.join(task.cells)}; {minutes(task.minutes)}"
        )
        for text in (head, facts, *([task.note] if task.note else [])):
            indent = "" if text is head else " " * width
            print(wrapped(text, indent, " " * width))
    print(f"\nbaselines are those of --seed 0; train one with {hint('train', 'TASK')}")


def wrapped(text: str, first: str, other: str) -> str:
    """Lines of at most WIDTH that do not break between a number and its unit."""
    unbroken = re.sub(r"(?<=about) (?=\d)|(?<=\d) (?=s\b|min\b|×)|(?<=×) ", "\u00a0", text)
    lines = textwrap.fill(unbroken, WIDTH, initial_indent=first, subsequent_indent=other)
    return lines.replace("\u00a0", " ")


def minutes(value: float) -> str:
    """A time in words."""
    return f"about {5 * round(12 * value):.0f} s" if value < 1 else f"about {value:g} min"
