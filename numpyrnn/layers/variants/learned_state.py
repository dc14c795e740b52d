"""An initial state that is learned."""

from __future__ import annotations

from typing import Any

import numpy as np

from numpyrnn.initializers import Initializer, initialize
from numpyrnn.layers.recurrent import Recurrent
from numpyrnn.layers.variants.wrapper import Wrapper
from numpyrnn.validation import RandomSource, check_rng, check_size


class LearnedState(Wrapper):
    """`LearnedState(LSTM(8, 16))`: sequences begin with parameters h0 (and c0) instead of zeros.

    h0, c0 (H,), drawn by `init`, come first in `params`; the rest is the layer's own, and it runs
    on the layer's own engine. Where no state is given, every sequence begins with them and their
    gradient is the sum over the batch. Where one is given, that is the beginning, and h0 and c0 get
    gradient 0: truncated_bptt, which always gives one, begins with them (`zero_state` returns
    them) but does not train them. Raises TypeError for what is no recurrent layer or has such a
    state already. Source: Hinton's lecture notes on recurrent networks, 2012.
    """

    def __init__(
        self,
        layer: Recurrent,
        *,
        init: str | float | Initializer = "zeros",
        rng: RandomSource = None,
    ):
        if isinstance(layer, LearnedState):
            raise TypeError(
                "LearnedState: expected a layer without one, got LearnedState; once is enough"
            )
        super().__init__(layer)
        rng = check_rng(rng)
        for part in self.state_type._fields:
            column = initialize("init", init, (self.hidden_size, 1), rng)
            self._params[f"{part}0"] = column[:, 0].astype(self.dtype)

    def zero_state(self, batch: int) -> Any:
        """The learned state (B, H) with which a sequence begins, in place of zeros."""
        rows = check_size("batch", batch)
        return self.state_type(*(np.tile(p, (rows, 1)) for p in self._params.values()))

    def backward(self, dh: np.ndarray, dstate: Any = None) -> tuple[np.ndarray, Any]:
        """As the layer inside, and the gradients of h0 and c0."""
        before: Any
        dx, before = super().backward(dh, dstate)
        shares = (part.sum(axis=0) if self._own_beginning else 0 * part[0] for part in before)
        self._grads = dict(zip(self._params, shares, strict=True)) | self._grads
        return dx, before

    def _add_to_initial(self, dh: np.ndarray) -> None:
        if self._own_beginning:
            self._grads["h0"] = self._grads["h0"] + dh.sum(axis=0)
