"""From the records of a project to what is known of one release.

Records that name each other, or the same third one, as aliases are one vulnerability: the groups
are those of all records of the project that are in force, whether they are about this version or
not.
"""

from collections.abc import Iterable, Mapping, Sequence

from airlock.errors import NotExamined
from airlock.evidence.advisories.interface import Known
from airlock.evidence.advisories.keys import NotPep440, key, keys_of, parsed
from airlock.evidence.advisories.records import Affected, Exploitation, Record
from airlock.model import Severity
from airlock.model.advisory import Advisory
from airlock.model.audit import worst_first

_FIRST = ("MAL-", "PYSEC-", "GHSA-", "CVE-")
_MOST_REFERENCES = 8

Fixes = Iterable[tuple[bytes, str]]


class ProjectRecords:
    """Everything that is known of one project.

    Args:
        project: normalised.
        records: about it, without withdrawn ones.
        exploitation: of CVEs.
    """

    def __init__(
        self, project: str, records: Iterable[Record], exploitation: Mapping[str, Exploitation]
    ) -> None:
        self._exploitation = exploitation
        self._groups = [_Group(project, members) for members in _groups(list(records))]

    def known(self, version: str) -> Known:
        """Return what is known of a release.

        Raises:
            NotExamined: if the version is none by PEP 440.
        """
        keys = _keys_of(version)
        matched = [(group, found) for group in self._groups if (found := group.about(keys))]
        told = {id(group) for group, _ in matched}
        blind = [why for group in self._groups if id(group) not in told for why in group.blind]
        return Known(
            advisories=worst_first(
                group.advisory(found, keys, self._exploitation) for group, found in matched
            ),
            blind=tuple(blind),
            upgrade=self._upgrade(version, keys) if matched else "",
        )

    def fixed_by(self, version: str) -> tuple[str, ...]:
        """Return what the vulnerabilities are called that a release is named as the fix of.

        Raises:
            NotExamined: if the version is none by PEP 440.
        """
        # Of a local version nobody but who made it can say what it fixes.
        own = _keys_of(version)[0]
        return tuple(group.name for group in self._groups if group.is_fixed_by(own))

    def _upgrade(self, version: str, keys: tuple[bytes, ...]) -> str:
        early = parsed(version).is_prerelease
        fixes = {fix for group in self._groups for fix in group.fixes}
        if not early:
            # What a pre-release fixes, its final release has fixed.
            fixes = {_final(fix) for fix in fixes}
        later = sorted(fix for fix in fixes if fix[0] > keys[0])
        return next((text for at, text in later if not self._against((at,))), "")

    def _against(self, keys: tuple[bytes, ...]) -> bool:
        """Tell whether anything is known against a version."""
        return any(group.about(keys) for group in self._groups)


class _Group:
    """The records of one vulnerability, in the order of preference of their identifiers."""

    def __init__(self, project: str, records: Sequence[Record]) -> None:
        self._records = sorted(records, key=lambda record: _preference(record.id))
        self._said: list[tuple[Record, Affected]] = [
            (record, one)
            for record in self._records
            for one in record.affected
            if one.project == project
        ]
        self.blind = [f"{record.id}: {one.blind}" for record, one in self._said if one.blind]
        self.fixes = {fix for _, one in self._said for fix in one.fixed}

    @property
    def name(self) -> str:
        return self._records[0].id

    def is_fixed_by(self, version: bytes) -> bool:
        """Tell whether a version, by its key, is named as the fix, and nothing says otherwise."""
        if any(record.malware for record in self._records) or self.about((version,)):
            return False
        return any(version in {fix[0], _final(fix)[0]} for fix in self.fixes)

    def about(self, keys: tuple[bytes, ...]) -> list[Record]:
        """Return the records that are about a version."""
        found = {record.id: record for record, one in self._said if one.affects(keys)}
        return list(found.values())

    def advisory(
        self,
        found: Sequence[Record],
        keys: tuple[bytes, ...],
        exploitation: Mapping[str, Exploitation],
    ) -> Advisory:
        names = {name for record in self._records for name in (record.id, *record.aliases)}
        first = found[0]
        rated = max(self._records, key=_rating)
        known = [exploitation[name] for name in sorted(names) if name in exploitation]
        likely = max(known, key=lambda one: one.epss or 0.0, default=Exploitation())
        references = dict.fromkeys(url for record in found for url in record.references)
        return Advisory(
            id=first.id,
            aliases=tuple(sorted(names - {first.id}, key=_preference)),
            records=tuple(sorted(record.id for record in found)),
            summary=next((record.summary for record in found if record.summary), ""),
            details=next((record.details for record in found if record.details), ""),
            malware=any(record.malware for record in self._records),
            severity=Severity(rated.severity) if rated.severity else None,
            score=rated.score,
            vector=rated.vector,
            epss=likely.epss,
            epss_percentile=likely.percentile,
            exploited=any(one.exploited for one in known),
            fixed_in=tuple(text for at, text in sorted(self.fixes) if at > keys[0]),
            published=min((record.published for record in found if record.published), default=""),
            references=tuple(references)[:_MOST_REFERENCES],
        )


def _keys_of(version: str) -> tuple[bytes, ...]:
    try:
        return keys_of(version)
    except NotPep440 as error:
        raise NotExamined(str(error)) from error


def _final(fix: tuple[bytes, str]) -> tuple[bytes, str]:
    version = parsed(fix[1])
    return (key(version.base_version), version.base_version) if version.is_prerelease else fix


def _preference(identifier: str) -> tuple[int, str]:
    place = next((n for n, prefix in enumerate(_FIRST) if identifier.startswith(prefix)), 9)
    return place, identifier


def _rating(record: Record) -> tuple[int, float]:
    severity = Severity(record.severity).rank if record.severity else -1
    return severity, record.score or 0.0


def _groups(records: Sequence[Record]) -> list[list[Record]]:
    """Return the records in groups that share an identifier, in the order of their first."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := parent.setdefault(name, name)) != name:
            parent[name] = parent.setdefault(above, above)
            name = parent[name]
        return name

    for record in records:
        for alias in record.aliases:
            parent[root(alias)] = root(record.id)
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(root(record.id), []).append(record)
    return list(groups.values())
