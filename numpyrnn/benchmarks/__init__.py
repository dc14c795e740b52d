"""What `numpyrnn bench` and `numpyrnn doctor` measure: a layer's step beside its peers, and this
machine.

    from numpyrnn.benchmarks import bench, doctor

    for record in bench(cells=("gru",), quick=True):        # a record for each shape
        ...
    print(doctor().result.table())
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpyrnn.benchmarks.doctor_report import doctor
    from numpyrnn.benchmarks.speed import bench

__all__ = ["bench", "doctor"]


def __getattr__(name: str) -> Any:      # the processes that are timed start without either
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = {"bench": "speed", "doctor": "doctor_report"}[name]
    return getattr(import_module(f"{__name__}.{home}"), name)
