"""Figures, readable from the back of a room and without telling red from green.

Each function returns a Matplotlib figure of its own, or draws on the axes given as ax= and returns
theirs. Nothing is shown, no global state of Matplotlib is read or left behind: save a figure with
figure.savefig("name.png"); in a notebook it is the value of the cell.
"""

from numpyrnn.plots.attention import alignment
from numpyrnn.plots.classics import classic_curves, sequences_to_success
from numpyrnn.plots.flow import gradient_flow, gradient_flows, itemised
from numpyrnn.plots.flow_animation import gradient_animation, save_animation
from numpyrnn.plots.flow_inside import decay, eigenvalues, gate_activations, singular_values
from numpyrnn.plots.flow_training import gradient_clipping, task_errors
from numpyrnn.plots.models import (
    bits_per_character,
    confusion,
    h_sweep,
    learning_curves,
    model_comparison,
    worth_of_changes,
)
from numpyrnn.plots.speed import PEERS, peer_style, speed
from numpyrnn.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    LABEL,
    MODELS,
    ON_WHITE,
    ORANGE,
    OTHERS,
    PURPLE,
    SKY,
    SMALL,
    TICK,
    TITLE,
    VERMILION,
    model_style,
    style,
)
from numpyrnn.plots.tasks import captions, forecasts, noise_curves, score_curves, task_scores

__all__ = [
    "BLACK",
    "BLUE",
    "GREEN",
    "GREY",
    "LABEL",
    "MODELS",
    "ON_WHITE",
    "ORANGE",
    "OTHERS",
    "PEERS",
    "PURPLE",
    "SKY",
    "SMALL",
    "TICK",
    "TITLE",
    "VERMILION",
    "alignment",
    "bits_per_character",
    "captions",
    "classic_curves",
    "confusion",
    "decay",
    "eigenvalues",
    "forecasts",
    "gate_activations",
    "gradient_animation",
    "gradient_clipping",
    "gradient_flow",
    "gradient_flows",
    "h_sweep",
    "itemised",
    "learning_curves",
    "model_comparison",
    "model_style",
    "noise_curves",
    "peer_style",
    "save_animation",
    "score_curves",
    "sequences_to_success",
    "singular_values",
    "speed",
    "style",
    "task_errors",
    "task_scores",
    "worth_of_changes",
]
