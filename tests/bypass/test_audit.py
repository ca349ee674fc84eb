"""Ways to make an audit say clean of what nobody looked at, or of what is known to be bad."""

import json
from pathlib import Path
from typing import Any

import pytest

from airlock.audit.auditing import Auditor
from airlock.audit.sources import AuditRequest, own_ignores
from airlock.errors import NotExamined
from airlock.evidence.advisories.files import DatabaseAdvisories, NoAdvisories
from airlock.evidence.advisories.format import Database
from airlock.evidence.advisories.interface import Advisories
from airlock.model import Decision, Inventory, ProjectName
from airlock.model.audit import Audit, AuditStatus
from airlock.policy import Policy
from airlock.report.audit import audit_exit_code
from airlock.sources.dependencies import read_dependencies
from tests.simulators.advisories import (
    MAX_AGE,
    NOW,
    advisories,
    between,
    compiled,
    exported,
    osv,
)

BAD = osv("PYSEC-1", "evil-pkg", between("0", "2.0"))


def audited(asked: Advisories, folder: Path, text: str) -> Audit:
    (folder / "requirements.txt").write_text(text)
    inventories = read_dependencies(folder / "requirements.txt")
    return Auditor(asked, Policy(), (), lambda: NOW).audit(inventories)


@pytest.mark.parametrize("name", ["evil-pkg", "Evil_Pkg", "EVIL.PKG", "evil--pkg"])
@pytest.mark.parametrize("version", ["1", "1.0", "1.0.0", "v1.0", "1.0+local", "0!1.0", "1.0-0"])
def test_no_spelling_of_a_name_or_version_escapes(tmp_path: Path, name: str, version: str) -> None:
    found = audited(advisories(tmp_path, BAD), tmp_path, f"{name}=={version}\n")
    assert found.decision is not Decision.ADMIT


def test_when_everything_is_skipped_the_exit_code_is_3(tmp_path: Path) -> None:
    text = "a>=1\nb\nc @ https://files.example/c-1.0.tar.gz\n./d\n-e ./e\ngit+https://x.example/f\n"
    found = audited(advisories(tmp_path, BAD), tmp_path, text)
    assert found.count(AuditStatus.UNAUDITABLE) == len(found.audited) == 6
    assert audit_exit_code(found) == 3
    assert found.coverage.startswith("0 of 6 audited")


def test_nothing_to_audit_is_not_clean() -> None:
    empty = Inventory(origin="nothing", kind="nothing", dependencies=())
    found = Auditor(NoAdvisories(), Policy(), (), lambda: NOW).audit([empty])
    assert audit_exit_code(found) == 3


def test_one_unreadable_record_makes_nothing_clean(tmp_path: Path) -> None:
    folder = tmp_path / "export.zip"
    folder.write_bytes(exported([BAD, osv("PYSEC-2", "other", between()), {"id": "PYSEC-3"}]))
    partial = DatabaseAdvisories(Database(compiled(tmp_path, folder.read_bytes()), ""), MAX_AGE)
    found = audited(partial, tmp_path, "good==1.0\nevil-pkg==1.0\n")
    assert [one.status for one in found.audited] == [
        AuditStatus.UNAUDITABLE,
        AuditStatus.VULNERABLE,
    ]
    assert "cannot be read" in found.coverage


class Failing(NoAdvisories):
    """Has a database, and cannot read what it has of a project."""

    def __init__(self, whole: Advisories) -> None:
        self._whole = whole

    @property
    def absent(self) -> str:
        return ""

    @property
    def database(self) -> Any:
        return self._whole.database

    def trouble(self, now: Any) -> str:
        return ""

    def known(self, project: ProjectName, version: str) -> Any:
        raise NotExamined("the record answered 404")


def test_a_record_that_cannot_be_had_is_not_clean(tmp_path: Path) -> None:
    found = audited(Failing(advisories(tmp_path, BAD)), tmp_path, "good==1.0\n")
    assert found.audited[0].status is AuditStatus.UNAUDITABLE
    assert found.audited[0].reason == "the record answered 404"
    assert audit_exit_code(found) == 3


def test_what_is_audited_does_not_ignore_its_own_vulnerabilities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    for folder in (theirs, ours):
        folder.mkdir()
    (theirs / "pyproject.toml").write_text(
        '[[tool.airlock.audit.ignore]]\nid = "PYSEC-1"\nreason = "trust us"\nuntil-fixed = true\n'
    )
    monkeypatch.chdir(ours)
    assert own_ignores(AuditRequest(targets=(theirs,))) == ()
    assert len(own_ignores(AuditRequest(targets=(theirs,), project=theirs))) == 1


def test_an_alias_of_malware_is_malware(tmp_path: Path) -> None:
    record = osv("GHSA-1", "evil-pkg", versions=["1.0"], aliases=["MAL-2026-1"])
    (one,) = audited(advisories(tmp_path, record), tmp_path, "evil-pkg==1.0\n").audited
    assert one.advisories[0].malware


def test_what_a_record_of_malware_names_as_its_alias_is_malware(tmp_path: Path) -> None:
    plain = osv("GHSA-1", "evil-pkg", between())
    hostile = osv("MAL-2026-1", "evil-pkg", versions=["0.9"], aliases=["GHSA-1"])
    (one,) = audited(advisories(tmp_path, plain, hostile), tmp_path, "evil-pkg==1.0\n").audited
    assert one.advisories[0].malware


def test_a_record_under_two_names_of_a_project_is_found(tmp_path: Path) -> None:
    record = json.loads(json.dumps(BAD))
    record["affected"][0]["package"]["name"] = "Evil.Pkg"
    record["affected"][0]["package"]["ecosystem"] = "pypi"
    found = audited(advisories(tmp_path, record), tmp_path, "evil_pkg==1.0\n")
    assert found.audited[0].status is AuditStatus.VULNERABLE
