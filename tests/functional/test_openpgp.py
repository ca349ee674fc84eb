"""OpenPGP as its users meet it: gpg and Airlock sign, gpg and Airlock verify, policies pin."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from airlock.cli import airlock as command
from airlock.errors import UsageError
from tests.functional.conftest import airlock
from tests.functional.test_verify import VALIDATOR
from tests.simulators.gnupg import Gnupg
from tests.simulators.upstream import Upstream, make_wheel

POLICY = """\
[policy]
name = "signed"

[[policy.openpgp]]
projects = ["anchor"]
certificates = ["keys/ada.asc", "keys/ben.asc"]
fingerprints = [{fingerprints}]

[[policy.provenance.require]]
projects = ["anchor"]
signatures = {signatures}
"""


class Desk:
    """A release, people with keys, and their certificates beside a policy."""

    def __init__(self, gpg: Gnupg, folder: Path) -> None:
        self.gpg = gpg
        self.folder = folder
        self.prints = [gpg.make_key(name) for name in ("ada", "ben", "eve")]
        (folder / "keys").mkdir()
        for name in ("ada", "ben", "eve"):
            (folder / "keys" / f"{name}.asc").write_bytes(gpg.export(name))

    def file(self, version: str, *signers: str, other: bool = False) -> Path:
        """Write a wheel, and its signature beside it."""
        filename, data = make_wheel("anchor", version)
        path = self.folder / filename
        path.write_bytes(data)
        if signers:
            signed = path.with_name("other") if other else path
            signed.write_bytes(b"other" if other else data)
            first, *rest = signers
            more = [word for name in rest for word in ("-u", f"{name}@airlock.example")]
            path.with_name(f"{filename}.asc").write_bytes(self.gpg.sign(first, signed, *more))
        return path

    def policy(self, *, signatures: int = 1) -> Path:
        path = self.folder / f"policy-{signatures}.toml"
        listed = ", ".join(f'"{one.upper()}"' for one in self.prints[:2])
        path.write_text(POLICY.format(fingerprints=listed, signatures=signatures))
        return path

    def verify(self, *words: str | Path, code: int) -> str:
        done = CliRunner().invoke(command, ["verify", "--offline", *map(str, words)])
        assert done.exit_code == code, done.output
        return done.output


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Gnupg() as gpg:
        yield Desk(gpg, tmp_path_factory.mktemp("desk"))


def test_what_airlock_signs_gpg_and_airlock_verify(desk: Desk) -> None:
    path = desk.file("1.0")
    secret = desk.folder / "ada.secret"
    secret.write_bytes(desk.gpg.export("ada", secret=True))
    done = airlock("sign", path, "--openpgp", secret)
    assert done.returncode == 0, done.stderr
    assert desk.prints[0] in done.stdout
    signature = path.with_name(f"{path.name}.asc")
    assert desk.gpg.verifies(signature, path)
    told = desk.verify(path, "--certificate", desk.folder / "keys/ada.asc", code=0)
    assert "openpgp       verified: signed by ada <ada@airlock.example>" in told
    assert desk.prints[0] in told


def test_a_key_with_a_passphrase(desk: Desk) -> None:
    path = desk.file("1.0.1")
    with Gnupg() as gpg:
        gpg.passphrase = "correct horse"
        gpg.make_key("ada")
        secret, word = desk.folder / "locked", desk.folder / "word"
        secret.write_bytes(gpg.export("ada", secret=True))
        word.write_text("correct horse\n")
        done = airlock("sign", path, "--openpgp", secret, "--passphrase-file", word)
        assert done.returncode == 0, done.stderr
        assert gpg.verifies(path.with_name(f"{path.name}.asc"), path)
        word.write_text("wrong\n")
        done = airlock("sign", path, "--openpgp", secret, "--passphrase-file", word)
        assert (done.returncode, "secret key" in done.stderr) == (2, True)


def test_a_certificate_that_nobody_pinned_is_unexpected(desk: Desk) -> None:
    path = desk.file("1.1", "eve")
    told = desk.verify(path, "--certificate", desk.folder / "keys/ada.asc", code=3)
    assert "openpgp       unexpected: signed by the key" in told
    assert "a signature is there; pin whom you expect" in desk.verify(path, code=3)


def test_a_signature_of_other_bytes_is_refused(desk: Desk) -> None:
    path = desk.file("1.2", "ada", other=True)
    told = desk.verify(path, "--certificate", desk.folder / "keys/ada.asc", code=1)
    assert "openpgp       invalid: the signature by" in told


def test_the_policy_pins_and_counts_signatures(desk: Desk) -> None:
    one, both = desk.file("1.3", "ada"), desk.file("1.4", "ada", "ben")
    assert "verified" in desk.verify(one, "--policy", desk.policy(), code=0)
    told = desk.verify(one, "--policy", desk.policy(signatures=2), code=1)
    assert "2 signatures of developers are required, 1 are there" in told
    desk.verify(both, "--policy", desk.policy(signatures=2), code=0)
    twice = desk.file("1.5", "ada", "ada")
    desk.verify(twice, "--policy", desk.policy(signatures=2), code=1)
    desk.verify(desk.file("1.6", "eve"), "--policy", desk.policy(), code=1)


def test_the_json_report(desk: Desk) -> None:
    path = desk.file("1.7", "ada")
    words = (path, "--certificate", desk.folder / "keys/ada.asc", "--format", "json")
    document = json.loads(desk.verify(*words, code=0))
    VALIDATOR.validate(document)
    (proof,) = (one for one in document["files"][0]["proofs"] if one["kind"] == "openpgp")
    assert (proof["state"], proof["facts"][0]["value"]) == ("verified", desk.prints[0])


def test_a_scan_looks_at_the_signature(desk: Desk) -> None:
    with Upstream() as upstream:
        for version, signers, other, code in (
            ("2.0", ("ada",), False, 0),
            ("2.1", ("ada",), True, 1),
        ):
            path = desk.file(version, *signers, other=other)
            done = airlock("scan", path, "--policy", desk.policy())
            assert done.returncode == code, done.stdout
            signature = path.with_name(f"{path.name}.asc")
            upstream.add(path.name, path.read_bytes(), signature=signature.read_bytes())
            done = airlock(
                "scan", f"anchor=={version}", "--policy", desk.policy(), "--index", upstream.url
            )
            assert done.returncode == code, done.stdout


@pytest.mark.parametrize(
    ("pin", "told"),
    [
        ('fingerprints = ["0xDEADBEEF"]', "no whole fingerprint"),
        ("fingerprints = []", "the fingerprints that count"),
        (f'fingerprints = ["{"ab" * 20}"]\ncertificates = ["missing.asc"]', "missing.asc"),
        (f'fingerprints = ["{"ab" * 20}"]\ncertificates = ["odd.asc"]', "no OpenPGP certificate"),
    ],
)
def test_a_pin_that_cannot_be_obeyed_is_told(tmp_path: Path, pin: str, told: str) -> None:
    path = tmp_path / "policy.toml"
    (tmp_path / "odd.asc").write_text("nothing")
    filename, data = make_wheel("anchor", "1.0")
    (tmp_path / filename).write_bytes(data)
    path.write_text(f'[policy]\nname = "odd"\n[[policy.openpgp]]\nprojects = ["anchor"]\n{pin}\n')
    words = ["verify", "--offline", str(tmp_path / filename), "--policy", str(path)]
    done = CliRunner().invoke(command, words)
    assert isinstance(done.exception, UsageError)
    assert told in str(done.exception)


def test_a_certificate_that_is_nowhere_is_not_clean(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    pin = f'projects = ["*"]\nfingerprints = ["{"ab" * 20}"]'
    path.write_text(f'[policy]\nname = "odd"\n[[policy.openpgp]]\n{pin}\n')
    file = desk.file("3.0", "ada")
    done = airlock("scan", file, "--policy", path)
    assert done.returncode == 3
    assert "no file has the pinned certificate" in done.stdout


def test_without_the_part_that_verifies_the_cure_is_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("airlock.assembly.signatures.find_spec", lambda _name: None)
    path = desk.file("3.1", "ada")
    words = ["verify", "--offline", str(path), "--certificate", str(desk.folder / "keys/ada.asc")]
    done = CliRunner().invoke(command, words)
    assert "pypi-airlock[openpgp]" in getattr(done.exception, "hint", "")


@pytest.mark.parametrize(
    "words", [["sign", "--openpgp", "KEY"], ["sign", "FILE"], ["sign", "FILE", "--key", "FILE"]]
)
def test_wrong_usage_of_sign_has_exit_code_2(desk: Desk, words: list[str]) -> None:
    known = {"KEY": str(desk.folder / "keys/ada.asc"), "FILE": str(desk.file("3.2"))}
    assert CliRunner().invoke(command, [known.get(word, word) for word in words]).exit_code == 2
