"""Numbers that carry a tangent through any NumPy function, for the complex step.

array.py has the array type, ufuncs.py and functions.py the derivatives where NumPy's complex
functions are not the continuation of the real ones, log.py records where a tangent is lost.
"""

# functions and ufuncs fill the tables of rules in array, so they are always imported with it.
from numpyrnn.checks.gradients.complex_step import functions, ufuncs
from numpyrnn.checks.gradients.complex_step.array import Analytic, bare
from numpyrnn.checks.gradients.complex_step.log import (
    HERE,
    NUMPY,
    TangentLog,
    logged_tangents,
    place,
)

__all__ = [
    "HERE", "NUMPY", "Analytic", "TangentLog", "bare", "functions", "logged_tangents", "place",
    "ufuncs",
]
