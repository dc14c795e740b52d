"""Products of step Jacobians: what a gradient meets on its way over many steps."""

from __future__ import annotations

from functools import reduce
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from numpyrnn.seeing.gradients.jacobians import StepJacobians
from numpyrnn.seeing.gradients.watching import norms
from numpyrnn.validation import NotFiniteError, check_size


class Product(NamedTuple):
    """∂(state after `stop` steps)/∂(state after `start` steps) of every row, and its spectrum.

    matrix            (B, S, S) J_stop … J_{start+1}, float64
    singular_values   (B, S) largest first: how much a gradient can grow or shrink on the way. Those
                      below about 1e-16 of the largest are rounding
    eigenvalues       (B, S) complex
    steps             (B,) how many Jacobians were multiplied
    """

    matrix: np.ndarray
    singular_values: np.ndarray
    eigenvalues: np.ndarray
    steps: np.ndarray

    @property
    def stretch(self) -> np.ndarray:
        """(B,) ‖matrix‖_F / √S: the root mean square over all directions of what is left of one."""
        rows, size, _ = self.matrix.shape
        return norms(self.matrix.reshape(rows, -1)) / np.sqrt(size)


def jacobian_product(
    jacobians: StepJacobians, start: int = 0, stop: int | None = None
) -> Product:
    """The product of the Jacobians between two steps, and its spectrum.

    Steps are counted as the layer reads them: `start` of them have been read (0: the initial
    state), and the product leads to the state after `stop` (None: each row's last step). In
    float64, which holds 1e-308: float32 would already be 0 at 1e-45. Raises ValueError for steps
    that a row does not have.
    """
    start = check_size("start", start, 0)
    shortest = int(jacobians.lengths.min())
    if start > shortest or (stop is not None and check_size("stop", stop, 0) > shortest):
        raise ValueError(
            f"start, stop: expected at most {shortest}, the steps of the shortest row, got {start} "
            f"and {stop}; leave short rows out"
        )
    if stop is not None and stop < start:
        raise ValueError(f"stop: expected at least start={start}, got {stop}; swap them")
    size = jacobians.jacobian.shape[-1]
    rows = [jacobians.of_row(row)[start:stop] for row in range(len(jacobians.lengths))]
    with np.errstate(over="ignore", invalid="ignore"):
        products = [reduce(lambda after, J: J @ after, row, np.eye(size)) for row in rows]
    matrix = _finite(np.stack(products))
    values, eigenvalues = np.linalg.svd(matrix, compute_uv=False), np.linalg.eigvals(matrix)
    return Product(matrix, values, eigenvalues.astype(complex), np.array([len(r) for r in rows]))


def spectrum_by_distance(jacobians: StepJacobians, row: int = 0) -> np.ndarray:
    """(L+1, S) singular values of ∂(last state)/∂(state k steps before), for k = 0 … L, of one row.

    Row 0 is all ones: a product of no matrices. Zeros are exact (a dead relu) or below 1e-308.
    """
    none = np.eye(jacobians.jacobian.shape[-1])
    with np.errstate(over="ignore", invalid="ignore"):
        products = list(accumulate(jacobians.of_row(row)[::-1], np.matmul, initial=none))
    return np.linalg.svd(_finite(np.stack(products)), compute_uv=False)


def _finite(product: np.ndarray) -> np.ndarray:
    if not np.isfinite(product).all():
        raise NotFiniteError(
            "product of Jacobians: expected numbers that float64 can hold, but they grow beyond "
            "1e308; multiply fewer steps"
        )
    return product
