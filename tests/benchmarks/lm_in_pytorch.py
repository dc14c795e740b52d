"""The job of `numpyrnn lm`, written plainly in PyTorch.

Same text, split, alphabet, streams, windows, model, dropout, Adam, schedule, clipping, validation,
samples, checkpoints and figure; the numbers come from another random generator, so the scores are
alike and not equal. Two things differ. The 5-gram baseline is left out. PyTorch's GRU has its
reset gate behind the product (one product a step instead of two), and every PyTorch gate has two
biases.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from shared import (
    CELLS,
    add_arguments,
    begin_like_numpyrnn,
    cosine,
    parameter_count,
    prepare,
    save_figure,
)
from torch import nn
from torch.nn.functional import cross_entropy

from numpyrnn import plots
from numpyrnn.experiments.characters.options import DEFAULTS, FEWEST, MOST, STEPS, SUITED
from numpyrnn.experiments.characters.report import ANNEALED
from numpyrnn.experiments.characters.training import SAMPLE
from numpyrnn.experiments.trained.language_model import opening
from numpyrnn.metrics import bits_per_character
from numpyrnn.models.language_model import PIECE, ROWS, WARM_UP
from numpyrnn.tasks.characters import Alphabet, read_text, reference_text, split_text, streams

EXAMPLES = """examples:
  lm_in_pytorch.py --epochs 1
  lm_in_pytorch.py --cell gru --text book.txt --threads 2
