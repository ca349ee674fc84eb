"""The JSON report, held against its published schema."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from airlock import __version__
from airlock.model import Decision
from airlock.report import Unexamined
from airlock.report.json import render_json
from tests.unit.examples import DIGEST, verdict
from tests.unit.report import targets
from tests.unit.report.schema import SCHEMA, VALIDATOR, conforming


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return conforming(render_json(targets.EVERYTHING, targets.POLICY))


def test_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_schema_describes_every_field() -> None:
    undescribed = [
        path
        for path, field in _fields(SCHEMA, "")
        if not {"description", "const", "$ref"} & set(field)
    ]
    assert undescribed == []


def _fields(schema: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, field in schema.get("properties", {}).items():
        yield f"{path}/{name}", field
        yield from _fields(field, f"{path}/{name}")
    for name, part in schema.get("$defs", {}).items():
        yield from _fields(part, name)


def test_document_says_who_and_by_what(document: dict[str, Any]) -> None:
    assert document["schema"] == 1
    assert document["tool"] == {"name": "airlock", "version": __version__}
    assert document["policy"] == {"name": "default", "version": "0123456789abcdef"}
    decisions = [target["decision"] for target in document["targets"]]
    assert decisions == ["admit", "hold", "refuse", "hold", "hold"]


def test_target_has_everything_of_its_verdict(document: dict[str, Any]) -> None:
    target = document["targets"][1]
    assert (target["name"], target["version"]) == ("anchor", "2.0")
    assert target["filename"] == "anchor-2.0.tar.gz"
    assert target["sha256"] == str(DIGEST)
    assert (target["score"], target["seconds"]) == (0.49, 0.25)
    assert target["findings"][1] == {
        "check": "code-example",
        "severity": "high",
        "confidence": "medium",
        "message": "reads the environment",
        "path": "a.py",
        "line": 3,
        "evidence": "line 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8\nline 9",
        "digest": "",
        "suppressed": "",
    }
    assert target["outcomes"] == [
        {
            "check": "code-example",
            "version": 1,
            "status": "failed",
            "reason": "one file cannot be read",
        }
    ]


def test_evidence_is_told_as_the_package_has_it(document: dict[str, Any]) -> None:
    assert document["targets"][2]["findings"][0]["path"] == "evil\u202e/setup.py!/layer\r\n"


def test_no_control_character_stands_raw_in_the_text() -> None:
    text = render_json(targets.EVERYTHING, targets.POLICY)
    assert not any(ord(char) < 0x20 and char != "\n" for char in text)
    assert text.endswith("}\n")


def test_what_led_to_no_artifact_is_held_by_the_floor(document: dict[str, Any]) -> None:
    target = document["targets"][4]
    assert target["name"] == "miss\x1bing.whl"
    assert target["reasons"][0]["rule"] == "floor"
    assert target["outcomes"][0]["status"] == "failed"


def test_no_target_is_a_document_too() -> None:
    assert conforming(render_json([], targets.POLICY))["targets"] == []


def test_name_of_a_file_that_is_no_text_is_told_with_escapes() -> None:
    lost = Unexamined("\udcff.whl", "there is no file \udcff.whl")
    (target,) = conforming(render_json([lost], targets.POLICY))["targets"]
    assert target["name"] == "\\udcff.whl"
    assert target["reasons"][0]["message"] == "there is no file \\udcff.whl"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["schema"], 2),
        (["tool", "name"], "another"),
        (["policy", "version"], "1"),
        (["more"], 1),
        (["targets", 0, "decision"], "allow"),
        (["targets", 0, "sha256"], "0"),
        (["targets", 0, "sha256"], ""),
        (["targets", 0, "filename"], "a/b.whl"),
        (["targets", 0, "score"], 1.5),
        (["targets", 0, "outcomes"], []),
        (["targets", 0, "outcomes", 0, "status"], "failed"),
        (["targets", 1, "reasons"], []),
        (["targets", 1, "reasons", 0, "rule"], "taste"),
        (["targets", 1, "findings", 0, "severity"], "deadly"),
        (["targets", 1, "findings", 0, "line"], -1),
        (["targets", 1, "findings", 0, "more"], 1),
        (["targets", 4, "decision"], "admit"),
    ],
)
def test_schema_refuses_what_no_report_says(
    document: dict[str, Any], path: list[str | int], value: object
) -> None:
    changed: Any = copy.deepcopy(document)
    *way, last = path
    place = changed
    for step in way:
        place = place[step]
    place[last] = value
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(changed)


@pytest.mark.parametrize("decision", Decision)
def test_decisions_are_told_by_their_words(decision: Decision) -> None:
    text = render_json([verdict(decision)], targets.POLICY)
    assert json.loads(text)["targets"][0]["decision"] == decision.word
