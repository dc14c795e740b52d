"""The constructions of the sentiment grammar, and how each is worded.

A sign of +1 keeps the judgement of the words inside, -1 turns it round. Wordings are divided by
"|". A name in braces is a table of numpyrnn/tasks/sentiment_words.py, and gives the same words
wherever it comes again in the wording; {bad} is the opposite of {good}, and {good too} another draw
from its table. {0} and {1} are the sentences inside.
"""

from __future__ import annotations

CLAUSES = {
    "is": (+1, "{it} {was} {good} | it's {good} | {they} {were} {good}"),
    "is very": (+1, "{it} {was} {very} {good} | {they} {were} {very} {good}"),
    "not": (-1, "{it} {was not} {good} | {they} {were not} {good}"),
    "not very": (-1, "{it} {was not} {very} {good} | {they} {were not} {very} {good}"),
    "hardly": (-1, "{it} {was} hardly {good}"),
    "never": (-1, "{it} {was} never {good}"),
    "never not": (+1, "{it} {was} never not {good}"),
    "far from": (-1, "{it} {was} far from {good}"),
    "anything but": (-1, "{it} {was} anything but {good}"),
    "full of": (+1, "{it} {was} full of {charm}"),
    "without": (-1, "{it} {was} without {charm}"),
    "not without": (+1, "{it} {was} not without {charm}"),
}
WEIGHING = {
    "A, not B": (+1, "{it} {was} {good} , not {bad}"),
    "not B but A": (+1, "{it} {was} not {bad} but {good}"),
    "more A than B": (+1, "{it} {was} more {good} than {bad}"),
    "less A than B": (-1, "{it} {was} less {good} than {bad}"),
}
VIEWING = {
    "loved": (+1, "{i} {loved} {all} | {i} {really} {loved} {all} | {i} {love} {all} | "
              "i {can} {love} {all} | i {laughed} | i {can} {laugh}"),
    "not love": (-1, "{i} {did not} {love} {all} | i {do not} {love} {all} | "
                 "i {did not} {laugh} | i {do not} {laugh}"),
    "nobody loved": (-1, "{nobody} {loved} {all} | {nobody} {laughed} | i never {loved} {all}"),
    "moved": (+1, "{it} {moved} {me} | {i was} {happy} | {it} {worked} | "
              "{i was} {very} {happy} | {it} made {me} {laugh}"),
    "not moved": (-1, "{it} {did not} {move} {me} | {i was} not {happy} | "
                  "{it} {did not} {work} | {it} {did not} make {me} {laugh}"),
    "gem": (+1, "{it} {was} {a gem} | {it} {was} a {very} {good} {film} | "
            "{it} {was} a {good} {film} | {it} {was} {good} and {good too}"),
    "no gem": (-1, "{it} {was not} {a gem} | {it} {was not} a {very} {good} {film} | "
               "{it} {was not} a {good} {film}"),
    "best": (+1, "{it} {was} the {best} {film} {ever} | {it} {was} {better} {than} | "
             "{it} {was} one of the {best} {films} {ever}"),
    "not best": (-1, "{it} {was not} the {best} {film} {ever} | {it} {was} no {better} {than} | "
                 "{it} {was not} as {good} as {hoped} | i have seen {better} {films} | "
                 "i've seen {better}"),
}

# What viewers write who write no sentence; these stand alone.
PRAISING = {
    "good": (+1, "{good} | {very} {good} | {good} and {good too} | {bad} but {good too}"),
    "good film": (+1, "{good} {film} | a {good} {film} | a {very} {good} {film} | "
                  "what a {good} {film} | such a {good} {film} | {good} {acting}"),
    "what a gem": (+1, "{a gem} | what {a gem} | a {complete} {gem} | what a {gem}"),
    "best ever": (+1, "{best} {film} {ever} | the {best} {film} {ever} | could not be {better} | "
                  "one of the {best} {films} {ever} | i have never seen a {better} {film} | "
                  "i've never seen anything {better}"),
    "wow": (+1, "{wow} | {wow} , what a {good} {film} | {wow} , {good} {acting}"),
    "loves": (+1, "{she} {loves} {all} | {it} {moves} {me} | {it} {works} | {i} {love} {all} | "
              "i {can} {laugh} | it made {me} {laugh}"),
    "loving it": (+1, "{loved} {all} | {loving} {all} | {highly} {recommended} | {can} {love} it | "
                  "i {did not} stop {laughing} | {laughed} | please {love} it"),
}
DENYING = {
    "not good": (-1, "not {good} | not {good} at all | not {very} {good} | not {good} enough | "
                 "nothing {good} about it | hardly {good} | {good} but {bad}"),
    "not a good film": (-1, "not a {good} {film} | not a {very} {good} {film} | "
                        "not such a {good} {film} | hardly a {good} {film}"),
    "not a gem": (-1, "not {a gem} | hardly {a gem} | not a {complete} {gem}"),
    "not the best": (-1, "not the {best} {film} {ever} | could have been {better} | "
                     "not one of the {best} {films} {ever} | could be {better}"),
    "does not love": (-1, "{she} {does not} {love} {all} | {it} {does not} {move} {me} | "
                      "{it} {does not} {work}"),
    "not loving it": (-1, "{did not} {love} {all} | never {loved} it | not {recommended} | "
                      "{do not} {love} it | {did not} {laugh} | {do not} {laugh}"),
}

SAYING = {
    "think": (+1, "i {think} {0} | i thought {0}"),
    "not think": (-1, "i {do not} {think} {0} | i {do not} say that {0}"),
    "doubt": (-1, "i doubt that {0}"),
    "not doubt": (+1, "i {do not} doubt that {0}"),
}
JUDGING = {
    "true": (+1, "it is true that {0}"),
    "not true": (-1, "it is not true that {0}"),
    "wrong": (-1, "it is wrong to say that {0}"),
    "not wrong": (+1, "it is not wrong to say that {0}"),
}

# In a contrast one clause decides (+1) and the other says the opposite (-1).
CONTRASTS = {
    "but": ((-1, +1), "{0} , but {1} | {0} but {1} | {0} at first , but then {1}"),
    "although": ((-1, +1), "although {0} , {1}"),
    "even though": ((-1, +1), "even though {0} , {1}"),
    "although after": ((+1, -1), "{0} , although {1}"),
    "even though after": ((+1, -1), "{0} , even though {1}"),
}

FORMS = CLAUSES | WEIGHING | VIEWING | PRAISING | DENYING
VIEWS = SAYING | JUDGING
JOINS = CONTRASTS | {"and": ((+1, +1), "{0} and {1}")}
