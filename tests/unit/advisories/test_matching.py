"""What a database knows of a release: groups, ratings, fixes, and what it cannot say."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from airlock.evidence.advisories.interface import Known
from airlock.model import ProjectName, Severity
from tests.simulators.advisories import NOW, advisories, between, osv

HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
LOW = "CVSS:4.0/AV:L/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N"


def known(folder: Path, version: str, *records: dict[str, Any]) -> Known:
    return advisories(folder, *records).known(ProjectName("Example"), version)


@pytest.mark.parametrize("junk", [None, 7, "?", [], {}, [7], [{}], [{"type": 1, "url": 2}]])
@pytest.mark.parametrize(
    "field",
    ["summary", "details", "severity", "references", "database_specific", "published", "credits"],
)
def test_what_only_describes_may_be_of_any_shape(tmp_path: Path, field: str, junk: Any) -> None:
    record = osv("PYSEC-1", "example", between("0", "2.0")) | {field: junk}
    assert [one.id for one in known(tmp_path, "1.0", record).advisories] == ["PYSEC-1"]


def test_aliases_are_one_vulnerability_called_by_the_best_name(tmp_path: Path) -> None:
    found = known(
        tmp_path,
        "1.0",
        osv("GHSA-aaaa", "example", between("0", "1.1"), aliases=["CVE-2026-1"], vector=HIGH),
        osv("PYSEC-2026-1", "example", between("0", "1.2"), aliases=["CVE-2026-1"]),
        osv("PYSEC-2026-2", "example", between("0", "1.3")),
    )
    first, second = found.advisories
    assert (first.id, first.aliases) == ("PYSEC-2026-1", ("GHSA-aaaa", "CVE-2026-1"))
    assert first.records == ("GHSA-aaaa", "PYSEC-2026-1")
    assert (first.severity, first.score, first.vector) == (Severity.HIGH, 7.5, HIGH)
    assert first.fixed_in == ("1.1", "1.2")
    assert (second.id, second.severity, second.gravity) == ("PYSEC-2026-2", None, Severity.MEDIUM)


def test_records_that_share_an_alias_through_a_third_are_one(tmp_path: Path) -> None:
    found = known(
        tmp_path,
        "1.0",
        osv("A-1", "example", between(), aliases=["B-1"]),
        osv("C-1", "example", between("5"), aliases=["B-1", "D-1"]),
        osv("D-1", "example", between()),
    )
    assert [one.records for one in found.advisories] == [("A-1", "D-1")]


def test_a_newer_cvss_counts_and_an_unreadable_one_does_not(tmp_path: Path) -> None:
    record = osv("GHSA-1", "example", between(), vector=LOW)
    record["severity"] += [{"type": "CVSS_V3", "score": HIGH}, {"type": "CVSS_V3", "score": "?"}]
    (one,) = known(tmp_path, "1", record).advisories
    assert (one.severity, one.vector) == (Severity.LOW, LOW)


def test_without_a_vector_the_word_of_the_database_counts(tmp_path: Path) -> None:
    record = osv("GHSA-1", "example", between(), database_specific={"severity": "MODERATE"})
    assert known(tmp_path, "1", record).advisories[0].severity is Severity.MEDIUM


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ("2.0", True),
        ("2.0+cu118", True),
        ("2.1+cu118", False),
        ("2.0.post1", False),
        ("2.0rc1", True),
        ("v2.0.0", True),
    ],
)
def test_a_local_version_is_as_its_public_one(tmp_path: Path, version: str, affected: bool) -> None:
    record = osv("PYSEC-1", "example", between("0", last_affected="2.0"))
    assert bool(known(tmp_path, version, record).advisories) is affected


def test_a_listed_version_is_affected_in_every_spelling(tmp_path: Path) -> None:
    record = osv("PYSEC-1", "example", versions=["1.0", "2.0-beta1", "not a version"])
    answers = advisories(tmp_path, record)
    for version in ("1", "1.0.0", "2.0b1", "2.0.beta.1"):
        assert answers.known(ProjectName("example"), version).advisories, version
    assert not answers.known(ProjectName("example"), "2.0b2").advisories


def test_the_upgrade_is_the_least_that_clears_all(tmp_path: Path) -> None:
    found = known(
        tmp_path,
        "2.0",
        osv("P-1", "example", between("0", "1.9"), between("2.0", "2.1")),
        osv("P-2", "example", between("0", "2.2rc1")),
        osv("P-3", "example", between("2.2", "2.3")),
        osv("P-4", "example", between("2.4", "2.5")),
    )
    assert [one.id for one in found.advisories] == ["P-1", "P-2"]
    assert found.upgrade == "2.3", "a pre-release only where nothing else is there"


def test_a_pre_release_is_an_upgrade_of_a_pre_release(tmp_path: Path) -> None:
    record = osv("P-1", "example", between("0", "2.0rc2"))
    assert known(tmp_path, "2.0rc1", record).upgrade == "2.0rc2"
    assert known(tmp_path, "1.0", record).upgrade == "2.0", "what it fixes, its final has fixed"


def test_no_fix_is_no_upgrade(tmp_path: Path) -> None:
    found = known(tmp_path, "1.0", osv("P-1", "example", between()))
    assert (found.advisories[0].fixed_in, found.upgrade) == ((), "")


def test_a_range_of_commits_beside_versions_is_not_missed(tmp_path: Path) -> None:
    commits = {"type": "GIT", "repo": "r", "events": [{"introduced": "0"}, {"fixed": "9f3a"}]}
    found = known(tmp_path, "1.0", osv("P-1", "example", commits, between("2", "3")))
    assert found == Known()


def test_a_range_of_commits_alone_blinds_its_project(tmp_path: Path) -> None:
    commits = {"type": "GIT", "repo": "r", "events": [{"introduced": "0"}, {"fixed": "9f3a"}]}
    answers = advisories(tmp_path, osv("P-1", "example", commits))
    assert "P-1" in answers.known(ProjectName("example"), "1.0").blind[0]
    assert answers.known(ProjectName("other"), "1.0") == Known()


def test_an_event_that_is_no_version_blinds_only_who_is_not_listed(tmp_path: Path) -> None:
    record = osv("P-1", "example", between("0", "1.0-final-n7"), versions=["0.5"])
    answers = advisories(tmp_path, record)
    assert answers.known(ProjectName("example"), "0.5").advisories
    assert answers.known(ProjectName("example"), "0.6").blind


def test_malware_without_versions_is_all_of_them(tmp_path: Path) -> None:
    (one,) = known(tmp_path, "1.0", osv("MAL-2026-1", "example")).advisories
    assert one.malware
    assert one.gravity is Severity.CRITICAL


def test_malware_comes_before_what_is_worse_by_score(tmp_path: Path) -> None:
    found = known(
        tmp_path,
        "1.0",
        osv("PYSEC-1", "example", between(), vector=HIGH),
        osv("MAL-2026-1", "example", versions=["1.0"]),
    )
    assert [one.id for one in found.advisories] == ["MAL-2026-1", "PYSEC-1"]


def test_withdrawn_records_say_nothing_and_join_nothing(tmp_path: Path) -> None:
    answers = advisories(
        tmp_path,
        osv("P-1", "example", between(), withdrawn="2026-02-01T00:00:00Z"),
        osv("P-2", "other", between()),
    )
    assert answers.known(ProjectName("example"), "1.0") == Known()
    assert answers.database.projects == 1


def test_other_ecosystems_say_nothing(tmp_path: Path) -> None:
    answers = advisories(
        tmp_path, osv("G-1", "example", between(), ecosystem="npm"), osv("P-2", "other", between())
    )
    assert answers.known(ProjectName("example"), "1.0") == Known()
    assert answers.database.records == 1


def test_an_old_database_is_trouble(tmp_path: Path) -> None:
    answers = advisories(
        tmp_path, osv("P-1", "example", between(), modified="2026-11-01T00:00:00Z")
    )
    assert "22 days old" in answers.trouble(NOW)
    assert answers.trouble(NOW - dt.timedelta(days=8)) == ""
