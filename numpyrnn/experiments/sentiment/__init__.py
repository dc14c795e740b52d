"""Sentiment: a bag of words and recurrent models on the same labelled texts, side by side."""

from numpyrnn.experiments.sentiment.result import SentimentResult
from numpyrnn.experiments.sentiment.run import MODELS, compare
from numpyrnn.experiments.sentiment.settings import CHANGES, POOLS, SCHEDULES

__all__ = ["CHANGES", "MODELS", "POOLS", "SCHEDULES", "SentimentResult", "compare"]
