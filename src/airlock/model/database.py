"""How one part of what Airlock knows from elsewhere is: ``airlock db``."""

import datetime as dt
import enum

import msgspec

from airlock.model.advisory import AdvisoryDatabase


class Condition(enum.StrEnum):
    """How a part of the database is."""

    CURRENT = "current"
    STALE = "stale"
    """Usable, and older than it should be."""
    ABSENT = "absent"
    PARTIAL = "partial"
    """Usable for what it knows, and parts of it are unreadable: it calls nothing clean."""
    BROKEN = "broken"


class PartStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one part of the database."""

    part: str
    condition: Condition
    message: str
    """One line for a person."""
    source: str = ""
    """Where it came from, without credentials."""
    updated_at: dt.datetime | None = None
    """In UTC."""
    advisories: AdvisoryDatabase | None = None
    """Of the part ``advisories``: what it is made of."""
    cure: str = ""
    """What to do about it; empty where all is well."""
