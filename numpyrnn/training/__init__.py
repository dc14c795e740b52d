"""Training: batches, the loop, truncated backpropagation through time, checkpoints, history."""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.training.batches import Batch, batches
from numpyrnn.training.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from numpyrnn.training.epoch import Diverged
from numpyrnn.training.history import History
from numpyrnn.training.loop import fit
from numpyrnn.training.pairs import pair_batches
from numpyrnn.training.steps import Step, evaluate, train_step
from numpyrnn.training.truncated import Chunk, pack_memory, truncated_bptt, unpack_memory

__all__ = [
    "Batch",
    "Checkpoint",
    "Chunk",
    "Diverged",
    "History",
    "Step",
    "batches",
    "evaluate",
    "fit",
    "load_checkpoint",
    "pack_memory",
    "pair_batches",
    "save_checkpoint",
    "train_step",
    "truncated_bptt",
    "unpack_memory",
]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__)
