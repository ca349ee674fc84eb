"""The adapter where the library is not installed: verifies nothing, and says why."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from airlock.errors import MissingExtra, NotExamined
from airlock.evidence.openpgp.interface import Certificate, Checked, OpenPgp

_HINT = "Install it with: pip install 'pypi-airlock[openpgp]'"


class NoOpenPgp(OpenPgp):
    """Says that nothing can be verified here."""

    absent = f"pysequoia is not installed, which verifies OpenPGP signatures. {_HINT}"

    def read_certificates(self, data: bytes) -> tuple[Certificate, ...]:  # noqa: ARG002
        """Fail.

        Raises:
            MissingExtra: always.
        """
        raise _missing()

    def check_signature(self, signature: bytes) -> None:
        """Let pass: what can be read here is its armour alone, which is served as it came."""

    def verify(
        self,
        signature: bytes,  # noqa: ARG002 - the port's signature
        path: Path,  # noqa: ARG002
        pinned: Sequence[Certificate],  # noqa: ARG002
        now: dt.datetime,  # noqa: ARG002
    ) -> Checked:
        """Fail.

        Raises:
            NotExamined: always.
        """
        raise NotExamined(self.absent)

    def sign(self, key: bytes, password: str, path: Path) -> tuple[bytes, str]:  # noqa: ARG002
        """Fail.

        Raises:
            MissingExtra: always.
        """
        raise _missing()


def _missing() -> MissingExtra:
    return MissingExtra("pysequoia is not installed", hint=_HINT)
