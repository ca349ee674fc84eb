"""What users read."""

from airlock.report.plain import one_line, printable, reason_phrase
from airlock.report.results import Result, Unexamined, exit_code, exit_code_of

__all__ = [
    "Result",
    "Unexamined",
    "exit_code",
    "exit_code_of",
    "one_line",
    "printable",
    "reason_phrase",
]
