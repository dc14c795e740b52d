"""Let a language model trained by `numpyrnn lm` write.

The prompt is read first; then one character after the other is drawn, printed and read in turn.
The same seed gives the same text.
"""

from __future__ import annotations

import argparse
import sys
from itertools import islice

from numpyrnn.cli.options import add_seed, number, whole_number
from numpyrnn.cli.paths import path_name

EXAMPLES = """
numpyrnn sample
numpyrnn sample --prompt "The following" --temperature 0.5 --length 300
numpyrnn sample --model runs/gru --seed 7
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--model", type=path_name, default="runs/lm", metavar="PATH",
        help="a checkpoint, or a directory with model.npz in it (default: runs/lm)",
    )
    parser.add_argument(
        "--prompt", default="", metavar="TEXT",
        help="how the text begins (default: as a paragraph begins)",
    )
    parser.add_argument(
        "--length", type=whole_number(0), default=500, metavar="N",
        help="how many characters to draw (default: 500)",
    )
    parser.add_argument(
        "--temperature", type=number(minimum=0), default=0.8, metavar="X",
        help="below 1 bolder, above 1 more varied; 0 always takes the most probable character, "
        "which soon goes round in circles (default: 0.8)",
    )
    add_seed(parser, "seed")


def run(args: argparse.Namespace) -> None:
    """Print the prompt and how the model goes on."""
    from numpyrnn.experiments.trained import open_trained

    model = open_trained(args.model, ("language_model",))
    characters = model.write(args.prompt, temperature=args.temperature, rng=args.seed)
    at_once = sys.stdout.isatty()
    print(args.prompt, end="", flush=at_once)
    for character in islice(characters, args.length):
        print(character, end="", flush=at_once)
    print()
