"""No check without a page and examples of both kinds, no examples without a check.

The second half proves that these tests can fail: a harness that finds everything in order would
let every check pass.
"""

import runpy
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from airlock.checks import Check, Subject, load_checks
from airlock.errors import NotExamined
from airlock.model import Confidence, Finding, Outcome, Severity, Status
from tests.checks.harness import EXAMPLES, Case, Settings, complaints, load_cases, run_case

SCRIPTS = EXAMPLES.parent.parent / "scripts"
UNWRITTEN = "replace-me"


def gaps(checks: Iterable[Check], root: Path) -> list[str]:
    """Return everything that is still to be written for a set of checks."""
    cases = load_cases(root)
    there = {(case.check, case.expects) for case in cases}
    ids = {check.id for check in checks}
    folders = {path.name for path in root.iterdir() if path.is_dir() and path.name[0] not in "._"}
    return [
        *(
            f"{i} has no example that it {e}"
            for i in sorted(ids)
            for e in EXPECTS
            if (i, e) not in there
        ),
        *(f"tests/checks/{folder} has no check" for folder in sorted(folders - ids)),
        *(f"{case.id} is not written yet" for case in cases if case.name == UNWRITTEN),
    ]


EXPECTS = ("flags", "spares")


def test_every_check_has_examples_and_every_example_a_check() -> None:
    assert gaps(load_checks().checks, EXAMPLES) == []


@pytest.mark.parametrize("check", load_checks().checks, ids=lambda check: check.id)
def test_every_check_has_a_page(check: Check) -> None:
    page = (sys.modules[type(check).__module__].__doc__ or "").strip()
    summary, _, rest = page.partition("\n\n")
    assert summary.endswith(".")
    assert "\n" not in summary
    assert len(rest.split()) >= 25
    assert "Replace this" not in page


def test_the_pages_in_the_documentation_are_up_to_date() -> None:
    command = [sys.executable, str(SCRIPTS / "checks_docs.py"), "--check"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_stale_pages_are_noticed(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPTS / "checks_docs.py"), "--root", str(tmp_path)]
    assert subprocess.run([*command, "--check"], capture_output=True, check=False).returncode == 1
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert subprocess.run([*command, "--check"], capture_output=True, check=False).returncode == 0
    (tmp_path / "docs/reference/checks/no-such-check.md").touch()
    ended = subprocess.run([*command, "--check"], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "no-such-check.md is stale" in ended.stderr


def test_a_check_without_examples_is_a_gap(tmp_path: Path) -> None:
    assert sorted(gaps([Blind()], tmp_path)) == [
        "code-probe has no example that it flags",
        "code-probe has no example that it spares",
    ]


def test_half_the_examples_are_a_gap(tmp_path: Path) -> None:
    (tmp_path / "code-probe/flags/case").mkdir(parents=True)
    assert gaps([Blind()], tmp_path) == ["code-probe has no example that it spares"]


def test_examples_without_a_check_are_a_gap(tmp_path: Path) -> None:
    for expects in EXPECTS:
        (tmp_path / f"code-probe/{expects}/case").mkdir(parents=True)
        (tmp_path / f"code-gone/{expects}/case").mkdir(parents=True)
    assert gaps([Blind()], tmp_path) == ["tests/checks/code-gone has no check"]


def test_a_folder_of_examples_that_is_empty_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "code-gone").mkdir()
    assert gaps([], tmp_path) == ["tests/checks/code-gone has no check"]


def test_what_the_scaffold_writes_is_a_gap_and_admits_nothing(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPTS / "check_new.py"), "code-probe", "--root", str(tmp_path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2

    root = tmp_path / "tests/checks"
    assert gaps([Blind()], root) == [
        "code-probe/flags/replace-me is not written yet",
        "code-probe/spares/replace-me is not written yet",
    ]
    probe = runpy.run_path(str(tmp_path / "src/airlock/checks/code/probe.py"))["Probe"]
    for case in load_cases(root):
        outcome = run_case(case, probe())
        assert outcome.status is Status.FAILED
        assert complaints(case, outcome) != []


def test_what_is_no_example_is_refused(tmp_path: Path) -> None:
    (tmp_path / "code-probe/flags").mkdir(parents=True)
    (tmp_path / "code-probe/flags/lost.txt").touch()
    with pytest.raises(ValueError, match=r"lost\.txt is no example"):
        load_cases(tmp_path)


def test_a_setting_that_is_misspelled_is_refused(tmp_path: Path) -> None:
    (tmp_path / "code-probe/flags").mkdir(parents=True)
    (tmp_path / "code-probe/flags/case.toml").write_text('servity = "high"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="servity"):
        load_cases(tmp_path)


def test_an_example_has_a_tree_or_a_builder_but_not_both(tmp_path: Path) -> None:
    (tmp_path / "code-probe/flags/case").mkdir(parents=True)
    (tmp_path / "code-probe/flags/case.py").touch()
    with pytest.raises(ValueError, match="only one"):
        load_cases(tmp_path)


class Blind(Check):
    """Never flags anything."""

    id = "code-probe"
    version = 1

    def artifact(self, subject: Subject) -> Iterable[Finding]:
        return ()


class Jumpy(Check):
    """Flags everything."""

    id = "code-probe"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        yield Finding(
            severity=Severity.MEDIUM,
            confidence=Confidence.LOW,
            message="the message",
            path="setup.py",
            line=3,
            evidence="the evidence",
        )


class Broken(Check):
    """Cannot look."""

    id = "code-probe"
    version = 1

    def artifact(self, subject: Subject) -> Iterable[Finding]:
        raise NotExamined("it cannot be read")


FLAGS = Case(check="code-probe", expects="flags", name="case")
SPARES = Case(check="code-probe", expects="spares", name="case")


def flags(**settings: object) -> Case:
    return Case(check="code-probe", expects="flags", name="case", settings=Settings(**settings))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("case", "check"),
    [
        (FLAGS, Blind),
        (FLAGS, Broken),
        (SPARES, Jumpy),
        (SPARES, Broken),
        (flags(severity=Severity.HIGH), Jumpy),
        (flags(confidence=Confidence.MEDIUM), Jumpy),
        (flags(at_most=Severity.LOW), Jumpy),
        (flags(path="other.py"), Jumpy),
        (flags(line=4), Jumpy),
        (flags(evidence="another"), Jumpy),
        (flags(message="another"), Jumpy),
    ],
)
def test_an_example_that_is_not_as_asked_is_told(case: Case, check: type[Check]) -> None:
    assert complaints(case, run_case(case, check())) != []


@pytest.mark.parametrize(
    ("case", "check"),
    [
        (SPARES, Blind),
        (FLAGS, Jumpy),
        (
            flags(
                severity=Severity.MEDIUM,
                confidence=Confidence.LOW,
                at_most=Severity.MEDIUM,
                path="setup.py",
                line=3,
                evidence="evidence",
                message="message",
            ),
            Jumpy,
        ),
    ],
)
def test_an_example_that_is_as_asked_is_not_told(case: Case, check: type[Check]) -> None:
    assert complaints(case, run_case(case, check())) == []


def test_a_finding_in_the_name_of_another_check_is_told() -> None:
    stolen = Finding(
        check="code-other", severity=Severity.LOW, confidence=Confidence.LOW, message="stolen"
    )
    outcome = Outcome(check="code-probe", version=1, status=Status.SAW, findings=(stolen,))
    assert complaints(FLAGS, outcome) != []
