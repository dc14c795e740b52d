"""What was measured of the gradient on its way back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numpyrnn.experiments.drawings import Drawings
from numpyrnn.experiments.flow import figures, report
from numpyrnn.seeing.gradients.flow import Flow
from numpyrnn.seeing.gradients.itemised import ItemisedGradient
from numpyrnn.seeing.gradients.jacobians import StepJacobians


@dataclass
class TrainedCell:
    """A cell that learned the adding problem, and its gradient before and after."""

    sequences: np.ndarray       # read until each step
    errors: np.ndarray          # mean squared error of each step's batch, before it is learned
    norms: np.ndarray           # global norm of the gradients of each step, before clipping
    test_error: float
    before: Flow
    after: Flow
    max_norm: float


@dataclass
class FlowResult:
    """All that the table, the figures and the summary are made of; flows by name."""

    data: str                                                   # what was read, in words
    steps: int
    rows: int
    seed: int
    layers: dict[str, Any]                                      # RNN, LSTM or GRU, by name
    flows: dict[str, Flow]
    itemised: dict[str, ItemisedGradient] = field(default_factory=dict)
    jacobians: dict[str, StepJacobians] = field(default_factory=dict)
    wrong: dict[str, np.ndarray] = field(default_factory=dict)  # ‖W_hhᵏ‖
    starts: dict[str, dict[str, Flow]] = field(default_factory=dict)    # cell → start → Flow
    activations: dict[str, Flow] = field(default_factory=dict)
    trained: dict[str, TrainedCell] = field(default_factory=dict)       # by cell
    notes: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """What results.json holds; see `report.results`."""
        record = report.results(self)
        return {**record, "summary": report.summary(record)}

    def table(self) -> str:
        """One line for each flow: what is left of the gradient, and how far it reaches."""
        return report.table(report.results(self))

    def summary(self) -> str:
        """A paragraph in plain words; every number in it is measured."""
        return report.summary(report.results(self))

    def figures(self) -> Drawings:
        """Every figure that there is something to show in."""
        return figures.drawings(self)
