"""Audits in the formats of others, each held against what the format requires."""

import json
import re
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from airlock.model import Decision
from airlock.model.audit import Audit, Reach
from airlock.report.audit_cyclonedx import render_audit_cyclonedx
from airlock.report.audit_markdown import render_audit_markdown
from airlock.report.audit_sarif import render_audit_sarif
from airlock.report.openvex import render_openvex
from tests.unit.report import audits
from tests.unit.report.sarif import places, run_of


def cyclonedx(audit: Audit) -> dict[str, Any]:
    text = render_audit_cyclonedx(audit)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert problem is None, problem
    document: dict[str, Any] = json.loads(text)
    return document


def properties(item: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["value"] for one in item.get("properties", [])}


def test_sarif_shows_each_vulnerability_at_its_line(tmp_path: Path) -> None:
    run = run_of(render_audit_sarif(audits.audit(audits.vulnerable(tmp_path)), tmp_path))
    assert places(run) == [("PYSEC-2026-1", "requirements.txt", 3)]
    (result,) = run["results"]
    assert result["level"] == "error"
    assert "flask 2.0.1 is vulnerable, PYSEC-2026-1: Cookies leak." in result["message"]["text"]
    assert "2.3.2" in result["message"]["text"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "https://advisories.example/PYSEC-2026-1"
    assert rule["properties"]["security-severity"] == "7.5"
    assert run["invocations"][0]["executionSuccessful"] is True


def test_sarif_what_was_not_looked_up_is_a_result_and_no_success(tmp_path: Path) -> None:
    run = run_of(render_audit_sarif(audits.audit(audits.unauditable(tmp_path)), tmp_path))
    assert places(run) == [("airlock-unauditable", "requirements.txt", 5)]
    assert run["invocations"][0]["executionSuccessful"] is False


def test_sarif_of_nothing_is_no_success(tmp_path: Path) -> None:
    run = run_of(render_audit_sarif(audits.audit(), tmp_path))
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is False


def test_sarif_a_stale_database_is_no_success(tmp_path: Path) -> None:
    stale = audits.audit(audits.clean(tmp_path), trouble="the database is stale")
    said = run_of(render_audit_sarif(stale, tmp_path))["invocations"][0]
    assert said["executionSuccessful"] is False
    assert said["toolExecutionNotifications"][0]["message"]["text"] == "the database is stale"


def test_sarif_what_is_ignored_is_suppressed(tmp_path: Path) -> None:
    run = run_of(render_audit_sarif(audits.audit(audits.ignored(tmp_path)), tmp_path))
    (result,) = run["results"]
    (suppression,) = result["suppressions"]
    assert "only in debug mode" in suppression["justification"]


def test_sarif_what_the_policy_tolerates_is_a_note(tmp_path: Path) -> None:
    tolerated = audits.vulnerable(tmp_path, decision=Decision.ADMIT)
    run = run_of(render_audit_sarif(audits.audit(tolerated), tmp_path))
    assert run["results"][0]["level"] == "note"


def test_sarif_malware_is_as_loud_as_it_gets(tmp_path: Path) -> None:
    rated_low = audits.advisory("MAL-1", malware=True, severity=None, score=None)
    run = run_of(render_audit_sarif(audits.audit(audits.vulnerable(tmp_path, rated_low)), tmp_path))
    assert run["results"][0]["level"] == "error"
    assert run["tool"]["driver"]["rules"][0]["properties"]["security-severity"] == "10.0"


def test_sarif_files_elsewhere_have_absolute_uris(tmp_path: Path) -> None:
    text = render_audit_sarif(audits.audit(audits.vulnerable(tmp_path / "ä b")), tmp_path / "c")
    assert places(run_of(text))[0][1] == f"file://{tmp_path}/%C3%A4%20b/requirements.txt"


def test_sarif_fingerprints_do_not_depend_on_lines(tmp_path: Path) -> None:
    one = audits.vulnerable(tmp_path)
    moved = audits.vulnerable(
        tmp_path, dependency=audits.dependency(tmp_path, "flask", "2.0.1", 99)
    )
    run = run_of(render_audit_sarif(audits.audit(one, moved), tmp_path))
    first, second = (result["partialFingerprints"] for result in run["results"])
    assert first == second


def test_sarif_with_something_of_every_kind(tmp_path: Path) -> None:
    text = render_audit_sarif(audits.everything(tmp_path), tmp_path)
    run = run_of(text)
    assert "\\u001b" not in text
    assert "\u202e" not in text
    # A bracket that is not escaped would become a link.
    assert "\\\\[x\\\\]" in text
    assert not any("javascript" in rule.get("helpUri", "") for rule in _rules(run))


def _rules(run: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run["tool"]["driver"]["rules"]
    return found


def test_cyclonedx_has_every_dependency_and_vulnerability(tmp_path: Path) -> None:
    whole = audits.audit(
        audits.vulnerable(tmp_path), audits.clean(tmp_path), audits.unauditable(tmp_path)
    )
    document = cyclonedx(whole)
    components = {one["name"]: one for one in document["components"]}
    assert components["flask"]["purl"] == "pkg:pypi/flask@2.0.1"
    assert "purl" not in components["open"]
    assert properties(components["open"])["airlock:unauditable"] == "no version is pinned"
    (vulnerability,) = document["vulnerabilities"]
    assert vulnerability["id"] == "PYSEC-2026-1"
    assert vulnerability["affects"] == [{"ref": components["flask"]["bom-ref"]}]
    (rating,) = vulnerability["ratings"]
    assert (rating["score"], rating["severity"], rating["method"]) == (7.5, "high", "CVSSv31")
    assert properties(document["metadata"])["airlock:coverage"].startswith("2 of 3 audited")


def test_cyclonedx_the_same_audit_gives_the_same_document(tmp_path: Path) -> None:
    audit = audits.everything(tmp_path)
    assert render_audit_cyclonedx(audit) == render_audit_cyclonedx(audit)


def test_cyclonedx_with_something_of_every_kind(tmp_path: Path) -> None:
    document = cyclonedx(audits.everything(tmp_path))
    assert len(document["components"]) == 6
    assert len(document["vulnerabilities"]) == 4


def test_cyclonedx_of_nothing(tmp_path: Path) -> None:
    assert cyclonedx(audits.audit()).get("components", []) == []


def test_openvex_says_what_is_affected_and_what_to_do(tmp_path: Path) -> None:
    one = audits.vulnerable(tmp_path, reach=Reach(imported=True, where=("app.py:3",)))
    document = json.loads(render_openvex(audits.audit(one), "team@app.example"))
    assert document["@context"] == "https://openvex.dev/ns/v0.2.0"
    assert document["author"] == "team@app.example"
    (statement,) = document["statements"]
    assert statement["vulnerability"]["name"] == "PYSEC-2026-1"
    assert statement["vulnerability"]["aliases"] == ["CVE-2026-1", "GHSA-aaaa-bbbb-cccc"]
    assert statement["products"][0]["@id"] == "pkg:pypi/flask@2.0.1"
    assert statement["status"] == "affected"
    assert statement["action_statement"] == "Upgrade to 2.3.2."
    assert statement["status_notes"] == "imported at app.py:3"


def test_openvex_an_accepted_risk_is_still_affected(tmp_path: Path) -> None:
    document = json.loads(render_openvex(audits.audit(audits.ignored(tmp_path)), "x"))
    (statement,) = document["statements"]
    assert statement["status"] == "affected"
    assert "only in debug mode" in statement["action_statement"]


def test_openvex_the_same_release_in_two_files_is_one_statement(tmp_path: Path) -> None:
    twice = audits.audit(audits.vulnerable(tmp_path), audits.vulnerable(tmp_path / "b"))
    assert len(json.loads(render_openvex(twice, "x"))["statements"]) == 1


def test_markdown_names_what_is_wrong_and_links_only_what_is_safe(tmp_path: Path) -> None:
    text = render_audit_markdown(audits.everything(tmp_path))
    assert "[PYSEC\\-2026\\-1](https://advisories.example/PYSEC-2026-1)" in text
    assert "`src/app.py:3`" in text
    assert "**malware**, EPSS 50.0%, **exploited**" not in text  # malware has no other rating
    assert "Could not be audited" in text
    assert "only in debug mode" in text
    outside_of_code = re.sub(r"`+[^`]*`+", "", text)
    assert not re.search(r"(?<!\\)<img", outside_of_code)
    assert "](javascript" not in text
    assert not re.search(r"(?<!\\)@all", outside_of_code)
    assert all(line.isprintable() for line in text.splitlines())


def test_markdown_rows_have_as_many_cells_as_their_heads(tmp_path: Path) -> None:
    text = render_audit_markdown(audits.everything(tmp_path))
    width = 0
    for line in text.splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = len(re.split(r"(?<!\\)\|", line))
        width = width or cells
        assert cells == width, line


def test_markdown_of_a_clean_audit_is_short(tmp_path: Path) -> None:
    text = render_audit_markdown(audits.audit(audits.clean(tmp_path)))
    assert text.startswith("## Airlock audit: admit\n")
    assert "1 of 1 audited" in text
    assert "|" not in text


def test_markdown_fits_into_a_comment_and_says_what_it_left_out(tmp_path: Path) -> None:
    many = audits.audit(*[audits.vulnerable(tmp_path)] * 1000)
    text = render_audit_markdown(many)
    assert len(text) < 65_536
    shown = text.count("| `flask` |")
    assert f"… and {1000 - shown} more" in text
