"""The former place of numpyrnn.seeing.formulas.tree, for programs that import `evaluate` from here."""

from numpyrnn.seeing.formulas.tree import evaluate

__all__ = ["evaluate"]
