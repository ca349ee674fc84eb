"""What vouches for a file, as ``airlock verify`` tells it: a proof of each kind, and a verdict."""

import enum
from collections.abc import Iterable

import msgspec

from airlock.model import Artifact, Verdict
from airlock.report.results import Unexamined, code_of, exit_code_of


class ProofState(enum.StrEnum):
    """How it stands with a proof."""

    VERIFIED = "verified"
    """It is there, and true."""
    INVALID = "invalid"
    """It is there, and false: the file is not what was signed, or the signature is not one."""
    UNEXPECTED = "unexpected"
    """It is there and true, by somebody of whom nobody said that they may."""
    ABSENT = "absent"
    """There is none."""
    UNKNOWN = "unknown"
    """Nobody could look; the summary says why."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of proof says of a file."""

    kind: str
    """``attestations``, ``openpgp``, ``tuf``."""
    state: ProofState
    summary: str
    """One sentence for a person."""
    facts: tuple[tuple[str, str], ...] = ()
    """More of it, in order: what it is, and how it is."""


class Vouched(msgspec.Struct, frozen=True, kw_only=True):
    """One file with everything that vouches for it."""

    proofs: tuple[Proof, ...]
    """One of each kind, in the order of kinds."""
    verdict: Verdict
    """What the policy says of where it comes from, and of nothing else."""

    @property
    def artifact(self) -> Artifact:
        """The file."""
        return self.verdict.artifact

    @property
    def code(self) -> int:
        """The exit code that it asks for.

        A false proof refuses, whatever else is true. A file that nothing vouches for is not clean.
        """
        states = {proof.state for proof in self.proofs}
        if ProofState.INVALID in states:
            return _REFUSED
        if ProofState.VERIFIED not in states:
            return max(_HELD, code_of(self.verdict.decision), key=_STRICTNESS.index)
        return code_of(self.verdict.decision)


_REFUSED, _HELD = 1, 3
_STRICTNESS = (0, _HELD, _REFUSED)

Verification = Vouched | Unexamined


def verification_code(results: Iterable[Verification]) -> int:
    """Return the exit code of a command with these results, as ``results.exit_code``."""
    return exit_code_of(
        result.exit_code if isinstance(result, Unexamined) else result.code for result in results
    )
