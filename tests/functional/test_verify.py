"""``airlock verify`` as its users run it: what it says, and the exit code that they go by."""

import datetime as dt
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from referencing import Registry, Resource

from airlock.cli import airlock as command
from airlock.errors import MissingExtra, UsageError
from tests.functional.conftest import airlock, run
from tests.simulators.mirror import Mirror
from tests.simulators.sigstore_staging import SLSA, SigningService, Workload
from tests.simulators.trusting import Clock, added, begun
from tests.simulators.upstream import Upstream, make_sdist, make_wheel
from tests.unit.report.schema import SCHEMA as SCAN_SCHEMA

PATH = Path(__file__).parents[2] / "docs/reference/verify.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(PATH.read_text(encoding="utf-8")),
    registry=Registry().with_resource(SCAN_SCHEMA["$id"], Resource.from_contents(SCAN_SCHEMA)),
)
EVIL = Workload(repository="evil/tool", owner_id="666")
NOW = dt.datetime.now(dt.UTC)


class Desk:
    """A user with files on the disk and an index that knows of attestations."""

    def __init__(self, folder: Path, upstream: Upstream, service: SigningService) -> None:
        self.folder = folder
        self.upstream = upstream
        self.service = service

    def release(
        self, version: str, *, days: int, signer: Workload | None, project: str = "acme-tool"
    ) -> Path:
        """Offer a release that the index received some days ago; return its wheel."""
        filename, data = make_wheel(project, version)
        provenance = None
        if signer is not None:
            given = [
                self.service.attest(signer, filename, data),
                self.service.attest(signer, filename, data, predicate_type=SLSA),
            ]
            provenance = self.service.provenance(given, signer.publisher)
        uploaded = NOW - dt.timedelta(days=days)
        self.upstream.add(filename, data, upload_time=uploaded, provenance=provenance)
        path = self.folder / filename
        path.write_bytes(data)
        return path

    def beside(self, path: Path, signer: Workload, *, forged: bool = False) -> None:
        """Put an attestation beside a file, as a build leaves it for twine."""
        data = b"other bytes" if forged else path.read_bytes()
        attestation = self.service.attest(signer, path.name, data)
        path.with_name(f"{path.name}.publish.attestation").write_text(json.dumps(attestation))

    def verify(self, *arguments: str | Path, code: int) -> str:
        """Verify; whatever comes out prints."""
        words = ["verify", *map(str, arguments), "--index", self.upstream.url, "--no-progress"]
        done = CliRunner().invoke(command, words)
        assert done.exit_code == code, done.output
        assert all(line.isprintable() for line in done.output.split("\n"))
        return done.output

    def report(self, *arguments: str | Path, code: int) -> dict[str, Any]:
        """Return the one file of the JSON report, which conforms to its schema."""
        document = json.loads(self.verify(*arguments, "--format", "json", code=code))
        VALIDATOR.validate(document)
        (file,) = document["files"]
        told: dict[str, Any] = file
        return told


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    service = SigningService()
    monkeypatch.setenv("AIRLOCK_TRUSTED_ROOT", str(service.trusted_root(tmp_path)))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with Upstream() as upstream:
        yield Desk(tmp_path, upstream, service)


def test_attested_release_is_verified(desk: Desk) -> None:
    desk.release("1.0", days=30, signer=Workload())
    path = desk.release("1.1", days=2, signer=Workload())

    for target in ("acme-tool==1.1", path):
        file = desk.report(target, code=0)
        assert file["verified"]
        attestations = next(one for one in file["proofs"] if one["kind"] == "attestations")
        assert attestations["state"] == "verified"
        facts = [(fact["name"], fact["value"]) for fact in attestations["facts"]]
        assert ("repository", "acme/tool") in facts
        assert ("predicate", "slsa-provenance") in facts
        saw = {one["check"] for one in file["target"]["outcomes"] if one["status"] == "saw"}
        assert {"provenance-attestations", "provenance-publisher"} <= saw
    text = desk.verify("acme-tool==1.1", code=0)
    assert "published by acme/tool, release.yml" in text
    assert "none of note since the releases before" in text


def test_command_is_a_command(desk: Desk) -> None:
    path = desk.release("1.0", days=30, signer=Workload())
    root = os.environ["AIRLOCK_TRUSTED_ROOT"]

    done = airlock("verify", path, "--index", desk.upstream.url, AIRLOCK_TRUSTED_ROOT=root)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].strip() == "verified"


