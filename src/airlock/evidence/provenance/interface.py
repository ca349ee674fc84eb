"""The port: verifies what came with a file to show who published it.

Promises of every adapter:

- What is returned was verified whole: signature, certificate, log entry, subject and digest.
- Nothing is loaded over a network; what is trusted is on this machine.
- One attestation that does not verify rejects all that came with it: a good one beside a forged
  one does not make it good.
- An identity is always asked for: no adapter verifies for anybody whatever.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable

import msgspec

from airlock.model import Sha256
from airlock.model.provenance import Attested, Identity

MOST_ATTESTATIONS = 10
"""For one file. There are two predicates, and at most one attestation of each in a bundle."""
LARGEST_BYTES = 8 * 1024**2
"""Of a provenance object. Those of the public index have about 10 KiB for each attestation."""

Accepts = Callable[[Identity], str]
"""Returns why an identity is not the one that is expected; empty if it is."""


class Candidate(msgspec.Struct, frozen=True):
    """The file that attestations have to be about."""

    filename: str
    sha256: Sha256


class Attestor(ABC):
    """Verifies attestations."""

    absent: str = ""
    """Why nothing can be verified; empty if it can."""

    @abstractmethod
    def verify_provenance(self, document: bytes, candidate: Candidate) -> tuple[Attested, ...]:
        """Verify a provenance object, each attestation for the publisher that its bundle names.

        Args:
            document: a provenance object (PEP 740), of at most ``LARGEST_BYTES``.
            candidate: the file.

        Raises:
            NotVerified: saying which rule is broken.
        """

    @abstractmethod
    def verify_attestations(
        self, document: bytes, candidate: Candidate, accepts: Accepts
    ) -> tuple[Attested, ...]:
        """Verify a list of attestation objects, as it comes with an upload or lies beside a file.

        Args:
            document: a JSON array of attestation objects (PEP 740).
            candidate: the file.
            accepts: says whether a verified identity is one that is expected.

        Raises:
            NotVerified: saying which rule is broken.
        """
