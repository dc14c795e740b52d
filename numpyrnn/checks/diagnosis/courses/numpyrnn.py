"""The conventions of this project: a column is a sequence, the state is one value."""

from numpyrnn.checks.diagnosis.courses.course import Course

NUMPYRNN = Course("numpyrnn", "this project: columns, State, W_xh (G, H, D)",
                  contract=dict(layout="column"))
