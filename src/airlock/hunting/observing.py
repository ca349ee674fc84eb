"""What one can hunt for of a scan: taken from its verdict and, where there is one, its profile.

Of each kind so many are kept and no more: whoever writes a file cannot drown one kind in another.
A change of what is observed raises the number in the name of ``store.sql_hunting``'s cursor, and
all verdicts are read again.
"""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from airlock.model import Severity, Verdict
from airlock.model.hunting import LONGEST_VALUE, Kind, Observation, Scan
from airlock.model.vouchers import Voucher, vouchers
from airlock.model.watching import gravity
from airlock.profiles import Profile
from airlock.profiles.profile import PieceKind

_CODE = frozenset(
    {PieceKind.PYTHON, PieceKind.BYTECODE, PieceKind.NATIVE, PieceKind.STARTUP, PieceKind.SCRIPT}
)
# Smaller files are alike by chance: an empty module, one line of a version.
_SMALLEST_PRINT = 120
_MOST_PRINTS = 100
_MOST_OF_A_KIND = 200
_PROVIDERS = {
    "https://token.actions.githubusercontent.com": "github",
    "https://gitlab.com": "gitlab",
    "https://accounts.google.com": "google",
    "https://platform.activestate.com/api/v1/oauth/oidc": "activestate",
}
"""Those whose identities indexes take (PEP 740), by their issuers."""
_UNKNOWN = "unknown"
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
    counts: Counter[Kind] = Counter()
    signed = (pair for one in vouchers(verdict.outcomes) for pair in _of_voucher(one))
    for kind, value in (*signed, *_of_verdict(verdict), *_of_profile(profile)):
        told = value.replace("\0", "\N{REPLACEMENT CHARACTER}").strip().lower()[:LONGEST_VALUE]
        one = Observation(kind, told)
        if told and one not in found and counts[kind] < _MOST_OF_A_KIND:
            counts[kind] += 1
            found[one] = None
    return list(found)


def _of_voucher(voucher: Voucher) -> Iterator[tuple[Kind, str]]:
    by = _provider(voucher)
    if who := voucher.repository or voucher.subject or voucher.key:
        yield Kind.PUBLISHER, f"{by}:{who}"
    if voucher.repository:
        yield Kind.OWNER, f"{by}:{voucher.identity.owner}"
        yield Kind.WORKFLOW, voucher.workflow


def _provider(voucher: Voucher) -> str:
    """Return who vouches for an identity: a service, the host of another one, or a kind of key."""
    if voucher.kind.is_signature:
        return voucher.kind.value
    if known := _PROVIDERS.get(voucher.issuer):
        return known
    try:
        return urlsplit(voucher.issuer).hostname or _UNKNOWN
    except ValueError:
        return _UNKNOWN


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
        yield Kind.AUTHOR, person
    for deed in sorted({trait.deed.value for trait in profile.traits}):
        yield Kind.DEED, deed
    code = [one for one in profile.pieces if one.kind in _CODE and one.size >= _SMALLEST_PRINT]
    for piece in code[:_MOST_PRINTS]:
        yield Kind.PRINT, piece.digest
    for need in profile.needs:
        yield Kind.NEEDS, need.name
