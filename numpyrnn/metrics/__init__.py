"""How good a model is, in the numbers people report.

classification.py   class ids: accuracy, precision, recall, F1, confusion matrix
regression.py       numbers: mean absolute and squared error, its root, R²
likelihood.py       cross-entropies: perplexity, bits per character
alignment.py        two sequences laid side by side with the fewest edits
error_rates.py      transcriptions: word and character error rate
translation.py      sentences against references: BLEU
summaries.py        sentences against references: ROUGE
sentences.py        how those read their arguments

What the model says comes first, what is right second, in every call.
"""

from typing import TYPE_CHECKING

from numpyrnn.answers import open_room
from numpyrnn.metrics.alignment import Aligned, align, edit_distance
from numpyrnn.metrics.classification import (
    Scores,
    accuracy,
    confusion_matrix,
    precision_recall_f1,
)
from numpyrnn.metrics.error_rates import (
    EditCounts,
    character_error_rate,
    edit_counts,
    word_error_rate,
)
from numpyrnn.metrics.likelihood import bits_per_character, perplexity
from numpyrnn.metrics.regression import (
    mean_absolute_error,
    mean_squared_error,
    r_squared,
    root_mean_squared_error,
)
from numpyrnn.metrics.summaries import Rouge, rouge, rouge_words
from numpyrnn.metrics.translation import Bleu, bleu

__all__ = [
    "Aligned",
    "Bleu",
    "EditCounts",
    "Rouge",
    "Scores",
    "accuracy",
    "align",
    "bits_per_character",
    "bleu",
    "character_error_rate",
    "confusion_matrix",
    "edit_counts",
    "edit_distance",
    "mean_absolute_error",
    "mean_squared_error",
    "perplexity",
    "precision_recall_f1",
    "r_squared",
    "root_mean_squared_error",
    "rouge",
    "rouge_words",
    "word_error_rate",
]

if not TYPE_CHECKING:
    __getattr__ = open_room(__name__)
