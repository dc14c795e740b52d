"""Trained models from their checkpoints, to be asked."""
