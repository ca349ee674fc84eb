"""Provenance at the gate: verified when it comes, when it is handed out, and before a file is."""

import datetime as dt
import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from airlock.evidence.provenance import Candidate
from airlock.evidence.provenance.sigstore_attestor import SigstoreAttestor
from airlock.model import Sha256
from tests.functional.conftest import Gate, airlock
from tests.functional.hosting import TOKEN, keep, send, twine
from tests.simulators.packages import make_wheel
from tests.simulators.sigstore_staging import SLSA, SigningService, Workload
from tests.simulators.upstream import Upstream

JSON = "application/vnd.pypi.simple.v1+json"
INTEGRITY = "application/vnd.pypi.integrity.v1+json"
EVIL = Workload(repository="evil/tool", owner_id="666")
NOW = dt.datetime.now(dt.UTC)
POLICY = """\
[policy]
name = "acme"
[[policy.provenance.require]]
projects = ["required-*"]
identities = [{ repository = "acme/*" }]
"""


class Attesting:
    """A gate with a signing service, an operator's token and what is offered upstream."""

    def __init__(self, gate: Gate, service: SigningService, root: Path) -> None:
        self.gate = gate
        self.service = service
        self.attestor = SigstoreAttestor(root)

    def offer(
        self,
        project: str,
        version: str,
        signer: Workload | None,
        *,
        days: int,
        forged: bool = False,
    ) -> str:
        """Offer a wheel upstream and return its name."""
        filename, data = make_wheel(project, version)
        provenance = None
        if signer is not None:
            given = self.service.attest(signer, filename, b"other" if forged else data)
            provenance = self.service.provenance([given], signer.publisher)
        uploaded = NOW - dt.timedelta(days=days)
        self.gate.upstream.add(filename, data, upload_time=uploaded, provenance=provenance)
        return filename

    def fetch(self, project: str, filename: str) -> httpx.Response:
        """Ask for a file, as an installer that knows its digest."""
        self.gate.get(f"/simple/{project}/", JSON)
        return self.gate.get(f"/files/{self.gate.upstream.sha256(filename)}/{filename}")

    def published_by(self, project: str, repository: str = "acme/tool") -> None:
        """Make a trusted publisher known."""
        where = ("--provider", "github", "--repository", repository, "--workflow", "release.yml")
        added = airlock("publisher", "add", project, *where, "--data", self.gate.data)
        assert added.returncode == 0, added.stderr

    def attest(self, made: tuple[str, bytes], signer: Workload, **changes: Any) -> dict[str, Any]:
        return self.service.attest(signer, *made, **changes)

    def verdict(self, sha256: str) -> dict[str, Any]:
        answer = self.gate.get(f"/verdicts/{sha256}", "application/json")
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture(scope="module")
def attesting(
    _shared_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Attesting]:
    folder = tmp_path_factory.mktemp("attesting")
    service = SigningService()
    root = service.trusted_root(folder)
    (folder / "token").write_text(TOKEN)
    (folder / "policy.toml").write_text(POLICY)
    options = (
        *("--admin-token-file", folder / "token"),
        *("--policy", folder / "policy.toml"),
        *("--listing-age", "0"),
    )
    gate = Gate(_shared_upstream, folder, *options, AIRLOCK_TRUSTED_ROOT=str(root))
    gate.start()
    yield Attesting(gate, service, root)
    gate.kill()


@pytest.fixture
def there(attesting: Attesting, upstream: Upstream) -> Attesting:
    assert attesting.gate.upstream is upstream
    return attesting


@pytest.fixture
def name() -> str:
    """A project that no test has used."""
    return f"acme-{secrets.token_hex(4)}"


@pytest.fixture(scope="module")
def published(attesting: Attesting) -> str:
    """A project with a trusted publisher, of which every upload is refused."""
    attesting.published_by("acme-published")
    return "acme-published"


def test_upstream_provenance_is_verified_and_passed_on(there: Attesting, name: str) -> None:
    filename = there.offer(name, "1.0", Workload(), days=10)

    assert there.fetch(name, filename).status_code == 200

    (told,) = there.gate.get(f"/simple/{name}/", JSON).json()["files"]
    assert told["provenance"].endswith(f"/integrity/{name}/1.0/{filename}/provenance")
    answer = there.gate.get(f"/integrity/{name}/1.0/{filename}/provenance")
    assert answer.headers["content-type"] == INTEGRITY
    candidate = Candidate(filename, Sha256(there.gate.upstream.sha256(filename)))
    assert there.attestor.verify_provenance(answer.content, candidate)
    findings = there.verdict(candidate.sha256)["findings"]
    (found,) = [one for one in findings if one["check"] == "provenance-attestations"]
    assert "acme/tool" in found["message"]
    for page in (f"/verdicts/{candidate.sha256}", f"/projects/{name}"):
        assert "acme/tool, release.yml" in there.gate.get(page, "text/html").text


def test_what_was_verified_once_is_kept(there: Attesting, name: str) -> None:
    filename = there.offer(name, "1.0", Workload(), days=10)
    assert there.fetch(name, filename).status_code == 200
    there.gate.upstream.fault("/integrity/*", "status", 503)

    answer = there.gate.get(f"/integrity/{name}/1.0/{filename}/provenance")

    assert answer.status_code == 200
    candidate = Candidate(filename, Sha256(there.gate.upstream.sha256(filename)))
    assert there.attestor.verify_provenance(answer.content, candidate)


