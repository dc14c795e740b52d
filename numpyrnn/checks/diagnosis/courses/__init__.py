"""Courses as they are: the conventions of their handouts."""

from numpyrnn.checks.diagnosis.courses.course import Course

COURSES: dict[str, Course] = {}

__all__ = ["COURSES", "Course"]
