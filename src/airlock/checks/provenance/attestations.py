"""What comes with a file to show who published it, and whether it verifies.

Indexes hand out attestations beside files (PEP 740): a workflow signed, when it published or built,
the name and the SHA-256 of the very file. Each is verified before it is believed, offline, with the
trusted root of Sigstore that is installed: the signature, the certificate and who vouched for it,
the entry in the transparency log and its time, the subject, the digest, and that the signer is the
publisher that the index names.

- **high**: what the index offers does not verify. The file is not what was attested, or somebody
  made the attestation up. The evidence says which rule is broken.
- **info**: each attestation that verifies, with issuer, repository, workflow and environment; the
  environment is the index's word, for certificates name none.

It is skipped where the index offers nothing for the file, and where the parts that verify are not
installed (`pip install 'pypi-airlock[trust]'`). That a file has no attestation says nothing against
it: most have none. That it has none *any more* is `provenance-downgrade`. A verified attestation
says who published the file, not that it is harmless.
"""

from collections.abc import Iterator

from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.checks.provenance._known import known
from airlock.model import Confidence, Finding, Severity
from airlock.model.provenance import Attested, Provenance
from airlock.model.vouchers import Voucher


class Attestations(Check):
    """Does what is offered verify?"""

    id = "provenance-attestations"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each attestation, or one for all that do not verify."""
        found = known(subject)
        if found.rejected:
            yield Finding(
                severity=Severity.HIGH,
                confidence=Confidence.HIGH,
                message="What is offered to show who published the file does not verify.",
                evidence=found.rejected,
            )
        elif found.unverified:
            raise NotApplicable(found.unverified)
        elif not found.attested:
            raise NotApplicable(_nothing(found))
        else:
            yield from map(_finding, found.attested)


def _nothing(found: Provenance) -> str:
    if not found.offers:
        return "the index offers no provenance of any file of this project"
    return "the index offers no provenance of this file"


def _finding(attested: Attested) -> Finding:
    return Finding(
        severity=Severity.INFO,
        confidence=Confidence.HIGH,
        message=f"Verified ({attested.predicate}): {attested.identity.label}.",
        evidence=Voucher.of_attestation(attested).evidence,
    )
