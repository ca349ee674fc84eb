"""What people do about what was held: the one way for pages, API and command line."""

from airlock.reviewing.cases import Case, file_of, person
from airlock.reviewing.deciding import (
    Wish,
    asked,
    confirmed,
    decided,
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
    "confirmed",
    "decided",
    "file_of",
    "person",
    "standing_after",
    "told",
    "undone",
    "waiver_of",
    "without",
]
