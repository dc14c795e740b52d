"""A printed formula, computed from nothing but its letters."""

import math
import re

import numpy as np

from numpyrnn.activations import sigmoid

LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def read_aloud(text, sources):
    """The value of a printed formula, computed by Python from nothing but its letters."""
    text = text.replace("−", "-").replace("·", "*").replace("^", "**")
    text = text.replace(", else ", " else ").replace("…", "0")
    text = text.replace("{", "(").replace("}", ")").replace("≤", "<=").replace("≥", ">=")
    text = text.replace("≠", "!=").replace("∞", "inf")
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: "**" + m[0].translate(LOWERED), text)
    text = text.replace("relu'(", "step(").replace("σ(", "sigmoid(")
    names = dict(sigmoid=lambda v: float(sigmoid(np.float64(v))), tanh=math.tanh, exp=math.exp,
                 relu=lambda v: max(v, 0.0), step=lambda v: float(v > 0), log=math.log,
                 log1p=math.log1p, sqrt=math.sqrt, sign=np.sign, inf=math.inf,
                 softplus=lambda v: math.log1p(math.exp(v)))
    return eval(text, names | {name: e.value for name, e in sources.items()})
