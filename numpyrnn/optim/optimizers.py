"""Gradient descent, five ways: each writes its step into the parameters in place.

The equations, defaults and weight decay are those of PyTorch, step for step. In them p is a
parameter, g its gradient, η the learning rate, t the number of the step, from 1 on.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from numpyrnn.optim.base import Optimizer
from numpyrnn.validation import as_array, brief, check_flag, check_number


class SGD(Optimizer):
    """Downhill; with momentum μ, as a heavy ball that keeps rolling.

        m = μ m + g                  (1)
        p = p - η m                  (2)
        p = p - η (g + μ m)          (3)  Nesterov: look ahead along the momentum

    Without momentum p = p - η g, and there is no moment. Raises ValueError for options out of range
    and for nesterov without momentum. Source: Robbins & Monro 1951; Polyak 1964; Nesterov 1983, in
    the form of Sutskever et al. 2013.
    """

    def __init__(
        self,
        learning_rate: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ):
        self.momentum = check_number("momentum", momentum, minimum=0, below=1)
        self.nesterov = check_flag("nesterov", nesterov)
        if nesterov and not momentum:
            raise ValueError("nesterov: expected a momentum above 0 with it, got 0; try 0.9")
        super().__init__(learning_rate, weight_decay, ("m",) if momentum else ())

    def _update(self, p, g, rate, work, m=None):
        direction = g
        if m is not None:
            m *= self.momentum                                            # (1)
            m += g
            direction = m
        if self.nesterov:
            direction = np.multiply(m, self.momentum, out=work)           # (3)
            direction += g
        p -= np.multiply(direction, rate, out=work)                       # (2)


class Adagrad(Optimizer):
    """A learning rate for each element, smaller the larger its gradients have been.

        v = v + g²                   (1)
        p = p - η g / (√v + ε)       (2)

    Raises ValueError for options out of range. Source: Duchi et al. 2011.
    """

    def __init__(self, learning_rate: float = 0.01, eps: float = 1e-10, weight_decay: float = 0.0):
        self.eps = check_number("eps", eps, above=0)
        super().__init__(learning_rate, weight_decay, ("v",))

    def _update(self, p, g, rate, work, v):
        v += np.square(g, out=work)                                       # (1)
        _descend(p, rate, g, v, self.eps, work)                           # (2)


class RMSprop(Optimizer):
    """Adagrad that forgets: gradients are measured against their recent size.

        v = α v + (1 - α) g²         (1)
        p = p - η g / (√v + ε)       (2)

    With momentum μ the normalised gradient is accumulated first, m = μ m + g / (√v + ε), and
    p = p - η m (3). Raises ValueError for options out of range. Source: Tieleman & Hinton 2012.
    """

    def __init__(
        self,
        learning_rate: float = 0.01,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
    ):
        self.alpha = check_number("alpha", alpha, minimum=0, below=1)
        self.eps = check_number("eps", eps, above=0)
        self.momentum = check_number("momentum", momentum, minimum=0, below=1)
        super().__init__(learning_rate, weight_decay, ("v", "m") if momentum else ("v",))

    def _update(self, p, g, rate, work, v, m=None):
        _average(v, np.square(g, out=work), self.alpha, work)             # (1)
        if m is None:
            _descend(p, rate, g, v, self.eps, work)                       # (2)
        else:
            m *= self.momentum                                            # (3)
            _descend(m, -1.0, g, v, self.eps, work)
            p -= np.multiply(m, rate, out=work)


class Adam(Optimizer):
    """Momentum and RMSprop together, corrected for both having started from 0.

        m = β1 m + (1 - β1) g                              (1)
        v = β2 v + (1 - β2) g²                             (2)
        m̂ = m / (1 - β1^t),  v̂ = v / (1 - β2^t)            (3)
        p = p - η m̂ / (√v̂ + ε)                             (4)

    Raises ValueError for options out of range. Source: Kingma & Ba 2015.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ):
        if as_array("betas", betas).shape != (2,):
            raise ValueError(f"betas: expected two numbers, got {brief(betas)}; try (0.9, 0.999)")
        beta1, beta2 = (check_number("betas", beta, minimum=0, below=1) for beta in betas)
        self.betas = beta1, beta2
        self.eps = check_number("eps", eps, above=0)
        super().__init__(learning_rate, weight_decay, ("m", "v"))

    def _update(self, p, g, rate, work, m, v):
        beta1, beta2 = self.betas
        _average(m, g, beta1, work)                                       # (1)
        _average(v, np.square(g, out=work), beta2, work)                  # (2)
        c1, c2 = 1 - beta1**self.steps, math.sqrt(1 - beta2**self.steps)  # (3)
        _descend(p, rate * c2 / c1, m, v, self.eps * c2, work)            # (4), √v̂ = √v / c2


class AdamW(Adam):
    """Adam whose weight decay λ shrinks the parameters directly, p = (1 - η λ) p before the step.

    Adam's own would pass through the division by √v, and so decay least what moves most.
    Raises ValueError for options out of range. Source: Loshchilov & Hutter 2019.
    """

    decoupled = True

    def __init__(
        self,
        learning_rate: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ):
        super().__init__(learning_rate, betas, eps, weight_decay)


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    optimizer.__name__.lower(): optimizer for optimizer in (SGD, Adagrad, RMSprop, Adam, AdamW)
}


def _average(mean: np.ndarray, new: np.ndarray, keep: float, work: np.ndarray) -> None:
    """mean = keep · mean + (1 - keep) · new, in place; `new` may be `work`."""
    mean *= keep
    mean += np.multiply(new, 1 - keep, out=work)


def _descend(
    p: np.ndarray, rate: float, m: np.ndarray, v: np.ndarray, eps: float, work: np.ndarray
) -> None:
    """p = p - rate · m / (√v + eps), in place."""
    np.sqrt(v, out=work)
    work += eps
    np.divide(m, work, out=work)
    work *= rate
    p -= work
