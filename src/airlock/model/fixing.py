"""Upgrades of what is vulnerable: which are to be made, and which cannot be."""

from pathlib import Path

import msgspec

from airlock.model.identity import ProjectName


class Edit(msgspec.Struct, frozen=True):
    """A file before and after."""

    path: Path
    before: bytes
    after: bytes


class Mended(msgspec.Struct, frozen=True):
    """An upgrade that is in the plan."""

    project: ProjectName
    old: str
    new: str
    paths: tuple[str, ...]


class Unmended(msgspec.Struct, frozen=True):
    """A vulnerable dependency that stays as it is."""

    name: str
    origin: str
    reason: str


class FixPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What would be written."""

    edits: tuple[Edit, ...] = ()
    mended: tuple[Mended, ...] = ()
    unmended: tuple[Unmended, ...] = ()
