"""``airlock detonate`` through the door of its users."""

import json
import os
import platform
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import airlock as package
from airlock.detonation.host import NOBODY, interpreter, open_to_all
from tests.detonation.conftest import packed
from tests.detonation.samples import KEY, POST
from tests.simulators.packages import make_build_backend, make_sdist, make_wheel
from tests.simulators.upstream import Upstream

SOURCES = Path(package.__file__).parent.parent
STEALS = f"{KEY}\n{POST.format(data='key')}"


def airlock(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "airlock", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, **variables},
    )


def test_a_thief_is_refused_and_its_trace_can_be_judged_again(tmp_path: Path) -> None:
    path, log = packed(tmp_path, STEALS), tmp_path / "trace.jsonl"
    done = airlock("detonate", "--no-dependencies", "--log", str(log), str(path))
    assert done.returncode == 1, done.stderr
    assert (
        "It sent an SSH private key (~/.ssh/id_rsa) to http://c.example.invalid/x." in done.stdout
    )
    again = airlock("detonate", "--replay", str(log), "--format", "json")
    assert again.returncode == 1
    target = json.loads(again.stdout)["targets"][0]
    assert (target["decision"], target["behaviour"]["tier"]) == ("refuse", "proof")
    page = airlock("detonate", "--replay", str(log), "--format", "html")
    assert "It sent an SSH private key" in page.stdout
    # Proof is never old news; everything else is.
    known = airlock("detonate", "--replay", str(log), "--against", str(log), "--format", "json")
    tiers = {one["tier"] for one in json.loads(known.stdout)["targets"][0]["behaviour"]["signals"]}
    assert tiers == {"proof"}


def test_both_kinds_of_evidence_join_in_one_verdict(tmp_path: Path) -> None:
    path = packed(tmp_path, "def f(a): return a")
    done = airlock("detonate", "--no-dependencies", "--format", "json", str(path))
    assert done.returncode == 0, done.stdout + done.stderr
    outcomes = {
        one["check"]: one["status"] for one in json.loads(done.stdout)["targets"][0]["outcomes"]
    }
    assert outcomes["behaviour-leaks"] == "saw"
    assert outcomes["code-exfiltration"] == "saw"
    read = airlock("scan", "--format", "json", str(path))
    skipped = [
        one for one in json.loads(read.stdout)["targets"][0]["outcomes"]
        if one["check"].startswith("behaviour-")
    ]  # fmt: skip
    assert {one["status"] for one in skipped} == {"skipped"}
    assert {one["reason"] for one in skipped} == {"it was not run in a sandbox"}


def test_two_releases_are_compared_by_what_they_do(tmp_path: Path) -> None:
    old = packed(tmp_path, "open(os.path.expanduser('~/.netrc')).read()")
    new = packed(tmp_path, STEALS, version="1.1")
    done = airlock("detonate", "--no-dependencies", "--against", str(old), str(new))
    assert done.returncode == 1, done.stderr
    assert f"against {old.name}: " in done.stdout
    assert "+ proof     import   It sent an SSH private key" in done.stdout
    assert "- suspicion import   It read " in done.stdout
    again = airlock(
        "detonate", "--no-dependencies", "--against", str(new), "--format", "json", str(new)
    )
    told = json.loads(again.stdout)["targets"][0]["behaviour"]["comparison"]
    assert (told["previous"], told["new"], told["gone"]) == (new.name, [], [])
    assert told["same"]


def test_kept_backends_build_where_there_is_no_index(tmp_path: Path) -> None:
    name, data = make_sdist("sample", "1.0")
    path = tmp_path / name
    path.write_bytes(data)
    known = ("--data", str(tmp_path / "data"))
    with Upstream() as upstream:
        upstream.add(*make_build_backend())
        index = ("--index", upstream.url)
        filled = airlock("sandbox", "backends", "example-backend", *index, *known)
    assert filled.returncode == 0, filled.stdout + filled.stderr
    assert "example_backend-1.0-py3-none-any.whl  vetted 20" in filled.stdout
    assert airlock("sandbox", "backends", "--list", *known).stdout == filled.stdout
    done = airlock("detonate", *known, *index, str(path))
    assert done.returncode == 0, done.stdout + done.stderr


