"""What examinations are given and give back, and what travels between child and parent.

A message is one line of JSON. The last one is ``DONE``; whoever ends without it did not end well.
"""

import datetime as dt
from collections.abc import Callable

import msgspec

from airlock.archive import Limits
from airlock.evidence import Facts
from airlock.model import Artifact, Outcome
from airlock.model.provenance import Provenance
from airlock.profiles import Contrast, Profile
from airlock.profiles.source import Origin

FactsLoader = Callable[[dt.datetime], Facts]


class WorkerLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What one examination may use."""

    wall_seconds: float = 300.0
    """From start to last outcome; then the process is killed."""
    cpu_seconds: int = 300
    memory_bytes: int = 4 * 1024**3
    """Private writable memory (RLIMIT_DATA); reserved but untouched address space is free."""
    open_files: int = 256
    archive: Limits = Limits()


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody knows of what came before an artifact (``evidence.history``)."""

    previous: Profile | None = None
    sibling: Profile | None = None
    trouble: str = ""
    """Why the past that was asked for cannot be had; empty if it can."""


class Rival(msgspec.Struct, frozen=True, kw_only=True):
    """Another artifact, which is opened too and takes the place of the past."""

    artifact: Artifact
    path: str
    """Where its bytes are; they are not changed by anybody meanwhile."""
    origin: Origin | None = None
    """Where it was taken from, if it is a source tree, packed, and no artifact of a release."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact to examine."""

    artifact: Artifact
    path: str
    """Where its bytes are; they are not changed by anybody meanwhile."""
    now: dt.datetime
    """The time of the examination, in UTC."""
    past: Past = Past()
    provenance: Provenance = Provenance()
    """What is known of where it comes from, verified before the examination."""
    rival: Rival | None = None
    profiled: bool = False
    """Whether the examination is to give the artifact's profile, too."""
    described: bool = False
    """Whether it is to give the core metadata, too."""
    contrasted: bool = False
    """Whether it is to tell how the files differ from the rival's."""
    in_full: bool = False
    """Whether to show the lines of every file that differs."""
    wanted: str = ""
    """The path of a member whose beginning it is to give; empty for none."""


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """How the examination of one artifact ended: an outcome for every check, always."""

    job: Job
    outcomes: tuple[Outcome, ...]
    seconds: float
    """Wall time."""
    profile: Profile | None = None
    """If it was wanted, and could be had."""
    contrast: Contrast | None = None
    """Likewise."""
    core_metadata: bytes | None = None
    """If it was wanted, and it is certain which it is (``archive.offered_metadata``)."""
    member: bytes | None = None
    """The first bytes of the member that was wanted; ``None`` if there is none."""


class Message(msgspec.Struct):
    """What a child sends."""

    outcome: Outcome | None = None
    profile: Profile | None = None
    contrast: Contrast | None = None
    core_metadata: bytes | None = None
    member: bytes | None = None
    trouble: str = ""
    """What ended the examination before its time."""


END = b"\n"
DONE = b"done"
LARGEST_MESSAGE_BYTES = 16 * 1024**2
LONGEST_TROUBLE = 1_000
LARGEST_MEMBER_BYTES = 1024**2
