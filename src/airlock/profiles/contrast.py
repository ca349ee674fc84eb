"""How two artifacts differ, as it is told to a person."""

import msgspec

from airlock.profiles.difference import Difference
from airlock.profiles.source.match import SourceMatch


class FileChange(msgspec.Struct, frozen=True, array_like=True):
    """How one file changed."""

    path: str
    """As in a profile: without what differs in every release."""
    how: str
    """``added``, ``removed`` or ``changed``."""
    bytes_before: int
    bytes_after: int
    lines_added: int
    lines_removed: int
    acts: bool
    """Whether it is Python that does something, in either artifact."""
    diff: str
    """Unified, without its headline; empty if it is not shown."""
    note: str
    """Why it is not shown, or not whole; empty otherwise."""


class Contrast(msgspec.Struct, frozen=True):
    """How two artifacts differ."""

    differences: tuple[Difference, ...] = ()
    """In what they do, the worst first."""
    files: tuple[FileChange, ...] = ()
    """Those that do something first."""
    left_out: int = 0
    """How many more there are."""
    source: SourceMatch | None = None
    """What came of it, if one of the two is a source tree."""
