"""The proof of attestations: those of the index, or those that lie beside a file (PEP 740).

- What an index offers is expected to be signed by the publisher that the index names.
- What lies beside a file (``….publish.attestation``, ``….slsa.attestation``, as twine finds them)
  names nobody: it is verified for whom the user or the policy expects. Without an expectation it is
  true of somebody, and vouches for nothing.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from airlock.errors import NotVerified
from airlock.evidence.provenance import Attestor, Candidate
from airlock.model import ProjectName
from airlock.model.provenance import Attested, Identity, Provenance
from airlock.policy.provenance import IdentityPattern
from airlock.report.proofs import Proof, ProofState
from airlock.scanning.proving import Given, Prover

SUFFIXES = (".publish.attestation", ".slsa.attestation")
KIND = "attestations"
_LARGEST_BYTES = 1024 * 1024
_HINT = "say whom you expect: --repository OWNER/NAME, or identities in the policy"

Trusted = Callable[[ProjectName], tuple[IdentityPattern, ...]]


class AttestationProver(Prover):
    """Looks for attestations.

    Args:
        attestor: that verifies what lies beside files.
        trusted: returns who may sign the files of a project; nobody, if nobody said who may.
    """

    kind = KIND

    def __init__(self, attestor: Attestor, trusted: Trusted) -> None:
        self._attestor = attestor
        self._trusted = trusted

    def prove(self, given: Given) -> Proof:
        """Return how it stands with the attestations of a file; see ``Prover.prove``."""
        beside = [path for suffix in SUFFIXES if (path := given.beside(suffix)).is_file()]
        if given.provenance.rejected:
            return _proof(ProofState.INVALID, given.provenance.rejected)
        if beside:
            return self._of_files(given, beside)
        return self._of_index(given.provenance, self._trusted(given.artifact.release.project))

    def attested(self, given: Given) -> tuple[Attested, ...]:
        """Return what was verified beside the file for who is expected."""
        beside = [path for suffix in SUFFIXES if (path := given.beside(suffix)).is_file()]
        if not beside or not self._trusted(given.artifact.release.project):
            return ()
        try:
            return self._verified(given, beside)
        except NotVerified:
            return ()

    def _of_files(self, given: Given, beside: Sequence[Path]) -> Proof:
        if self._attestor.absent:
            return _proof(ProofState.UNKNOWN, self._attestor.absent)
        try:
            found = self._verified(given, beside)
        except NotVerified as error:
            return _proof(ProofState.INVALID, str(error))
        if not self._trusted(given.artifact.release.project):
            who = found[0].identity.label
            return _proof(ProofState.UNEXPECTED, f"signed by {who}; {_HINT}", found)
        return _proof(ProofState.VERIFIED, f"signed by {found[0].identity.label}", found)

    def _verified(self, given: Given, beside: Sequence[Path]) -> tuple[Attested, ...]:
        document = b"[%s]" % b",".join(map(_read, beside))
        candidate = Candidate(given.artifact.name.filename, given.artifact.sha256)

        trusted = self._trusted(given.artifact.release.project)

        def accepts(identity: Identity) -> str:
            # Without anybody trusted, what is verified here is told as unexpected.
            if not trusted or _is_one_of(identity, trusted):
                return ""
            return f"it was signed by {identity.label}, whom nobody expects"

        return self._attestor.verify_attestations(document, candidate, accepts)

    @staticmethod
    def _of_index(found: Provenance, trusted: Sequence[IdentityPattern]) -> Proof:
        if unknown := found.trouble or found.unknown or found.unverified:
            return _proof(ProofState.UNKNOWN, unknown)
        if not found.attested:
            what = "of this file" if found.offers else "of any file of this project"
            return _proof(ProofState.ABSENT, f"the index offers no provenance {what}")
        who = found.attested[0].identity
        if trusted and not all(_is_one_of(one.identity, trusted) for one in found.attested):
            summary = f"signed by {who.label}, whom nobody expects"
            return _proof(ProofState.INVALID, summary, found.attested)
        return _proof(ProofState.VERIFIED, f"published by {who.label}", found.attested)


def _is_one_of(identity: Identity, trusted: Sequence[IdentityPattern]) -> bool:
    return any(one.matches(identity) for one in trusted)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise NotVerified(f"{path.name} cannot be read: {error.strerror}") from error
    if len(data) > _LARGEST_BYTES:
        raise NotVerified(f"{path.name} has more than {_LARGEST_BYTES:,} bytes")
    return data


def _proof(state: ProofState, summary: str, found: Sequence[Attested] = ()) -> Proof:
    facts = [fact for one in found for fact in _facts(one)]
    return Proof(kind=KIND, state=state, summary=summary, facts=tuple(facts))


def _facts(one: Attested) -> list[tuple[str, str]]:
    identity = one.identity
    told = [
        ("predicate", str(one.predicate)),
        ("issuer", identity.issuer),
        ("repository", identity.repository),
        ("workflow", identity.workflow),
        ("environment", identity.environment),
        ("subject", identity.subject),
        ("ref", one.ref),
        ("commit", one.commit),
        ("logged", f"{one.logged_at:%Y-%m-%d %H:%M:%S}Z, entry {one.log_index}"),
    ]
    return [(name, value) for name, value in told if value]
