"""One answer about an installation."""

import enum

import msgspec


class State(enum.StrEnum):
    """How an answer bodes."""

    OK = "ok"
    LIMITED = "limited"
    """Works, but less is seen or done than could be."""
    BROKEN = "broken"
    """Does not work."""


class Answer(msgspec.Struct, frozen=True):
    """One thing that was asked of the installation."""

    subject: str
    state: State
    message: str
    cure: str = ""
    """What to do about it; empty where all is well."""
