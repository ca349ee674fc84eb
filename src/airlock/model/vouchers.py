"""Who vouches for a file, as outcomes record it and policies read it.

A check that verified a signature says so in a finding of severity ``info`` whose evidence is a
voucher: one line of JSON. The policy reads vouchers of the family ``provenance`` and of no other:
``checks.run`` signs every finding with its check, so that none can speak for another.
"""

import enum
from collections.abc import Iterable, Iterator
from typing import Self

import msgspec

from airlock.model.finding import Severity
from airlock.model.outcome import Outcome, Status
from airlock.model.provenance import Attested, Identity, Predicate

FAMILY = "provenance-"


class VoucherKind(enum.StrEnum):
    """What was verified."""

    PUBLISH = "publish"
    """A publish attestation (PEP 740)."""
    SLSA = "slsa-provenance"
    """A SLSA provenance attestation (PEP 740)."""
    OPENPGP = "openpgp"
    """An OpenPGP signature by a pinned certificate."""
    DEVELOPER = "developer"
    """A signature by a key of a developer (PEP 480)."""

    @property
    def is_signature(self) -> bool:
        """Whether a person's own key made it, and it counts as the signature of a developer."""
        return self in {VoucherKind.OPENPGP, VoucherKind.DEVELOPER}


class Voucher(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One signature that was verified for one file."""

    kind: VoucherKind
    issuer: str = ""
    repository: str = ""
    workflow: str = ""
    environment: str = ""
    subject: str = ""
    """Of an identity that is no workflow."""
    key: str = ""
    """The fingerprint or id of the key, where a person's own key signed."""
    ref: str = ""
    commit: str = ""

    @classmethod
    def of_attestation(cls, attested: Attested) -> Self:
        """Return what a policy has to know of an attestation."""
        identity = attested.identity
        publish = attested.predicate is Predicate.PUBLISH
        return cls(
            kind=VoucherKind.PUBLISH if publish else VoucherKind.SLSA,
            issuer=identity.issuer,
            repository=identity.repository,
            workflow=identity.workflow,
            environment=identity.environment,
            subject=identity.subject,
            ref=attested.ref,
            commit=attested.commit,
        )

    @property
    def evidence(self) -> str:
        """One line of JSON."""
        return msgspec.json.encode(self).decode()

    @property
    def identity(self) -> Identity:
        """Who signed."""
        return Identity(
            issuer=self.issuer,
            repository=self.repository,
            workflow=self.workflow,
            environment=self.environment,
            subject=self.subject,
        )


def vouchers(outcomes: Iterable[Outcome]) -> Iterator[Voucher]:
    """Yield what outcomes say was verified; what failed vouches for nothing."""
    for outcome in outcomes:
        if not outcome.check.startswith(FAMILY) or outcome.status is not Status.SAW:
            continue
        for finding in outcome.findings:
            if finding.severity is Severity.INFO and finding.check == outcome.check:
                yield from _read(finding.evidence)


def _read(evidence: str) -> Iterator[Voucher]:
    try:
        yield msgspec.json.decode(evidence, type=Voucher)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # Context of another kind. It vouches for nothing.
        return
