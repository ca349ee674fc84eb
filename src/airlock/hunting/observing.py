"""What one can hunt for of a scan: taken from its verdict and, where there is one, its profile."""

import re
from collections.abc import Iterator

from airlock.model import Severity, Verdict
from airlock.model.hunting import LONGEST_VALUE, Kind, Observation, Scan
from airlock.model.watching import gravity
from airlock.profiles import Profile
from airlock.profiles.profile import PieceKind

_CODE = frozenset(
    {PieceKind.PYTHON, PieceKind.BYTECODE, PieceKind.NATIVE, PieceKind.STARTUP, PieceKind.SCRIPT}
)
# Smaller files are alike by chance: an empty module, one line of a version.
_SMALLEST_PRINT = 120
_MOST_PRINTS = 100
_MOST = 400
_HOST = re.compile(r"(?:https?|ftp|wss?)://([A-Za-z0-9.-]+\.[A-Za-z0-9-]{2,}|\[[0-9a-f:]+\])")


def scan_of(number: int, verdict: Verdict) -> Scan:
    """Return what stands in lists of a verdict."""
    artifact = verdict.artifact
    return Scan(
        id=number,
        project=artifact.release.project,
        version=artifact.release.version,
        filename=artifact.name.filename,
        sha256=artifact.sha256,
        decision=verdict.decision,
        severity=gravity(verdict),
        released_at=artifact.release.upload_time or verdict.decided_at,
        headline=verdict.headline,
    )


def observations(verdict: Verdict, profile: Profile | None) -> list[Observation]:
    """Return everything that can be asked for, each once, bounded."""
    found: dict[Observation, None] = {}
    for kind, value in (*_of_verdict(verdict), *_of_profile(profile)):
        told = value.replace("\0", "\N{REPLACEMENT CHARACTER}").strip().lower()[:LONGEST_VALUE]
        if told and len(found) < _MOST:
            found[Observation(kind, told)] = None
    return list(found)


def _of_verdict(verdict: Verdict) -> Iterator[tuple[Kind, str]]:
    for outcome in verdict.outcomes:
        for finding in outcome.findings:
            if finding.severity > Severity.INFO:
                yield Kind.FINDING, finding.check
                yield Kind.TEXT, finding.message
                yield Kind.TEXT, finding.evidence
                for host in _HOST.findall(f"{finding.message} {finding.evidence}"):
                    yield Kind.HOST, host


def _of_profile(profile: Profile | None) -> Iterator[tuple[Kind, str]]:
    if profile is None:
        return
    for contact in profile.contacts:
        yield Kind.HOST, contact.host
    for startup in profile.startups:
        yield Kind.PATH, startup.path
        yield Kind.PRINT, startup.digest
    for person in profile.people:
        yield Kind.PUBLISHER, person
    for deed in sorted({trait.deed.value for trait in profile.traits}):
        yield Kind.DEED, deed
    code = [one for one in profile.pieces if one.kind in _CODE and one.size >= _SMALLEST_PRINT]
    for piece in code[:_MOST_PRINTS]:
        yield Kind.PRINT, piece.digest
    for need in profile.needs:
        yield Kind.NEEDS, need.name
