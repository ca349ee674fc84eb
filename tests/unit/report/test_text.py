"""The report for a person: as it was approved, and harmless."""

import click
import pytest

from airlock.model import Decision
from airlock.report import Result
from airlock.report.text import render_text
from tests.unit.examples import verdict
from tests.unit.report import targets
from tests.unit.report.snapshots import assert_snapshot


@pytest.mark.parametrize(("name", "verbose"), [("scan.txt", False), ("scan-verbose.txt", True)])
def test_report_reads_as_it_was_approved(name: str, verbose: bool) -> None:
    text = render_text(targets.EVERYTHING, verbose=verbose)
    assert_snapshot(name, click.unstyle(text))


def test_nothing_that_a_package_wrote_reaches_the_terminal_raw() -> None:
    lines = click.unstyle(render_text(targets.EVERYTHING, verbose=True)).split("\n")
    assert all(line.isprintable() for line in lines)


def test_admitted_artifact_takes_one_line_without_its_context() -> None:
    lines = render_text([targets.ADMITTED]).splitlines()
    assert len(lines) == 2
    assert "has a script" in render_text([targets.ADMITTED], verbose=True)


def test_worst_finding_comes_first() -> None:
    text = click.unstyle(render_text([targets.HELD]))
    assert text.index("reads the environment") < text.index("is unusual")


def test_long_lists_and_evidence_are_cut_and_say_so() -> None:
    assert "… 3 more; --verbose shows all" in render_text([targets.MANY])
    assert "more; --verbose" not in render_text([targets.MANY], verbose=True)
    assert "… 3 more lines" in render_text([targets.HELD])


@pytest.mark.parametrize(
    ("results", "last"),
    [
        ([], "Nothing was examined."),
        ([targets.ADMITTED], "1 file: 1 admitted."),
        ([targets.UNEXAMINED], "1 file: 1 unexamined."),
        (
            targets.EVERYTHING,
            "5 files: 1 refused, 2 held, 1 unexamined, 1 admitted.",
        ),
        ([verdict(Decision.REFUSE)] * 2, "2 files: 2 refused."),
    ],
)
def test_summary_counts_everything(results: list[Result], last: str) -> None:
    assert click.unstyle(render_text(results)).splitlines()[-1] == last
