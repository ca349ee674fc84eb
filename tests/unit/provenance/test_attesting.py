"""Attestations are verified by every rule of PEP 740, and each that is broken has its sentence."""

import base64
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airlock.errors import NotVerified, UsageError
from airlock.evidence.provenance import Candidate, NoAttestor
from airlock.evidence.provenance.sigstore_attestor import SigstoreAttestor
from airlock.model.provenance import Identity, Predicate
from tests.simulators.sigstore_staging import (
    GITHUB,
    GITLAB_WORKLOAD,
    SIGNED_AT,
    SLSA,
    SigningService,
    Workload,
)
from tests.unit.provenance.conftest import CANDIDATE, DATA, FILENAME

Change = Callable[[dict[str, Any]], None]
EVIL = Workload(repository="evil/tool", owner_id="666")
OTHER_WORKFLOW = Workload(workflow="other.yml")


def anybody(_identity: Identity) -> str:
    """Accept whoever signed: what these tests are about is everything else."""
    return ""


@pytest.mark.parametrize("workload", [Workload(), GITLAB_WORKLOAD], ids=["github", "gitlab"])
def test_both_predicates_verify(
    service: SigningService, attestor: SigstoreAttestor, workload: Workload
) -> None:
    given = [
        service.attest(workload, FILENAME, DATA),
        service.attest(workload, FILENAME, DATA, predicate_type=SLSA),
    ]
    publisher = {**workload.publisher, "environment": "release"}

    found = attestor.verify_provenance(service.provenance(given, publisher), CANDIDATE)

    assert [one.predicate for one in found] == [Predicate.PUBLISH, Predicate.SLSA]
    for one in found:
        assert one.identity.issuer == workload.issuer
        assert one.identity.repository == "acme/tool"
        assert one.identity.workflow == workload.workflow
        assert one.identity.environment == "release"
        assert (one.ref, one.commit) == (workload.ref, workload.commit)
        assert one.logged_at == SIGNED_AT + dt.timedelta(seconds=1)


def test_subject_may_be_spelled_in_another_way(
    service: SigningService, attestor: SigstoreAttestor
) -> None:
    given = service.attest(Workload(), "Acme.Tool-1.0.0.tar.gz", DATA)
    assert attestor.verify_attestations(_list(given), CANDIDATE, anybody)
    wheel = Candidate("acme_tool-1.0-py2.py3-none-any.whl", CANDIDATE.sha256)
    same = service.attest(Workload(), "acme_tool-1.0-py3.py2-none-any.whl", DATA)
    assert attestor.verify_attestations(_list(same), wheel, anybody)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"subjects": []}, "not exactly one subject"),
        ({"subjects": [{"name": FILENAME, "digest": {"sha256": "0" * 64}}] * 2}, "exactly one"),
        ({"subjects": [{"digest": {"sha256": "0" * 64}}]}, "no name"),
        ({"subjects": [{"name": "x", "digest": {}}]}, "not the name of a file"),
        ({"subjects": [{"name": "evil-1.0.tar.gz", "digest": {}}]}, "is about 'evil-1.0.tar.gz'"),
        ({"subjects": [{"name": FILENAME, "digest": {"md5": "0"}}]}, "no SHA-256"),
        ({"subjects": [{"name": FILENAME, "digest": {"sha256": "0" * 64}}]}, "about other bytes"),
        ({"predicate_type": "https://evil.example/v1"}, "none that an index takes"),
        ({"predicate": {"more": 1}}, "says more than it may"),
        ({"predicate_type": SLSA, "predicate": "text"}, "SLSA provenance is no object"),
        ({"statement": b"{"}, "no JSON"),
        ({"statement": b'{"_type": "https://in-toto.io/Statement/v0.1"}'}, "none of in-toto"),
        ({"logged_at": SIGNED_AT + dt.timedelta(minutes=11)}, "when its certificate was not valid"),
        ({"logged_at": SIGNED_AT - dt.timedelta(seconds=1)}, "when its certificate was not valid"),
        ({"oid_8": ""}, "names no issuer"),
        ({"oid_18": f"{EVIL.config}"}, "not one of the repository"),
        ({"oid_14": "refs/heads/evil", "oid_13": "f" * 40}, "not one of the repository"),
        ({"oid_18": "https://github.com/acme/tool/evil.yml@refs/tags/v1.0"}, "not one of the"),
    ],
)
def test_statement_log_and_certificate_have_to_be_right(
    service: SigningService,
    attestor: SigstoreAttestor,
    arguments: dict[str, Any],
    sentence: str,
) -> None:
    given = service.attest(Workload(), FILENAME, DATA, **arguments)

    with pytest.raises(NotVerified, match=sentence):
        attestor.verify_attestations(_list(given), CANDIDATE, anybody)


