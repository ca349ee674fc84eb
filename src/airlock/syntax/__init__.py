"""Reads the code of an artifact without running any of it.

``read_program`` gives what the code does (acts, with where their data came from), what it names
(mentions), what is odd about its spelling, and what could not be looked at. No I/O but reading
members of an opened archive.
"""

from airlock.syntax.facts import Act, Context, Deed, Gap, Mention, Oddity, Origin, Source
from airlock.syntax.program import Program, StartupFile, read_program
from airlock.syntax.values import HOLE

__all__ = [
    "HOLE",
    "Act",
    "Context",
    "Deed",
    "Gap",
    "Mention",
    "Oddity",
    "Origin",
    "Program",
    "Source",
    "StartupFile",
    "read_program",
]
