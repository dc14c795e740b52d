"""What holds for every test: the same examples, one BLAS thread, and which tests are the core."""

import os
from pathlib import Path

# Before NumPy is loaded: on small matrices a second thread only waits, and tests run side by side.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

# Hypothesis draws the same examples on every run and every machine, and no clock decides.
settings.register_profile("numpyrnn", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("numpyrnn")


LONG = {"whole", "tutorials", "browser", "slow"}


def pytest_addoption(parser):
    parser.addini("core", "folders and files whose tests get the marker core", "linelist")


def pytest_collection_modifyitems(config, items):
    core = {Path(__file__).parent / place for place in config.getini("core")}
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        if core & {item.path, *item.path.parents} and not LONG & marks:
            item.add_marker(pytest.mark.core)
