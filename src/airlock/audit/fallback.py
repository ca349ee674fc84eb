"""Where there is no database at all: the index's own record of the latest release.

It is no database: it knows of the latest release alone, and less of it. What comes of it is marked
(``AuditEvidence.INDEX``), and every other release stays unauditable.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from airlock.audit.auditing import Asked, Release
from airlock.evidence.advisories import Known
from airlock.evidence.advisories.keys import NotPep440, key, parsed
from airlock.model import ProjectName
from airlock.model.advisory import Advisory
from airlock.model.audit import worst_first
from airlock.sources.latest_releases import IndexVulnerability, LatestRelease

_LONGEST_SUMMARY = 300

Ask = Callable[[Iterable[ProjectName]], Mapping[ProjectName, LatestRelease | str]]


def asked_of_index(releases: Sequence[Release], ask: Ask) -> Asked:
    """Return what the index knows of releases, or why it knows nothing of one.

    Args:
        releases: projects and versions.
        ask: the index about projects.
    """
    told = ask(sorted({project for project, _ in releases}))
    return {release: _of(release, told[release[0]]) for release in releases}


def _of(release: Release, told: LatestRelease | str) -> Known | str:
    if isinstance(told, str):
        return told
    project, version = release
    latest = told.info.version
    try:
        if key(version) != key(latest):
            return f"the index records the vulnerabilities of {project} {latest} alone, the latest"
    except NotPep440 as error:
        return str(error)
    found = [_advisory(one, version) for one in told.vulnerabilities if not one.withdrawn]
    return Known(advisories=worst_first(found))


def _advisory(told: IndexVulnerability, version: str) -> Advisory:
    text = " ".join((told.summary or told.details or "").split())
    identifiers = (told.id, *told.aliases)
    return Advisory(
        id=told.id,
        aliases=told.aliases,
        records=(told.id,),
        summary=text[:_LONGEST_SUMMARY],
        malware=any(one.startswith("MAL-") for one in identifiers),
        fixed_in=tuple(_later(told.fixed_in, version)),
        references=(told.link,) if told.link else (),
    )


def _later(fixed: Iterable[str], version: str) -> Iterable[str]:
    """Yield the fixed versions above a version, ascending; what is none is left out."""
    places = []
    for text in fixed:
        try:
            places.append((parsed(text), text))
        except NotPep440:
            continue
    return (text for place, text in sorted(places) if place > parsed(version))