def test_forged_provenance_is_held_and_not_passed_on(there: Attesting, name: str) -> None:
    filename = there.offer(name, "1.0", Workload(), days=10, forged=True)

    answer = there.fetch(name, filename)

    assert answer.status_code == 403
    assert "does not verify" in answer.text
    handed = there.gate.get(f"/integrity/{name}/1.0/{filename}/provenance")
    assert handed.status_code == 502
    assert "about other bytes" in handed.text


def test_attestations_that_vanish_hold_a_popular_project(there: Attesting) -> None:
    for days, version in ((30, "2.30"), (20, "2.31"), (10, "2.32")):
        there.offer("requests", version, Workload(), days=days)
    filename = there.offer("requests", "2.33", None, days=1)

    answer = there.fetch("requests", filename)

    assert answer.status_code == 403
    assert "It has no attestation, and the releases before had." in answer.text
    assert filename not in there.gate.listed("requests")


def test_what_upstream_announces_and_does_not_give_is_held(there: Attesting, name: str) -> None:
    filename = there.offer(name, "1.0", Workload(), days=10)
    there.gate.upstream.fault("/integrity/*", "status", 404)

    answer = there.fetch(name, filename)

    assert answer.status_code == 403
    assert "its provenance could not be had" in answer.text


def test_upload_with_attestations_by_twine(there: Attesting, name: str, tmp_path: Path) -> None:
    there.published_by(name, "Acme/Tool")
    made = make_wheel(name, "1.0")
    wheel = keep(tmp_path, made)
    for suffix, kind in (("publish", None), ("slsa", SLSA)):
        given = there.attest(made, Workload(), **({"predicate_type": kind} if kind else {}))
        wheel.with_name(f"{wheel.name}.{suffix}.attestation").write_text(json.dumps(given))

    done = twine(there.gate, "--attestations", wheel, *sorted(tmp_path.glob("*.attestation")))

    assert done.returncode == 0, done.stdout + done.stderr
    (told,) = there.gate.get(f"/simple/{name}/", JSON).json()["files"]
    assert told["provenance"].endswith(f"/integrity/{name}/1.0/{wheel.name}/provenance")
    handed = there.gate.get(f"/integrity/{name}/1.0/{wheel.name}/provenance")
    assert handed.headers["content-type"] == INTEGRITY
    (bundle,) = handed.json()["attestation_bundles"]
    assert bundle["publisher"] == {
        "kind": "GitHub",
        "repository": "acme/tool",
        "workflow": "release.yml",
        "environment": None,
    }
    candidate = Candidate(wheel.name, Sha256(hashlib.sha256(made[1]).hexdigest()))
    assert len(there.attestor.verify_provenance(handed.content, candidate)) == 2
    assert twine(there.gate, wheel).returncode == 0


@pytest.mark.parametrize(
    ("signer", "changes", "sentence"),
    [
        (EVIL, {}, "is published by acme/tool"),
        (Workload(workflow="other.yml"), {}, "is published by acme/tool"),
        (Workload(), {"subjects": [{"name": "x-1.0.tar.gz", "digest": {}}]}, "is about 'x-1.0"),
        (Workload(), {"predicate_type": "https://evil.example"}, "none that an index takes"),
        (Workload(), {"logged_at": NOW}, "when its certificate was not valid"),
    ],
)
def test_upload_with_an_attestation_that_breaks_a_rule(
    there: Attesting, published: str, signer: Workload, changes: dict[str, Any], sentence: str
) -> None:
    name, made = published, make_wheel(published, "1.0")
    given = [there.attest(made, signer, **changes)]

    answer = send(there.gate, made, name, attestations=json.dumps(given))

    assert answer.status_code == 400
    assert sentence in answer.text
    assert there.gate.get(f"/simple/{name}/", JSON).status_code == 404


def test_upload_with_other_bytes_than_were_attested(there: Attesting, published: str) -> None:
    name, made = published, make_wheel(published, "1.0")
    given = [there.attest((made[0], b"other bytes"), Workload())]

    answer = send(there.gate, made, name, attestations=json.dumps(given))

    assert answer.status_code == 400
    assert "about other bytes" in answer.text


def test_attestations_need_a_trusted_publisher(there: Attesting, name: str) -> None:
    made = make_wheel(name, "1.0")
    given = [there.attest(made, Workload())]

    answer = send(there.gate, made, name, attestations=json.dumps(given))

    assert answer.status_code == 400
    assert "it has no trusted publisher" in answer.text


def test_two_attestations_of_a_kind_are_one_too_many(there: Attesting, published: str) -> None:
    name, made = published, make_wheel(published, "1.0")
    given = [there.attest(made, Workload()) for _ in range(2)]

    answer = send(there.gate, made, name, attestations=json.dumps(given))

    assert answer.status_code == 400
    assert "two attestations of the kind publish" in answer.text


def test_policy_of_a_gate_requires_its_publisher(there: Attesting) -> None:
    good = there.offer("required-good", "1.0", Workload(), days=3)
    evil = there.offer("required-evil", "1.0", EVIL, days=3)
    bare = there.offer("required-bare", "1.0", None, days=3)

    assert there.fetch("required-good", good).status_code == 200
    for project, filename in (("required-evil", evil), ("required-bare", bare)):
        answer = there.fetch(project, filename)
        assert answer.status_code == 403
        assert re.search("has to be signed by acme|none was verified", answer.text)
