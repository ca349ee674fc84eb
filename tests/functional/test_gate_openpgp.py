"""OpenPGP at the gate: twine brings signatures, the gate serves them, policies pin who counts."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from airlock.cli import airlock as command
from tests.functional.conftest import Gate
from tests.functional.hosting import TOKEN, keep, twine
from tests.simulators.gnupg import Gnupg
from tests.simulators.packages import make_wheel
from tests.simulators.upstream import Upstream

JSON = "application/vnd.pypi.simple.v1+json"
POLICY = """\
[policy]
name = "signed"
[[policy.openpgp]]
projects = ["pinned-*"]
certificates = ["ada.asc"]
fingerprints = ["{fingerprint}"]
"""


class Desk:
    def __init__(self, gate: Gate, gpg: Gnupg, folder: Path) -> None:
        self.gate = gate
        self.gpg = gpg
        self.folder = folder

    def signed(self, project: str, *, by: str, other: bool = False) -> tuple[Path, Path]:
        """Write a wheel, and a signature of it, or of other bytes, beside it."""
        wheel = keep(self.folder, make_wheel(project, "1.0"))
        subject = self.folder / "other" if other else wheel
        if other:
            subject.write_bytes(b"other bytes")
        signature = wheel.with_name(f"{wheel.name}.asc")
        signature.write_bytes(self.gpg.sign(by, subject))
        return wheel, signature

    def listed(self, project: str) -> dict[str, object]:
        (file,) = self.gate.get(f"/simple/{project}/", JSON).json()["files"]
        return dict(file)

    def address(self, wheel: Path) -> str:
        return f"/files/{hashlib.sha256(wheel.read_bytes()).hexdigest()}/{wheel.name}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("signed")
    with Gnupg() as gpg, Upstream() as upstream:
        fingerprint = gpg.make_key("ada")
        gpg.make_key("eve")
        (folder / "ada.asc").write_bytes(gpg.export("ada"))
        (folder / "policy.toml").write_text(POLICY.format(fingerprint=fingerprint))
        (folder / "token").write_text(TOKEN)
        options = ("--admin-token-file", folder / "token", "--policy", folder / "policy.toml")
        gate = Gate(upstream, folder, *options, "--listing-age", "0")
        gate.start()
        yield Desk(gate, gpg, folder)
        gate.kill()


@pytest.mark.parametrize("project", ["plain-one", "pinned-one"])
def test_twine_brings_a_signature_and_whoever_asks_gets_it(desk: Desk, project: str) -> None:
    wheel, signature = desk.signed(project, by="ada")

    done = twine(desk.gate, wheel, signature)

    assert done.returncode == 0, done.stdout + done.stderr
    assert desk.listed(project)["gpg-sig"] is True
    assert 'data-gpg-sig="true"' in desk.gate.get(f"/simple/{project}/", "text/html").text
    served = desk.gate.get(f"{desk.address(wheel)}.asc")
    assert served.content == signature.read_bytes()
    words = ["verify", f"{project}==1.0", "--index", desk.gate.simple, "--no-progress"]
    told = CliRunner().invoke(command, [*words, "--certificate", str(desk.folder / "ada.asc")])
    assert (told.exit_code, "openpgp       verified" in told.output) == (0, True), told.output


def test_what_came_without_one_has_none(desk: Desk) -> None:
    wheel = keep(desk.folder, make_wheel("plain-two", "1.0"))
    assert twine(desk.gate, wheel).returncode == 0
    assert "gpg-sig" not in desk.listed("plain-two")
    assert desk.gate.get(f"{desk.address(wheel)}.asc").status_code == 404


def test_a_false_signature_of_somebody_pinned_is_not_taken(desk: Desk) -> None:
    done = twine(desk.gate, *desk.signed("pinned-two", by="ada", other=True))
    assert done.returncode != 0
    assert "gpg_signature" in done.stdout + done.stderr
    assert desk.gate.get("/simple/pinned-two/", JSON).status_code == 404


def test_a_stranger_s_signature_on_a_pinned_project_is_held(desk: Desk) -> None:
    done = twine(desk.gate, *desk.signed("pinned-three", by="eve"))
    assert done.returncode != 0
    assert "Airlock hold" in done.stdout + done.stderr


def test_what_is_no_signature_is_not_taken(desk: Desk) -> None:
    wheel, signature = desk.signed("plain-three", by="ada")
    for wrong in ("nothing of the kind", "-----BEGIN PGP SIGNATURE-----\n\nabc\n"):
        signature.write_text(wrong)
        done = twine(desk.gate, wheel, signature)
        assert done.returncode != 0
        assert "gpg_signature" in done.stdout + done.stderr


@pytest.mark.parametrize(("other", "status"), [(False, 200), (True, 403)])
def test_what_an_upstream_signed_is_verified_and_passed_on(
    desk: Desk, *, other: bool, status: int
) -> None:
    project = f"pinned-upstream-{other}".lower()
    wheel, signature = desk.signed(project, by="ada", other=other)
    upstream = desk.gate.upstream
    upstream.add(wheel.name, wheel.read_bytes(), signature=signature.read_bytes())

    desk.gate.get(f"/simple/{project}/", JSON)
    answer = desk.gate.get(desk.address(wheel))

    assert answer.status_code == status, answer.text
    beside = desk.gate.get(f"{desk.address(wheel)}.asc")
    assert beside.status_code == status
    if status == 200:
        assert beside.content == signature.read_bytes()