def test_nothing_vouches_for_a_file_without_proofs(desk: Desk) -> None:
    desk.release("1.0", days=30, signer=None)

    text = desk.verify("acme-tool==1.0", code=3)

    assert "the index offers no provenance of any file of this project" in text
    assert "nothing vouches for this file" in text


def test_forged_attestation_is_refused(desk: Desk) -> None:
    filename, data = make_wheel("acme-tool", "1.0")
    forged = desk.service.attest(Workload(), filename, b"other bytes")
    desk.upstream.add(filename, data, provenance=desk.service.provenance([forged]))

    file = desk.report("acme-tool==1.0", code=1)

    assert file["proofs"][0]["state"] == "invalid"
    assert "other bytes" in file["proofs"][0]["summary"]
    assert file["target"]["decision"] == "hold"


def test_another_publisher_than_before_is_told(desk: Desk) -> None:
    desk.release("2.31", days=60, signer=Workload(), project="requests")
    desk.release("2.32", days=30, signer=Workload(), project="requests")
    desk.release("2.33", days=1, signer=EVIL, project="requests")

    text = desk.verify("requests==2.33", code=3)

    assert "published from a repository of somebody else" in text
    assert "2.32: acme/tool" in text
    assert "now: evil/tool" in text


def test_attestations_that_vanish_are_told(desk: Desk) -> None:
    for day, version in enumerate(("2.30", "2.31", "2.32")):
        desk.release(version, days=40 - day, signer=Workload(), project="requests")
    desk.release("2.33", days=1, signer=None, project="requests")

    text = desk.verify("requests==2.33", code=3)

    assert "It has no attestation, and the releases before had." in text


def test_bytes_that_the_index_does_not_have_prove_nothing(desk: Desk) -> None:
    path = desk.release("1.0", days=30, signer=Workload())
    path.write_bytes(path.read_bytes() + b"more")

    text = desk.verify(path, code=3)

    assert "announces no such file with these bytes" in text


def test_attestation_beside_a_file_needs_somebody_expected(desk: Desk) -> None:
    path = desk.folder / make_sdist("acme-tool", "1.0")[0]
    path.write_bytes(make_sdist("acme-tool", "1.0")[1])
    desk.beside(path, Workload())

    assert "say whom you expect" in desk.verify(path, "--offline", code=3)
    assert "signed by acme/tool" in desk.verify(
        path, "--offline", "--repository", "Acme/*", "--workflow", "release.yml", code=0
    )
    assert "whom nobody expects" in desk.verify(
        path, "--offline", "--repository", "evil/tool", code=1
    )
    desk.beside(path, Workload(), forged=True)
    assert "about other bytes" in desk.verify(
        path, "--offline", "--repository", "acme/tool", code=1
    )


def test_policy_says_who_may_publish(desk: Desk) -> None:
    policy = desk.folder / "policy.toml"
    policy.write_text(
        '[policy]\nname = "acme"\n[[policy.provenance.require]]\nprojects = ["acme-*"]\n'
        'identities = [{ repository = "acme/*", workflow = "release.yml" }]\n'
    )
    desk.release("1.0", days=30, signer=Workload())
    desk.release("1.0", days=30, signer=EVIL, project="acme-other")
    desk.release("1.0", days=30, signer=None, project="acme-third")
    desk.release("1.0", days=30, signer=EVIL, project="others")

    for target, code in (
        ("acme-tool==1.0", 0),
        ("acme-other==1.0", 1),
        ("acme-third==1.0", 1),
        ("others==1.0", 0),
    ):
        desk.verify(target, "--policy", policy, code=code)


def test_what_cannot_be_had_is_not_verified(desk: Desk) -> None:
    desk.release("1.0", days=30, signer=Workload())
    desk.upstream.fault("/integrity/*", "status", 404)

    file = desk.report("acme-tool==1.0", code=3)

    assert file["proofs"][0]["state"] == "unknown"
    assert "could not be had" in file["proofs"][0]["summary"]
    desk.verify("no-such-project==1.0", code=2)
    desk.verify("acme-tool==1.0", "--offline", code=2)
    desk.verify(desk.folder / "nothing-1.0.tar.gz", code=2)


