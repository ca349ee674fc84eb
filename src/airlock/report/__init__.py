"""What users read."""

from airlock.report.plain import one_line, printable, reason_phrase
from airlock.report.results import Result, Unexamined, exit_code

__all__ = ["Result", "Unexamined", "exit_code", "one_line", "printable", "reason_phrase"]
