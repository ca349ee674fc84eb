"""Ways round what is publicly known: an evidence that cannot be read must never read as clean."""

import datetime as dt
from pathlib import Path

import pytest

from airlock.advising import Advising
from airlock.evidence.advisories.files import FileAdvisories
from airlock.model import ArtifactName, Decision, Status
from airlock.model.waiver import Waiver
from airlock.policy import Policy
from airlock.policy.advisories import AdvisoryRules
from tests.simulators.advisories import (
    MAX_AGE,
    NOW,
    advising,
    advisories,
    between,
    compiled,
    exported,
    osv,
)
from tests.unit.examples import DIGEST
from tests.unit.gate.doors import ASKED, CLEAN, Building

NAME = ArtifactName.parse("example-1.0.tar.gz")
MALWARE = osv("MAL-2026-1", "example", versions=["1.0"])
HARMLESS = osv("PYSEC-1", "another", between())
CRITICAL = osv(
    "PYSEC-2",
    "example",
    between("0", "2.0"),
    vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
)


@pytest.fixture
def building() -> Building:
    made = Building()
    made.now = NOW
    made.judged(CLEAN)
    return made


def asked(path: Path, policy: Policy | None = None, *, wanted: bool = False) -> Advising:
    return advising(FileAdvisories(path, MAX_AGE, wanted=wanted), policy)


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_without_a_database_nothing_is_called_clean_and_nothing_is_held(tmp_path: Path) -> None:
    nobody = asked(tmp_path / "advisories.db")
    outcomes = nobody.outcomes(NAME, now=NOW)
    assert {outcome.status for outcome in outcomes} == {Status.SKIPPED}
    assert all("not looked for" in outcome.reason for outcome in outcomes)
    assert nobody.advice(NAME, now=NOW).decision is Decision.ADMIT


def test_where_a_policy_requires_one_its_absence_holds(tmp_path: Path) -> None:
    strict = asked(tmp_path / "advisories.db", wanted=True)
    assert {outcome.status for outcome in strict.outcomes(NAME, now=NOW)} == {Status.FAILED}
    assert strict.advice(NAME, now=NOW).decision is Decision.HOLD


def test_one_that_was_there_and_is_gone_holds(tmp_path: Path) -> None:
    path = write(tmp_path / "advisories.db", compiled(tmp_path, exported([HARMLESS])))
    gate = asked(path)
    assert gate.advice(NAME, now=NOW).decision is Decision.ADMIT
    path.unlink()
    assert gate.advice(NAME, now=NOW).decision is Decision.HOLD


@pytest.mark.parametrize("data", [b"", b"airlock-advisories 1 ", b"{}", bytes(1000)])
def test_one_that_cannot_be_read_holds(tmp_path: Path, data: bytes) -> None:
    gate = asked(write(tmp_path / "advisories.db", data))
    assert {outcome.status for outcome in gate.outcomes(NAME, now=NOW)} == {Status.FAILED}
    assert gate.advice(NAME, now=NOW).decision is Decision.HOLD


def test_a_stale_one_holds_and_still_refuses_what_it_knows(tmp_path: Path) -> None:
    known = advisories(tmp_path, MALWARE)
    later = NOW + dt.timedelta(days=40)
    gate = advising(known)
    assert gate.advice(NAME, now=later).decision is Decision.REFUSE
    other = ArtifactName.parse("unheard-of-1.0.tar.gz")
    assert gate.advice(other, now=later).decision is Decision.HOLD
    lenient = advising(known, Policy(advisories=AdvisoryRules(max_age_days=9)))
    assert lenient.advice(other, now=NOW).decision is Decision.ADMIT


def test_a_file_that_was_admitted_is_refused_when_it_turns_out_to_be_malware(
    tmp_path: Path, building: Building
) -> None:
    path = tmp_path / "advisories.db"
    building.advisories = FileAdvisories(path, MAX_AGE, wanted=False)
    door = building.door()
    assert door.decide(ASKED).serves
    write(path, compiled(tmp_path, exported([MALWARE])))
    ruling = door.decide(ASKED)
    assert (ruling.decision, ruling.serves, ruling.lists) == (Decision.REFUSE, False, False)
    assert "MAL-2026-1" in ruling.headline


def test_known_malware_is_not_even_fetched(tmp_path: Path) -> None:
    fresh = Building()
    fresh.now = NOW
    fresh.advisories = advisories(tmp_path, MALWARE)
    ruling = fresh.door().decide(ASKED)
    assert (ruling.decision, ruling.current) == (Decision.REFUSE, True)


def waiver(building: Building, **scope: object) -> None:
    building.store.add_waiver(
        Waiver(
            id="w",
            decision=Decision.ADMIT,
            reason="looked at it",
            by="Ada",
            created_at=NOW,
            expires_at=NOW + dt.timedelta(days=1),
            **scope,  # type: ignore[arg-type]
        )
    )


def test_a_waiver_of_a_project_does_not_lead_past_malware(
    tmp_path: Path, building: Building
) -> None:
    building.advisories = advisories(tmp_path, MALWARE)
    waiver(building, project=ASKED.project)
    assert building.door().decide(ASKED).decision is Decision.REFUSE


def test_a_waiver_of_the_very_bytes_does(tmp_path: Path, building: Building) -> None:
    building.advisories = advisories(tmp_path, MALWARE)
    waiver(building, sha256=DIGEST)
    assert building.door().decide(ASKED).serves


def test_a_waiver_of_a_project_covers_its_vulnerabilities(
    tmp_path: Path, building: Building
) -> None:
    building.advisories = advisories(tmp_path, CRITICAL)
    assert building.door().decide(ASKED).decision is Decision.REFUSE
    waiver(building, project=ASKED.project)
    assert building.door().decide(ASKED).serves


def test_what_is_held_for_want_of_a_database_is_listed_so_that_its_address_says_why(
    tmp_path: Path, building: Building
) -> None:
    building.advisories = FileAdvisories(
        write(tmp_path / "advisories.db", b"damaged"), MAX_AGE, wanted=False
    )
    ruling = building.door().decide(ASKED)
    assert (ruling.serves, ruling.lists) == (False, True)
    assert ruling.headline.startswith("hold: not fully examined (advisory-malware)")
