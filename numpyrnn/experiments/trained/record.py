"""What every trained model from a checkpoint has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from numpyrnn.training import Checkpoint


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A model and the checkpoint that it was read from; None for a model that is not trained yet.

    `kind` is what the checkpoint's metadata call it. A subclass adds what the model needs to read
    and to answer.
    """

    kind: ClassVar[str]
    model: Any
    checkpoint: Checkpoint | None = None

    @property
    def metadata(self) -> dict[str, Any]:
        """What the checkpoint says about the model."""
        return {} if self.checkpoint is None else self.checkpoint.metadata
