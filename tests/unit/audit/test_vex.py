"""OpenVEX in: what does not count, because somebody says so."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.audit.vex import Vex
from airlock.errors import AirlockError, InvalidDependencies, TargetNotFound
from airlock.model import ProjectName
from airlock.model.audit import Ignored
from airlock.report.audit_cyclonedx import render_audit_cyclonedx
from airlock.report.openvex import render_openvex
from airlock.sources.openvex import read_openvex
from tests.unit.report import audits

FLASK = ProjectName("flask")
NOT_AFFECTED: dict[str, object] = {
    "vulnerability": {"name": "CVE-2026-1"},
    "products": [{"@id": "pkg:pypi/flask@2.0.1"}],
    "status": "not_affected",
    "justification": "vulnerable_code_not_in_execute_path",
    "impact_statement": "Debug mode is never on.",
}


def write(folder: Path, *statements: dict[str, object], **more: object) -> Path:
    path = folder / "app.openvex.json"
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "urn:x",
        "author": "team",
        "timestamp": "2026-01-01T00:00:00Z",
        "version": 1,
        "statements": statements,
    }
    path.write_text(json.dumps(document | more))
    return path


def ignored(folder: Path, *statements: dict[str, object], version: str = "2.0.1") -> Ignored | None:
    vex = Vex(read_openvex(write(folder, *statements)))
    return vex.ignored(FLASK, version, audits.advisory())


def test_not_affected_is_ignored_with_its_justification(tmp_path: Path) -> None:
    found = ignored(tmp_path, NOT_AFFECTED)
    assert found is not None
    assert found.reason == (
        "not affected: vulnerable code not in execute path: Debug mode is never on."
    )
    assert found.origin == f"{tmp_path / 'app.openvex.json'}, statement 1"


@pytest.mark.parametrize(
    "change",
    [
        {"vulnerability": "CVE-2026-1"},
        {"vulnerability": {"name": "PYSEC-2026-1"}},
        {"vulnerability": {"name": "x", "aliases": ["cve-2026-1"]}},
        {"vulnerability": {"@id": "https://v.example/GHSA-aaaa-bbbb-cccc", "name": "y"}},
        {"products": ["pkg:pypi/flask@2.0.1"]},
        {"products": [{"@id": "pkg:pypi/Flask"}]},
        {"products": [{"@id": "urn:x", "identifiers": {"purl": "pkg:pypi/flask@2.0.1.0"}}]},
        {"products": [{"@id": "pkg:oci/app", "subcomponents": [{"@id": "pkg:pypi/flask@2.0.1"}]}]},
        {"products": ["pkg:oci/app"], "subcomponents": ["pkg:pypi/flask@2.0.1"]},
        {"status": "fixed", "justification": ""},
    ],
)
def test_all_ways_to_say_it(tmp_path: Path, change: dict[str, object]) -> None:
    assert ignored(tmp_path, NOT_AFFECTED | change) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"vulnerability": {"name": "CVE-2026-2"}},
        {"products": [{"@id": "pkg:pypi/flask@2.0.2"}]},
        {"products": [{"@id": "pkg:pypi/werkzeug@2.0.1"}]},
        {"products": [{"@id": "pkg:npm/flask@2.0.1"}]},
        {"products": []},
        {
            "products": [
                {"@id": "pkg:pypi/flask@2.0.1", "subcomponents": [{"@id": "pkg:pypi/jinja2@3"}]}
            ]
        },
        {"status": "affected", "action_statement": "x"},
        {"status": "under_investigation"},
    ],
)
def test_what_says_nothing_of_it(tmp_path: Path, change: dict[str, object]) -> None:
    assert ignored(tmp_path, NOT_AFFECTED | change) is None


def test_the_latest_statement_counts(tmp_path: Path) -> None:
    back = NOT_AFFECTED | {"status": "affected", "timestamp": "2026-02-01T00:00:00Z"}
    assert ignored(tmp_path, back, NOT_AFFECTED) is None
    again = NOT_AFFECTED | {"timestamp": "2026-03-01T00:00:00Z"}
    assert ignored(tmp_path, again, back, NOT_AFFECTED) is not None


def test_nobody_makes_malware_harmless(tmp_path: Path) -> None:
    vex = Vex(read_openvex(write(tmp_path, NOT_AFFECTED)))
    assert vex.ignored(FLASK, "2.0.1", audits.advisory(malware=True)) is None


def test_what_is_about_nothing_is_told(tmp_path: Path) -> None:
    other = NOT_AFFECTED | {"vulnerability": {"name": "CVE-1"}}
    vex = Vex(read_openvex(write(tmp_path, NOT_AFFECTED, other)))
    vex.ignored(FLASK, "2.0.1", audits.advisory())
    assert vex.notes() == [
        f"{tmp_path / 'app.openvex.json'}: 1 of 2 statements are about nothing that was found"
    ]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (NOT_AFFECTED | {"justification": "", "impact_statement": ""}, "and not why"),
        (NOT_AFFECTED | {"status": "fine"}, "status"),
        ({"status": "fixed"}, "vulnerability"),
        (NOT_AFFECTED | {"products": ["pkg:"]}, "package URL"),
    ],
)
def test_a_statement_that_is_none(tmp_path: Path, statement: dict[str, object], what: str) -> None:
    with pytest.raises(InvalidDependencies) as raised:
        read_openvex(write(tmp_path, statement))
    assert what in str(raised.value)
    assert "app.openvex.json" in str(raised.value)


def test_a_document_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InvalidDependencies, match="@context"):
        read_openvex(write(tmp_path, **{"@context": "https://x.example"}))
    with pytest.raises(TargetNotFound):
        read_openvex(tmp_path / "none.json")


@given(data=st.binary(max_size=60) | st.text('{}[]":,statemnuvx ', max_size=60).map(str.encode))
def test_anything_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.openvex.json"
    path.write_bytes(data)
    with pytest.raises(AirlockError, match=r"any\.openvex\.json"):
        read_openvex(path)


def test_what_came_in_goes_out_in_its_words(tmp_path: Path) -> None:
    found = ignored(tmp_path, NOT_AFFECTED)
    assert found is not None
    audit = audits.audit(
        audits.clean(
            tmp_path, dependency=audits.dependency(tmp_path, "flask", "2.0.1"), ignored=(found,)
        )
    )
    (statement,) = json.loads(render_openvex(audit, "team"))["statements"]
    assert statement["status"] == "not_affected"
    assert statement["justification"] == NOT_AFFECTED["justification"]
    assert statement["impact_statement"] == NOT_AFFECTED["impact_statement"]
    (vulnerability,) = json.loads(render_audit_cyclonedx(audit))["vulnerabilities"]
    assert vulnerability["analysis"]["state"] == "not_affected"
    assert vulnerability["analysis"]["justification"] == "code_not_reachable"
    # And in again.
    (tmp_path / "out.json").write_text(render_openvex(audit, "team"))
    vex = Vex(read_openvex(tmp_path / "out.json"))
    assert vex.ignored(FLASK, "2.0.1", audits.advisory()) is not None