def test_root_that_is_no_file_is_wrong_usage(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRLOCK_TRUSTED_ROOT", str(desk.folder / "nothing.json"))
    done = CliRunner().invoke(command, ["verify", "acme-tool", "--index", desk.upstream.url])
    assert isinstance(done.exception, UsageError)
    assert "AIRLOCK_TRUSTED_ROOT" in str(done.exception)


def test_wrong_usage(desk: Desk) -> None:
    desk.verify("acme-tool", "--workflow", "release.yml", code=2)
    root = desk.folder / "trusted_root.json"
    done = CliRunner().invoke(command, ["verify", "acme-tool", "--root", str(root)])
    assert done.exit_code == 2


def test_scan_tells_the_same_facts(desk: Desk) -> None:
    desk.release("2.31", days=60, signer=Workload(), project="requests")
    desk.release("2.32", days=30, signer=Workload(), project="requests")
    desk.release("2.33", days=1, signer=EVIL, project="requests")
    words = ["scan", "requests==2.33", "--index", desk.upstream.url, "--no-progress"]

    done = CliRunner().invoke(command, [*words, "--format", "json"])

    (target,) = json.loads(done.output)["targets"]
    assert done.exit_code == 3, done.output
    found = {finding["check"]: finding for finding in target["findings"]}
    assert found["provenance-publisher"]["severity"] == "high"
    assert "evil/tool" in found["provenance-attestations"]["message"]
    assert target["reasons"][0]["check"] == "provenance-publisher"


def test_scan_obeys_what_a_policy_requires(desk: Desk) -> None:
    policy = desk.folder / "policy.toml"
    policy.write_text(
        '[policy]\nname = "acme"\n[[policy.provenance.require]]\nprojects = ["acme-*"]\n'
        'attestations = ["slsa-provenance"]\notherwise = "hold"\n'
    )
    desk.release("1.0", days=30, signer=Workload())
    desk.release("1.0", days=30, signer=None, project="acme-other")
    shared = ["--index", desk.upstream.url, "--no-progress", "--policy", str(policy)]

    for target, code in (("acme-tool", 0), ("acme-other", 3)):
        done = CliRunner().invoke(command, ["scan", target, *shared])
        assert done.exit_code == code, done.output


def test_policy_with_requirements_needs_what_verifies(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = desk.folder / "policy.toml"
    policy.write_text(
        '[policy]\nname = "acme"\n[[policy.provenance.require]]\nprojects = ["*"]\n'
        "first-use = true\n"
    )
    desk.release("1.0", days=30, signer=Workload())
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    words = ["--index", desk.upstream.url, "--no-progress"]

    refused = CliRunner().invoke(command, ["scan", "acme-tool", *words, "--policy", str(policy)])
    told = CliRunner().invoke(command, ["verify", "acme-tool==1.0", *words])

    assert isinstance(refused.exception, MissingExtra)
    assert told.exit_code == 3
    assert "is not installed" in told.output


def test_scan_of_a_file_loads_nothing_that_verifies(tmp_path: Path) -> None:
    filename, data = make_wheel("harbour", "1.0")
    (tmp_path / filename).write_bytes(data)
    program = (
        "import sys\nfrom airlock.cli import airlock\n"
        f"airlock(['scan', {str(tmp_path / filename)!r}], standalone_mode=False)\n"
        "heavy = {'sigstore', 'pypi_attestations', 'pydantic', 'cryptography', 'httpx', 'tuf'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
    )

    done = run(sys.executable, "-c", program)

    assert done.returncode == 0, done.stderr


def test_signed_metadata_of_a_server_are_a_proof(desk: Desk) -> None:
    workspace, _ = begun(desk.folder / "tuf", Clock(dt.datetime.now(dt.UTC)))
    filename, data = make_wheel("acme-tool", "1.0")
    other, _ = make_wheel("acme-tool", "1.1")
    place = "files/acme-tool/"
    workspace.repository.publish(added({f"{place}{filename}": data}), reason="test")
    root = desk.folder / "root.json"
    root.write_bytes(workspace.metadata.get("1.root.json") or b"")
    signed, changed, unknown = (desk.folder / name for name in ("signed", "changed", "unknown"))
    for folder, name, content in (
        (signed, filename, data),
        (changed, filename, b"other bytes"),
        (unknown, other, data),
    ):
        folder.mkdir()
        (folder / name).write_bytes(content)
    mirror = Mirror(workspace, {})
    mirror.start()
    try:
        index = mirror.url.replace("/tuf/", "/simple/")
        shared = ["--index", index, "--root", str(root), "--data", str(desk.folder / "data")]
        for path, code, sentence in (
            (signed / filename, 0, "signed by http"),
            (changed / filename, 1, "other bytes"),
            (unknown / other, 3, "is not signed by"),
        ):
            done = CliRunner().invoke(command, ["verify", str(path), *shared, "--no-progress"])
            assert done.exit_code == code, done.output
            assert sentence in done.output
    finally:
        mirror.stop()
    done = CliRunner().invoke(command, ["verify", str(signed / filename), *shared])
    assert done.exit_code == 3
    assert "cannot be loaded" in done.output
