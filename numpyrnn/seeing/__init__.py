"""See it: every step of a cell by hand, and gradients through time, measured.

Read trace.py first: `trace(layer, x)`, `trace_step(f, …)` and the Trace that a user holds; then
compare.py, which puts two traces side by side.

    views/      a trace as text, in a notebook, on paper, in a browser and in a terminal
    tracing/    runs a cell line by line and records an event for each value
    formulas/   a line of code as a formula, in symbols and with the numbers filled in
    gradients/  how much of the gradient arrives at each step, and what takes the rest

trace.py imports views, views import tracing, tracing imports formulas, never the other way round;
gradients stands by itself.
"""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.seeing.compare import Comparison, compare
from numpyrnn.seeing.gradients.flow import (
    Flow,
    Profile,
    gradient_flow,
    gradient_flows,
    memory_length,
)
from numpyrnn.seeing.gradients.itemised import ItemisedGradient, itemised_gradient
from numpyrnn.seeing.gradients.jacobians import Decay, StepJacobians, step_jacobians, weight_powers
from numpyrnn.seeing.gradients.products import Product, jacobian_product, spectrum_by_distance
from numpyrnn.seeing.gradients.starts import (
    STARTS,
    compare_activations,
    compare_cells,
    compare_flows,
    compare_starts,
    new_layer,
)
from numpyrnn.seeing.trace import Trace, trace, trace_step
from numpyrnn.seeing.tracing.event import Event

__all__ = [
    "STARTS",
    "Comparison",
    "Decay",
    "Event",
    "Flow",
    "ItemisedGradient",
    "Product",
    "Profile",
    "StepJacobians",
    "Trace",
    "compare",
    "compare_activations",
    "compare_cells",
    "compare_flows",
    "compare_starts",
    "gradient_flow",
    "gradient_flows",
    "itemised_gradient",
    "jacobian_product",
    "memory_length",
    "new_layer",
    "spectrum_by_distance",
    "step_jacobians",
    "trace",
    "trace_step",
    "weight_powers",
]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__)
