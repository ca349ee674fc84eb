"""Verifies the OpenPGP signatures of files, by the certificates that a policy pins.

- A signature is looked for beside its file, as ``<file>.asc``: there tools leave it, and downloads
  put it.
- Where nobody pinned a certificate for a project, nothing is known of its signatures.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from airlock.errors import NotExamined, NotVerified
from airlock.evidence.openpgp import LARGEST_SIGNATURE_BYTES, Certificate, OpenPgp
from airlock.model import ProjectName
from airlock.model.openpgp import Signatures
from airlock.policy.openpgp import Pin, pinned

SUFFIX = ".asc"
NOBODY = "nobody pinned a certificate for this project"


class Pinning:
    """Knows whose signatures count.

    Args:
        openpgp: that verifies.
        rules: of the policy.
        certificates: that are at hand, by their fingerprints.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        openpgp: OpenPgp,
        rules: Sequence[Pin],
        certificates: Mapping[str, Certificate],
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._openpgp = openpgp
        self._rules = tuple(rules)
        self._certificates = dict(certificates)
        self._clock = clock

    def counts(self, project: ProjectName) -> bool:
        """Tell whether somebody's signatures count for a project."""
        return bool(pinned(project, self._rules))

    def check(self, signature: bytes) -> None:
        """Make sure that bytes are detached signatures, of anybody.

        Raises:
            NotVerified: if they are not.
        """
        self._openpgp.check_signature(signature)

    def beside(self, path: Path, project: ProjectName) -> Signatures:
        """Return what the signature beside a file says of it."""
        signature = path.with_name(path.name + SUFFIX)
        try:
            with signature.open("rb") as stream:
                data = stream.read(LARGEST_SIGNATURE_BYTES + 1)
        except FileNotFoundError:
            return self.of(path, project, None)
        except OSError as error:
            return Signatures(
                unknown="", trouble=f"{signature.name} cannot be read: {error.strerror}"
            )
        return self.of(path, project, data)

    def of(self, path: Path, project: ProjectName, signature: bytes | None) -> Signatures:
        """Return what a signature says of a file; ``None`` if none came with it."""
        wanted = pinned(project, self._rules)
        offered = signature is not None
        if not wanted:
            return Signatures(unknown=NOBODY, offered=offered)
        if signature is None:
            return Signatures(unknown="")
        missing = sorted(wanted - self._certificates.keys())
        if missing and len(missing) == len(wanted):
            return Signatures(
                unknown="", offered=True, trouble=f"no file has the pinned certificate {missing[0]}"
            )
        known = [self._certificates[one] for one in sorted(wanted - set(missing))]
        try:
            found = self._openpgp.verify(signature, path, known, self._clock())
        except NotVerified as error:
            return Signatures(unknown="", offered=True, rejected=str(error))
        except NotExamined as error:
            return Signatures(unknown="", offered=True, trouble=str(error))
        return Signatures(
            unknown="", offered=True, verified=found.verified, strangers=found.strangers
        )


def by_fingerprint(certificates: Iterable[Certificate]) -> dict[str, Certificate]:
    """Return certificates by their fingerprints."""
    return {one.fingerprint: one for one in certificates}
