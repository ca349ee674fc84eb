"""Properties of the age rule: what is unknown is never old, and nothing young passes."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from airlock.model import ProjectName
from airlock.model.name_patterns import NamePattern
from airlock.policy.age import AgeRule, Ages

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
waits = st.timedeltas(dt.timedelta(seconds=1), dt.timedelta(days=365))
FIRST, LAST = NOW - dt.timedelta(days=2000), NOW + dt.timedelta(days=30)
times = st.integers(0, int((LAST - FIRST).total_seconds())).map(
    lambda seconds: FIRST + dt.timedelta(seconds=seconds)
)


@given(waits, times)
def test_young_waits_and_old_does_not(wait: dt.timedelta, uploaded: dt.datetime) -> None:
    ages = Ages(uploaded=uploaded, seen=uploaded)
    for rule in (AgeRule(uploaded=wait), AgeRule(first_seen=wait)):
        young = rule.too_young(ages, NOW)
        assert (young is None) is (NOW - uploaded >= wait)
        assert young is None or young.until == uploaded + wait


@given(waits, st.booleans())
def test_unknown_is_never_old(wait: dt.timedelta, with_project: bool) -> None:
    ages = Ages(uploaded=None, seen=None, seen_with_project=with_project)
    for rule in (AgeRule(uploaded=wait), AgeRule(first_seen=wait)):
        young = rule.too_young(ages, NOW)
        assert young is not None
        assert young.until is None
    assert AgeRule(not_after=NOW).beyond_line(ages) is not None


@given(waits, times, times)
def test_upstream_cannot_age_what_came_later(
    wait: dt.timedelta, uploaded: dt.datetime, seen: dt.datetime
) -> None:
    """Whatever time an upstream writes, what appeared after its project waits by our clock."""
    ages = Ages(uploaded=uploaded, seen=seen)
    assert (AgeRule(first_seen=wait).too_young(ages, NOW) is None) is (NOW - seen >= wait)


@given(times, times)
def test_nothing_beyond_the_line(line: dt.datetime, uploaded: dt.datetime) -> None:
    rule = AgeRule(not_after=line)
    beyond = rule.beyond_line(Ages(uploaded=uploaded, seen=None))
    assert (beyond is not None) is (uploaded > line)


def test_exemptions_are_of_projects_and_prefixes() -> None:
    rule = AgeRule(exempt=frozenset({NamePattern("requests"), NamePattern("acme-*")}))
    assert all(map(rule.exempts, map(ProjectName, ("requests", "acme", "Acme_Tool"))))
    assert not any(map(rule.exempts, map(ProjectName, ("requests-x", "acmes"))))
