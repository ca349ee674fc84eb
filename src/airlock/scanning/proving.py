"""The port: one kind of proof of who made a file. A kind is one class, and one section of a report.

Promises of every adapter:

- ``prove`` always returns a proof: what could not be looked at is ``UNKNOWN``, with the reason.
- ``VERIFIED`` is said only of somebody of whom the user, their policy or the index said before that
  they may sign.
"""

from abc import ABC, abstractmethod
from pathlib import Path

import msgspec

from airlock.model import Artifact
from airlock.model.provenance import Attested, Provenance
from airlock.report.proofs import Proof


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is to be proved."""

    path: Path
    artifact: Artifact
    provenance: Provenance
    """What the index says, as far as it was asked."""

    def beside(self, suffix: str) -> Path:
        """Return the path of a file beside it, such as ``….whl.asc``."""
        return self.path.with_name(f"{self.path.name}{suffix}")


class Prover(ABC):
    """Looks for one kind of proof."""

    kind: str

    @abstractmethod
    def prove(self, given: Given) -> Proof:
        """Return how it stands with the proof of a file."""

    def close(self) -> None:  # noqa: B027 - most have none
        """Let go of connections, if it has any."""

    def attested(self, given: Given) -> tuple[Attested, ...]:
        """Return what this kind verified beyond what the index said, for the policy to know."""
        del given
        return ()
