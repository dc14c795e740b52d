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
import sys
import time
from pathlib import Path
from typing import Any

from numpyrnn import metrics, plots
from numpyrnn.cli.hints import hint
from numpyrnn.cli.options import number, one_of, positive_int, whole_number
from numpyrnn.cli.paths import check_output_directory, output_directory, path_name
from numpyrnn.cli.sample import CHECKPOINT, open_language_model
from numpyrnn.experiments.characters.training import (
    ANNEALED,
    DEFAULTS,
    FEWEST,
    MOST,
    STEPS,
    SUITED,
    Training,
    choose_options,
    read_corpus,
)
from numpyrnn.experiments.files import Figures, write_json
from numpyrnn.plots.style import check_drawing
from numpyrnn.text import shown

EXAMPLES = """
numpyrnn lm
numpyrnn lm --cell gru --hidden 128 --out runs/gru
numpyrnn lm --text book.txt --layers 2 --window 64 --out runs/book
numpyrnn lm --text book.txt --resume --epochs 20 --out runs/book
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""

    def add(option: str, kind: Any, metavar: str, told: str) -> None:
        default = DEFAULTS.get(option.replace("-", "_"))
        told += "" if default is None else f" (default: {default})"
        parser.add_argument(f"--{option}", type=kind, metavar=metavar, help=told)

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
    """Train, tell how it goes, and write the results."""
    began = time.perf_counter()
    path = Path(args.out) / CHECKPOINT
    check_output_directory(args.out)
    found = open_language_model(path, "--resume") if args.resume else None
    corpus = read_corpus(args.text, found)
    check_drawing()
    out = output_directory(args.out)
    options, epochs = choose_options(args, corpus, found)
    training = Training(path, corpus, options, found)
    print(describe(training, epochs))
    try:
        while (epoch := len(training.history) + 1) <= epochs:
            print(line(training.epoch(f"epoch {epoch}/{epochs}"), training))
            if epoch == epochs or epoch & (epoch - 1) == 0:  # 1, 2, 4, 8 ... and the last
                print(indented(training.sample(args.temperature, rng=[options["seed"], epoch])))
    except KeyboardInterrupt:
        if done := len(training.history):
            where = f"epoch {done} is in {shown(path)}"
            print(f"\n{where}; --resume continues from it", file=sys.stderr)
        raise
    results = summary(training, args.temperature)
    results["seconds"] = time.perf_counter() - began
    figures = write(results, training, out)
    print(finish(results, out, figures))
    figures.check()


def describe(training: Training, epochs: int) -> str:
    """What is about to happen, and the heads of the columns that `line` fills."""
    corpus, options, done = training.corpus, training.options, len(training.history)
    rate = options["learning_rate"]
    resumed = f"; {done} of them are done, in {shown(training.path)}" if done else ""
    return (
        f"text      {corpus.name}: {corpus.size:,} characters, {len(corpus.alphabet)} different "
        f"ones; the last {len(corpus.validation):,} are held out\n"
        f"baseline  {corpus.order}-gram, interpolated Kneser-Ney: {corpus.baseline:.3f} bits per "
        "character on them\n"
        f"model     {options['cell'].upper()}, {options['layers']} x {options['hidden']} units, "
        f"{training.model.parameter_count:,} parameters\n"
        f"training  {epochs} epochs of {training.steps:,} steps, each of {options['batch_size']} x "
        f"{options['window']} characters{resumed}\n"
        f"          Adam, learning rate {rate:g} falling to {rate * ANNEALED:g}, dropout "
        f"{options['dropout']:g}, seed {options['seed']}\n\n"
        "       ----- bits per character -----\n"
        "epoch  training  validation  baseline  clipped  characters/s  seconds"
    )


def line(record: dict[str, Any], training: Training) -> str:
    """An epoch in numbers."""
    bits, validation = (metrics.bits_per_character(record[k]) for k in ("loss", "validation_loss"))
    speed = training.x.size / record["seconds"]
    return (
        f"{record['epoch']:5}  {bits:8.3f}  {validation:10.3f}  {training.corpus.baseline:8.3f}  "
        f"{record['clipped']:7.1%}  {speed:12,.0f}  {record['seconds']:7.1f}"
    )


def indented(text: str) -> str:
    """A sample as it may stand between the lines: nothing in it that a terminal would obey."""
    lines = text.strip("\n").split("\n")
    return "\n".join("    | " + "".join(c if c.isprintable() else " " for c in x) for x in lines)


def summary(training: Training, temperature: float) -> dict[str, Any]:
    """results.json: the best epoch beside the baseline, and all that it takes to run it again."""
    corpus, history, options = training.corpus, training.history, training.options
    best = training.take_best()
    loss = history["validation_loss"][best - 1]
    return {
        "text": corpus.name,
        "characters": corpus.size,
        "validation_characters": len(corpus.validation),
        "alphabet_size": len(corpus.alphabet),
        "bits_per_char": metrics.bits_per_character(loss),
        "baseline_bits_per_char": corpus.baseline,
        "baseline": f"{corpus.order}-gram, interpolated Kneser-Ney",
        "perplexity": metrics.perplexity(loss),
        "epochs": len(history),
        "best_epoch": best,
        "weights": f"epoch {best}, the best on the validation text",
        "parameters": training.model.parameter_count,
        "seed": options["seed"],
        "options": options,
        "temperature": temperature,
        "sample": training.sample(temperature, rng=options["seed"]),
        "training_seconds": sum(history["seconds"]),
        "history": [
            {
                **record,
                "bits_per_char": metrics.bits_per_character(record["loss"]),
                "validation_bits_per_char": metrics.bits_per_character(record["validation_loss"]),
            }
            for record in history.records
        ],
    }


def write(results: dict[str, Any], training: Training, out: Path) -> Figures:
    """results.json and the figure, each whole or not at all."""
    write_json(out / "results.json", results, indent=2)
    figures, corpus = Figures(out), training.corpus
    figures.draw(
        "learning_curve", plots.bits_per_character, training.history, corpus.baseline,
        order=corpus.order,
    )
    return figures


def finish(results: dict[str, Any], out: Path, figures: Figures) -> str:
    """How it ended, where everything is, and what to do with it."""
    bits, baseline = results["bits_per_char"], results["baseline_bits_per_char"]
    return (
        f"\n{bits:.3f} bits per character on the validation text after epoch "
        f"{results['best_epoch']}, the best one (perplexity {results['perplexity']:.2f}):\n"
        f"{abs(baseline - bits):.3f} {'below' if bits < baseline else 'above'} the baseline; "
        f"{results['seconds']:.0f} s\n\n"
        f"written to {shown(out)}: {', '.join(['results.json', *figures.written, CHECKPOINT])}\n"
        f"try: {hint('sample', '--model', out, '--temperature', '0.5')}"
    )
