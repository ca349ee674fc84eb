"""Who signed a file with a key of their own, as far as certificates are pinned.

A signature proves who made a file only if it was settled before whose signatures count. A policy
pins certificates by their whole fingerprints, for projects or prefixes of names
(`[[policy.openpgp]]`); what lies beside a file as `<file>.asc`, or is offered by its index, is
verified with them, by pysequoia. No server of keys is ever asked.

- **high**: a signature by a pinned certificate is not one of this file; the certificate was revoked
  or has expired, the signature has expired, is over SHA-1, or by a key that is too short.
- **high, medium**: the file is signed, and by nobody whose signature counts.
- **info**: each signature that verifies, with its certificate and key.

It is skipped where nobody pinned a certificate, and where no signature came with the file: that one
has to be there is what `signatures` of `[[policy.provenance.require]]` says. Where the part that
verifies is not installed (`pip install 'pypi-airlock[openpgp]'`), it fails: what is pinned was not
looked at.
"""

from collections.abc import Iterator

from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.errors import NotExamined
from airlock.model import Confidence, Finding, Severity
from airlock.model.openpgp import SignedBy
from airlock.model.vouchers import Voucher, VoucherKind


class Openpgp(Check):
    """Did those sign whose signatures count?"""

    id = "provenance-openpgp"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each signature, or one for all that do not count."""
        found = subject.facts.provenance.signatures
        if found.trouble:
            raise NotExamined(found.trouble)
        if found.unknown:
            raise NotApplicable(found.unknown)
        if found.rejected:
            yield Finding(
                severity=Severity.HIGH,
                confidence=Confidence.HIGH,
                message="The OpenPGP signature of the file does not verify.",
                evidence=found.rejected,
            )
        elif not found.offered:
            raise NotApplicable("no OpenPGP signature came with the file")
        elif not found.verified:
            yield Finding(
                severity=Severity.HIGH,
                confidence=Confidence.MEDIUM,
                message="The file is signed by nobody whose OpenPGP signature counts.",
                evidence="\n".join(found.strangers),
            )
        else:
            yield from map(_finding, found.verified)


def _finding(signed: SignedBy) -> Finding:
    return Finding(
        severity=Severity.INFO,
        confidence=Confidence.HIGH,
        message=f"Signed by {signed.user or signed.fingerprint} on {signed.created:%Y-%m-%d}.",
        evidence=Voucher(
            kind=VoucherKind.OPENPGP, subject=signed.user, key=signed.fingerprint
        ).evidence,
    )
