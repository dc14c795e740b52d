"""The job of `numpyrnn compare` on its grammar, written plainly in PyTorch.

Same sentences, vocabulary, padded and bucketed batches, models, dropout, Adam, schedule, clipping,
evaluation, checkpoints and figures; padding is left out with packed sequences. The numbers come
from another random generator, so the scores are alike and not equal. PyTorch's GRU has its reset
gate behind the product, and every PyTorch gate has two biases.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
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
from torch.nn.utils.rnn import pack_padded_sequence

from numpyrnn import plots
from numpyrnn.cli.compare import MODELS
from numpyrnn.experiments.sentiment.data import LabelledTexts, load
from numpyrnn.experiments.sentiment.report import LAST_RATE
from numpyrnn.experiments.sentiment.run import MAX_NORM
from numpyrnn.experiments.sentiment.settings import Settings, settings_for
from numpyrnn.metrics import accuracy, confusion_matrix, precision_recall_f1
from numpyrnn.tasks.text import Vocabulary
from numpyrnn.training import batches

EXAMPLES = """examples:
  compare_in_pytorch.py --epochs 1 --texts 500
  compare_in_pytorch.py --models gru,lstm --threads 2
"""
PADDING = Vocabulary.padding_id


class BagOfWords(nn.Module):
    """The sum of a row's words, each a vector of as many numbers as there are classes."""

    def __init__(self, words: int, classes: int):
        super().__init__()
        self.words = nn.EmbeddingBag(words, classes, mode="sum", padding_idx=PADDING)
        nn.init.zeros_(self.words.weight)
        self.bias = nn.Parameter(torch.zeros(classes))

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        return self.words(ids) + self.bias


class Classifier(nn.Module):
    """Word vectors, a recurrent layer, and a dense layer on its last state (or both last ones)."""

    def __init__(self, kind: str, words: int, classes: int, preset: Settings):
        super().__init__()
        both = kind == "bilstm"
        self.embedding = nn.Embedding(words, preset.embedding, padding_idx=PADDING)
        self.rnn = CELLS["lstm" if both else kind](
            preset.embedding, preset.hidden, batch_first=True, bidirectional=both
        )
        self.dropout = nn.Dropout(preset.dropout)
        self.head = nn.Linear((1 + both) * preset.hidden, classes)
        begin_like_numpyrnn(self)

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        x = self.dropout(self.embedding(ids))
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        _, final = self.rnn(packed)
        h = final[0] if isinstance(final, tuple) else final                 # (directions, B, H)
        return self.head(self.dropout(h.transpose(0, 1).flatten(1)))


def tensors(sequences: Any, targets: np.ndarray, batch_size: int, rng: Any = None) -> Any:
    """numpyrnn's batches of an epoch, as tensors that share their memory."""
    for batch in batches(sequences, targets, batch_size, rng=rng):
        yield tuple(map(torch.from_numpy, (batch.x, batch.lengths, batch.targets)))


def train_epoch(model, data, optimizer, schedule, clip) -> dict[str, float]:
    model.train()
    total, right, count = 0.0, 0, 0
    for ids, lengths, targets in data:
        logits = model(ids, lengths)
        loss = cross_entropy(logits, targets)
        optimizer.zero_grad()
        loss.backward()
        if clip is not None:
            nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        schedule.step()
        total += loss.item() * len(targets)
        right += (logits.argmax(1) == targets).sum().item()
        count += len(targets)
    return {"loss": total / count, "metric": right / count}


@torch.no_grad()
def evaluate(model, data) -> tuple[float, np.ndarray, np.ndarray]:
    """The mean loss, and for each text the class predicted and the right one."""
    model.eval()
    total, predicted, expected = 0.0, [], []
    for ids, lengths, targets in data:
        logits = model(ids, lengths)
        total += cross_entropy(logits, targets, reduction="sum").item()
        predicted.append(logits.argmax(1).numpy())
        expected.append(targets.numpy())
    predicted, expected = np.concatenate(predicted), np.concatenate(expected)
    return total / len(expected), predicted, expected


