"""Data: generators and readers, each with its baseline; texts as ids; padding.

text.py       words, and the vocabulary that numbers them
padding.py    sequences of different length in one array

Every other file is a task or a reader, and says itself what it holds.
"""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.tasks.padding import pad_sequences, padding_mask, unpad_sequences
from numpyrnn.tasks.text import Vocabulary, tokenize

__all__ = ["Vocabulary", "pad_sequences", "padding_mask", "tokenize", "unpad_sequences"]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__)
