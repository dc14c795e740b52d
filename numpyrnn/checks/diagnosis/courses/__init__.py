"""Courses as they are: the conventions of their handouts; how a teacher adds one (course.py)."""

from numpyrnn.checks.diagnosis.courses.course import Course
from numpyrnn.checks.diagnosis.courses.registry import COURSES

__all__ = ["COURSES", "Course"]
