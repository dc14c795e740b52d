"""The courses by name."""

from numpyrnn.checks.diagnosis.courses.cmu_hw3p1 import CMU_HW3P1
from numpyrnn.checks.diagnosis.courses.course import Course
from numpyrnn.checks.diagnosis.courses.cs231n import CS231N
from numpyrnn.checks.diagnosis.courses.deeplearning_ai import DEEPLEARNING_AI
from numpyrnn.checks.diagnosis.courses.dlfs2 import DLFS2
from numpyrnn.checks.diagnosis.courses.min_char_rnn import MIN_CHAR_RNN
from numpyrnn.checks.diagnosis.courses.numpyrnn import NUMPYRNN

COURSES = {course.name: course for course in (
    CS231N, CMU_HW3P1, DEEPLEARNING_AI, DLFS2, MIN_CHAR_RNN, NUMPYRNN)}

__all__ = ["COURSES", "Course"]
