"""How one check ended. What was not looked at is an outcome, too."""

import enum

import msgspec

from airlock.model.finding import Finding


class Status(enum.StrEnum):
    """How one check ended."""

    SAW = "saw"
    """It looked at everything it had to; ``findings`` is the whole of what it saw."""
    SKIPPED = "skipped"
    """The question does not arise for this artifact; ``reason`` says why."""
    FAILED = "failed"
    """It could not look at everything; ``reason`` says what is missing. Never clean."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one check ended on one artifact."""

    check: str
    version: int
    """The version of the check; raised with any change of its behaviour."""
    status: Status
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    """What it saw, also before a failure."""
