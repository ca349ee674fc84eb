"""Waivers: about one thing, by a person, for a reason, until an end."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from airlock.errors import InvalidName, UsageError
from airlock.model import Decision, ProjectName, Sha256
from airlock.model.waiver import Revocation, Waiver

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
DIGEST = Sha256.of(b"example")
PROJECT = ProjectName("example")


def waiver(**changes: Any) -> Waiver:
    given: dict[str, Any] = {
        "id": "w-1",
        "decision": Decision.ADMIT,
        "reason": "read by hand",
        "by": "Ada Example",
        "created_at": NOW,
        "expires_at": NOW + DAY,
        "project": PROJECT,
    }
    return Waiver(**{**given, **changes})


def revocation(**changes: Any) -> Revocation:
    given: dict[str, Any] = {"waiver": "w-1", "by": "Ada", "reason": "no more", "at": NOW}
    return Revocation(**{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": " \n"}, "reason"),
        ({"by": "\t"}, "person"),
        ({"by": "Ada\x1b[2J"}, "person"),
        ({"reason": "one\ntwo"}, "reason"),
        ({"reason": "half \udcff"}, "reason"),
        ({"project": None}, "one digest or one project"),
        ({"sha256": DIGEST}, "one digest or one project"),
        ({"expires_at": NOW}, "ends after it begins"),
        ({"expires_at": NOW - DAY}, "ends after it begins"),
        ({"created_at": NOW.replace(tzinfo=None)}, "created_at"),
        ({"expires_at": (NOW + DAY).replace(tzinfo=None)}, "expires_at"),
    ],
)
def test_what_is_missing_is_named(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        waiver(**changes)


@pytest.mark.parametrize("text", ["", "-a", "a b", "a/b", "a\n", "ä", "a" * 65])
def test_id_is_fit_for_urls(text: str) -> None:
    with pytest.raises(InvalidName):
        waiver(id=text)


def test_it_speaks_from_its_beginning_up_to_its_end() -> None:
    moments = {
        NOW - dt.timedelta(microseconds=1): False,
        NOW: True,
        NOW + DAY - dt.timedelta(microseconds=1): True,
        NOW + DAY: False,
    }
    assert {moment: waiver().active(moment) for moment in moments} == moments


def test_revoked_it_never_speaks_again() -> None:
    revoked = msgspec.structs.replace(waiver(), revoked=revocation(at=NOW + 9 * DAY))
    assert not revoked.active(NOW)


def test_about_a_project_it_covers_every_release_of_that_project_only() -> None:
    about = waiver()
    assert about.covers(DIGEST, PROJECT, "1.0")
    assert about.covers(Sha256.of(b"other"), PROJECT, "1.0")
    assert not about.covers(DIGEST, ProjectName("example2"), "1.0")
    assert about.scope == PROJECT


def test_about_a_digest_it_covers_that_digest_only() -> None:
    about = waiver(project=None, sha256=DIGEST)
    assert about.covers(DIGEST, ProjectName("other"), "1.0")
    assert not about.covers(Sha256.of(b"other"), PROJECT, "1.0")
    assert about.scope == DIGEST


@pytest.mark.parametrize("changes", [{"by": ""}, {"reason": " "}, {"at": dt.datetime(2026, 1, 1)}])  # noqa: DTZ001
def test_revocation_needs_person_reason_and_zone(changes: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        revocation(**changes)
