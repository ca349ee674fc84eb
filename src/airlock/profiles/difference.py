"""One thing that changed from one artifact to another, and how far apart two versions are."""

import enum
from typing import TYPE_CHECKING

import msgspec

from airlock.model import Confidence, Severity

if TYPE_CHECKING:
    from packaging.version import Version


class Change(enum.StrEnum):
    """What kind of thing changed."""

    STARTUP = "startup"
    """Code that runs whenever the interpreter starts."""
    HOOK = "hook"
    """Code that runs when pip builds or installs."""
    RUSE = "ruse"
    """A combination of acts that attacks are made of."""
    ACT = "act"
    """A process, a connection or another act of note."""
    HOST = "host"
    WORD = "word"
    """A literal that names something of note."""
    OBFUSCATION = "obfuscation"
    BINARY = "binary"
    NEED = "need"
    """A requirement."""
    BUILD = "build"
    """How it is built."""
    COMMAND = "command"
    PEOPLE = "people"
    MEMBERS = "members"
    SIZE = "size"
    SOURCE = "source"
    """A wheel has code that the source distribution of its release has not."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changed."""

    change: Change
    severity: Severity
    """``INFO`` for context: what tells a reader what happened and says nothing against it."""
    confidence: Confidence
    message: str
    """One sentence for a person."""
    path: str = ""
    """The member of the new artifact, as it is in there; empty for the artifact as a whole."""
    line: int = 0
    evidence: str = ""


class Step(enum.IntEnum):
    """How far one version is from another: how much of a change its authors announce."""

    SAME = 0
    """The same version, or another build of it."""
    PATCH = 1
    """Only what is behind the second number differs: repairs are announced, nothing new."""
    MINOR = 2
    MAJOR = 3

    @property
    def small(self) -> bool:
        """Whether nothing new is announced."""
        return self <= Step.PATCH


def step_between(old: str, new: str) -> Step:
    """Return how far two versions are apart; those that PEP 440 does not know are a step apart."""
    from packaging.version import InvalidVersion, Version

    try:
        before, after = Version(old), Version(new)
    except InvalidVersion:
        return Step.SAME if old == new else Step.PATCH
    if before.epoch != after.epoch:
        return Step.MAJOR
    if _numbers(before) == _numbers(after):
        return Step.SAME
    if before.major != after.major:
        return Step.MAJOR
    return Step.PATCH if before.minor == after.minor else Step.MINOR


def _numbers(version: "Version") -> tuple[int, ...]:
    release = version.release
    while release and release[-1] == 0:
        release = release[:-1]
    return release


def ordered(differences: list[Difference]) -> tuple[Difference, ...]:
    """Return the differences, the worst first, each once."""
    unique = dict.fromkeys(differences)
    return tuple(sorted(unique, key=lambda one: (-one.severity.rank, -one.confidence.rank)))