"""
TEMPERATURE = 0.8


class LanguageModel(nn.Module):
    """Time first, as nn.LSTM has it by default: ids (T, B) → logits (T, B, V)."""

    def __init__(self, characters: int, options: dict[str, Any]):
        super().__init__()
        layers, dropout = options["layers"], options["dropout"]
        self.embedding = nn.Embedding(characters, options["embedding"])
        self.rnn = CELLS[options["cell"]](
            options["embedding"], options["hidden"], layers, dropout=dropout if layers > 1 else 0.0
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(options["hidden"], characters)
        begin_like_numpyrnn(self)

    def forward(self, ids: torch.Tensor, state: Any = None) -> tuple[torch.Tensor, Any]:
        h, state = self.rnn(self.embedding(ids), state)
        return self.head(self.dropout(h)), state


def each(state: Any, change: Any) -> Any:
    """`change` of the hidden state, or of both states of an LSTM."""
    return tuple(map(change, state)) if isinstance(state, tuple) else change(state)


def next_row(state: torch.Tensor) -> torch.Tensor:
    """The text of a row goes on in the next row; the first row begins with zeros."""
    return torch.cat([torch.zeros_like(state[:, :1]), state[:, :-1]], dim=1)


def train_epoch(model, x, targets, state, optimizer, schedule, options) -> tuple[float, Any]:
    """One pass over the streams (T, B), window by window: the mean loss, and the last state."""
    model.train()
    total = 0.0
    for start in range(0, len(x), options["window"]):
        piece = slice(start, start + options["window"])
        logits, state = model(x[piece], state)
        loss = cross_entropy(logits.flatten(0, 1), targets[piece].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), options["clip"])
        optimizer.step()
        schedule.step()
        state = each(state, torch.Tensor.detach)
        total += loss.item() * len(x[piece])
    return total / len(x), state


@torch.no_grad()
def validation_cross_entropy(model: LanguageModel, ids: np.ndarray, context: np.ndarray) -> float:
    """The mean of -log p on the validation text, read as numpyrnn's function
    `cross_entropy_per_character` reads it."""
    model.eval()
    before = min(len(context), WARM_UP)
    whole = np.concatenate([context[-before:], ids])
    length = -(-len(ids) // max(1, min(ROWS, len(ids) // before)))
    nominal = np.arange(0, len(ids), length)
    starts = np.minimum(nominal, len(ids) - length)
    places = starts + np.arange(before + length - 1)[:, None]               # (T, rows)
    x, targets = torch.from_numpy(whole[places]), torch.from_numpy(whole[places + 1])
    counts = np.arange(len(places))[:, None] >= before - 1 + nominal - starts
    counts, total, state = torch.from_numpy(counts), 0.0, None
    for start in range(0, len(x), PIECE):
        piece = slice(start, start + PIECE)
        logits, state = model(x[piece], state)
        losses = cross_entropy(logits.flatten(0, 1), targets[piece].flatten(), reduction="none")
        total += losses[counts[piece].flatten()].sum(dtype=torch.float64).item()
    return total / len(ids)


@torch.no_grad()
def sample(model: LanguageModel, alphabet: Alphabet) -> str:
    model.eval()
    ids, state, drawn = torch.from_numpy(alphabet.encode(opening(alphabet)))[:, None], None, []
    for _ in range(SAMPLE):
        logits, state = model(ids, state)
        ids = torch.multinomial(torch.softmax(logits[-1] / TEMPERATURE, -1), 1)
        drawn.append(ids.item())
    return alphabet.decode(drawn)


def choose_options(args: argparse.Namespace, characters: int) -> tuple[dict[str, Any], int]:
    """numpyrnn's own defaults, what was given, and the number of epochs."""
    chosen = {name: value for name, value in vars(args).items() if value is not None}
    chosen = {name: value for name, value in chosen.items() if name in DEFAULTS}
    options = DEFAULTS | SUITED[chosen.get("cell", DEFAULTS["cell"])] | chosen
    steps = characters / options["batch_size"] / options["window"]
    usual = min(max(round(STEPS / steps), FEWEST), MOST)
    return options | {"anneal": usual}, args.epochs or usual


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--text", metavar="FILE", help="(default: Python's reference manual)")
    parser.add_argument("--cell", choices=SUITED, help=f"(default: {DEFAULTS['cell']})")
    for name in ("layers", "hidden", "embedding", "window", "batch-size"):
        default = DEFAULTS[name.replace("-", "_")]
        parser.add_argument(f"--{name}", type=int, metavar="N", help=f"(default: {default})")
    add_arguments(parser, "runs/lm_in_pytorch")
    run(parser.parse_args())


def run(args: argparse.Namespace) -> None:
    began, out = time.perf_counter(), prepare(args)
    text = read_text(args.text) if args.text else reference_text()
    alphabet = Alphabet(text)
    train, validation = map(alphabet.encode, split_text(text))
    options, epochs = choose_options(args, len(train))
    x, targets = (
        torch.from_numpy(rows.T.copy()) for rows in streams(train, options["batch_size"])
    )
    model = LanguageModel(len(alphabet), options)
    optimizer = torch.optim.Adam(model.parameters(), lr=options["learning_rate"])
    steps = -(-len(x) // options["window"])
    schedule = cosine(optimizer, options["anneal"] * steps, ANNEALED)
    print(
        f"{options['cell'].upper()}, {options['layers']} x {options['hidden']} units, "
        f"{parameter_count(model):,} parameters; {epochs} epochs of {steps:,} steps, each of "
        f"{options['batch_size']} x {options['window']} characters; "
        f"{torch.get_num_threads()} threads\n"
        "epoch  training  validation  characters/s  seconds"
    )
    history: list[dict[str, Any]] = []
    state, best = None, {}
    for epoch in range(1, epochs + 1):
        start = time.perf_counter()
        loss, state = train_epoch(model, x, targets, state, optimizer, schedule, options)
        state = each(state, next_row)
        seconds = time.perf_counter() - start
        validation_loss = validation_cross_entropy(model, validation, train)
        if not history or validation_loss < min(r["validation_loss"] for r in history):
            best = {name: p.clone() for name, p in model.state_dict().items()}
        history.append(
            dict(epoch=epoch, loss=loss, validation_loss=validation_loss, seconds=seconds)
        )
        torch.save(
            {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "best": best,
             "state": state, "rng": torch.get_rng_state(), "history": history,
             "options": options, "alphabet": alphabet.characters},
            out / "model.pt",
        )
        bits, speed = bits_per_character(loss), x.numel() / seconds
        validation_bits = bits_per_character(validation_loss)
        print(f"{epoch:5}  {bits:8.3f}  {validation_bits:10.3f}  {speed:12,.0f}  {seconds:7.1f}")
        if epoch == epochs or epoch & (epoch - 1) == 0:
            print("    | " + sample(model, alphabet).replace("\n", "\n    | "))
    model.load_state_dict(best)
    write(out, began, history, options, sample(model, alphabet))


def write(
    out: Path, began: float, history: list[dict[str, Any]], options: dict[str, Any], sample: str
) -> None:
    """results.json and the figure, as numpyrnn writes them."""
    save_figure(plots.bits_per_character(history), out / "learning_curve.png")
    bits = bits_per_character(min(record["validation_loss"] for record in history))
    results = {
        "bits_per_char": bits,
        "epochs": len(history),
        "options": options,
        "sample": sample,
        "training_seconds": sum(record["seconds"] for record in history),
        "seconds": time.perf_counter() - began,
        "history": history,
    }
    (out / "results.json").write_text(json.dumps(results, indent=2), encoding="utf-8")
    print(f"{bits:.3f} bits per character on the validation text; written to {out}")


if __name__ == "__main__":
    main()
