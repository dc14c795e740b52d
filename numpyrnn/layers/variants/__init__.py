"""Variants of the recurrent layers: normalised, with peepholes, with noise, with a learned
beginning."""
