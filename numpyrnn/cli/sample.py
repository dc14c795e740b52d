"""Let a language model trained by `numpyrnn lm` write.

The prompt is read first; then one character after the other is drawn, printed and read in turn.
The same seed gives the same text.
"""

from __future__ import annotations

import argparse
import sys
from itertools import islice
from pathlib import Path
from typing import Any

from numpyrnn.cli.hints import hint
from numpyrnn.cli.options import number, whole_number
from numpyrnn.cli.paths import path_name
from numpyrnn.models.language_model import continuation, language_model
from numpyrnn.tasks.characters import Alphabet
from numpyrnn.training import Checkpoint, load_checkpoint

EXAMPLES = """
numpyrnn sample
numpyrnn sample --prompt "The following" --temperature 0.5 --length 300
numpyrnn sample --model runs/gru --seed 7
"""
CHECKPOINT = "model.npz"
KIND = "language_model"  # what its metadata calls it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--model", type=path_name, default="runs/lm", metavar="PATH",
        help=f"a checkpoint, or a directory with {CHECKPOINT} in it (default: runs/lm)",
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
    parser.add_argument(
        "--seed", type=whole_number(0), default=0, metavar="N", help="seed (default: 0)"
    )


def run(args: argparse.Namespace) -> None:
    """Print the prompt and what the model makes of it."""
    found = open_language_model(args.model, "--model")
    alphabet = Alphabet(found.metadata["alphabet"])
    model = language_model(**found.metadata["model"])
    found.restore(model, best=True)
    try:
        prompt = alphabet.encode(args.prompt or opening(alphabet))
    except ValueError as error:
        raise ValueError(f"--prompt: {str(error).removeprefix('text: ')}") from error
    drawn = continuation(model, prompt, temperature=args.temperature, rng=args.seed)
    alive = sys.stdout.isatty()
    print(args.prompt, end="", flush=alive)
    for character in islice(drawn, args.length):
        print(alphabet.characters[character], end="", flush=alive)
    print()


def open_language_model(path: Any, option: str) -> Checkpoint:
    """The checkpoint at `path`, or in the directory `path`, if it is one of a language model."""
    path = Path(path)
    path = path / CHECKPOINT if path.is_dir() else path
    if not path.exists():
        raise FileNotFoundError(
            f"{option}: expected a checkpoint, but there is no {str(path)!r}; check the name, or "
            f"train a model with {hint('lm')}"
        )
    found = load_checkpoint(path)
    metadata = found.metadata if isinstance(found.metadata, dict) else {}
    if metadata.get("kind") == "classifier":
        raise ValueError(
            f"{option}: expected a language model, got a classifier in {str(path)!r}; "
            f"ask it with {hint('predict', '--model', path, 'a text')}"
        )
    if metadata.get("kind") != KIND or not found.best:
        raise ValueError(
            f"{option}: expected a checkpoint that numpyrnn lm wrote, got another in "
            f"{str(path)!r}; train a model with {hint('lm')}"
        )
    return found


def opening(alphabet: Alphabet) -> str:
    """What the model reads before a text without a prompt: the end of a paragraph, if it can."""
    return "\n\n" if "\n" in alphabet else alphabet.characters[0]
