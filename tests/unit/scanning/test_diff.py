"""A diff from what the user named to what changed, with an index in memory."""

from pathlib import Path

import pytest

from airlock.assembly import change_kit
from airlock.errors import TargetNotFound, UsageError
from airlock.model import Confidence, Decision, Severity, Status
from airlock.policy import Policy
from airlock.policy.rules import Threshold
from airlock.report import Unexamined
from airlock.report.comparison import Comparison
from airlock.scanning import Silent
from airlock.scanning.diff import Diff, DiffRequest
from airlock.workers import WorkerLimits, Workers
from tests.simulators.packages import make_sdist, make_wheel
from tests.unit.scanning.test_run import NOW, MemoryIndex, write

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")

QUIET = {"pilot/__init__.py": "def main():\n    return 0\n"}
BUSY = {
    "pilot/__init__.py": (
        "import os\nimport urllib.request\n\n"
        "urllib.request.urlopen('https://count.example/')\nos.system('anchor')\n"
    )
}
STRICT = Policy(refuse=Threshold(Severity.HIGH, Confidence.MEDIUM))


def diff(
    old: str | Path,
    new: str | Path,
    index: MemoryIndex | None = None,
    *,
    policy: Policy | None = None,
    full: bool = False,
) -> list[Comparison | Unexamined]:
    checks, _ = change_kit()
    workers = Workers(checks, "airlock.assembly:change_kit", WorkerLimits(), start="fork")

    def make() -> MemoryIndex:
        if index is None:
            pytest.fail("nobody should be asked")
        return index

    made = Diff(checks, policy or Policy(), workers, make, lambda: NOW)
    return made.run(DiffRequest.of(str(old), str(new), full=full, width=2), Silent())


def told(results: list[Comparison | Unexamined]) -> list[tuple[str, str]]:
    return [
        (one.name, "unexamined")
        if isinstance(one, Unexamined)
        else (one.headline, one.verdict.decision.word)
        for one in results
    ]


@pytest.mark.parametrize(
    ("first", "second", "old", "new"),
    [
        ("pilot", "1.0..1.1", "pilot==1.0", "pilot==1.1"),
        ("pilot", "1!1.0rc1..1!1.0+own.1", "pilot==1!1.0rc1", "pilot==1!1.0+own.1"),
        ("pilot", "1.0.1...2", "pilot", "1.0.1...2"),
        ("a.whl", "dist/../b.whl", "a.whl", "dist/../b.whl"),
        ("pilot==1", "pilot==2", "pilot==1", "pilot==2"),
        ("a/../b.whl", "../c.whl", "a/../b.whl", "../c.whl"),
    ],
)
def test_what_is_asked_for(first: str, second: str, old: str, new: str) -> None:
    request = DiffRequest.of(first, second, full=False, width=1)
    assert (request.old, request.new) == (old, new)


def test_files_are_compared_without_asking_anybody(tmp_path: Path) -> None:
    old = write(tmp_path, make_wheel("pilot", "1.0", QUIET))
    new = write(tmp_path, make_wheel("pilot", "1.0.1", BUSY))
    (result,) = diff(old, new)

    assert isinstance(result, Comparison)
    assert result.headline == "pilot 1.0 → 1.0.1 (wheel)"
    assert result.verdict.decision is Decision.HOLD
    assert result.contrast is not None
    assert {one.severity for one in result.contrast.differences} >= {Severity.HIGH}
    changed = {file.path: file for file in result.contrast.files}
    assert "+os.system('anchor')" in changed["pilot/__init__.py"].diff


def test_only_the_changes_are_judged(tmp_path: Path) -> None:
    old = write(tmp_path, make_wheel("pilot", "1.0", BUSY))
    new = write(tmp_path, make_wheel("pilot", "1.0.1", {**BUSY, "pilot/more.py": "X = 1\n"}))
    (result,) = diff(old, new)

    assert isinstance(result, Comparison)
    assert result.verdict.decision is Decision.ADMIT
    assert {o.check: o.status for o in result.verdict.outcomes} == {
        "change-forms": Status.SKIPPED,
        "change-release": Status.SAW,
        "change-source": Status.SKIPPED,
    }


