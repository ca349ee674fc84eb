"""The proof of an index's signed metadata (TUF): the bytes are those that it signed, today.

It is asked for where the user has the root of a server's metadata; without one nothing is signed
that could be verified.
"""

import contextlib
from typing import TYPE_CHECKING

from airlock.errors import AirlockError, NotVerified
from airlock.report.proofs import Proof, ProofState
from airlock.scanning.proving import Given, Prover

if TYPE_CHECKING:
    from collections.abc import Callable

    from airlock.trust.client import TrustClient

KIND = "tuf"


class SignedProver(Prover):
    """Looks a file up in signed metadata.

    Args:
        client: makes the verifying client, and has its connections closed with the stack; ``None``:
            the user named no root.
    """

    kind = KIND

    def __init__(self, client: "Callable[[contextlib.ExitStack], TrustClient] | None") -> None:
        self._make = client
        self._client: TrustClient | None = None
        self._opened = contextlib.ExitStack()

    def close(self) -> None:
        """Let go of connections; see ``Prover.close``."""
        self._opened.close()

    def prove(self, given: Given) -> Proof:
        """Return what is signed of a file; see ``Prover.prove``."""
        if self._make is None:
            return _proof(ProofState.UNKNOWN, "no root of signed metadata was named (--root)")
        try:
            self._client = self._client or self._make(self._opened)
            return self._look(given, self._client)
        except NotVerified as error:
            return _proof(ProofState.INVALID, str(error))
        except AirlockError as error:
            return _proof(ProofState.UNKNOWN, str(error))

    @staticmethod
    def _look(given: Given, client: "TrustClient") -> Proof:
        from airlock.trust import roles

        artifact = given.artifact
        path = roles.file_target(artifact.release.project, artifact.name.filename)
        found = client.target(path)
        if found is None:
            return _proof(ProofState.ABSENT, f"{path} is not signed by {client.url}")
        if found.sha256 != artifact.sha256:
            return _proof(ProofState.INVALID, f"signed is SHA-256 {found.sha256}: other bytes")
        return Proof(
            kind=KIND,
            state=ProofState.VERIFIED,
            summary=f"signed by {client.url}",
            facts=(("target", path),),
        )


def _proof(state: ProofState, summary: str) -> Proof:
    return Proof(kind=KIND, state=state, summary=summary)
