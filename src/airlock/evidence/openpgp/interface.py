"""The port: verifies detached signatures by certificates that somebody pinned.

Promises of every adapter:

- A certificate is named by its whole fingerprint and comes from the one who pinned it; no server of
  keys is ever asked.
- A certificate that is revoked, has expired, or is too weak verifies nothing; neither does a
  signature that has expired or is over SHA-1 or less. What a certificate signed before it expired
  is verified again once its owner's renewed one is pinned.
- One signature by a pinned certificate that does not verify rejects all that came with it.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import msgspec

from airlock.model.openpgp import SignedBy

LARGEST_SIGNATURE_BYTES = 64 * 1024
"""Of everything in one ``.asc``. A signature by RSA with 4,096 bits has 833 bytes."""
LARGEST_CERTIFICATE_BYTES = 4 * 1024**2
MOST_SIGNATURES = 16
"""In one ``.asc``."""
SHORTEST_BITS = 2048
"""Of RSA and of DSA (NIST SP 800-131A)."""


class Certificate(msgspec.Struct, frozen=True):
    """A certificate that somebody pinned."""

    fingerprint: str
    """In lower-case hexadecimal."""
    data: bytes = b""
    """As it was read, armoured or not, with nothing secret in it."""
    users: tuple[str, ...] = ()


class Checked(msgspec.Struct, frozen=True):
    """What came of looking at the signatures of a file."""

    verified: tuple[SignedBy, ...] = ()
    strangers: tuple[str, ...] = ()
    """The keys of signatures by nobody who is pinned: nothing is known of them."""


class OpenPgp(ABC):
    """Reads certificates, makes signatures and verifies them."""

    absent: str = ""
    """Why nothing can be verified; empty if it can."""

    @abstractmethod
    def read_certificates(self, data: bytes) -> tuple[Certificate, ...]:
        """Read the certificates of a file.

        Raises:
            NotVerified: if it holds none, or something else.
        """

    @abstractmethod
    def check_signature(self, signature: bytes) -> None:
        """Make sure that bytes are detached signatures, of anybody.

        Raises:
            NotVerified: if they are not.
        """

    @abstractmethod
    def verify(
        self, signature: bytes, path: Path, pinned: Sequence[Certificate], now: dt.datetime
    ) -> Checked:
        """Verify the detached signatures of a file.

        Args:
            signature: what came with it, armoured or not.
            path: the file.
            pinned: the certificates whose signatures count.
            now: the time in UTC at which certificates have to be good.

        Raises:
            NotVerified: saying what is wrong with which signature.
        """

    @abstractmethod
    def sign(self, key: bytes, password: str, path: Path) -> tuple[bytes, str]:
        """Sign a file; return the armoured detached signature, and the certificate's fingerprint.

        Args:
            key: the secret key, armoured or not.
            password: that protects it; empty for none.
            path: the file.

        Raises:
            UsageError: if the key cannot be used.
        """
