"""Train a character language model on a text, beside the 5-gram that it has to beat.

The text is Python's own reference manual (nothing is downloaded) or any UTF-8 file; its last tenth
is held out for validation. The network reads the rest as parallel streams, window by window
(truncated backpropagation through time): its state is carried from window to window, the gradient
is not. The score is validation bits per character, the baseline an interpolated Kneser-Ney 5-gram
on the same split.

After every epoch a checkpoint is written, from which --resume continues bit for bit. At the end OUT
holds results.json, learning_curve.png and model.npz, which `numpyrnn sample` reads.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from numpyrnn.cli.hints import hint
from numpyrnn.cli.options import number, one_of, positive_int, whole_number
from numpyrnn.cli.paths import check_output_directory, path_name
from numpyrnn.cli.saving import drawn, saying_what_is_saved
from numpyrnn.text import visible

EXAMPLES = """
numpyrnn lm
numpyrnn lm --cell gru --hidden 128 --out runs/gru
numpyrnn lm --text book.txt --layers 2 --window 64 --out runs/book
numpyrnn lm --text book.txt --resume --epochs 20 --out runs/book
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    from numpyrnn.experiments.characters.options import DEFAULTS, FEWEST, MOST, STEPS, SUITED
    from numpyrnn.experiments.characters.report import ANNEALED

    def add(option: str, kind: Any, metavar: str, description: str) -> None:
        default = DEFAULTS.get(option.replace("-", "_"))
        description += "" if default is None else f" (default: {default})"
        parser.add_argument(f"--{option}", type=kind, metavar=metavar, help=description)

    def suited(option: str) -> str:
        return ", ".join(f"{cell} {options[option]}" for cell, options in SUITED.items())

    add("text", path_name, "FILE", "a UTF-8 text (default: Python's reference manual)")
    add("cell", one_of(*SUITED), "NAME", "rnn, gru or lstm")
    add("layers", positive_int, "N", "recurrent layers on top of each other")
    add("hidden", positive_int, "N", "units in each layer")
    add("embedding", positive_int, "N", "numbers that stand for a character")
    add("dropout", number(minimum=0, below=1), "P",
        f"share dropped between layers and after them (default: {suited('dropout')})")
    add("window", positive_int, "N", "characters that a gradient flows back through")
    add("batch-size", positive_int, "N", "streams that are read side by side")
    add("epochs", positive_int, "N", "epochs, counted from the very beginning (default: as many as "
        f"make {STEPS:,} steps, from {FEWEST} to {MOST})")
    add("learning-rate", number(above=0), "RATE",
        f"of Adam, to begin with (default: {suited('learning_rate')})")
    add("anneal", positive_int, "N", "epochs in which the learning rate falls along a cosine to "
        f"{ANNEALED:g} of itself; then it stays (default: the default number of epochs)")
    add("clip", number(above=0), "NORM", "largest global norm of a gradient")
    add("seed", whole_number(0), "N", "of the weights, dropout and samples")
    parser.add_argument(
        "--temperature", type=number(minimum=0), default=0.8, metavar="X",
        help="of the samples shown: below 1 bolder, above 1 more varied (default: 0.8)",
    )
    parser.add_argument(
        "--resume", action="store_true",
        help="continue the run in OUT, with its options and on the same text; without this, a run "
        "begins anew and replaces the one in OUT",
    )
    parser.add_argument(
        "--out", type=path_name, default="runs/lm", metavar="DIR",
        help="where results go (default: runs/lm)",
    )


def run(args: argparse.Namespace) -> None:
    """Train, print a line for each epoch, and write the results."""
    from numpyrnn.experiments.characters import train
    from numpyrnn.experiments.characters.report import HEAD, line
    from numpyrnn.experiments.trained.opening import CHECKPOINT
    from numpyrnn.plots.style import check_drawing

    check_output_directory(args.out)
    options = {name: value for name, value in vars(args).items() if name != "debug"}
    run = train(**options, progress=True)
    check_drawing()
    out, done = Path(args.out), 0
    with saying_what_is_saved(
        out, lambda: f"{CHECKPOINT} of epoch {done}; --resume continues from it" if done else ""
    ):
        for record in run:
            if record["event"] == "start":
                print(f"{record['description']}\n\n{HEAD}")
            elif record["event"] == "epoch":
                done = record["epoch"]
                print(line(record))
            elif record["event"] == "sample":
                print(indented(record["text"]))
    result = run.result
    with drawn(result, out) as figures:
        files = ", ".join(["results.json", *figures.written, CHECKPOINT])
        print(f"\n{result.verdict()}\n\nwritten to {visible(out)}: {files}")
        print(f"try: {hint('sample', '--model', out, '--temperature', '0.5')}")


def indented(text: str) -> str:
    """A sample as it may stand between the lines: nothing in it that a terminal would obey."""
    lines = text.strip("\n").split("\n")
    return "\n".join("    | " + "".join(c if c.isprintable() else " " for c in x) for x in lines)
