"""What it costs to verify who published a file: two attestations of one file, cold and warm.

CPU seconds of this process. The peer is what sigstore takes for the same two bundles alone, without
the rules of PEP 740 and of the one spelling; both verify by a root that is made here.
"""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from airlock.evidence.provenance import Candidate
from airlock.evidence.provenance.sigstore_attestor import SigstoreAttestor
from airlock.model import Sha256
from tests.simulators.sigstore_staging import SLSA, SigningService, Workload

FILENAME, DATA = "harbour-1.0-py3-none-any.whl", b"the bytes of the file"
TIMES = 200


def main() -> None:
    """Print the figures."""
    service = SigningService()
    given = [
        service.attest(Workload(), FILENAME, DATA),
        service.attest(Workload(), FILENAME, DATA, predicate_type=SLSA),
    ]
    document = service.provenance(given)
    candidate = Candidate(FILENAME, Sha256.of(DATA))
    print(f"\none file with two attestations ({len(document):,} bytes){'':10} {'CPU ms':>8}")
    with tempfile.TemporaryDirectory(prefix="airlock-provenance-") as folder:
        root = service.trusted_root(Path(folder))
        attestor = SigstoreAttestor(root)
        _row("cold: with the libraries", lambda: attestor.verify_provenance(document, candidate), 1)
        _row("warm; bar 25 ms", lambda: attestor.verify_provenance(document, candidate), TIMES)
        _row("sigstore alone, warm", _peer(root, given), TIMES)


def _peer(root: Path, given: list[dict[str, object]]) -> Callable[[], object]:
    from pypi_attestations import Attestation
    from sigstore.models import TrustedRoot
    from sigstore.verify import Verifier, policy

    verifier = Verifier(trusted_root=TrustedRoot.from_file(str(root)))
    who = policy.OIDCIssuerV2(Workload().issuer)

    def verify() -> None:
        for one in given:
            bundle = Attestation.model_validate_json(json.dumps(one)).to_bundle()
            verifier.verify_dsse(bundle, who)

    return verify


def _row(name: str, verify: Callable[[], object], times: int) -> None:
    begun = time.process_time()
    for _ in range(times):
        verify()
    print(f"{name:48} {(time.process_time() - begun) / times * 1000:8.2f}")
