"""A signing service of the whole session, and what verifies by its root."""

import pytest

from airlock.evidence.provenance import Candidate
from airlock.evidence.provenance.sigstore_attestor import SigstoreAttestor
from airlock.model import Sha256
from tests.simulators.sigstore_staging import SigningService

FILENAME = "acme_tool-1.0.tar.gz"
DATA = b"the bytes of the file"
CANDIDATE = Candidate(FILENAME, Sha256.of(DATA))


@pytest.fixture(scope="session")
def service() -> SigningService:
    return SigningService()


@pytest.fixture(scope="session")
def attestor(service: SigningService, tmp_path_factory: pytest.TempPathFactory) -> SigstoreAttestor:
    return SigstoreAttestor(service.trusted_root(tmp_path_factory.mktemp("root")))
