"""Any bit flip in an attestation is noticed; parsing promises its one kind of error."""

import functools
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airlock.errors import NotVerified
from airlock.evidence.provenance import Candidate
from airlock.evidence.provenance.sigstore_attestor import SigstoreAttestor
from airlock.model import Sha256
from tests.simulators.sigstore_staging import SigningService, Workload

FILENAME, DATA = "acme_tool-1.0.tar.gz", b"the bytes of the file"
CANDIDATE = Candidate(FILENAME, Sha256.of(DATA))


@functools.cache
def made() -> tuple[SigstoreAttestor, bytes]:
    """Return what verifies, and one attestation as it is sent, without blanks."""
    service = SigningService()
    with tempfile.TemporaryDirectory(prefix="airlock-root-") as folder:
        attestor = SigstoreAttestor(service.trusted_root(Path(folder)))
        attestation = service.attest(Workload(), FILENAME, DATA)
        document = json.dumps([attestation], separators=(",", ":")).encode()
        attestor.verify_attestations(document, CANDIDATE, lambda _identity: "")
    return attestor, document


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@example(place=0.0, bit=0)
@example(place=0.999999, bit=7)
def test_any_bit_flip_is_rejected(place: float, bit: int) -> None:
    attestor, document = made()
    flipped = bytearray(document)
    flipped[int(place * len(document))] ^= 1 << bit

    with pytest.raises(NotVerified):
        attestor.verify_attestations(bytes(flipped), CANDIDATE, lambda _identity: "")


@given(document=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_hostile_documents_are_not_verified_and_nothing_else(document: bytes) -> None:
    attestor, _ = made()
    with pytest.raises(NotVerified):
        attestor.verify_provenance(document, CANDIDATE)
    with pytest.raises(NotVerified):
        attestor.verify_attestations(document, CANDIDATE, lambda _identity: "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=20,
)
PARTS = st.sampled_from(
    [
        ("verification_material", "certificate"),
        ("verification_material", "transparency_entries"),
        ("envelope", "statement"),
        ("envelope", "signature"),
        ("version",),
        ("verification_material", "transparency_entries", 0, "inclusionProof"),
        ("verification_material", "transparency_entries", 0, "inclusionProof", "checkpoint"),
        ("verification_material", "transparency_entries", 0, "inclusionPromise"),
        ("verification_material", "transparency_entries", 0, "kindVersion"),
        ("verification_material", "transparency_entries", 0, "logId"),
        ("verification_material", "transparency_entries", 0, "integratedTime"),
    ]
)


@given(part=PARTS, value=JSON)
def test_any_part_in_place_of_another_is_rejected(
    part: tuple[str | int, ...], value: object
) -> None:
    attestor, document = made()
    given = json.loads(document)
    place = given[0]
    for step in part[:-1]:
        place = place[step]
    if place[part[-1]] == value:
        return
    place[part[-1]] = value

    with pytest.raises(NotVerified):
        attestor.verify_attestations(json.dumps(given).encode(), CANDIDATE, lambda _identity: "")
