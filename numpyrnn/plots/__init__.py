"""Figures, readable from the back of a room and without telling red from green.

Each function returns a Matplotlib figure of its own, or draws on the axes given as ax= and returns
theirs. Nothing is shown, no global state of Matplotlib is read or left behind: save a figure with
figure.savefig("name.png"); in a notebook it is the value of the cell.
"""

from numpyrnn.plots.models import (
    bits_per_character,
    confusion,
    h_sweep,
    learning_curves,
    model_comparison,
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

__all__ = [
    "model_comparison", "learning_curves", "confusion", "h_sweep", "bits_per_character", "speed",
    "style", "model_style", "peer_style", "MODELS", "OTHERS", "PEERS",
    "BLACK", "GREY", "ORANGE", "SKY", "GREEN", "BLUE", "VERMILION", "PURPLE",
    "TITLE", "LABEL", "TICK", "SMALL", "ON_WHITE",
]
