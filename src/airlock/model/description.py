"""What a release says of itself, as far as lists and searches show it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

import msgspec

from airlock.model.identity import ProjectName

if TYPE_CHECKING:
    from packaging.metadata import RawMetadata

_LONGEST_SUMMARY = 512
_MOST_REQUIREMENTS = 1_000


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """Of the newest release of a project that was looked at here."""

    version: str
    summary: str = ""
    """At most 512 characters, on one line; whatever the package wrote there."""
    requires: tuple[ProjectName, ...] = ()
    """The projects that it requires, for extras, too; sorted."""

    @classmethod
    def of(cls, version: str, raw: "RawMetadata") -> Self:
        """Return what the core metadata of a file of a release come down to."""
        summary = " ".join((raw.get("summary") or "").split())[:_LONGEST_SUMMARY]
        required = raw.get("requires_dist") or []
        # PostgreSQL has no NUL in text, and no half of a pair.
        summary = summary.replace("\0", " ").encode("utf-8", "replace").decode()
        return cls(version=version, summary=summary, requires=_projects(required))


def _projects(required: Iterable[str]) -> tuple[ProjectName, ...]:
    from packaging.requirements import InvalidRequirement, Requirement

    found = set()
    for text in list(required)[:_MOST_REQUIREMENTS]:
        try:
            found.add(ProjectName(Requirement(text).name))
        except InvalidRequirement:
            continue
    return tuple(sorted(found))
