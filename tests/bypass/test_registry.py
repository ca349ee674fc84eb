"""A rule that does nothing, or that is not there, must not pass for one that found nothing."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from airlock.checks import load_checks
from airlock.errors import CheckDefect
from tests.checks.harness import EXAMPLES, Case, complaints, load_cases, run_case
from tests.checks.test_completeness import Blind, gaps

PROBE = '''
"""Flags nothing at all."""
from airlock.checks.interface import Check

class Probe(Check):
    id = "code-probe"
    version = 1
    def release(self, subject):
        yield from ()
'''


def package(root: Path, text: str) -> None:
    (root / "probes/code").mkdir(parents=True)
    (root / "probes/__init__.py").touch()
    (root / "probes/code/__init__.py").touch()
    (root / "probes/code/probe.py").write_text(text, encoding="utf-8")


def start(root: Path) -> subprocess.CompletedProcess[str]:
    """Load the checks of a package in a process of their own."""
    program = "from airlock.checks import load_checks; load_checks('probes', ['code'])"
    command = [sys.executable, "-W", "ignore", "-c", program]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_a_check_that_loads_lets_the_program_go_on(tmp_path: Path) -> None:
    package(tmp_path, PROBE)
    assert start(tmp_path).returncode == 0


@pytest.mark.parametrize(
    "defect",
    [
        "import there_is_no_such_module",
        "from airlock.checks import there_is_no_such_name",
        "def broken(:",
        "raise ImportError('an optional part is missing')",
        "raise ModuleNotFoundError('an optional part is missing')",
    ],
)
def test_a_check_that_fails_to_import_is_not_dropped_with_a_warning(
    tmp_path: Path, defect: str
) -> None:
    package(tmp_path, f"{PROBE}\n{defect}\n")
    ended = start(tmp_path)
    assert ended.returncode != 0
    assert "CheckDefect" in ended.stderr
    assert "probes.code.probe does not import" in ended.stderr


def test_an_empty_set_of_checks_is_refused() -> None:
    with pytest.raises(CheckDefect):
        load_checks(families=[])


def test_a_rule_with_no_example_does_not_pass(tmp_path: Path) -> None:
    assert gaps([Blind()], tmp_path) != []


def test_a_rule_that_flags_nothing_does_not_pass_on_the_examples_of_any_check() -> None:
    flagged = [case for case in load_cases(EXAMPLES) if case.expects == "flags"]
    assert {case.check for case in flagged} == set(load_checks().ids)
    for case in {case.check: case for case in flagged}.values():
        settings = msgspec.structs.replace(case.settings, previous="", sibling="", tree="")
        blind = Case(check="code-probe", expects="flags", name=case.name, settings=settings)
        assert complaints(blind, run_case(blind, Blind())) != []
