"""What one hunts for over everything that was scanned: queries, and what is known of each scan."""

import datetime as dt
import enum
from typing import Union

import msgspec

from airlock.errors import UsageError
from airlock.model.finding import Severity
from airlock.model.identity import ProjectName, Sha256
from airlock.model.verdict import Decision

LONGEST_VALUE = 300
"""Characters of an observation; longer ones are cut."""


class Kind(enum.StrEnum):
    """What an observation is about."""

    FINDING = "finding"
    """The id of a check that found something."""
    HOST = "host"
    """Code talks to it."""
    TEXT = "text"
    """What was found, in the words of the check, and what it was found in."""
    PRINT = "print"
    """The digest of a file of code, in short: the same in every release that has the same file."""
    PUBLISHER = "publisher"
    """Who signed the file, verified, with who vouches for it: ``github:acme/tool``. A query may
    leave that out, and then means those that the metadata name, too: ``AUTHOR``."""
    OWNER = "owner"
    """Whose repository that is: ``github:acme``."""
    WORKFLOW = "workflow"
    """Its file: ``release.yml``."""
    AUTHOR = "author"
    """Authors and maintainers, as the metadata write them; anybody can write anything there."""
    DEED = "deed"
    """What code does: ``request``, ``connect``, ``process`` … (``syntax.facts.Deed``)."""
    PATH = "path"
    """A file whose code runs whenever the interpreter starts."""
    NEEDS = "needs"
    """A project that it depends on."""


class Field(enum.StrEnum):
    """What a term of a query asks for, beside observations."""

    NAME = "name"
    VERSION = "version"
    FILE = "file"
    SHA256 = "sha256"
    DECISION = "decision"
    SEVERITY = "severity"
    SINCE = "since"
    BEFORE = "before"


class Term(msgspec.Struct, frozen=True, tag=True):
    """One condition."""

    field: str
    """A ``Field`` or a ``Kind``."""
    value: str
    """With ``*`` for anything, where texts are compared."""


class Not(msgspec.Struct, frozen=True, tag=True):
    """Not so."""

    query: "Query"


class And(msgspec.Struct, frozen=True, tag=True):
    """All of them."""

    queries: "tuple[Query, ...]"


class Or(msgspec.Struct, frozen=True, tag=True):
    """At least one of them."""

    queries: "tuple[Query, ...]"


Query = Union[Term, Not, And, Or]  # noqa: UP007 - it refers to itself


def moment(text: str) -> dt.datetime:
    """Return when a year, a month or a day begins, in UTC.

    Raises:
        UsageError: if the text is none of them.
    """
    for form in ("%Y-%m-%d", "%Y-%m", "%Y"):
        try:
            return dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC)
        except ValueError:
            continue
    raise UsageError(f"{text[:80]!r} is no date", hint="Write 2026-05-31, 2026-05 or 2026.")


class Observation(msgspec.Struct, frozen=True, array_like=True):
    """One thing that is known of a scan."""

    kind: Kind
    value: str


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact as it was judged last, without its evidence."""

    id: int
    """Of the verdict."""
    project: ProjectName
    version: str
    filename: str
    sha256: Sha256
    decision: Decision
    severity: Severity
    released_at: dt.datetime
    """When its index received it, or where nobody says when it was judged; in UTC."""
    headline: str


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule or a check found in something that was kept."""

    filename: str
    sha256: Sha256
    message: str
    path: str = ""
    line: int = 0
    failed: bool = False
    """It could not be looked at; the message says why."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A rule or a check, run over everything that is kept."""

    id: str
    what: str
    position: int = 0
    """The number of the last artifact that was looked at."""
    looked_at: int = 0
    done: bool = False
