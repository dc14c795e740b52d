"""The former place of numpyrnn.seeing.formulas.tree: some programs import `evaluate` from here."""

from numpyrnn.seeing.formulas.tree import evaluate

__all__ = ["evaluate"]
