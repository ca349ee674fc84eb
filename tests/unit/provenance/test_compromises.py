"""The public facts of known takeovers: each trips at least one check of the family.

The facts are those of the public advisories and of the indexes' own upload times: versions, dates,
and how they were uploaded. Nothing of the packages is here.
"""

import datetime as dt
import functools

import pytest

from airlock.checks import BareRelease, CheckSet, load_checks, run_checks
from airlock.evidence import Facts
from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.model import Decision, Finding, ProjectName, Release
from airlock.model.provenance import PastRelease, Provenance
from airlock.policy import Policy, decide

POPULARITY = BuiltinPopularity()


@functools.cache
def checks() -> CheckSet:
    return load_checks(families=["provenance"])


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def past(*releases: tuple[str, str, bool]) -> tuple[PastRelease, ...]:
    """Return a history from versions, times and whether they were attested, the latest first."""
    return tuple(
        PastRelease(version=version, uploaded=at(time), files=2, attested=2 * attested)
        for version, time, attested in releases
    )


def examined(
    project: str, version: str, uploaded: str, history: tuple[PastRelease, ...], *, offered: bool
) -> tuple[Decision, list[Finding]]:
    """Return what an hour later was decided and found."""
    provenance = Provenance(
        unknown="",
        offered=offered,
        offers=offered or any(one.attested for one in history),
        uploaded=at(uploaded),
        past=history,
    )
    facts = Facts(
        now=at(uploaded) + dt.timedelta(hours=1), popularity=POPULARITY, provenance=provenance
    )
    release = Release(project=ProjectName(project), version=version)
    outcomes = list(run_checks(checks(), BareRelease(release, facts)))
    decision, _, _ = decide({release.project}, outcomes, Policy(), checks().ids)
    return decision, [finding for outcome in outcomes for finding in outcome.findings]


def test_ctx_was_asleep_for_seven_years() -> None:
    """2022: the domain of the maintainer's address had run out and was registered anew."""
    history = past(("0.1.2", "2014-12-19T10:00", False), ("0.1", "2014-12-18T10:00", False))

    _, findings = examined("ctx", "0.2.2", "2022-05-21T10:00", history, offered=False)

    assert [finding.check for finding in findings] == ["provenance-revival"]
    assert findings[0].severity == "medium"


@pytest.mark.parametrize("version", ["8.3.45", "8.3.46"])
def test_ultralytics_had_no_attestations_any_more(version: str) -> None:
    """2024: after the poisoned builds of the workflow came uploads by a stolen token."""
    history = past(
        ("8.3.44", "2024-12-06T12:11", True),
        ("8.3.43", "2024-12-05T19:49", True),
        ("8.3.40", "2024-12-02T15:03", True),
        ("8.3.39", "2024-11-28T22:09", True),
    )

    decision, findings = examined(
        "ultralytics", version, "2024-12-07T01:41", history, offered=False
    )

    assert "provenance-downgrade" in {finding.check for finding in findings}
    assert decision is Decision.HOLD


def test_litellm_came_twice_within_a_quarter_of_an_hour() -> None:
    """2026: two versions by a stolen token, 13 minutes apart; neither was in the repository."""
    history = past(
        ("1.82.7", "2026-03-24T10:39", False),
        ("1.82.6", "2026-03-22T06:35", False),
        ("1.82.5", "2026-03-21T00:03", False),
        ("1.82.4", "2026-03-18T01:18", False),
        ("1.82.3", "2026-03-16T21:51", False),
        ("1.82.2", "2026-03-13T21:24", False),
        ("1.81.9.dev1", "2026-03-13T18:22", False),
        ("1.82.1", "2026-03-10T09:10", False),
        ("1.82.0", "2026-03-01T02:35", False),
        ("1.81.16", "2026-02-26T13:01", False),
        ("1.81.15", "2026-02-24T06:52", False),
    )

    _, findings = examined("litellm", "1.82.8", "2026-03-24T10:52", history, offered=False)

    assert [finding.check for finding in findings] == ["provenance-haste"]
    assert findings[0].severity == "medium"


def test_telnyx_came_twice_within_the_hour() -> None:
    """2026: 4.87.1 and 4.87.2, by a stolen token."""
    history = past(
        ("4.87.1", "2026-03-27T03:51", False),
        ("4.87.0", "2026-03-26T19:27", False),
        ("4.86.1", "2026-03-25T17:02", False),
        ("4.86.0", "2026-03-24T21:33", False),
        ("4.85.0", "2026-03-24T20:46", False),
        ("4.84.0", "2026-03-24T17:23", False),
        ("4.83.0", "2026-03-23T00:47", False),
        ("4.82.0", "2026-03-20T16:41", False),
        ("4.81.1", "2026-03-20T11:48", False),
        ("4.81.0", "2026-03-19T17:02", False),
        ("4.80.0", "2026-03-18T16:08", False),
    )

    _, findings = examined("telnyx", "4.87.2", "2026-03-27T04:07", history, offered=False)

    assert [finding.check for finding in findings] == ["provenance-haste"]


def test_lightning_came_twice_in_quick_succession() -> None:
    """2026: 2.6.2 and 2.6.3, three months after the release before."""
    nightly = [
        (f"2.6.0.dev2025{month:02d}01", f"2025-{month:02d}-01T00:32", False)
        for month in range(12, 2, -1)
    ]
    history = past(
        ("2.6.2", "2026-04-30T12:00", False), ("2.6.1", "2026-01-30T14:59", False), *nightly
    )

    _, findings = examined("lightning", "2.6.3", "2026-04-30T12:20", history, offered=False)

    assert [finding.check for finding in findings] == ["provenance-haste"]
    assert findings[0].severity == "medium"


def test_releases_before_them_trip_nothing() -> None:
    for project, version, time, history in (
        ("ultralytics", "8.3.44", "2024-12-06T12:11", past(("8.3.43", "2024-12-05T19:49", True))),
        ("litellm", "1.82.6", "2026-03-22T06:35", past(("1.82.5", "2026-03-21T00:03", False))),
        ("lightning", "2.6.1", "2026-01-30T14:59", past(("2.6.0", "2025-11-28T09:34", False))),
    ):
        offered = project == "ultralytics"
        assert examined(project, version, time, history, offered=offered) == (Decision.ADMIT, [])