def test_the_policy_has_the_last_word(tmp_path: Path) -> None:
    old = write(tmp_path, make_wheel("pilot", "1.0", QUIET))
    new = write(tmp_path, make_wheel("pilot", "1.0.1", BUSY))
    assert told(diff(old, new, policy=STRICT)) == [("pilot 1.0 → 1.0.1 (wheel)", "refuse")]


def test_every_form_of_two_releases_is_compared() -> None:
    files = [
        make(name, version, QUIET if version == "1.0" else BUSY)
        for make in (make_wheel, make_sdist)
        for name, version in (("pilot", "1.0"), ("pilot", "1.1"))
    ]
    results = diff("pilot", "1.0..1.1", MemoryIndex(*files))

    assert told(results) == [
        ("pilot 1.0 → 1.1 (wheel)", "hold"),
        ("pilot 1.0 → 1.1 (sdist)", "hold"),
    ]


def test_a_file_is_compared_with_the_same_form_of_a_release(tmp_path: Path) -> None:
    index = MemoryIndex(make_wheel("pilot", "1.0", QUIET), make_sdist("pilot", "1.0", QUIET))
    new = write(tmp_path, make_sdist("pilot", "1.1", QUIET))
    assert told(diff("pilot==1.0", new, index)) == [("pilot 1.0 → 1.1 (sdist)", "admit")]


def test_what_was_compared_with_nothing_is_told() -> None:
    index = MemoryIndex(
        make_wheel("pilot", "1.0"), make_wheel("pilot", "1.1"), make_sdist("pilot", "1.1")
    )
    assert told(diff("pilot", "1.0..1.1", index)) == [
        ("pilot 1.0 → 1.1 (wheel)", "admit"),
        ("pilot-1.1.tar.gz", "unexamined"),
    ]


@pytest.mark.parametrize("swapped", [False, True])
def test_two_forms_of_one_release(tmp_path: Path, swapped: bool) -> None:
    sides = [
        write(tmp_path, make_sdist("pilot", "1.0", QUIET)),
        write(tmp_path, make_wheel("pilot", "1.0", BUSY)),
    ]
    old, new = sides[::-1] if swapped else sides
    (result,) = diff(old, new)

    assert isinstance(result, Comparison)
    assert result.headline == "pilot-1.0-py3-none-any.whl beside pilot-1.0.tar.gz"
    assert result.verdict.decision is Decision.HOLD
    assert [o.check for o in result.verdict.outcomes if o.findings] == ["change-forms"]


def test_two_forms_of_two_releases_are_not_compared(tmp_path: Path) -> None:
    old = write(tmp_path, make_sdist("pilot", "1.0"))
    new = write(tmp_path, make_wheel("pilot", "1.1"))
    with pytest.raises(UsageError, match="two forms of two releases"):
        diff(old, new)


def test_a_folder_of_several_is_no_side(tmp_path: Path) -> None:
    write(tmp_path, make_sdist("pilot", "1.0"))
    new = write(tmp_path, make_wheel("pilot", "1.1"))
    with pytest.raises(UsageError, match="2 artifacts"):
        diff(tmp_path, new)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    new = write(tmp_path, make_wheel("pilot", "1.1"))
    missing = tmp_path / "pilot-1.0-py3-none-any.whl"
    (result,) = diff(missing, new)
    assert isinstance(result, Unexamined)
    assert result.exit_code == TargetNotFound.exit_code


def test_what_cannot_be_fetched_is_told() -> None:
    files = [make_wheel("pilot", version) for version in ("1.0", "1.1")]
    index = MemoryIndex(*files, lost=frozenset({files[0][0]}))
    assert told(diff("pilot", "1.0..1.1", index)) == [(files[0][0], "unexamined")]


@pytest.mark.parametrize("broken", ["old", "new"])
def test_what_cannot_be_read_is_held(tmp_path: Path, broken: str) -> None:
    files = {
        "old": make_wheel("pilot", "1.0"),
        "new": make_wheel("pilot", "1.1"),
    }
    files[broken] = (files[broken][0], b"no archive at all")
    old, new = (write(tmp_path, file) for file in files.values())
    (result,) = diff(old, new)

    assert isinstance(result, Comparison)
    assert result.verdict.decision is Decision.HOLD
    assert result.verdict.reasons[0].rule == "floor"
