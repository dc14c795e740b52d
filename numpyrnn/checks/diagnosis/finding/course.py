"""Which course: by its name, or a file in which a teacher declares one."""

from __future__ import annotations

import runpy
from pathlib import Path

from numpyrnn.checks.diagnosis.courses import COURSES
from numpyrnn.checks.diagnosis.courses.course import Course
from numpyrnn.validation import check_choice


def course_named(name: str) -> Course:
    """The course of this name, or of the file COURSE.py; raises ValueError for another."""
    if isinstance(name, str) and name.endswith(".py") and Path(name).exists():
        course = runpy.run_path(name).get("COURSE")
        if not isinstance(course, Course):
            raise ValueError(
                f"{name}: expected COURSE = Course(...) in it, got no such name; see "
                "numpyrnn/checks/diagnosis/courses/course.py"
            )
        return course
    return COURSES[check_choice("course", name, COURSES)]


def course_of(path: str, name: str | None) -> Course | None:
    """The course that is declared, or that the functions and classes of the file tell."""
    if name:
        return course_named(name)
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return next((course for course in COURSES.values() if course.told_in(text)), None)
