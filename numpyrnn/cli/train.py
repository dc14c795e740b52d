"""Train recurrent models on one of the tasks that `numpyrnn tasks` lists.

Every table has the baseline and the same head without recurrence ("none") beside the models,
and every line of the log says what its score is worth: "= the constant predictor: nothing learned
yet", the baseline, or "solved". Nothing is downloaded. Writes results.json, figures and a
checkpoint for each model.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpyrnn.cli.hints import hint
from numpyrnn.cli.options import add_seed, comma_list, number, one_of, positive_int, whole_number
from numpyrnn.cli.paths import check_output_directory, output_directory, path_name
from numpyrnn.cli.saving import drawn, print_written, saying_what_is_saved, with_models

if TYPE_CHECKING:
    from numpyrnn.experiments.tasks.task import Task
    from numpyrnn.running import Record

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
TRAINING = ("epochs", "hidden", "learning_rate", "batch_size")
OWN = ("steps", "reading", "order", "side", "teacher_forcing")      # that only some tasks have
MANY = 12           # epochs; of more only some are printed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "task", type=one_of(*NAMES), metavar="TASK", help=f"one of {', '.join(NAMES)}"
    )
    parser.add_argument(
        "--cell", dest="cells", type=comma_list(one_of(*CELLS)), metavar="NAMES",
        help=f"some of {', '.join(CELLS)}, with commas between, as far as they suit the task; "
        "none is the head without recurrence (default: what numpyrnn tasks says)",
    )
    parser.add_argument(
        "--out", type=path_name, metavar="DIR",
        help="where results go; files of the same name are overwritten (default: runs/TASK)",
    )
    add_seed(parser, "of the data, the weights and the order of training")
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
    place = f"runs/{args.task}" if args.out is None else args.out
    if args.ask is not None:
        _ask(args, Path(place))
        return
    from numpyrnn.experiments import tasks
    from numpyrnn.plots.style import check_drawing

    task = tasks.make(args.task, seed=args.seed, **given_options(args))
    check_output_directory(place)
    experiment = tasks.train(task, args.cells, out=place, progress=True)
    task.prepare()      # data that are missing are missed before a directory is made
    check_drawing()
    out = output_directory(place)
    done: list[str] = []
    with saying_what_is_saved(out, lambda: with_models(done)), noting() as note:
        for record in experiment:
            _print(task, record)
            note()
            if record["event"] == "done":
                done.append(record["model"])
    result = experiment.result
    print(f"\n{result.table()}")
    with drawn(result, out) as figures:
        print_written(out, figures, done)
        if task.reads is not None:
            example = task.reads.partition("'")[2].rstrip("'")
            words = ("--out", out, "--cell", result.best(), "--ask", example)
            print(f"try: {hint('train', task.name, *words)}")


def _ask(args: argparse.Namespace, place: Path) -> None:
    """Print what a trained model answers."""
    from numpyrnn.experiments.tasks import make
    from numpyrnn.experiments.trained.task_model import trained

    for name in given_options(args):     # the checkpoint has its own
        raise ValueError(
            f"{name}: expected where a model is trained, got it with ask=; leave it out"
        )
    task = make(args.task)
    cell = task.check_cells(args.cells)[-1]
    model = trained(place / f"{cell}.npz", "ask", type(task))
    try:
        print(model.answer(args.ask))
    except ValueError as error:
        raise ValueError(f"ask: {str(error).removeprefix('text: ')}") from error


def given_options(args: argparse.Namespace) -> dict[str, Any]:
    """The options of training and of the task, where they are given."""
    return {name: value for name in TRAINING + OWN if (value := getattr(args, name)) is not None}


def _print(task: Task, record: Record) -> None:
    """A record as a line; of many epochs only the 1st, 2nd, 4th, 8th … and the last."""
    if record["event"] == "start":
        print(record["description"])
    elif record["event"] == "restored":
        print(f"  back to epoch {record['epoch']}, the one with the lowest validation loss")
    elif record["event"] == "epoch":
        epoch, epochs, fold = record["epoch"], task.preset.epochs, record["fold"]
        if epoch == 1 and fold == 0:
            print(f"\n{record['model']}: {record['parameters']:,} parameters")
        if epochs > MANY and epoch & (epoch - 1) and epoch < epochs:
            return
        part = f"part {fold + 1}/{task.folds} " if task.folds > 1 else ""
        print(
            f"  {part}epoch {epoch:2}/{epochs}  loss {record['loss']:.4f}  {task.score.name} "
            f"{task.score.text(record['score'])}  {task.verdict(record['score'])}  "
            f"{record['seconds']:.1f} s"
        )


@contextmanager
def noting() -> Iterator[Callable[[], None]]:
    """Collect warnings; the function prints those that have come since it was last called."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")

        def note() -> None:
            for warning in caught:
                print(f"  note: {warning.message}", file=sys.stderr)
            caught.clear()

        yield note
        note()
