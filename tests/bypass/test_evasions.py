"""Attempts to get past the detector: each is held, or is listed with the reason why it is not.

``evasions/*.toml`` hold them: harmless code with the shape of an attack, hosts under ``.invalid``.
``{{base64 …}}`` and the like stand for what ``evasions/encoders.py`` makes of a text. The page
``docs/reference/evasions.md`` lists them; ``scripts/evasions_docs.py`` writes it.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from airlock import vetting
from airlock.archive import open_archive
from airlock.checks import CheckSet, Subject, run_checks
from airlock.checks.registry import load_checks
from airlock.evidence import Facts
from airlock.evidence.known_names.builtin import BuiltinKnownNames
from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.model import Artifact, ArtifactName, Decision, ProjectName, Release, Sha256
from airlock.policy import Policy
from tests.bypass.evasions.suite import Evasion, evasions, tree
from tests.checks.harness import NOW
from tests.checks.packing import pack_sdist, pack_wheel

ALL = evasions()
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def checks() -> CheckSet:
    # Without the memory of families: what is new is in none.
    chosen = load_checks(families=["archive", "code", "metadata", "name"])
    return CheckSet([check for check in chosen.checks if _is_asked(check.id)])


NOT_ASKED = {
    "code-known-family",
    "metadata-throwaway-mail",
    "metadata-unresolvable-mail",
    "metadata-upload-time",
}


def _is_asked(check: str) -> bool:
    # All of them are called "example", so that nothing is to be said of their names.
    return check == "name-import-package" or not (check in NOT_ASKED or check.startswith("name-"))


def decision(evasion: Evasion, checks: CheckSet, folder: Path) -> Decision:
    pack = pack_wheel if evasion.filename.endswith(".whl") else pack_sdist
    path = pack(folder, tree(evasion), filename=evasion.filename)
    data, name = path.read_bytes(), ArtifactName.parse(path.name)
    release = Release(project=ProjectName(name.project), version=name.version, source=None)
    artifact = Artifact(Sha256.of(data), len(data), name, release)
    facts = Facts(now=NOW, popularity=BuiltinPopularity(), known_names=BuiltinKnownNames())
    with open_archive(path, name) as reading:
        outcomes = tuple(run_checks(checks, Subject(artifact, reading, facts)))
    return vetting.judge(artifact, outcomes, Policy(), checks, now=NOW).decision


@pytest.mark.parametrize("evasion", ALL, ids=lambda evasion: evasion.name)
def test_no_evasion_is_admitted_but_those_with_a_reason(
    evasion: Evasion, checks: CheckSet, tmp_path: Path
) -> None:
    assert (decision(evasion, checks, tmp_path) is Decision.ADMIT) is bool(evasion.missed)


def test_what_evades_nothing_is_admitted(checks: CheckSet, tmp_path: Path) -> None:
    harmless = Evasion(
        name="harmless", files={"example/__init__.py": "import os\nNAME = os.name\n"}
    )
    assert decision(harmless, checks, tmp_path) is Decision.ADMIT


def test_there_are_as_many_as_are_asked_for() -> None:
    names = [evasion.name for evasion in ALL]
    assert len(names) == len(set(names)) >= 60


def test_the_page_lists_them_all() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "evasions_docs.py"), "--check"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (ended.returncode, ended.stderr) == (0, "")
