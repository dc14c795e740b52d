"""The tasks of `numpyrnn train`, each beside its baseline."""
