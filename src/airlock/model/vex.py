"""What somebody says of a vulnerability in a package (Vulnerability Exploitability eXchange)."""

import datetime as dt
import enum

import msgspec

from airlock.model.identity import ProjectName


class VexStatus(enum.StrEnum):
    """What is said (OpenVEX, "Status labels")."""

    NOT_AFFECTED = "not_affected"
    AFFECTED = "affected"
    FIXED = "fixed"
    UNDER_INVESTIGATION = "under_investigation"


class VexProduct(msgspec.Struct, frozen=True):
    """A package of PyPI that something is said of."""

    project: ProjectName
    version: str
    """Empty for every version."""


class VexStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement."""

    vulnerabilities: frozenset[str]
    """The identifiers of the one vulnerability, in upper case."""
    products: tuple[VexProduct, ...]
    status: VexStatus
    justification: str = ""
    """One of OpenVEX's labels, or empty."""
    impact: str = ""
    """In words of the author."""
    origin: str
    """The document."""
    number: int
    """Of the statement in it, from 1."""
    at: dt.datetime
    """When it was made; the latest on a package counts."""
