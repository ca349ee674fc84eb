"""The proof of a channel of conda: it lists the package with this SHA-256, signed by its keys."""

from collections.abc import Callable, Sequence

from airlock.errors import AirlockError, NotVerified
from airlock.evidence.channels import Channel
from airlock.model import ArtifactKind
from airlock.report.proofs import Proof, ProofState
from airlock.scanning.proving import Given, Prover

KIND = "channel"


class ChannelProver(Prover):
    """Looks a package of conda up in the index of its channel.

    Args:
        read: returns the ``repodata.json``; ``None``: the user named none.
        keys: of content trust, in hexadecimal; every one of them has to have signed.
    """

    kind = KIND

    def __init__(self, read: Callable[[], bytes] | None, keys: Sequence[str]) -> None:
        self._read = read
        self._keys = tuple(dict.fromkeys(keys))
        self._channel: Channel | None = None

    def prove(self, given: Given) -> Proof:
        """Return how a package is listed; see ``Prover.prove``."""
        if given.artifact.name.kind is not ArtifactKind.CONDA:
            return _proof(ProofState.ABSENT, "it is no package of conda")
        if self._read is None:
            return _proof(ProofState.UNKNOWN, "no index of a channel was named (--repodata)")
        try:
            return self._look(given, self._read)
        except NotVerified as error:
            return _proof(ProofState.INVALID, str(error))
        except AirlockError as error:
            return _proof(ProofState.UNKNOWN, str(error))

    def _look(self, given: Given, read: Callable[[], bytes]) -> Proof:
        if self._channel is None:
            self._channel = Channel(read())
        artifact = given.artifact
        found = self._channel.listed(artifact.name.filename, self._keys)
        if found is None:
            return _proof(ProofState.ABSENT, "the channel does not list it")
        if not found.sha256:
            return _proof(ProofState.UNKNOWN, "the channel lists it without a SHA-256")
        if found.sha256 != artifact.sha256:
            return _proof(ProofState.INVALID, f"listed is SHA-256 {found.sha256}: other bytes")
        if len(found.signed_by) < len(self._keys):
            lacking = next(key for key in self._keys if key not in found.signed_by)
            return _proof(ProofState.INVALID, f"it is not signed by the channel's key {lacking}")
        facts = (
            ("subdir", found.subdir),
            *(("signed by", key) for key in found.signed_by),
        )
        if found.signed_by:
            summary = "listed with these bytes, and signed"
            return Proof(kind=KIND, state=ProofState.VERIFIED, summary=summary, facts=facts)
        unseen = "its signatures were not looked at (--channel-key)"
        told = unseen if self._channel.signs else "nobody signed it"
        summary = f"listed with these bytes; {told}"
        return Proof(kind=KIND, state=ProofState.VERIFIED, summary=summary, facts=facts)


def _proof(state: ProofState, summary: str) -> Proof:
    return Proof(kind=KIND, state=state, summary=summary)
