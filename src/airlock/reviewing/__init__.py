"""What people do about what was held: the one way for pages, API and command line."""

from airlock.reviewing.cases import Case, person, subject_of
from airlock.reviewing.deciding import (
    Wish,
    asked,
    check_end,
    confirmed,
    decided,
    may_end,
    standing_after,
    told,
    undone,
    waiver_of,
    without,
)

__all__ = [
    "Case",
    "Wish",
    "asked",
    "check_end",
    "confirmed",
    "decided",
    "may_end",
    "person",
    "standing_after",
    "subject_of",
    "told",
    "undone",
    "waiver_of",
    "without",
]
