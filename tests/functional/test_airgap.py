"""What vouches for a file travels with it, and is verified anew where it arrives."""

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from airlock.cli import airlock as command
from tests.functional.conftest import NO_DATABASE, Gate, airlock
from tests.functional.hosting import TOKEN, keep, twine
from tests.simulators.gnupg import Gnupg
from tests.simulators.packages import make_wheel
from tests.simulators.sigstore_staging import SigningService, Workload
from tests.simulators.upstream import Upstream

POLICY = """\
[policy]
name = "inside"
[[policy.openpgp]]
projects = ["*"]
certificates = ["ada.asc"]
fingerprints = ["{fingerprint}"]
[[policy.provenance.require]]
projects = ["*"]
identities = [{{ repository = "acme/*" }}]
signatures = 1
"""


class Outside:
    """A folder that was carried out, and what it takes to verify it."""

    def __init__(self, folder: Path, upstream: Upstream, environment: dict[str, str]) -> None:
        self.usb = folder / "usb"
        self.upstream = upstream
        self.policy = folder / "policy.toml"
        self.environment = environment
        self.filename, self.data = make_wheel("harbour", "1.0")

    def copy(self, folder: Path) -> tuple[Path, Path]:
        """Return a copy of the folder, and its one file."""
        copied = folder / "usb"
        shutil.copytree(self.usb, copied)
        (file,) = copied.glob("files/*/*.whl")
        return copied, file

    def take_in(self, usb: Path, data: Path, **environment: str) -> Result:
        words = ["import", str(usb), "--data", str(data), "--index", self.upstream.url]
        known = {"AIRLOCK_DB": str(NO_DATABASE), **self.environment, **environment}
        return CliRunner().invoke(command, [*words, "--policy", str(self.policy)], env=known)


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    folder = tmp_path_factory.mktemp("outside")
    service = SigningService()
    environment = {"AIRLOCK_TRUSTED_ROOT": str(service.trusted_root(folder))}
    with Gnupg() as gpg, Upstream() as upstream:
        made = Outside(folder, upstream, environment)
        fingerprint = gpg.make_key("ada")
        (folder / "ada.asc").write_bytes(gpg.export("ada"))
        made.policy.write_text(POLICY.format(fingerprint=fingerprint))
        signature = gpg.sign("ada", keep(folder, (made.filename, made.data)))
        given = service.attest(Workload(), made.filename, made.data)
        upstream.add(
            made.filename,
            made.data,
            upload_time=dt.datetime.now(dt.UTC) - dt.timedelta(days=10),
            provenance=service.provenance([given]),
            signature=signature,
        )
        common = ("--data", folder / "here", "--index", upstream.url)
        # Nobody pins a certificate outside.
        brought = airlock("mirror", "harbour", *common, **environment)
        assert brought.returncode == 0, brought.stdout + brought.stderr
        upstream.forget()
        out = airlock("export", made.usb, *common, **environment)
        assert out.returncode == 0, out.stderr
        assert upstream.asked == []
        yield made


def test_what_was_verified_outside_is_verified_and_served_inside(
    outside: Outside, tmp_path: Path
) -> None:
    gate = Gate(outside.upstream, tmp_path, "--offline", **outside.environment)

    taken = outside.take_in(outside.usb, gate.data)

    assert (taken.exit_code, "1 files are in" in taken.output) == (0, True), taken.output
    gate.start()
    try:
        _serves_what_was_carried(gate, outside)
    finally:
        gate.kill()
    assert outside.upstream.asked == []


def _serves_what_was_carried(gate: Gate, outside: Outside) -> None:
    gate.listed("harbour")
    (file,) = outside.usb.glob("files/*/*.whl")
    handed = gate.get(f"/integrity/harbour/1.0/{outside.filename}/provenance")
    assert handed.content == file.with_name(f"{file.name}.provenance").read_bytes()
    signed = gate.get(f"/files/{file.parent.name}/{outside.filename}.asc")
    assert signed.content == file.with_name(f"{file.name}.asc").read_bytes()