@pytest.mark.parametrize(
    ("signer", "publisher"),
    [
        (EVIL, Workload()),
        (OTHER_WORKFLOW, Workload()),
        (GITLAB_WORKLOAD, Workload()),
        (Workload(), GITLAB_WORKLOAD),
        (Workload(issuer="https://idp.evil.example"), Workload()),
    ],
)
def test_signer_has_to_be_the_publisher_that_the_index_names(
    service: SigningService, attestor: SigstoreAttestor, signer: Workload, publisher: Workload
) -> None:
    document = service.provenance([service.attest(signer, FILENAME, DATA)], publisher.publisher)

    with pytest.raises(NotVerified, match="not by the publisher that the index names"):
        attestor.verify_provenance(document, CANDIDATE)


def test_signer_has_to_be_who_is_expected(
    service: SigningService, attestor: SigstoreAttestor
) -> None:
    given = _list(service.attest(EVIL, FILENAME, DATA))

    with pytest.raises(NotVerified, match="evil is not acme"):
        attestor.verify_attestations(given, CANDIDATE, lambda _identity: "evil is not acme")


def test_service_of_somebody_else_vouches_for_nothing(attestor: SigstoreAttestor) -> None:
    other = SigningService()

    with pytest.raises(NotVerified, match="does not verify"):
        attestor.verify_provenance(
            other.provenance([other.attest(Workload(), FILENAME, DATA)]), CANDIDATE
        )


def _drop_log(one: dict[str, Any]) -> None:
    one["verification_material"]["transparency_entries"] = []


def _many_entries(one: dict[str, Any]) -> None:
    one["verification_material"]["transparency_entries"] *= 5


def _without_promise(one: dict[str, Any]) -> None:
    del one["verification_material"]["transparency_entries"][0]["inclusionPromise"]


def _another_body(one: dict[str, Any]) -> None:
    entry = one["verification_material"]["transparency_entries"][0]
    body = json.loads(base64.b64decode(entry["canonicalizedBody"]))
    body["spec"]["payloadHash"]["value"] = "0" * 64
    entry["canonicalizedBody"] = base64.b64encode(json.dumps(body).encode()).decode()


def _later(one: dict[str, Any]) -> None:
    entry = one["verification_material"]["transparency_entries"][0]
    entry["integratedTime"] = str(int(entry["integratedTime"]) + 1)


def _another_statement(one: dict[str, Any]) -> None:
    one["envelope"]["statement"] = base64.b64encode(b'{"_type": "evil"}').decode()


def _version_two(one: dict[str, Any]) -> None:
    one["version"] = 2


def _loose_base64(one: dict[str, Any]) -> None:
    one["envelope"]["signature"] = " " + one["envelope"]["signature"]


def _larger_tree(one: dict[str, Any]) -> None:
    proof = one["verification_material"]["transparency_entries"][0]["inclusionProof"]
    proof["treeSize"] = str(int(proof["treeSize"]) + 1)


def _endless_number(one: dict[str, Any]) -> None:
    one["verification_material"]["transparency_entries"][0]["logIndex"] = "9" * 5_000


def _padded_number(one: dict[str, Any]) -> None:
    entry = one["verification_material"]["transparency_entries"][0]
    entry["logIndex"] = "0" + entry["logIndex"]


def _another_name(one: dict[str, Any]) -> None:
    proof = one["verification_material"]["transparency_entries"][0]["inclusionProof"]
    text = proof["checkpoint"]["envelope"]
    proof["checkpoint"]["envelope"] = text.replace("— rekor", "— evil")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_drop_log, "transparency_entries"),
        (_many_entries, "more than 4 transparency log entries"),
        (_without_promise, "inclusionPromise is missing"),
        (_another_body, "invalid log entry"),
        (_later, "invalid log entry"),
        (_another_statement, "does not verify"),
        (_version_two, "version"),
        (_loose_base64, "signature is not written as base64"),
        (_larger_tree, "tree of another size"),
        (_endless_number, "logIndex is no number"),
        (_padded_number, "logIndex is no number"),
        (_another_name, "not signed in the log's own name"),
    ],
)
def test_tampered_attestations_are_rejected(
    service: SigningService, attestor: SigstoreAttestor, change: Change, sentence: str
) -> None:
    given = service.attest(Workload(), FILENAME, DATA)
    change(given)

    with pytest.raises(NotVerified, match=sentence):
        attestor.verify_attestations(_list(given), CANDIDATE, anybody)


