"""See it: gradients through time, measured, and every step of a cell by hand."""

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
from numpyrnn.seeing.trace import Trace, trace
from numpyrnn.seeing.tracing.event import Event

__all__ = [
    "trace", "Trace", "Event", "compare", "Comparison",
    "STARTS", "Decay", "Flow", "ItemisedGradient", "Product", "Profile", "StepJacobians",
    "compare_activations", "compare_cells", "compare_flows", "compare_starts", "gradient_flow",
    "gradient_flows", "itemised_gradient", "jacobian_product", "memory_length",
    "new_layer", "spectrum_by_distance", "step_jacobians", "weight_powers",
]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__)
