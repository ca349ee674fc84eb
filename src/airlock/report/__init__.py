"""What users read."""

from airlock.report.plain import printable
from airlock.report.results import Result, Unexamined, exit_code

__all__ = ["Result", "Unexamined", "exit_code", "printable"]
