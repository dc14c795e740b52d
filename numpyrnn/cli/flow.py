"""Measure how much of a gradient is left so many steps before the loss, and draw it.

For each cell: the norm of dL/dh_t at every step, the map of which loss reaches which step, the
singular values of the step Jacobians and of their product, the gates, the eigenvalues of W_hh, and
the gradient flowing back as an animation; then initialisations and activations side by side. All of
it is measured in float64 with the textbook cells' own backward pass; the picture of the powers of
W_hh alone, which is often shown instead, is drawn beside it and labelled as wrong.

--checkpoint measures the trained layers of a model that `numpyrnn compare` or `numpyrnn lm` wrote,
on text. --train trains each cell on the adding problem (a minute with three cells) and shows the
gradient before and after. Writes figures, results.json and summary.txt into OUT.
"""

from __future__ import annotations

import argparse
import textwrap
import time

from numpyrnn.cli.options import comma_list, one_of, positive_int, whole_number
from numpyrnn.cli.paths import check_output_directory, output_directory, path_name
from numpyrnn.text import shown

EXAMPLES = """
numpyrnn flow
numpyrnn flow --cell rnn,lstm --steps 200 --init orthogonal,spectral-0.9,forget-2
numpyrnn flow --train --out runs/adding
numpyrnn flow --checkpoint runs/lm/model.npz --data book.txt
numpyrnn flow --checkpoint runs/compare/lstm.npz
"""
CELLS = ("rnn", "gru", "lstm")
ANIMATIONS = ("gif", "html", "none")
HIDDEN, ROWS, TRAINED_HIDDEN = 64, 16, 32


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--cell", type=comma_list(one_of(*CELLS)), metavar="NAMES",
        help=f"some of {', '.join(CELLS)}, with commas between (default: all)",
    )
    parser.add_argument(
        "--steps", type=whole_number(2), default=100, metavar="N",
        help="time steps that are read (default: 100)",
    )
    parser.add_argument(
        "--init", type=comma_list(start), metavar="NAMES",
        help="initialisations to compare, with commas between: orthogonal, identity (with relu in "
        "an RNN), spectral-R (Gaussian of spectral radius R), forget-B (forget bias B, LSTM only); "
        "default: orthogonal, identity, spectral-0.5, -0.9, -1.0 and -1.5, forget-0, -1 and -2",
    )
    parser.add_argument(
        "--data", type=path_name, metavar="NAME",
        help="noise (default), adding (the adding problem; the default with --train), or a UTF-8 "
        "text file, read character by character; with --checkpoint of numpyrnn compare the file's "
        "lines are the texts",
    )
    parser.add_argument(
        "--checkpoint", type=path_name, metavar="FILE",
        help="measure a trained model instead: what numpyrnn compare or numpyrnn lm wrote",
    )
    parser.add_argument(
        "--train", action="store_true",
        help="train each cell on the adding problem, and measure before and after",
    )
    parser.add_argument(
        "--sequences", type=positive_int, metavar="N",
        help="sequences to train on (default: 60000)",
    )
    parser.add_argument(
        "--hidden", type=positive_int, metavar="N",
        help=f"hidden units (default: {HIDDEN}; with --train {TRAINED_HIDDEN})",
    )
    parser.add_argument(
        "--rows", type=positive_int, default=ROWS, metavar="N",
        help=f"sequences to measure, over which the mean is taken (default: {ROWS})",
    )
    parser.add_argument(
        "--animation", type=one_of(*ANIMATIONS), default="gif", metavar="NAME",
        help="gif (default), html or none",
    )
    parser.add_argument(
        "--seed", type=whole_number(0), default=0, metavar="N",
        help="of the weights, the input and the direction of the gradient (default: 0)",
    )
    parser.add_argument(
        "--out", type=path_name, default="runs/flow", metavar="DIR",
        help="where results go; files of the same name are overwritten (default: runs/flow)",
    )


def start(text: str) -> str:
    """An argparse type: the name of an initialisation."""
    from numpyrnn.seeing.gradients.starts import start_of

    try:
        start_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("start: ")) from None
    return text


def run(args: argparse.Namespace) -> None:
    """Measure, draw, write, and say in plain words what came out."""
    from numpyrnn.experiments.flow.figures import draw
    from numpyrnn.experiments.flow.measure import measure
    from numpyrnn.experiments.flow.report import results, summary, table, write
    from numpyrnn.plots.style import check_drawing

    began = time.perf_counter()
    _check(args)
    check_output_directory(args.out)
    check_drawing()
    measured = measure(args)
    out = output_directory(args.out)
    found = results(measured)
    found["summary"] = summary(found)
    found["seconds"] = time.perf_counter() - began
    results_written = write(found, out)
    figures = draw(measured, out, args.animation)
    written = ", ".join([*figures.written, *results_written])
    words = textwrap.fill(found["summary"], 96)
    print(f"{table(found)}\n\n{words}\n\nwritten to {shown(out)}: {written}")
    figures.check()


def _check(args: argparse.Namespace) -> None:
    """Options that exclude each other, before any work."""
    if args.checkpoint is not None:
        for option in ("cell", "init", "train", "hidden"):
            if getattr(args, option):
                raise ValueError(
                    f"--{option}: expected no such option with --checkpoint, whose model is "
                    "measured as it is; leave one of the two out"
                )
        if args.data in ("noise", "adding"):
            raise ValueError(
                f"--data: expected a text file with --checkpoint, got {args.data!r}; leave it out "
                "to measure on the text of the model's own task"
            )
    if args.train and args.data not in (None, "adding"):
        raise ValueError(
            f"--data: expected adding with --train, got {args.data!r}; leave one of the two out"
        )
    if args.sequences is not None and not args.train:
        raise ValueError("--sequences: expected --train as well, got it alone; add --train")
