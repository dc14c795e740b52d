"""What the two PyTorch programs share: numpyrnn's initial distribution, schedule and figures."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR

CELLS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


def add_arguments(parser: argparse.ArgumentParser, out: str) -> None:
    """The options of both programs, named as those of numpyrnn."""
    parser.add_argument("--epochs", type=int, metavar="N", help="passes over the data")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="(default: 0)")
    parser.add_argument("--threads", type=int, metavar="N", help="(default: what PyTorch takes)")
    parser.add_argument("--out", default=out, metavar="DIR", help=f"(default: {out})")


def prepare(args: argparse.Namespace) -> Path:
    """Set threads and seed; the output directory."""
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    return out


@torch.no_grad()
def begin_like_numpyrnn(model: nn.Module) -> None:
    """Glorot and orthogonal blocks, one a gate; biases 0, a forget gate's 1; small embeddings."""
    for module in model.modules():
        if isinstance(module, nn.Embedding):
            module.weight.normal_(std=0.1)
            if module.padding_idx is not None:
                module.weight[module.padding_idx] = 0
        elif isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
        elif isinstance(module, nn.RNNBase):
            for name, p in module.named_parameters():
                for gate, block in zip("ifgo", p.split(module.hidden_size), strict=False):
                    if name.startswith("weight_ih"):
                        nn.init.xavier_uniform_(block)
                    elif name.startswith("weight_hh"):
                        nn.init.orthogonal_(block)
                    else:
                        forget = isinstance(module, nn.LSTM) and gate == "f"
                        block.fill_(1.0 if forget and name.startswith("bias_ih") else 0.0)


def parameter_count(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def cosine(optimizer: torch.optim.Optimizer, steps: int, last: float) -> LambdaLR:
    """A learning rate that falls along a cosine to `last` of itself in so many steps."""

    def share(step: int) -> float:
        wave = (1 + math.cos(math.pi * min(1.0, step / steps))) / 2
        return last + (1 - last) * wave

    return LambdaLR(optimizer, share)


def save_figure(figure: Any, path: Path) -> None:
    figure.savefig(path, format="png", metadata={"Software": None})
