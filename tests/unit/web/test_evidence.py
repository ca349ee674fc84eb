"""Findings by file and layer, names by letter, verdicts as text."""

import datetime as dt

import pytest

from airlock.behaviour import Phase, Signal, Tier
from airlock.behaviour.signals import Kind
from airlock.model import Confidence, Decision, Finding, Severity, Sha256
from airlock.model.database import Condition, PartStatus
from airlock.report.lettering import aligned, lettering
from airlock.report.verdict_markdown import registry_report, render_verdict_markdown
from airlock.store.browsing import Browsing, Judged, Totals, Waiting
from airlock.web.evidence import grouped
from airlock.web.figures import Counted
from airlock.web.told import told
from tests.unit.store.examples import DAY, NOW, verdict

_, HOLD, REFUSE = Decision

DIGEST = Sha256.of(b"x")


def finding(path: str, evidence: str = "x = 1", check: str = "code-decode-exec") -> Finding:
    return Finding(
        check=check,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        message="It runs what it decodes.",
        path=path,
        line=3,
        evidence=evidence,
    )


class TestGrouped:
    def test_layers_stand_inside_the_file_that_they_were_peeled_out_of(self) -> None:
        paths = ("a.py", "b.py!/layer2", "a.py!/layer1", "a.py!/layer1!/layer3", "z.whl!/a.py")
        first, second, nested = grouped(map(finding, paths), DIGEST)
        assert (first.path, first.number) == ("a.py", 3)
        assert list(first.layers) == ["layer1"]
        assert list(first.layers["layer1"].layers) == ["layer3"]
        assert (second.path, second.findings, list(second.layers)) == ("b.py", [], ["layer2"])
        assert nested.path == "z.whl!/a.py"

    def test_only_what_is_in_the_archive_has_a_source(self) -> None:
        (group,) = grouped([finding("a b.py"), finding("a b.py!/layer1")], DIGEST)
        assert group.findings[0].source == f"/verdicts/{DIGEST}/source?path=a+b.py&line=3#L3"
        assert group.layers["layer1"].findings[0].source == ""

    def test_a_page_has_so_much_evidence_and_no_more(self) -> None:
        groups = grouped([finding(f"{n}.py", "y = 2\n" * 2_000) for n in range(40)], DIGEST)
        assert len(groups) == 40
        shown = [len(one.findings[0].lines) for one in groups]
        assert all(shown[:3])
        assert not any(shown[4:])


class TestLettering:
    @pytest.mark.parametrize(
        ("one", "other", "differing"),
        [
            ("djang0", "django", [("0", "o")]),
            ("reqeusts", "requests", [("e", "u"), ("u", "e")]),
            ("colourama", "colorama", [("u", "")]),
            ("same", "same", []),
        ],
    )
    def test_what_differs(self, one: str, other: str, differing: list[tuple[str, str]]) -> None:
        columns = aligned(one, other)
        assert [pair for pair in columns if pair[0] != pair[1]] == differing
        assert "".join(above for above, _ in columns) == one
        assert "".join(below for _, below in columns) == other

    def test_it_is_drawn_for_names_only(self) -> None:
        told = "djang0 ~ django: a digit for a letter (homoglyph)"
        (drawn,) = lettering(finding("", told, "name-lookalike"))
        assert (drawn.one, drawn.other, len(drawn.letters)) == ("djang0", "django", 12)
        assert lettering(finding("", told)) == []
        assert lettering(finding("", "<b> ~ </b>: x", "name-lookalike")) == []


class TestAsText:
    def test_markdown_cannot_be_broken_out_of(self) -> None:
        text = render_verdict_markdown(
            verdict(1, REFUSE, message="a </td> [b](javascript:c) @d"), "https://gate.example/v"
        )
        assert "\\[b\\]\\(javascript\\:c\\) \\@d" in text
        assert "<https://gate.example/v>" in text

    def test_a_report_says_what_where_and_nothing_of_us(self) -> None:
        text = registry_report(verdict(1, REFUSE, message="It sends secrets\naway \x1b[2J"))
        assert "Subject: example 1.0: suspected malware" in text
        assert "- It sends secrets away \\x1b[2J" in text
        assert "in setup.py:3" in text
        assert "sandbox" not in text

    def test_a_report_says_what_it_did_when_it_ran(self) -> None:
        deed = Signal(
            kind=Kind.LEAK, tier=Tier.PROOF, phase=Phase.INSTALL, message="It sent\x1b a key"
        )
        text = registry_report(verdict(1, REFUSE, message="It sends secrets"), [deed] * 9)
        assert "- install: It sent\\x1b a key" in text
        assert "and 1 more." in text


def test_links_lead_to_hosts_only() -> None:
    shown = told(
        {
            "project_urls": {"A": "https://a.example/", "B": "javascript:x", "C": "https://["},
            "author": "Ada\n" * 400,
        }
    )
    assert [link.url for link in shown.links] == ["https://a.example/", "", ""]
    for url in (
        "http://user:secret@a.example/",
        "https://bank.example@evil.example",
        "//a.example",
    ):
        assert told({"project_urls": {"A": url}}).links[0].url == ""
    assert len(shown.author) == 300


class TestFigures:
    def test_they_are_counted_once_in_ten_seconds(self) -> None:
        asked: list[str] = []
        clock = [NOW]

        class Counts(Browsing):
            def judged(self, since: dt.date) -> tuple[Judged, ...]:
                asked.append("judged")
                return (Judged(NOW.date(), HOLD, 3), Judged(since - DAY, HOLD, 9))

            def totals(self) -> Totals:
                return Totals(5, 2, {REFUSE: 1})

            def waiting(self, now: dt.datetime) -> Waiting:
                return Waiting((NOW - 9 * DAY, NOW - 2 * DAY, NOW - DAY / 2))

            standings = verdicts_on = find = described = dependents = served = None  # type: ignore[assignment]

        feeds = [PartStatus(part="advisories", condition=Condition.STALE, message="old")]
        counted = Counted(Counts(), lambda: feeds, lambda: clock[0])
        figures = counted.figures()
        assert [one.number for one in figures.ages] == [1, 1, 0, 1]
        assert figures.oldest == NOW - 9 * DAY
        assert figures.totals.refused == 1
        assert [(bar.kind, bar.text) for bar in figures.days.bars] == [
            ("hold", f"{NOW.date()}: 3 hold")
        ]
        clock[0] += dt.timedelta(seconds=9)
        assert counted.figures() is figures
        clock[0] += dt.timedelta(seconds=2)
        assert counted.figures() == figures
        assert asked == ["judged", "judged"]
