"""The attestor of an installation without the extra ``trust``: it verifies nothing, and says so."""

from typing import NoReturn

from airlock.errors import NotVerified
from airlock.evidence.provenance.interface import Accepts, Attestor, Candidate

_HINT = "Install the parts of it with: pip install 'pypi-airlock[trust]'"


class NoAttestor(Attestor):
    """Verifies nothing.

    Args:
        absent: why.
    """

    def __init__(self, absent: str) -> None:
        self.absent = absent

    def verify_provenance(self, document: bytes, candidate: Candidate) -> NoReturn:  # noqa: ARG002
        """Refuse."""
        raise NotVerified(f"nothing verifies the provenance of {candidate.filename}", hint=_HINT)

    def verify_attestations(
        self,
        document: bytes,  # noqa: ARG002 - the port's signature
        candidate: Candidate,
        accepts: Accepts,  # noqa: ARG002 - the port's signature
    ) -> NoReturn:
        """Refuse."""
        raise NotVerified(f"nothing verifies the attestations of {candidate.filename}", hint=_HINT)
