"""Measurements of round numbers for the tests of `bench`."""

from numpyrnn.benchmarks.job import LayerJob
from numpyrnn.benchmarks.session import summary

SHAPE = (3, 5, 2, 4)
BENCHED = (16, 50, 32, 64)
INSTALLED = ("torch", "jax", "keras")


def job(peer, cell="lstm", **changes):
    return LayerJob(peer, cell, SHAPE, seconds=0.0, least=1)._replace(**changes)


def answers(*rounds_ms, **more):
    each = {"steps": [9] * len(rounds_ms), "waited": [0.0] * len(rounds_ms)}
    return {"rounds_ms": list(rounds_ms), **each, "version": "peer 1", **more}


ANSWERS = {
    "kernel": answers(2.0, 2.2, 1.8, compile_seconds=None, peak_bytes=1_500_000),
    "products": answers(1.5, 1.5, 1.5, compile_seconds=None, peak_bytes=900_000),
    "torch": answers(4.0, 4.4, 4.0, compile_seconds=None, peak_bytes=None),
    "jax": answers(1.0, 1.2, 1.0, compile_seconds=0.52, peak_bytes=120_000_000),
}


def frozen(of=ANSWERS):
    """What bench.json holds, of round numbers."""
    return {
        "options": {"task": "train", "dtype": "float32", "threads": 2, "rounds": 3},
        "machine": {"cores": 2},
        "load": [0.5, 3.25],
        "results": [
            {"cell": "lstm", "shape": [*BENCHED], "peers": summary(of, BENCHED, 3)}
        ],
        "not_measured": [],
        "failures": [],
    }