def train(model: nn.Module, clip: float | None, parts: Any, preset: Settings, seed: int) -> Any:
    """Train, and go back to the epoch with the lowest validation loss; the history."""
    learned, held_out = parts
    optimizer = torch.optim.Adam(model.parameters(), lr=preset.learning_rate)
    steps = preset.epochs * math.ceil(len(learned[1]) / preset.batch_size)
    schedule = cosine(optimizer, steps, LAST_RATE)
    rng, history, best = np.random.default_rng(seed), [], {}
    for epoch in range(1, preset.epochs + 1):
        start = time.perf_counter()
        read = tensors(*learned, preset.batch_size, rng)
        record = train_epoch(model, read, optimizer, schedule, clip)
        record["seconds"] = time.perf_counter() - start
        batches = tensors(*held_out, 32, np.random.default_rng(0))
        loss, predicted, expected = evaluate(model, batches)
        metric = accuracy(predicted, expected)
        record |= dict(epoch=epoch, validation_loss=loss, validation_metric=metric)
        if not history or loss < min(other["validation_loss"] for other in history):
            best = copy.deepcopy(model.state_dict())
        history.append(record)
        print(
            f"  epoch {epoch:2}/{preset.epochs}   loss {record['loss']:.4f}  accuracy "
            f"{record['metric']:.4f}   validation loss {loss:.4f}  accuracy "
            f"{record['validation_metric']:.4f}   {record['seconds']:5.1f} s"
        )
    model.load_state_dict(best)
    return history


def run(args: argparse.Namespace) -> None:
    began, out = time.perf_counter(), prepare(args)
    data = load("grammar", "grammar", args.seed, args.texts)
    preset = settings_for("grammar", epochs=args.epochs)
    vocabulary = Vocabulary(data.train.words, max_size=preset.vocabulary)
    learned, held_out, tested = (
        ([vocabulary.encode(words) for words in part.words], part.targets)
        for part in (data.train, data.validation, data.test)
    )
    results: dict[str, Any] = {"models": {}, "data": {"majority": data.majority()}}
    for kind in args.models:
        sizes = len(vocabulary), len(data.labels)
        bag = kind == "bow"
        model = BagOfWords(*sizes) if bag else Classifier(kind, *sizes, preset)
        print(f"\n{kind}: {parameter_count(model):,} parameters")
        clip = None if bag else MAX_NORM
        history = train(model, clip, (learned, held_out), preset, args.seed)
        _, predicted, expected = evaluate(model, tensors(*tested, 64))
        results["models"][kind] = {
            "parameters": parameter_count(model),
            "accuracy": accuracy(predicted, expected),
            **precision_recall_f1(
                predicted, expected, average="binary", classes=sizes[1]
            )._asdict(),
            "seconds": sum(record["seconds"] for record in history),
            "epochs": len(history),
            "confusion": confusion_matrix(predicted, expected, sizes[1]).tolist(),
            "history": history,
        }
        saved = {"model": model.state_dict(), "history": history, "words": vocabulary.to_list()}
        torch.save(saved, out / f"{kind}.pt")
        (out / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    for name, figure in figures(results, data).items():
        save_figure(figure, out / f"{name}.png")
    for kind, model in results["models"].items():
        print(f"{kind:8} accuracy {model['accuracy']:.3f}  F1 {model['f1']:.3f}")
    print(f"written to {out}; {time.perf_counter() - began:.1f} s")


def figures(results: dict[str, Any], data: LabelledTexts) -> dict[str, Any]:
    """The three figures that numpyrnn draws."""
    models = results["models"]
    histories, counts = (
        {name: model[what] for name, model in models.items()} for what in ("history", "confusion")
    )
    return {
        "model_comparison": plots.model_comparison(results),
        "learning_curves": plots.learning_curves(histories),
        "confusion": plots.confusion(counts, data.labels),
    }


def names(text: str) -> list[str]:
    chosen = text.split(",")
    if unknown := [name for name in chosen if name not in MODELS]:
        raise argparse.ArgumentTypeError(f"expected some of {', '.join(MODELS)}, got {unknown[0]}")
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--models", type=names, default=list(MODELS), metavar="NAMES",
        help=f"some of {', '.join(MODELS)}, with commas between (default: all)",
    )
    parser.add_argument("--texts", type=int, metavar="N", help="training texts at most")
    add_arguments(parser, "runs/compare_in_pytorch")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
