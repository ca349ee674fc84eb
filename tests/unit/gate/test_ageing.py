"""Young releases that fix a known vulnerability: who is let in, who waits, and what is said."""

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest

from airlock.gate.door import Asked, Ruling
from airlock.model import Decision
from airlock.policy import Policy
from airlock.policy.age import AgeRule
from tests.simulators.advisories import advisories, between, osv
from tests.unit.gate.doors import ASKED, CLEAN, DAY, Building

RULE = AgeRule(uploaded=7 * DAY, exempt_fixes=True)


def ruled(building: Building, version: str = "1.0", rule: AgeRule = RULE, **known: Any) -> Ruling:
    filename = f"example-{version}-py3-none-any.whl"
    asked: Asked = msgspec.structs.replace(
        ASKED, filename=filename, uploaded=building.now - DAY, **known
    )
    building.judged(CLEAN, filename=filename, policy=Policy(age=rule))
    return building.door(Policy(age=rule)).decide(asked)


@pytest.fixture
def building(tmp_path: Path) -> Building:
    made = Building()
    made.advisories = advisories(
        tmp_path,
        osv("CVE-1", "example", between("0", "1.0"), between("2.0", "2.1rc1"), aliases=["GHSA-1"]),
        osv("CVE-2", "example", between("3.0", last_affected="3.1")),
        osv("MAL-1", "example", between("4.0", "4.1")),
        osv("CVE-3", "example", between("5.0", "5.1"), versions=["5.1"]),
    )
    return made


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "2.1"])
def test_what_is_named_as_the_fix_need_not_wait(building: Building, version: str) -> None:
    ruling = ruled(building, version)
    assert ruling.serves
    assert ruling.headline.endswith("young, but it fixes CVE-1")


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("1.0.1", "it comes after the fix"),
        ("9.9", "no advisory covers it: neither does one cover an attacker's"),
        ("1.0+local", "of a local version nobody can say what it fixes"),
        ("3.2", "nobody names it, though nothing is known against it"),
        ("4.1", "malware is no vulnerability"),
        ("5.1", "the same advisory says that it is affected"),
    ],
)
def test_what_is_not_waits(building: Building, version: str, why: str) -> None:
    assert not ruled(building, version).lists, why


def test_without_the_setting_fixes_wait_too(building: Building) -> None:
    assert ruled(building, rule=AgeRule(uploaded=7 * DAY)).headline.startswith("hold: uploaded 1")


def test_no_fix_crosses_the_date_line(building: Building) -> None:
    rule = msgspec.structs.replace(RULE, not_after=building.now - 2 * DAY)
    assert "date line" in ruled(building, rule=rule).headline


def test_fix_that_is_otherwise_held_stays_held(building: Building) -> None:
    assert ruled(building, withdrawn="it is in quarantine").decision is Decision.REFUSE


@pytest.mark.parametrize("age", [None, dt.timedelta(days=30)], ids=["absent", "old"])
def test_blind_database_exempts_nothing_and_says_so(
    building: Building, age: dt.timedelta | None
) -> None:
    if age is None:
        building.advisories = None
    else:
        building.now += age
    ruling = ruled(building)
    assert not ruling.lists
    assert "what it fixes is not known: " in ruling.headline


def test_unreadable_record_exempts_nothing(tmp_path: Path, building: Building) -> None:
    broken = osv("CVE-9", "example", modified=building.now.isoformat())
    broken["affected"] = "everything"
    building.advisories = advisories(tmp_path, osv("CVE-1", "example", between("0", "1.0")), broken)
    assert "cannot be read" in ruled(building).headline
