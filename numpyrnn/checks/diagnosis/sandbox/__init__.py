"""A student's file runs in a process of its own: limits of time and memory, nothing disturbed."""

from numpyrnn.checks.diagnosis.sandbox.process import in_process

__all__ = ["in_process"]
