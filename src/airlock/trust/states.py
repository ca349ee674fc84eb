"""What is current in a repository, and what is to be different."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec

from airlock.trust import roles
from airlock.trust.documents import SnapshotText, Target


class Change(msgspec.Struct, frozen=True):
    """A target that is to be signed, or, without content, to be signed no more."""

    path: str
    target: Target | None


class State(msgspec.Struct):
    """What is current."""

    timestamp: int
    snapshot: int
    text: SnapshotText


def role_of(name: str) -> str:
    """Return the role of a document by its name on the wire."""
    return name.removesuffix(".json").partition(".")[2]


def roles_of(pending: Mapping[str, Any]) -> dict[str, int]:
    """Return the roles of documents by their names on the wire, each with its version."""
    return {role_of(name): int(name.partition(".")[0]) for name in pending}


def is_late(expiry: dt.datetime, now: dt.datetime) -> bool:
    """Tell whether what expires then is to be signed again now."""
    return expiry - now < roles.RESIGNED_BEFORE
