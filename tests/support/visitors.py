"""What visitors type first, to see whether the models of `numpyrnn compare` answer it.

    python tests/support/visitors.py runs/compare/gru.npz runs/compare/lstm.npz

prints for each model how many of the sentences it has right, how many with p > 0.9, and the others.
"""

import sys

POSITIVE = [
    "I loved this film", "best movie ever", "not bad at all", "wonderful", "It was amazing!",
    "I really enjoyed it", "The acting was brilliant.", "great film", "a masterpiece",
    "I would watch it again", "this is a good movie", "I have never seen a better film",
    "funny and clever", "It wasn't boring", "highly recommended",
    "the story is beautiful and the music is great", "I thought it was excellent",
    "not a bad film", "I couldn't stop laughing", "It was boring at first, but then it was great",
]  # fmt: skip
NEGATIVE = [
    "terrible", "what a waste of time", "the acting was not good", "I did not like it",
    "worst movie ever", "I hated every minute", "so boring", "It was awful.", "I fell asleep",
    "not funny at all", "the plot was stupid", "I didn't enjoy this film",
    "this movie is not good", "a complete disaster", "nothing good about it",
    "I want my money back", "The script is weak and the actors are bad", "very disappointing",
    "I was bored", "It was great at first, but then it was boring",
]  # fmt: skip


def answers(path):
    """(text, p(its true label), unknown words) of each sentence, from a checkpoint of compare."""
    from numpyrnn.experiments.trained import open_trained
    from numpyrnn.tasks.text import tokenize

    model = open_trained(path)
    labelled = [(text, 1) for text in POSITIVE] + [(text, 0) for text in NEGATIVE]
    words = [tokenize(text) for text, _ in labelled]
    p = model.probabilities([model.encode(text) for text in words])
    return [
        (text, float(row[label]), [word for word in of_text if word not in model.vocabulary])
        for (text, label), of_text, row in zip(labelled, words, p, strict=True)
    ]


if __name__ == "__main__":
    for path in sys.argv[1:]:
        sentences = answers(path)
        right, clear = (sum(p > limit for _, p, _ in sentences) for limit in (0.5, 0.9))
        print(f"{path}: {right} of {len(sentences)} right, {clear} clearly")
        for text, p, unknown in sentences:
            if p <= 0.9:
                print(f"  {p:.2f}  {text}  {' '.join(unknown)}")
