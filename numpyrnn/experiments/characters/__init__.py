"""A character language model of a text, beside the 5-gram that is its baseline."""

from numpyrnn.experiments.characters.result import CharactersResult
from numpyrnn.experiments.characters.run import train

__all__ = ["CharactersResult", "train"]
