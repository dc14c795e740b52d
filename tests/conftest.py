"""Hypothesis draws the same examples on every run and every machine, and no clock decides."""

from hypothesis import settings

settings.register_profile("numpyrnn", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("numpyrnn")
