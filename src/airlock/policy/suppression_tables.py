"""Suppressions from TOML: of a policy, and of the user's own project.

::

    [[policy.suppress]]                     # in a policy
    check = "code-download-run"
    path = "*/tools/fetch_fonts.py"
    sha256 = "…"                            # needed for what is high or critical
    reason = "fetches fonts from our own host, looked at on 2026-11-02"
    expires = 2027-05-01

    [[tool.airlock.suppress]]               # the same, in a pyproject.toml

- Whatever is not understood is an error, never ignored; tables of other tools are not read.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from airlock.errors import InvalidName, InvalidPolicy
from airlock.model import Sha256
from airlock.policy.advisories import MALWARE
from airlock.policy.ignoring import Ignore, IgnoreTable, ignores
from airlock.policy.suppression import Suppression

T = TypeVar("T")

HINT = "Suppressions are described in docs/reference/policy.md."


class SuppressTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One table, as it is written."""

    check: str
    reason: str
    expires: dt.date
    path: str = ""
    sha256: str = ""


class _Audit(msgspec.Struct, forbid_unknown_fields=True):
    ignore: list[IgnoreTable] = []


class _Airlock(msgspec.Struct, forbid_unknown_fields=True):
    suppress: list[SuppressTable] = []
    audit: _Audit = msgspec.field(default_factory=_Audit)


class _Tool(msgspec.Struct):
    airlock: _Airlock = msgspec.field(default_factory=_Airlock)


class _Project(msgspec.Struct):
    tool: _Tool = msgspec.field(default_factory=_Tool)


def project_suppressions(
    text: str, *, origin: str, known_checks: frozenset[str]
) -> tuple[Suppression, ...]:
    """Return the suppressions of a ``pyproject.toml``; none, if it has none.

    Args:
        text: the document.
        origin: where it came from, for messages.
        known_checks: the ids that suppressions may name.

    Raises:
        InvalidPolicy: naming what cannot be obeyed.
    """
    return _read(text, origin, lambda own: suppressions(own.suppress, origin, known_checks))


def project_ignores(text: str, *, origin: str) -> tuple[Ignore, ...]:
    """Return the ignored vulnerabilities of a ``pyproject.toml``; none, if it has none.

    Raises:
        InvalidPolicy: naming what cannot be obeyed.
    """
    return _read(text, origin, lambda own: ignores(own.audit.ignore, origin))


def _read(text: str, origin: str, take: Callable[[_Airlock], T]) -> T:
    import tomllib

    try:
        return take(msgspec.convert(tomllib.loads(text), _Project).tool.airlock)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, InvalidPolicy) as error:
        raise InvalidPolicy(f"{origin}: {error}", hint=HINT) from error
    except RecursionError as error:
        raise InvalidPolicy(f"{origin}: nested too deeply", hint=HINT) from error


def suppressions(
    tables: Iterable[SuppressTable], origin: str, known_checks: frozenset[str]
) -> tuple[Suppression, ...]:
    """Return what tables say.

    Raises:
        InvalidPolicy: without the origin, which the caller adds.
    """
    return tuple(_suppression(table, origin, known_checks) for table in tables)


def _suppression(table: SuppressTable, origin: str, known_checks: frozenset[str]) -> Suppression:
    if table.check not in known_checks:
        raise InvalidPolicy(f"suppress: there is no check {table.check!r}")
    if table.check == MALWARE:
        raise InvalidPolicy(
            f"suppress: {MALWARE} cannot be suppressed; a waiver on the digest is the way"
        )
    try:
        digest = Sha256(table.sha256) if table.sha256 else None
    except InvalidName as error:
        raise InvalidPolicy(f"suppress {table.check}: {error}") from error
    return Suppression(
        check=table.check,
        reason=table.reason,
        expires=table.expires,
        path=table.path,
        sha256=digest,
        origin=origin,
    )
