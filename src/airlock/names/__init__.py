"""Names that are taken for one another: which popular name a name imitates, and how.

Pure arithmetic on names: nothing is asked, read or remembered. Start at ``compare``; every number
that decides is in ``calibration``. Names that only mean the same (``http-requests``) are not
looked for.
"""

from airlock.names.comparing import compare, near
from airlock.names.generating import generate
from airlock.names.index import NameIndex
from airlock.names.likeness import HINT, HOLDS, SUSPECT, Likeness
from airlock.names.techniques import Technique

__all__ = [
    "HINT",
    "HOLDS",
    "SUSPECT",
    "Likeness",
    "NameIndex",
    "Technique",
    "compare",
    "generate",
    "near",
]
