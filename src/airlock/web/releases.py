"""A project as its page shows it: its releases and files, and where each stands."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from airlock.gate.catalogue import Offer
from airlock.gate.door import Door
from airlock.gate.ruling import Ruling
from airlock.hosting import normalised
from airlock.model import Decision, ListedFile, Sha256
from airlock.sources.selection import in_order, newest_of, version_of
from airlock.store import Standing, Store

_MOST_RELEASES = 60
_MOST_FILES = 200


class FileRow(NamedTuple):
    """A file of the release that is shown."""

    file: ListedFile
    ruling: Ruling
    judged: bool
    """There is a verdict on it, whatever decides: what is known of a release, or of its name."""


class ReleaseRow(NamedTuple):
    """A release in the list of all."""

    version: str
    uploaded: dt.datetime | None
    """When the first of its files was, in UTC."""
    yanked: bool
    files: int
    standing: dict[Decision | None, int]
    """How many files are decided so by their newest verdict; ``None``: not looked at."""


class Shelf(NamedTuple):
    """What is offered of a project."""

    version: str
    """That is shown; empty if nothing is offered."""
    files: tuple[FileRow, ...]
    more_files: int
    releases: tuple[ReleaseRow, ...]
    more_releases: int

    @property
    def standing(self) -> list[tuple[Decision | None, int]]:
        """How many of the files that are shown the door decides so, the strictest first."""
        known = Counter(row.ruling.decision for row in self.files)
        return sorted(known.items(), key=lambda pair: -1 if pair[0] is None else pair[0])[::-1]


def shelf(offer: Offer, door: Door, store: Store, version: str | None) -> Shelf | None:
    """Return what is offered, with the files of one release; ``None`` if there is no such release.

    Args:
        offer: of the project.
        door: that rules on the files that are shown, and on no others.
        store: that knows where the others stand.
        version: as it is compared; ``None``: the newest.
    """
    files = offer.listing.files
    by_version: dict[str, list[int]] = {}
    for at, file in enumerate(files):
        by_version.setdefault(version_of(file), []).append(at)
    versions = in_order(by_version)
    wanted = _wanted(files, by_version, versions, version)
    if wanted is None and version is not None:
        return None
    chosen = by_version[wanted] if wanted is not None else []
    shown = chosen[:_MOST_FILES]
    rulings = door.decide_all(offer.asked[at] for at in shown)
    latest = versions[: -_MOST_RELEASES - 1 : -1]
    groups = {one: [files[at] for at in by_version[one]] for one in latest}
    known = store.latest_verdicts(file.sha256 for at in shown if (file := files[at]).sha256)
    return Shelf(
        version=wanted or "",
        files=tuple(
            FileRow(files[at], ruling, ruling.asked.sha256 in known)
            for at, ruling in zip(shown, rulings, strict=True)
        ),
        more_files=len(chosen) - len(shown),
        releases=_releases(groups, store),
        more_releases=len(versions) - len(latest),
    )


def _wanted(
    files: Sequence[ListedFile],
    by_version: Mapping[str, Sequence[int]],
    versions: Sequence[str],
    version: str | None,
) -> str | None:
    """Return the version to show, as the names of files spell it; ``None`` if there is none."""
    if version is not None:
        return next((one for one in versions if normalised(one) == version), None)
    kept = [one for one in versions if any(files[at].yanked is None for at in by_version[one])]
    return newest_of(kept or versions)


def _releases(groups: Mapping[str, Sequence[ListedFile]], store: Store) -> tuple[ReleaseRow, ...]:
    digests = [file.sha256 for group in groups.values() for file in group if file.sha256]
    standings = store.latest_verdicts(digests)
    return tuple(_release(version, group, standings) for version, group in groups.items())


def _release(
    version: str, files: Sequence[ListedFile], standings: dict[Sha256, Standing]
) -> ReleaseRow:
    times = [file.upload_time for file in files if file.upload_time]
    known = Counter(_decision(file, standings) for file in files)
    return ReleaseRow(
        version=version,
        uploaded=min(times, default=None),
        yanked=bool(files) and all(file.yanked is not None for file in files),
        files=len(files),
        standing=dict(known),
    )


def _decision(file: ListedFile, standings: dict[Sha256, Standing]) -> Decision | None:
    standing = standings.get(file.sha256) if file.sha256 else None
    if standing is None or standing.filename != file.filename:
        return None
    return standing.decision
