"""What is counted, and how often."""

import msgspec

from evals.comparing import compare
from evals.figures import figures, mildest
from evals.printing import text
from evals.records import PeerAnswer, Record, read_report
from tests.unit.evals.cases import CHECK, benign, record, report

SINCE = "2024-07-01"


def test_group_counts_once_with_its_mildest_decision() -> None:
    members = [record("refuse"), record("hold"), record("refuse", group="two")]
    assert sorted(one.decision for one in mildest(members)) == ["hold", "refuse"]
    made = figures(members, SINCE)
    assert (made.groups["all"].caught.count, made.groups["all"].caught.total) == (2, 2)
    assert (made.groups["all"].refused.count, made.archives["all"].refused.count) == (1, 2)
    missed = figures([*members, record("admit")], SINCE)
    assert missed.groups["all"].caught.count == 1


def test_recent_is_from_the_day_on() -> None:
    days = ["2024-06-30", "2024-07-01", "2026-01-01"]
    members = [record("hold", group=day, added=day) for day in days]
    assert figures(members, SINCE).groups["recent"].caught.total == 2


def test_group_is_recent_only_by_its_recent_members() -> None:
    members = [record("admit", added="2023-01-01"), record("hold", added="2025-01-01")]
    made = figures(members, SINCE)
    assert made.groups["all"].caught.count == 0
    assert made.groups["recent"].caught.count == 1


def test_what_the_floor_alone_holds_is_counted_apart() -> None:
    made = figures([record("hold", unexamined=True, without={})], SINCE)
    assert (made.groups["all"].caught.count, made.groups["all"].unexamined) == (1, 1)
    assert made.by_family["(floor alone)"] == {"hold": 1}


def test_benign_is_counted_by_kind_and_refused_is_not_held() -> None:
    made = figures(
        [benign("refuse"), benign("hold", kind="wheel"), benign("admit", kind="wheel")], SINCE
    )
    assert (made.benign["all"].refused.count, made.benign["all"].held.count) == (1, 1)
    assert (made.benign["sdist"].refused.total, made.benign["wheel"].held.total) == (1, 2)


def test_what_was_not_evaluated_is_in_no_share_but_is_counted() -> None:
    lost = record("", problem="the file is missing")
    made = figures([record("hold"), lost], SINCE)
    assert (made.groups["all"].caught.total, made.not_evaluated) == (1, 1)


def test_check_is_worth_what_nobody_else_would_have_caught() -> None:
    alone = record("refuse")
    helped = record("refuse", group="two", without={CHECK: "hold", "name-example": "refuse"})
    wrong = benign("hold")
    failing = benign("hold", without={}, unexamined=True, failures={CHECK: "broke"})
    rows = {row.check: row for row in figures([alone, helped, wrong, failing], SINCE).checks}
    row = rows[CHECK]
    assert (row.caught, row.alone, row.refused, row.refused_alone) == (2, 1, 2, 2)
    assert (row.wrong, row.wrong_alone) == (1, 1)
    assert (row.errors_malware, row.errors_benign, row.error) == (0, 1, "broke")
    assert (rows["name-example"].caught, rows["name-example"].refused_alone) == (1, 0)


def test_peers_are_counted_by_the_same_groups() -> None:
    yes, no = PeerAnswer(flagged={"score>=5": True}), PeerAnswer(flagged={"score>=5": False})
    broken = PeerAnswer(error="crashed")
    made = figures(
        [
            record("hold", peers={"dog": yes}),
            record("hold", peers={"dog": no}),
            record("hold", group="two", peers={"dog": yes}),
            record("hold", group="three", peers={"dog": broken}),
            benign(peers={"dog": yes}),
        ],
        SINCE,
    )
    recall = msgspec.to_builtins(made.peers["dog"])["recall"]["score>=5"]
    assert (recall["count"], recall["total"]) == (1, 3)
    assert made.peers["dog"]["errors"] == 1


def everything() -> list[Record]:
    return [
        record("admit", group="missed", filename="missed-1.0.tar.gz"),
        record("hold", group="floor", unexamined=True, without={}, failures={CHECK: "broke"}),
        record("refuse", group="caught"),
        record("", group="lost", problem="the file is missing", filename="lost"),
        benign("hold", filename="wronged-1.0.tar.gz"),
    ]


def test_report_names_misses_wrongs_failures_and_what_is_lost() -> None:
    made = report(*everything())
    lines = list(text(made, figures(made.records, SINCE)))
    whole = "\n".join(lines)
    for title, name in (
        ("Missed: 1", "missed-1.0.tar.gz"),
        ("Wrongly stopped: 1", "wronged-1.0.tar.gz"),
        ("With failed checks: 1", "broke"),
        ("Not evaluated: 1", "the file is missing"),
    ):
        assert title in whole
        assert name in whole[whole.index(title) :]


def test_report_says_when_the_memory_of_families_makes_it_circular() -> None:
    known = report(record("hold", without={"code-known-family": "admit"}))
    without = report(record("hold"), left_out=("code-known-family",))
    assert "CIRCULAR" in "\n".join(text(known, figures(known.records, SINCE)))
    told = "\n".join(text(without, figures(without.records, SINCE)))
    assert "Not counted: code-known-family" in told
    assert "CIRCULAR" not in told


def test_comparison_tells_better_from_worse() -> None:
    before = report(record("admit", sha256="1", group="1"), record("refuse", sha256="2"), benign())
    after = report(
        record("hold", sha256="1", group="1"), record("hold", sha256="2"), benign("refuse")
    )
    lines = list(compare(before, after))
    worse = lines[lines.index("Worse: 2") : lines.index("Better: 1")]
    assert any("refuse → hold" in line for line in worse)
    assert any("admit  → refuse  harbour" in line for line in worse)
    assert "3 archives in both" in lines[0]


def test_report_survives_its_own_json() -> None:
    made = report(*everything())
    assert read_report(msgspec.json.encode(made), "here") == made
