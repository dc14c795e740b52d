"""Train recurrent models on one of the tasks that `numpyrnn tasks` lists.

Every table has the trivial answer and the same head without recurrence ("none") beside the models,
and every line of the log says what its score is worth: "= the constant predictor: nothing learned
yet", the baseline, or "solved". Nothing is downloaded. Writes results.json, figures and a
checkpoint for each model.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from numpyrnn.cli.options import comma_list, number, one_of, positive_int, whole_number
from numpyrnn.cli.paths import check_output_directory, output_directory, path_name
from numpyrnn.text import shown

EXAMPLES = """
numpyrnn train tags
numpyrnn train adding --cell gru,lstm --steps 200
numpyrnn train digits --reading pixels --hidden 128
numpyrnn train reversal --order sorted --seed 3 --out runs/sorted
numpyrnn train dates --epochs 2
numpyrnn train dates --ask "the 3rd of May, 1998"
"""
NAMES = ("shapes", "adding", "digits", "tags", "prices", "eeg", "reversal", "dates", "morse")
CELLS = ("none", "rnn", "gru", "lstm", "birnn", "bigru", "bilstm")
OWN = {             # options that only some tasks have
    "steps": ("adding",), "reading": ("digits",), "order": ("reversal",), "side": ("shapes",),
    "teacher_forcing": ("reversal", "dates"),
}
TRAINING = ("epochs", "hidden", "learning_rate", "batch_size")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "task", type=one_of(*NAMES), metavar="TASK", help=f"one of {', '.join(NAMES)}"
    )
    parser.add_argument(
        "--cell", type=comma_list(one_of(*CELLS)), metavar="NAMES",
        help=f"some of {', '.join(CELLS)}, with commas between, as far as they suit the task; "
        "none is the head without recurrence (default: what numpyrnn tasks says)",
    )
    parser.add_argument(
        "--out", type=path_name, metavar="DIR",
        help="where results go; files of the same name are overwritten (default: runs/TASK)",
    )
    parser.add_argument(
        "--seed", type=whole_number(0), default=0, metavar="N",
        help="of the data, the weights and the order of training (default: 0)",
    )
    parser.add_argument(
        "--ask", metavar="TEXT",
        help="dates, reversal, tags: instead of training, ask the model in DIR that --cell names "
        "(default: the last of those trained by default)",
    )
    suits = parser.add_argument_group("instead of what suits the task")
    suits.add_argument("--epochs", type=positive_int, metavar="N", help="passes over the data")
    suits.add_argument("--hidden", type=positive_int, metavar="N", help="hidden units")
    suits.add_argument("--learning-rate", type=number(above=0), metavar="RATE", help="of Adam")
    suits.add_argument("--batch-size", type=positive_int, metavar="N", help="sequences in a step")
    own = parser.add_argument_group("of one task")
    own.add_argument(
        "--steps", type=whole_number(2), metavar="N", help="adding: of a sequence (default: 100)"
    )
    own.add_argument(
        "--reading", type=one_of("rows", "pixels"), metavar="NAME",
        help="digits: rows (default) or pixels, a row or a pixel at a time",
    )
    own.add_argument(
        "--order", type=one_of("reversed", "sorted"), metavar="NAME",
        help="reversal: reversed (default) or sorted",
    )
    own.add_argument(
        "--teacher-forcing", type=one_of("annealed", "full"), metavar="NAME",
        help="dates, reversal: annealed (default), the true symbols that the decoder reads in "
        "training give way to its own (scheduled sampling); or full, always the true ones",
    )
    own.add_argument(
        "--side", type=whole_number(8), metavar="N",
        help="shapes: pixels of a picture's side, 8 to 16 (default: 8)",
    )


def run(args: argparse.Namespace) -> None:
    """Train, test, and write; results.json is complete after each model."""
    task = chosen_task(args)
    cells = chosen_cells(args, task)
    place = f"runs/{task.name}" if args.out is None else args.out
    if args.ask is not None:
        from numpyrnn.experiments.trained.task_model import trained

        check_alone(args)
        asked = trained(Path(place) / f"{cells[-1]}.npz", "--ask", type(task))
        try:
            print(asked.answer(args.ask))
        except ValueError as error:
            raise ValueError(f"--ask: {error}") from error
        return
    from numpyrnn.experiments.tasks.report import describe, draw, finish, report
    from numpyrnn.experiments.tasks.run import Run
    from numpyrnn.plots.style import check_drawing

    check_output_directory(place)
    said = describe(task)       # data that are missing are missed before a directory is made
    check_drawing()
    out = output_directory(place)
    training = Run(task, out)
    print(said)
    try:
        for cell in cells:
            training.train(cell)
    except KeyboardInterrupt:
        if training.done:
            print(f"\nkept in {shown(out)}: results.json with {', '.join(training.done)}")
        raise
    print(report(training))
    figures = draw(training)
    print(finish(training, figures.written))
    figures.check()


def chosen_task(args: argparse.Namespace) -> Any:
    """The task with its options."""
    from numpyrnn.experiments.tasks.registry import TASKS

    kind = TASKS[args.task]
    own = {name: getattr(args, name) for name in OWN if getattr(args, name) is not None}
    for name in own:
        if kind.name not in OWN[name]:
            raise ValueError(
                f"{option(name)}: expected with the task {' or '.join(OWN[name])} only, got it "
                f"with {kind.name}; leave it out"
            )
    if own.get("side", 8) > 16:
        raise ValueError(f"--side: expected at most 16, got {own['side']}; draw smaller pictures")
    given = {
        name: getattr(args, name)
        for name in kind.preset._fields if getattr(args, name) is not None
    }
    return kind(args.seed, kind.recipe(**own)._replace(**given), **own)


def option(name: str) -> str:
    """As it is written on the command line."""
    return f"--{name.replace('_', '-')}"


def check_alone(args: argparse.Namespace) -> None:
    """Raise ValueError for an option of training beside --ask: the checkpoint has its own."""
    for name in (*TRAINING, *OWN):
        if getattr(args, name) is not None:
            raise ValueError(
                f"{option(name)}: expected where a model is trained, got it with --ask; leave it "
                "out"
            )


def chosen_cells(args: argparse.Namespace, task: Any) -> tuple[str, ...]:
    """The cells to train; ValueError for one that does not suit the task."""
    for cell in args.cell or ():
        if cell not in task.known:
            raise ValueError(
                f"--cell: expected some of {', '.join(task.known)} for the task {task.name}, got "
                f"{cell!r}{'; it would read the future' if task.folds > 1 else ''}"
            )
    return tuple(args.cell or task.cells)