def test_two_packages_in_one_command_both_have_what_they_need(tmp_path: Path) -> None:
    paths = []
    with Upstream() as upstream:
        for number in ("one", "two"):
            upstream.add(*make_wheel(f"needed-{number}", "1.0"))
            code = f"import needed_{number}"
            files = {f"sample_{number}/__init__.py": code}
            name, data = make_wheel(f"sample-{number}", "1.0", files, requires=[f"needed-{number}"])
            paths.append(tmp_path / name)
            paths[-1].write_bytes(data)
        where = ("--data", str(tmp_path / "data"), "--index", upstream.url)
        done = airlock("detonate", "--format", "json", *where, *map(str, paths))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    told = [target["behaviour"] for target in json.loads(done.stdout)["targets"]]
    assert [one["notes"] for one in told] == [[], []]
    assert all("prepare" in {event.get("phase") for event in one["events"]} for one in told)


def test_an_ordinary_user_detonates_as_well(open_folder: Path) -> None:
    """Somebody who is not root, and in none of root's groups."""
    if os.getuid():
        pytest.skip("every other test here is run by an ordinary user")
    if not open_to_all(SOURCES):
        pytest.skip("the checkout is closed to ordinary users")
    path, home = packed(open_folder, STEALS), open_folder / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    python = _python_of_all(open_folder / "venv")
    done = subprocess.run(
        [python, "-m", "airlock", "detonate", "--no-dependencies", str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=home,
        user=NOBODY,
        group=NOBODY,
        extra_groups=(),
        env={"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home)},
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "It sent an SSH private key" in done.stdout


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that every user can get to, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="airlock-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _python_of_all(folder: Path) -> Path:
    """Make an environment with the packages of this one, for whoever may not use this one."""
    found = interpreter(NOBODY)
    if found.version.split(".")[:2] != platform.python_version().split(".")[:2]:
        pytest.skip(f"{found.path} is another version than the packages are installed for")
    subprocess.run([found.path, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "all.pth").write_text(f"{SOURCES}\n{sysconfig.get_path('purelib')}\n")
    return folder / "bin" / "python"


def test_two_projects_are_not_compared(tmp_path: Path) -> None:
    name, data = make_wheel("other", "1.0")
    (tmp_path / name).write_bytes(data)
    path = packed(tmp_path, "pass")
    done = airlock("detonate", "--no-dependencies", "--against", str(tmp_path / name), str(path))
    assert done.returncode == 3
    assert "are of two projects" in done.stdout


def test_where_a_part_is_missing_nothing_is_run_and_the_cure_is_told(tmp_path: Path) -> None:
    path = packed(tmp_path, STEALS)
    done = airlock("detonate", "--no-dependencies", str(path), PATH="/nowhere")
    assert done.returncode == 3
    assert "apt-get install bubblewrap" in done.stdout
    test = airlock("sandbox", "test", PATH="/nowhere")
    assert test.returncode == 3
    assert "apt-get install bubblewrap" in test.stdout + test.stderr


def test_the_sandbox_is_proven() -> None:
    done = airlock("sandbox", "test")
    assert done.returncode == 0, done.stderr
    assert "nothing gets out" in done.stdout


def test_wrong_usage(tmp_path: Path) -> None:
    assert airlock("detonate").returncode == 2
    assert airlock("detonate", str(tmp_path / "none-1.0.tar.gz")).returncode == 3
    noise = tmp_path / "noise"
    noise.write_bytes(b"no log")
    done = airlock("detonate", "--replay", str(noise))
    assert done.returncode == 4
    assert "no log of a detonation" in done.stderr
