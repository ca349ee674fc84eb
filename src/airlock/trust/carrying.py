"""What shows who signs for projects, carried to where no server of it can be asked.

Carried are the roots, ``targets``, ``claimed``, ``recently-claimed`` and the documents of projects,
by ``<role>.json`` (roots by their versions). They are judged from a root that the reader trusts, as
a client does, but for two roles: ``timestamp`` and ``snapshot`` live a day, and say nothing but
that there is nothing newer. Whoever carries can so keep a newer document back, and make none up.

- An expired document vouches for nothing; only ``recently-claimed``, which lives a day, too, is
  taken as what was vouched for on the day of the journey.
- A claim without its document is known, and nothing is signed under it.

Source: TUF 5.3 (updating the root), 5.6 (targets and delegations); PEP 480.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from airlock.errors import NotVerified
from airlock.model import ProjectName
from airlock.trust import ceremony, delegating, keys, project_documents, roles
from airlock.trust.project_documents import ProjectDocument

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata

    from airlock.trust.workspace import Workspace

Get = Callable[[str], bytes | None]
"""Returns a carried document by its name; ``None`` if it is not there."""


class CarriedClaim(msgspec.Struct, frozen=True, kw_only=True):
    """What the developers of a project signed, verified."""

    data: bytes = b""
    """The document as it was carried; empty if it was not."""
    document: ProjectDocument | None = None


def documents(workspace: "Workspace", projects: Iterable[ProjectName]) -> dict[str, bytes]:
    """Return what shows who signs for some projects, by its names; nothing if nobody does.

    Args:
        workspace: the trust folder.
        projects: of which only those that are claimed are looked at.
    """
    signed = {one: workspace.developers.document(one) for one in projects}
    claimed = workspace.developers.projects()
    found = {
        f"{roles.project_role(project)}.json": data
        for project, data in signed.items()
        if data is not None and project in claimed
    }
    if not found:
        return {}
    for version in range(1, workspace.root_version() + 1):
        found[_root(version)] = workspace.metadata.get(_root(version)) or b""
    current = workspace.current()
    recent = workspace.developers.recently_claimed()
    above = {role: current.get(role) for role in (roles.TARGETS, roles.CLAIMED)}
    above[roles.RECENT] = recent
    return found | {f"{role}.json": data for role, data in above.items() if data is not None}


def verified(root: bytes, get: Get, now: dt.datetime) -> dict[ProjectName, CarriedClaim]:
    """Return which projects are claimed, each with what its developers signed.

    Args:
        root: that is trusted.
        get: what was carried.
        now: the time in UTC.

    Raises:
        NotVerified: if something is missing above the documents of projects, is not signed as it
            has to be, or has expired.
        MalformedDocument: if something cannot be read.
    """
    keys.know_identities()
    newest = _newest_root(root, get, now)
    top = _signed(roles.TARGETS, newest, get, now)
    found = dict[ProjectName, CarriedClaim]()
    delegations = top.signed.delegations
    # Offline keys stand above online ones: what they delegate comes last.
    for role in (roles.RECENT, roles.CLAIMED):
        if role in ((delegations.roles if delegations else None) or {}):
            lives = role != roles.RECENT
            delegator = _signed(role, top, get, now, lives=lives)
            for project in delegating.claims_of(delegator.signed):
                found[project] = _claim(project, delegator, get, now)
    return found


def _newest_root(root: bytes, get: Get, now: dt.datetime) -> "Metadata[Any]":
    known = ceremony.read(root, "the root")
    if known.signed.type != roles.ROOT:
        raise NotVerified(f"the root is {known.signed.type} metadata")
    _judge(roles.ROOT, known, known, "the root")
    while (data := get(name := _root(known.signed.version + 1))) is not None:
        new = ceremony.read(data, name)
        if new.signed.type != roles.ROOT or new.signed.version != known.signed.version + 1:
            raise NotVerified(f"{name} is not the root after the one before")
        for judge in (known, new):
            _judge(roles.ROOT, new, judge, name)
        known = new
    _live(known, "the newest root", now)
    return known


def _claim(
    project: ProjectName, delegator: "Metadata[Any]", get: Get, now: dt.datetime
) -> CarriedClaim:
    role = roles.project_role(project)
    data = get(f"{role}.json")
    if data is None:
        return CarriedClaim()
    found = _signed(role, delegator, get, now)
    return CarriedClaim(data=data, document=project_documents.of_signed(found.signed, project))


def _signed(
    role: str, delegator: "Metadata[Any]", get: Get, now: dt.datetime, *, lives: bool = True
) -> "Metadata[Any]":
    """Return the document of a role, signed by whom another one names."""
    name = f"{role}.json"
    data = get(name)
    if data is None:
        raise NotVerified(f"{name} was not carried along")
    found = ceremony.read(data, name)
    if found.signed.type != roles.TARGETS:
        raise NotVerified(f"{name} is {found.signed.type} metadata")
    _judge(role, found, delegator, name)
    if lives:
        _live(found, name, now)
    return found


def _judge(role: str, found: "Metadata[Any]", judge: "Metadata[Any]", name: str) -> None:
    from tuf.api.exceptions import UnsignedMetadataError

    try:
        judge.signed.verify_delegate(role, found.signed_bytes, found.signatures)
    except (UnsignedMetadataError, ValueError) as error:
        raise NotVerified(f"{name}: {error}") from error


def _live(found: "Metadata[Any]", name: str, now: dt.datetime) -> None:
    if found.signed.expires <= now:
        raise NotVerified(f"{name} expired on {found.signed.expires:%Y-%m-%d}")


def _root(version: int) -> str:
    return f"{version}.root.json"