@pytest.mark.parametrize("suffix", [".provenance", ".asc"])
@pytest.mark.parametrize("change", ["changed", "gone", "of another file"])
def test_what_was_tampered_with_is_refused(
    outside: Outside, tmp_path: Path, suffix: str, change: str
) -> None:
    usb, file = outside.copy(tmp_path)
    paper = file.with_name(f"{file.name}{suffix}")
    if change == "gone":
        paper.unlink()
    elif change == "changed":
        paper.write_bytes(paper.read_bytes().replace(b"A", b"B", 1))
    else:
        # Whoever changes the file, its names and its digests cannot change what was signed.
        _, other = make_wheel("harbour", "1.0", requires=["anchor"])
        _replace(usb, file, other)

    taken = outside.take_in(usb, tmp_path / "data")

    assert (taken.exit_code, "0 files are in" in taken.output) == (1, True), taken.output
    assert "refuse: the " in taken.output
    # Whoever asks a gate for it later finds nothing, either.
    assert not list((tmp_path / "data" / "blobs").glob("sha256/*/*/*"))


def _replace(usb: Path, file: Path, data: bytes) -> None:
    old, new = file.parent.name, hashlib.sha256(data).hexdigest()
    file.write_bytes(data)
    file.parent.rename(file.parent.with_name(new))
    manifest = usb / "airlock.json"
    manifest.write_text(manifest.read_text().replace(old, new))


def test_another_trusted_root_is_another_answer(outside: Outside, tmp_path: Path) -> None:
    root = SigningService().trusted_root(tmp_path)
    taken = outside.take_in(outside.usb, tmp_path / "data", AIRLOCK_TRUSTED_ROOT=str(root))
    assert taken.exit_code == 1
    assert "refuse: the provenance of harbour-1.0-py3-none-any.whl does not verify" in taken.output


def test_without_what_vouches_for_it_policy_decides(outside: Outside, tmp_path: Path) -> None:
    """Taken out of the folder and of its list, proofs are missing, and not forgiven."""
    usb, file = outside.copy(tmp_path)
    for suffix in (".provenance", ".asc"):
        file.with_name(f"{file.name}{suffix}").unlink()
    manifest = usb / "airlock.json"
    manifest.write_text(manifest.read_text().replace('"papers"', '"nothing"'))

    taken = outside.take_in(usb, tmp_path / "data")

    assert (taken.exit_code, "0 files are in" in taken.output) == (4, True), taken.output


def _cli(word: str, folder: Path, data: Path) -> Result:
    known = {"AIRLOCK_DB": str(NO_DATABASE)}
    return CliRunner().invoke(command, [word, str(folder), "--data", str(data)], env=known)


def test_what_is_hosted_travels_with_its_proofs(
    outside: Outside, start_gate: Callable[..., Gate], tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(TOKEN)
    gate = start_gate("--admin-token-file", tmp_path / "token", **outside.environment)
    wheel = keep(tmp_path, make_wheel("acme-hosted", "1.0"))
    with Gnupg() as gpg:
        gpg.make_key("eve")
        signature = wheel.with_name(f"{wheel.name}.asc")
        signature.write_bytes(gpg.sign("eve", wheel))
    assert twine(gate, wheel, signature).returncode == 0
    gate.stop()
    usb, again = tmp_path / "hosted", tmp_path / "again"
    inside = tmp_path / "inside"
    assert _cli("export", usb, gate.data).exit_code == 0

    taken = _cli("import", usb, inside)
    held = outside.take_in(usb, tmp_path / "pinned")

    assert taken.exit_code == 0, taken.output
    assert _cli("export", again, inside).exit_code == 0
    (file,) = again.glob("files/*/*.asc")
    assert file.read_bytes() == signature.read_bytes()
    # By a stranger, where ada is pinned and required.
    assert (held.exit_code, "0 files are in" in held.output) == (1, True), held.output


@pytest.mark.parametrize(("what", "kind"), [("file", "pipe"), ("paper", "pipe"), ("file", "link")])
def test_only_what_lies_in_the_folder_is_read(
    outside: Outside, tmp_path: Path, what: str, kind: str
) -> None:
    usb, file = outside.copy(tmp_path)
    put = file if what == "file" else file.with_name(f"{file.name}.provenance")
    put.rename(tmp_path / "elsewhere")
    if kind == "pipe":
        os.mkfifo(put)
    else:
        put.symlink_to(tmp_path / "elsewhere")

    taken = outside.take_in(usb, tmp_path / "data")

    assert (taken.exit_code, "refuse: " in taken.output) == (1, True), taken.output
    assert ("leads out of" if kind == "link" else "no plain file") in taken.output
    assert not list((tmp_path / "data" / "blobs").glob("sha256/*/*/*"))
