"""``airlock scan`` as its users run it: what it says, and the exit code that they go by."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.checks.packing import pack_wheel
from tests.functional.conftest import airlock, clean_environment
from tests.simulators import hostile
from tests.simulators.upstream import Fault, Upstream, make_sdist, make_wheel
from tests.unit.report.schema import conforming

Done = subprocess.CompletedProcess[str]

DENY = '[policy]\nname = "test"\ndeny = ["Anchor"]\n'


class Harbour:
    """Files of every kind, and an index that has them."""

    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self.folder = folder
        self.upstream = upstream
        self.wheel = self._write(*make_wheel("harbour", "1.0"))
        self.sdist = self._write(*make_sdist("anchor", "2.0"))
        self.evil = self._write(*make_sdist("evil-pkg", "1.0", setup_py=hostile.DECODE_EXEC))
        self.broken = self._write("broken-1.0-py3-none-any.whl", b"no archive at all")
        self.policy = self._write("deny.toml", DENY.encode())
        for name, version in (("harbour", "1.0"), ("harbour", "0.9"), ("pilot-boat", "3.0")):
            upstream.add(*make_wheel(name, version))
        upstream.add(*make_wheel("harbour", "1.0", tag="cp39-cp39-win_amd64"))
        upstream.add(*make_sdist("harbour", "1.0"))
        upstream.add(*make_wheel("unknown-age", "1.0"), upload_time=None)
        upstream.add(*make_wheel("damaged", "1.0"))
        upstream.fault("/files/damaged-*", Fault.WRONG_BYTES)

    def _write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def requirements(self, text: str) -> Path:
        return self._write(f"requirements-{abs(hash(text))}.txt", text.encode())

    def scan(self, *arguments: str | Path, **environment: str) -> Done:
        """Scan, with the index at hand; whatever comes out prints and is no traceback."""
        done = airlock("scan", *arguments, "--index", self.upstream.url, **environment)
        for text in (done.stdout, done.stderr):
            assert "Traceback" not in text
            assert all(line.isprintable() for line in text.split("\n"))
        return done

    def report(self, *arguments: str | Path) -> tuple[int, dict[str, Any]]:
        """Return the exit code and the JSON report, which conforms to its schema."""
        done = self.scan(*arguments, "--format", "json")
        return done.returncode, conforming(done.stdout)


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    with Upstream() as upstream:
        yield Harbour(tmp_path_factory.mktemp("harbour"), upstream)


def decisions(document: dict[str, Any]) -> dict[str, str]:
    return {
        target["filename"] or target["name"]: target["decision"] for target in document["targets"]
    }


def test_clean_wheel_is_admitted(harbour: Harbour) -> None:
    done = harbour.scan(harbour.wheel)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("admit   harbour-1.0-py3-none-any.whl  sha256 ")
    assert done.stdout.endswith("1 file: 1 admitted.\n")
    assert done.stderr == ""


def test_local_files_need_no_index(harbour: Harbour) -> None:
    harbour.upstream.forget()
    assert harbour.scan(harbour.wheel, harbour.sdist).returncode == 0
    assert harbour.upstream.count("*") == 0


def test_what_the_code_of_a_package_does_is_refused(harbour: Harbour) -> None:
    code, document = harbour.report(harbour.evil)
    assert code == 1
    assert decisions(document) == {"evil_pkg-1.0.tar.gz": "refuse"}


def test_denied_project_is_refused(harbour: Harbour) -> None:
    done = harbour.scan(harbour.sdist, "--policy", harbour.policy)
    assert done.returncode == 1
    assert "refuse  anchor-2.0.tar.gz" in done.stdout
    assert "the policy denies the project anchor" in done.stdout


def test_policy_comes_from_the_environment_too(harbour: Harbour) -> None:
    done = harbour.scan(harbour.sdist, AIRLOCK_POLICY=str(harbour.policy))
    assert done.returncode == 1


def test_unreadable_archive_is_held(harbour: Harbour) -> None:
    done = harbour.scan(harbour.broken)
    assert done.returncode == 3
    assert "not fully examined" in done.stdout


def test_folder_is_everything_in_it_and_the_worst_decides(harbour: Harbour) -> None:
    code, document = harbour.report(harbour.folder, "--policy", harbour.policy)
    assert code == 1
    found = decisions(document)
    assert set(found) == {
        harbour.wheel.name,
        harbour.sdist.name,
        harbour.evil.name,
        harbour.broken.name,
    }
    assert found[harbour.wheel.name] == "admit"
    assert found[harbour.broken.name] == "hold"
    assert found[harbour.sdist.name] == "refuse"
    assert document["policy"]["name"] == "test"


def test_folder_with_a_link_out_of_it_is_not_clean(harbour: Harbour, tmp_path: Path) -> None:
    (tmp_path / "linked-1.0-py3-none-any.whl").symlink_to(harbour.wheel)
    assert harbour.scan(tmp_path).returncode == 3


@pytest.mark.parametrize("target", ["harbour", "Harbour==1.0", "harbour>=1,<2"])
def test_release_is_what_an_installer_here_would_take(harbour: Harbour, target: str) -> None:
    code, document = harbour.report(target)
    assert code == 0
    assert set(decisions(document)) == {"harbour-1.0-py3-none-any.whl", "harbour-1.0.tar.gz"}
    assert {one["name"] for one in document["targets"]} == {"harbour"}


def test_older_release_can_be_named(harbour: Harbour) -> None:
    _, document = harbour.report("harbour==0.9")
    assert set(decisions(document)) == {"harbour-0.9-py3-none-any.whl"}


def test_all_files_are_those_for_other_platforms_too(harbour: Harbour) -> None:
    _, document = harbour.report("harbour==1.0", "--all-files")
    assert "harbour-1.0-cp39-cp39-win_amd64.whl" in decisions(document)


def test_several_targets_of_several_kinds(harbour: Harbour) -> None:
    code, document = harbour.report(harbour.broken, "pilot-boat", "no-such-project", "-j", "2")
    assert code == 3
    assert decisions(document) == {
        "broken-1.0-py3-none-any.whl": "hold",
        "pilot_boat-3.0-py3-none-any.whl": "admit",
        "no-such-project": "hold",
    }


def test_requirements_file(harbour: Harbour) -> None:
    path = harbour.requirements("harbour==0.9  # old\nPilot_Boat\nother; python_version < '3'\n")
    code, document = harbour.report("-r", path)
    assert code == 0
    assert {one["name"] for one in document["targets"]} == {"harbour", "pilot-boat"}


@pytest.mark.parametrize(
    ("target", "code", "says"),
    [
        ("no-such-project", 2, "no-such-project"),
        ("harbour==7", 2, "harbour"),
        ("nothing-here.whl", 2, "there is no file or folder"),
        ("./nothing/here", 2, "there is no file or folder"),
        ("har bour!", 2, "neither a path nor a requirement"),
        ("harbour @ http://files.example/harbour-1.0.zip", 2, "URL"),
        ("x" * 5000, 2, "x"),
        ("\x1b[2J", 2, "\\x1b[2J"),
        ("damaged", 3, "damaged-1.0"),
    ],
)
def test_target_that_leads_to_no_artifact(
    harbour: Harbour, target: str, code: int, says: str
) -> None:
    done = harbour.scan(target)
    assert done.returncode == code
    assert says in done.stdout
    assert "1 file: 1 unexamined." in done.stdout


def test_file_by_a_name_of_no_artifact(harbour: Harbour, tmp_path: Path) -> None:
    for name in ("notes.txt", "evil\x1b[2J-1.0-py3-none-any.whl"):
        (tmp_path / name).write_bytes(harbour.wheel.read_bytes())
        assert harbour.scan(tmp_path / name).returncode == 2


def test_upstream_that_is_down_is_a_failure(harbour: Harbour) -> None:
    done = airlock("scan", "harbour", "--index", "http://127.0.0.1:9/simple/")
    assert done.returncode == 4
    assert "127.0.0.1:9" in done.stdout


def test_report_goes_to_a_file(harbour: Harbour, tmp_path: Path) -> None:
    done = harbour.scan(harbour.wheel, "--format", "json", "-o", tmp_path / "report.json")
    assert done.returncode == 0
    assert done.stdout == ""
    assert conforming((tmp_path / "report.json").read_text(encoding="utf-8"))["targets"]


def test_verbose_shows_every_outcome(harbour: Harbour) -> None:
    done = harbour.scan(harbour.wheel, "-v")
    assert "  archive-structure " in done.stdout


WRONG_POLICIES = {
    "empty": "",
    "unknown check": '[policy]\nname = "x"\n[policy.checks.code-nothing]\nat-most = "hold"\n',
    "no text": "\udcff",
}


@pytest.mark.parametrize("why", WRONG_POLICIES)
def test_policy_that_cannot_be_obeyed_is_wrong_usage(
    harbour: Harbour, tmp_path: Path, why: str
) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(WRONG_POLICIES[why].encode("utf-8", "surrogateescape"))
    done = harbour.scan(harbour.wheel, "--policy", path)
    assert done.returncode == 2
    assert "policy.toml" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--policy", "nothing.toml", "x.whl"),
        ("-r", "nothing.txt"),
        ("--format", "xml", "x.whl"),
        ("-j", "0", "x.whl"),
        ("-o", "/nothing/here/report.json", "x.whl"),
        ("--no-such-option", "x.whl"),
    ],
)
def test_wrong_usage_exits_2(harbour: Harbour, arguments: tuple[str, ...]) -> None:
    done = harbour.scan(*arguments)
    assert done.returncode == 2
    assert "Usage: airlock scan" in done.stderr or "Error" in done.stderr


def test_names_of_members_cannot_write_to_the_terminal(harbour: Harbour, tmp_path: Path) -> None:
    tree = {
        "hostile/__init__.py": b"",
        "hostile/\x1b[2J\x1b[1;1Hadmit\n.py": b"\xff\xfe",
        "../\u202egnp.exe": b"MZ",
        "hostile/half-\udcff.py".encode("utf-8", "surrogateescape").decode("cp437"): b"",
    }
    path = pack_wheel(tmp_path, tree, filename="hostile-1.0-py3-none-any.whl")
    done = harbour.scan(path, "--verbose")
    assert done.returncode in {1, 3}


def test_reader_that_goes_away_is_no_defect(harbour: Harbour) -> None:
    command = [str(Path(sys.executable).parent / "airlock"), "scan", str(harbour.wheel)]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command,
        stdout=writing,
        stderr=subprocess.PIPE,
        env=clean_environment(),
        text=True,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 4
    assert done.stderr == ""


def test_long_work_shows_its_progress_on_a_terminal(harbour: Harbour) -> None:
    harbour.upstream.fault("/files/pilot_boat-*", Fault.SLOW, 900, times=1)
    command = [str(Path(sys.executable).parent / "airlock"), "scan", "pilot-boat"]
    leader, follower = os.openpty()
    scanning = subprocess.Popen(
        [*command, "--index", harbour.upstream.url],
        env=clean_environment(TERM="xterm", COLUMNS="100"),
        stdout=subprocess.PIPE,
        stderr=follower,
        text=True,
    )
    os.close(follower)
    drawn = b"".join(iter(lambda: read_terminal(leader), b"")).decode()
    report, _ = scanning.communicate()
    os.close(leader)
    assert scanning.returncode == 0
    assert "Fetching" in drawn
    assert "1/1" in drawn
    assert report.startswith("admit   pilot_boat-3.0")


def read_terminal(leader: int) -> bytes:
    try:
        return os.read(leader, 4096)
    except OSError:
        # How Linux says that nobody has the other end open any more.
        return b""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_terminal_that_knows_few_characters(harbour: Harbour, encoding: str) -> None:
    done = harbour.scan(harbour.broken, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 3
    assert "defect" not in done.stderr


def test_document_names_what_was_examined(harbour: Harbour) -> None:
    _, document = harbour.report(harbour.wheel)
    (target,) = document["targets"]
    assert (target["name"], target["version"]) == ("harbour", "1.0")
    assert len({outcome["check"] for outcome in target["outcomes"]}) == len(target["outcomes"])
    assert json.dumps(document, ensure_ascii=True)


def test_requirements_file_without_its_option_is_told_the_cure(harbour: Harbour) -> None:
    """What pip takes for a project of that name, and installs."""
    path = harbour.requirements("harbour==0.9\n")
    for target in (path, "requirements.txt"):
        done = airlock("scan", target)
        assert done.returncode == 2
        assert f"Requirements are read with -r {target}." in done.stdout


@pytest.mark.parametrize(("name", "meant"), [("reqeusts", "requests"), ("wharfage-zq", "")])
def test_a_name_that_the_index_has_not_is_told_what_it_may_have_been_meant_for(
    harbour: Harbour, name: str, meant: str
) -> None:
    done = harbour.scan(name)
    assert done.returncode == 2
    assert f"has no project {name}" in done.stdout
    assert ("Did you mean" in done.stdout) == bool(meant)
    assert f"Did you mean {meant}" in done.stdout or not meant


def test_all_that_a_lock_file_pins_is_examined_by_its_digests(harbour: Harbour) -> None:
    """``airlock scan uv.lock``: other bytes than those of the lock file are nothing to look at."""
    digest = hashlib.sha256(harbour.wheel.read_bytes()).hexdigest()
    package = (
        '[[package]]\nname = "harbour"\nversion = "{version}"\n'
        'source = {{ registry = "https://index.example/simple" }}\n'
        'wheels = [{{ url = "https://files.example/{file}", hash = "sha256:{digest}" }}]\n'
    )
    lock = harbour.folder / "uv.lock"
    head = 'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n'
    file = harbour.wheel.name
    lock.write_text(head + package.format(version="1.0", file=file, digest=digest))
    code, document = harbour.report(lock)
    assert decisions(document) == {file: "admit"}
    assert code == 0
    lock.write_text(head + package.format(version="1.0", file=file, digest="0" * 64))
    code, document = harbour.report(lock)
    assert decisions(document) == {"harbour==1.0": "hold"}
    assert code == 2
