"""A wheel's RECORD that does not tell what the wheel holds.

RECORD lists every file of a wheel with its digest and size. pip installs whatever the archive
holds, verifies none of it, and on removal deletes what the rows name. A file that was slipped into
a finished wheel therefore installs without a word, but cannot hide from a comparison.

- **high**: code that RECORD does not list; a file whose digest is not the listed one; a row for a
  path outside the wheel, which removing the package would delete; no RECORD at all.
- **medium**: other files that are not listed, sizes that are wrong, rows without a digest or with
  two of them, rows for files of other packages.
- **low**: METADATA and WHEEL that were edited without RECORD, as tools do that give a wheel other
  tags; digests of weak or unknown algorithms, rows that cannot be parsed, rows for files of the
  package itself that are missing.

Source distributions have no RECORD. Indexes have begun to refuse wheels with such differences, so
that an honest new release has none.
"""

from collections import Counter
from collections.abc import Iterator

from airlock.archive.record import Difference, Discrepancy, compare_record
from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.model import ArtifactKind, Confidence, Finding, Severity

# Of each difference; the rest is one finding with their number.
_MOST_OF_A_KIND = 20
_CODE = (
    *(".py", ".pyw", ".pyc", ".pyx", ".pth", ".start", ".so", ".pyd", ".dll", ".dylib", ".exe"),
    *(".sh", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jar", ".pkl", ".pickle"),
)
# What tools edit that give a finished wheel other tags, and forget RECORD.
_EDITED = (".dist-info/METADATA", ".dist-info/WHEEL")
_EDITS = (Difference.WRONG_DIGEST, Difference.WRONG_SIZE)
_SEVERITIES = {
    Difference.NO_RECORD: Severity.HIGH,
    Difference.OUTSIDE: Severity.HIGH,
    Difference.WRONG_DIGEST: Severity.HIGH,
    Difference.NOT_LISTED: Severity.MEDIUM,
    Difference.WRONG_SIZE: Severity.MEDIUM,
    Difference.NO_DIGEST: Severity.MEDIUM,
    Difference.LISTED_TWICE: Severity.MEDIUM,
    Difference.NOT_THERE: Severity.LOW,
    Difference.WEAK_DIGEST: Severity.LOW,
    Difference.BAD_ROW: Severity.LOW,
}


class Record(Check):
    """Does RECORD list what the wheel holds?"""

    id = "archive-record"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each difference, and one for those that are too many."""
        if subject.artifact.name.kind is not ArtifactKind.WHEEL:
            raise NotApplicable("only wheels are held to their RECORD")
        counts: Counter[Difference] = Counter()
        last: dict[Difference, Finding] = {}
        own = _tops(subject)
        for discrepancy in compare_record(subject.reading, _folder(subject)):
            counts[discrepancy.difference] += 1
            finding = _finding(discrepancy, own)
            if counts[discrepancy.difference] <= _MOST_OF_A_KIND:
                yield finding
            else:
                worst = last.setdefault(discrepancy.difference, finding)
                last[discrepancy.difference] = max(worst, finding, key=lambda f: f.severity.rank)
        for difference, worst in last.items():
            yield _summary(worst, counts[difference] - _MOST_OF_A_KIND)


def _folder(subject: Subject) -> str:
    """Return the ``.dist-info`` folder: that of METADATA, or what the file name asks for."""
    if subject.core_metadata.path:
        return subject.core_metadata.path.partition("/")[0]
    return "-".join(subject.artifact.name.filename.split("-")[:2]) + ".dist-info"


def _tops(subject: Subject) -> frozenset[str]:
    """Return the files and folders at the top of the wheel, as they are installed."""
    return frozenset(member.path.partition("/")[0] for member in subject.reading.members)


def _finding(discrepancy: Discrepancy, own: frozenset[str]) -> Finding:
    difference, path = discrepancy.difference, discrepancy.path
    severity = _SEVERITIES[difference]
    if difference is Difference.NOT_LISTED and path.lower().endswith(_CODE):
        severity = Severity.HIGH
    if difference in _EDITS and path.endswith(_EDITED):
        severity = Severity.LOW
    if difference is Difference.NOT_THERE and path.partition("/")[0] not in own:
        severity = Severity.MEDIUM
    return Finding(
        severity=severity,
        confidence=Confidence.HIGH,
        message=f"{_capital(discrepancy.message)}.",
        path=path,
        evidence=difference.value,
    )


def _summary(worst: Finding, count: int) -> Finding:
    return Finding(
        severity=worst.severity,
        confidence=worst.confidence,
        message=f"{count:,} more files are like this one: {worst.message}",
        path=worst.path,
        evidence=worst.evidence,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
