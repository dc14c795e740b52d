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
from functools import partial
from typing import TYPE_CHECKING

from numpyrnn.cli.options import add_seed, comma_list, one_of, positive_int, whole_number
from numpyrnn.cli.paths import add_out, check_output_directory, output_directory, path_name
from numpyrnn.cli.saving import drawn
from numpyrnn.text import visible

if TYPE_CHECKING:
    from numpyrnn.experiments.flow.result import FlowResult
    from numpyrnn.running import Run

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
        "--cell", dest="cells", type=comma_list(one_of(*CELLS)), metavar="NAMES",
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
    add_seed(parser, "of the weights, the input and the direction of the gradient")
    add_out(parser, "runs/flow")


def start(text: str) -> str:
    """An argparse type: the name of an initialisation."""
    from numpyrnn.seeing.gradients.starts import start_of

    try:
        start_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("start: ")) from None
    return text


def run(args: argparse.Namespace) -> None:
    """Measure, draw, write, and print the results in plain words."""
    from numpyrnn.experiments.files import write_results, write_whole
    from numpyrnn.experiments.flow.figures import write_animation
    from numpyrnn.plots.style import check_drawing

    began = time.perf_counter()
    experiment = _experiment(args)
    check_output_directory(args.out)
    check_drawing()
    result = experiment.result
    out = output_directory(args.out)
    record = result.record()
    write_results(out, {**record, "seconds": time.perf_counter() - began})
    write_whole(out / "summary.txt", f"{record['summary']}\n".encode())
    with drawn(result, out) as figures:
        if args.animation != "none":
            figures.save(f"gradient_flow.{args.animation}", partial(write_animation, result.flows))
        written = ", ".join([*figures.written, "results.json", "summary.txt"])
        print(f"{result.table()}\n\n{textwrap.fill(record['summary'], 96)}\n")
        print(f"written to {visible(out)}: {written}")


def _experiment(args: argparse.Namespace) -> Run[FlowResult]:
    """The one that the options ask for; raises for options that exclude each other."""
    from numpyrnn.experiments import flow

    options = {"steps": args.steps, "rows": args.rows, "seed": args.seed, "progress": True}
    if args.sequences is not None and not args.train:
        raise ValueError("sequences: expected --train as well, got it alone; add --train")
    if args.checkpoint is not None:
        for name in ("cells", "init", "train", "hidden"):
            if getattr(args, name):
                raise ValueError(
                    f"{name}: expected no such option with checkpoint=, whose model is measured as "
                    "it is; leave one of the two out"
                )
        return flow.measure_trained(args.checkpoint, data=args.data, **options)
    if args.train and args.data not in (None, "adding"):
        raise ValueError(
            f"data: expected adding with --train, got {args.data!r}; leave one of the two out"
        )
    for name in ("hidden", "sequences", *([] if args.train else ["data"])):
        if getattr(args, name) is not None:
            options[name] = getattr(args, name)
    return (flow.train if args.train else flow.measure)(args.cells, init=args.init, **options)
