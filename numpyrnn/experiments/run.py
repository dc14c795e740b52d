"""How an experiment runs: see `numpyrnn.running`, which benchmarks use too."""

from numpyrnn.running import Record, Result, Run

__all__ = ["Record", "Result", "Run"]
