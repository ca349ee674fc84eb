"""``airlock diff`` as its users run it: what it says, and the exit code that they go by."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.conftest import airlock
from tests.simulators.upstream import Upstream, make_sdist, make_wheel
from tests.unit.report.test_diff import VALIDATOR

Done = subprocess.CompletedProcess[str]

QUIET = {"pilot/__init__.py": "def main():\n    return 0\n"}
GROWN = {**QUIET, "pilot/more.py": "X = 1\n"}
BUSY = {**QUIET, "pilot_init.pth": "import os; os.system('true')\n"}
REFUSE = """\
[policy]
name = "test"
refuse = { severity = "high", confidence = "medium" }
"""


class Port:
    """Two releases on the disk, four at an index."""

    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self.folder = folder
        self.upstream = upstream
        self.quiet = self._write(*make_wheel("pilot", "1.0", QUIET))
        self.grown = self._write(*make_wheel("pilot", "1.0.1", GROWN))
        self.busy = self._write(*make_wheel("pilot", "1.0.2", BUSY))
        self.source = self._write(*make_sdist("pilot", "1.0.2", QUIET))
        for version, tree in (("1.0", QUIET), ("1.0.1", GROWN), ("1.0.2", BUSY)):
            upstream.add(*make_wheel("pilot", version, tree))
            upstream.add(*make_sdist("pilot", version, tree))

    def _write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def diff(self, *arguments: str | Path) -> Done:
        """Compare, with the index at hand; whatever comes out prints and is no traceback."""
        done = airlock("diff", *arguments, "--index", self.upstream.url)
        for text in (done.stdout, done.stderr):
            assert "Traceback" not in text
            assert all(line.isprintable() for line in text.split("\n"))
        return done

    def report(self, *arguments: str | Path) -> tuple[int, dict[str, Any]]:
        """Return the exit code and the JSON report, which conforms to its schema."""
        done = self.diff(*arguments, "--format", "json")
        document: dict[str, Any] = json.loads(done.stdout)
        VALIDATOR.validate(document)
        return done.returncode, document


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Port]:
    with Upstream() as upstream:
        yield Port(tmp_path_factory.mktemp("port"), upstream)


def test_what_only_grew_has_exit_code_0(port: Port) -> None:
    done = port.diff(port.quiet, port.grown)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("admit   pilot 1.0 → 1.0.1 (wheel)\n")
    assert "+ pilot/more.py" in done.stdout


def test_what_changed_for_the_worse_has_exit_code_3_and_comes_first(port: Port) -> None:
    done = port.diff(port.quiet, port.busy)
    lines = done.stdout.splitlines()
    assert done.returncode == 3, done.stdout
    assert lines[0] == "hold    pilot 1.0 → 1.0.2 (wheel)"
    assert lines[1].startswith("  high/high This release is the first of the project to run code")
    assert "+import os; os.system('true')" in done.stdout


def test_the_policy_refuses_with_exit_code_1(port: Port) -> None:
    policy = port.folder / "refuse.toml"
    policy.write_text(REFUSE)
    done = port.diff(port.quiet, port.busy, "--policy", policy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.startswith("refuse  pilot")


def test_releases_are_fetched_by_name(port: Port) -> None:
    code, document = port.report("pilot", "1.0..1.0.2")
    assert code == 3
    assert [
        (one["old"]["filename"], one["new"]["filename"], one["new"]["decision"])
        for one in document["diffs"]
    ] == [
        ("pilot-1.0-py3-none-any.whl", "pilot-1.0.2-py3-none-any.whl", "hold"),
        ("pilot-1.0.tar.gz", "pilot-1.0.2.tar.gz", "hold"),
    ]
    assert document["diffs"][0]["differences"][0]["change"] == "startup"


def test_a_release_and_a_file(port: Port) -> None:
    code, document = port.report("pilot==1.0", port.grown)
    assert code == 0
    assert [one["new"]["filename"] for one in document["diffs"]] == [port.grown.name]


def test_a_wheel_beside_its_source(port: Port) -> None:
    done = port.diff(port.source, port.busy)
    assert done.returncode == 3
    assert "Only the wheel has this code" in done.stdout


def test_markdown_into_a_file(port: Port) -> None:
    output = port.folder / "diff.md"
    done = port.diff(port.quiet, port.busy, "--format", "markdown", "-o", output)
    assert (done.returncode, done.stdout) == (3, "")
    assert "```diff" in output.read_text(encoding="utf-8")


def test_every_line_on_request(port: Port) -> None:
    short, full = port.diff(port.quiet, port.grown), port.diff(port.quiet, port.grown, "--full")
    assert "+X = 1" not in short.stdout
    assert "+X = 1" in full.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["pilot==1.0"],
        ["missing-1.0.tar.gz", "missing-1.1.tar.gz"],
        ["pilot", "1.0..9.9"],
        ["no-such-project", "1.0..1.1"],
        ["pilot==1.0", "pilot @ https://a.example/pilot.whl"],
    ],
)
def test_wrong_usage_has_exit_code_2(port: Port, arguments: list[str]) -> None:
    done = port.diff(*arguments)
    assert done.returncode == 2, done.stdout + done.stderr


def test_forms_of_two_releases_have_exit_code_2(port: Port) -> None:
    done = port.diff(port.source, port.grown)
    assert done.returncode == 2
    assert "two forms of two releases" in done.stderr


def test_what_cannot_be_read_has_exit_code_3(port: Port) -> None:
    broken = port.folder / "pilot-2.0-py3-none-any.whl"
    broken.write_bytes(b"no archive at all")
    done = port.diff(port.quiet, broken)
    assert done.returncode == 3
    assert "not fully examined" in done.stdout


def test_a_scan_may_compare_with_the_release_before(port: Port) -> None:
    done = airlock("scan", "pilot==1.0.2", "--against", "previous", "--index", port.upstream.url)
    assert done.returncode in {1, 3}
    assert "change-release" in done.stdout
