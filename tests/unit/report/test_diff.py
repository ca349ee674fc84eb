"""What users read of a diff, in every form."""

import json
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from referencing import Registry, Resource

from airlock.model import Confidence, Decision, Reason, Severity
from airlock.profiles import Change, Contrast, Difference, FileChange
from airlock.profiles.source import Foreign, Generated, Origin, SourceMatch
from airlock.report import Unexamined
from airlock.report.comparison import Comparison
from airlock.report.diff_json import render_diff_json
from airlock.report.diff_markdown import render_diff_markdown
from airlock.report.diff_text import render_diff_text
from tests.unit.examples import artifact, failed, outcome, verdict
from tests.unit.report.schema import SCHEMA as SCAN_SCHEMA
from tests.unit.report.snapshots import assert_snapshot
from tests.unit.report.targets import POLICY

PATH = Path(__file__).parents[3] / "docs/reference/diff.schema.json"
SCHEMA: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
REGISTRY: Registry[Any] = Registry().with_resource(
    SCAN_SCHEMA["$id"], Resource.from_contents(SCAN_SCHEMA)
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, registry=REGISTRY)

HOSTILE = "``` \x1b[2J | <b> [x](http://a.example) @team \u202e"
CONTRAST = Contrast(
    differences=(
        Difference(
            change=Change.STARTUP,
            severity=Severity.HIGH,
            confidence=Confidence.HIGH,
            message="This release is the first of the project to run code whenever Python starts.",
            path="example.pth",
            line=1,
            evidence="import os\n" + "\n".join(f"line {n}" for n in range(9)),
        ),
        Difference(
            change=Change.HOST,
            severity=Severity.INFO,
            confidence=Confidence.LOW,
            message="It talks to 1 more host than before.",
            path=f"example/{HOSTILE}.py",
            evidence=HOSTILE,
        ),
    ),
    files=(
        FileChange(
            "example.pth",
            "added",
            0,
            30,
            1,
            0,
            acts=True,
            diff="@@ -0,0 +1 @@\n+import os",
            note="",
        ),
        FileChange(
            HOSTILE, "changed", 5, 6, 1, 1, acts=True, diff=f"-a\n+{HOSTILE}", note="12 more lines"
        ),
        FileChange("example/data.bin", "removed", 7, 0, 0, 0, acts=False, diff="", note="binary"),
    ),
    left_out=3,
)
ORIGIN = Origin(location="https://a.example/example", tag="v1.3", commit="5" * 40)
HELD = Comparison(
    old=artifact(),
    verdict=verdict(
        Decision.HOLD,
        filename="example-1.0.1.tar.gz",
        reasons=[Reason(Decision.HOLD, "finding", "runs code at start", "change-release")],
        outcomes=[outcome("change-release")],
    ),
    contrast=CONTRAST,
)
QUIET = Comparison(
    old=artifact(),
    verdict=verdict(
        Decision.ADMIT, filename="example-1.1.tar.gz", outcomes=[outcome("change-release")]
    ),
    contrast=Contrast(),
)
BROKEN = Comparison(
    old=artifact(),
    verdict=verdict(
        Decision.HOLD,
        filename="example-1.2.tar.gz",
        reasons=[Reason(Decision.HOLD, "floor", "not fully examined", "change-release")],
        outcomes=[failed("change-release")],
    ),
    contrast=None,
)
MISSING = Unexamined("miss\x1bing", "there is no miss\x1bing", "Name what is there.", 2)
BESIDE_SOURCE = Comparison(
    old=artifact(),
    verdict=verdict(
        Decision.ADMIT, filename="example-1.3.tar.gz", outcomes=[outcome("change-source")]
    ),
    contrast=Contrast(
        source=SourceMatch(
            origin=ORIGIN,
            same=12,
            generated=(
                Generated("PKG-INFO", "metadata"),
                Generated(f"{HOSTILE}.c", f"Cython, from {HOSTILE}.pyx"),
            ),
            foreign=(Foreign("example/more.py", ""),),
            unseen=("vendored/a.py",),
        )
    ),
    origin=ORIGIN,
)
EVERYTHING: list[Comparison | Unexamined] = [HELD, QUIET, BROKEN, MISSING, BESIDE_SOURCE]


def test_text() -> None:
    assert_snapshot("diff.txt", click.unstyle(render_diff_text(EVERYTHING)))


def test_markdown() -> None:
    assert_snapshot("diff.md", render_diff_markdown(EVERYTHING))


def test_json_conforms_to_its_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    document = json.loads(render_diff_json(EVERYTHING, POLICY))
    VALIDATOR.validate(document)

    first, quiet, broken, missing, beside = document["diffs"]
    assert (beside["old"], beside["source"]["same"]) == (None, 12)
    assert beside["source"]["generated"][0]["how"] == "metadata"
    assert "source" not in first
    assert first["new"]["decision"] == "hold"
    assert first["old"]["filename"] == "example-1.0.tar.gz"
    assert [one["change"] for one in first["differences"]] == ["startup", "host"]
    assert first["files_left_out"] == 3
    assert (quiet["compared"], broken["compared"], missing["old"]) == (True, False, None)


def test_schema_knows_every_kind_of_change() -> None:
    known = SCHEMA["$defs"]["difference"]["properties"]["change"]["enum"]
    assert sorted(known) == sorted(change.value for change in Change)


@pytest.mark.parametrize(
    "text", [click.unstyle(render_diff_text(EVERYTHING)), render_diff_markdown(EVERYTHING)]
)
def test_nothing_of_a_package_reaches_the_terminal_as_it_is(text: str) -> None:
    assert all(line.isprintable() for line in text.split("\n"))


def test_nothing_of_a_package_leaves_its_code_block() -> None:
    lines = render_diff_markdown([HELD]).splitlines()
    fences = [line for line in lines if line.startswith("```")]

    assert fences == ["```diff", "```", "````diff", "````"]
    cells = [line for line in lines if "a.example" in line and line.startswith("|")]
    assert all(line.replace("\\|", "").count("|") in {4, 5} for line in cells)


@pytest.mark.parametrize(
    ("old", "new", "headline"),
    [
        ("example-1.0.tar.gz", "example-2.0.tar.gz", "example 1.0 → 2.0 (sdist)"),
        (
            "example-1.0.tar.gz",
            "example-1.0-py3-none-any.whl",
            "example-1.0-py3-none-any.whl beside example-1.0.tar.gz",
        ),
        (
            "requests-1.0.tar.gz",
            "reqeusts-1.0.tar.gz",
            "requests-1.0.tar.gz → reqeusts-1.0.tar.gz",
        ),
    ],
)
def test_what_is_compared_with_what(old: str, new: str, headline: str) -> None:
    one = Comparison(
        old=artifact(old), verdict=verdict(Decision.ADMIT, filename=new), contrast=None
    )
    assert one.headline == headline