def test_certificate_of_another_attestation_is_rejected(
    service: SigningService, attestor: SigstoreAttestor
) -> None:
    mine = service.attest(EVIL, FILENAME, DATA)
    theirs = service.attest(Workload(), FILENAME, DATA)
    mine["verification_material"]["certificate"] = theirs["verification_material"]["certificate"]

    with pytest.raises(NotVerified, match="does not verify"):
        attestor.verify_provenance(service.provenance([mine]), CANDIDATE)


def test_every_log_entry_is_verified(service: SigningService, attestor: SigstoreAttestor) -> None:
    given = service.attest(Workload(), FILENAME, DATA)
    other = service.attest(Workload(), FILENAME, DATA)
    material = given["verification_material"]
    material["transparency_entries"] += other["verification_material"]["transparency_entries"]

    with pytest.raises(NotVerified, match="does not verify"):
        attestor.verify_attestations(_list(given), CANDIDATE, anybody)


def test_good_attestation_beside_a_forged_one_does_not_help(
    service: SigningService, attestor: SigstoreAttestor
) -> None:
    good = service.attest(Workload(), FILENAME, DATA)
    forged = service.attest(Workload(), FILENAME, b"other bytes", predicate_type=SLSA)

    with pytest.raises(NotVerified, match="about other bytes"):
        attestor.verify_provenance(service.provenance([good, forged]), CANDIDATE)


def test_one_attestation_for_each_predicate(
    service: SigningService, attestor: SigstoreAttestor
) -> None:
    twice = [service.attest(Workload(), FILENAME, DATA) for _ in range(2)]

    with pytest.raises(NotVerified, match="two attestations of the kind publish"):
        attestor.verify_provenance(service.provenance(twice), CANDIDATE)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b"{}",
        b"nothing",
        b"[" * 100_000,
        b'{"version": NaN}',
        b"\xff",
        b'{"version": 1, "attestation_bundles": []}',
        b'{"version": 2, "attestation_bundles": []}',
        b'{"version": 1, "attestation_bundles": [{"publisher": 1, "attestations": []}]}',
        b" " * (8 * 1024**2 + 1),
    ],
)
def test_what_is_no_provenance_is_rejected(attestor: SigstoreAttestor, document: bytes) -> None:
    with pytest.raises(NotVerified):
        attestor.verify_provenance(document, CANDIDATE)


def test_provenance_object_has_a_version(
    service: SigningService, attestor: SigstoreAttestor
) -> None:
    whole = json.loads(service.provenance([service.attest(Workload(), FILENAME, DATA)]))
    del whole["version"]

    with pytest.raises(NotVerified, match="of no version"):
        attestor.verify_provenance(json.dumps(whole).encode(), CANDIDATE)


def test_empty_bundle_is_rejected(service: SigningService, attestor: SigstoreAttestor) -> None:
    with pytest.raises(NotVerified, match="no attestation"):
        attestor.verify_provenance(service.provenance([]), CANDIDATE)


def test_public_root_comes_along(service: SigningService) -> None:
    document = service.provenance([service.attest(Workload(), FILENAME, DATA)])

    with pytest.raises(NotVerified, match="does not verify"):
        SigstoreAttestor().verify_provenance(document, CANDIDATE)


@pytest.mark.parametrize("text", ["", "{}", '{"mediaType": "x"}'])
def test_root_that_is_none_is_an_error(service: SigningService, tmp_path: Path, text: str) -> None:
    (tmp_path / "root.json").write_text(text)
    document = service.provenance([service.attest(Workload(), FILENAME, DATA)])

    with pytest.raises(UsageError, match=r"root\.json cannot be used"):
        SigstoreAttestor(tmp_path / "root.json").verify_provenance(document, CANDIDATE)


def test_without_the_libraries_nothing_is_verified() -> None:
    absent = NoAttestor("sigstore is not installed")
    with pytest.raises(NotVerified):
        absent.verify_provenance(b"{}", CANDIDATE)
    with pytest.raises(NotVerified):
        absent.verify_attestations(b"[]", CANDIDATE, anybody)
    assert absent.absent


def test_identity_of_one_publisher_is_the_same_however_it_is_spelled() -> None:
    one = Identity(issuer=GITHUB, repository="Acme/Tool", workflow="release.yml")
    for other, same in (
        (Identity(issuer=GITHUB, repository="acme/tool", workflow="release.yml"), True),
        (Identity(issuer=GITHUB, repository="acme/tool", workflow="Release.yml"), False),
        (Identity(issuer="https://gitlab.com", repository="acme/tool", workflow="release.yml"), 0),
        (Identity(issuer=GITHUB, subject="acme/tool"), False),
    ):
        assert one.is_same_publisher(other) == same


def _list(*given: dict[str, Any]) -> bytes:
    return json.dumps(given).encode()
