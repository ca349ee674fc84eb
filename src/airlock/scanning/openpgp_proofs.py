"""The proof of OpenPGP: the signature beside a file, by a certificate that is pinned."""

from airlock.model.openpgp import SignedBy
from airlock.pinning import NOBODY, Pinning
from airlock.report.proofs import Proof, ProofState
from airlock.scanning.proving import Given, Prover

KIND = "openpgp"
_HINT = "pin whom you expect: --certificate FILE, or openpgp in the policy"


class OpenPgpProver(Prover):
    """Looks for signatures by people's own keys.

    Args:
        pinning: knows whose count.
    """

    kind = KIND

    def __init__(self, pinning: Pinning) -> None:
        self._pinning = pinning

    def prove(self, given: Given) -> Proof:
        """Return how it stands with the signatures of a file; see ``Prover.prove``."""
        found = self._pinning.beside(given.path, given.artifact.release.project)
        if found.unknown == NOBODY:
            state = ProofState.UNKNOWN if found.offered else ProofState.ABSENT
            told = f"a signature is there; {_HINT}" if found.offered else "no signature beside it"
            return Proof(kind=KIND, state=state, summary=told)
        if found.trouble or found.unknown:
            return _proof(ProofState.UNKNOWN, found.trouble or found.unknown)
        if found.rejected:
            return _proof(ProofState.INVALID, found.rejected)
        if found.verified:
            facts = tuple(fact for one in found.verified for fact in _facts(one))
            who = found.verified[0].user or found.verified[0].fingerprint
            return Proof(
                kind=KIND, state=ProofState.VERIFIED, summary=f"signed by {who}", facts=facts
            )
        if found.strangers:
            return _proof(ProofState.UNEXPECTED, f"signed by the key {found.strangers[0]}; {_HINT}")
        return _proof(ProofState.ABSENT, "no signature beside it")


def _facts(one: SignedBy) -> tuple[tuple[str, str], ...]:
    told = [
        ("certificate", one.fingerprint),
        ("key", one.key if one.key != one.fingerprint else ""),
        ("owner", one.user),
        ("signed", f"{one.created:%Y-%m-%d %H:%M:%S}Z"),
    ]
    return tuple((name, value) for name, value in told if value)


def _proof(state: ProofState, summary: str) -> Proof:
    return Proof(kind=KIND, state=state, summary=summary)
