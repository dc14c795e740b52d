"""The step from numbers to numbers of mean 0 and variance 1 that layer normalisation takes."""

from __future__ import annotations

import numpy as np

EPSILON = 1e-5  # added to the variance, so that equal numbers do not divide by zero


def normalise(a, epsilon=EPSILON):
    """N(a) = (a - μ) / √(σ² + ε), with mean μ and variance σ² over all axes but the last.

    The last axis runs over sequences: each is normalised by itself. Source: Ba et al. 2016.
    """
    centred, deviation = _parts(a, epsilon)
    return centred / deviation


def normalise_back(dn, a, epsilon=EPSILON):
    """∂L/∂a from ∂L/∂N(a): what moves the mean or stretches the whole has no effect."""
    centred, deviation = _parts(a, epsilon)
    n = centred / deviation
    return (dn - _mean(dn) - n * _mean(dn * n)) / deviation


def _parts(a, epsilon):
    centred = a - _mean(a)
    return centred, np.sqrt(_mean(centred**2) + epsilon)


def _mean(a):
    return a.mean(axis=tuple(range(a.ndim - 1)), keepdims=True)
