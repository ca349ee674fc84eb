"""The floor: what was not looked at is at least held."""

import pytest

from airlock.model import Decision, Outcome, Status
from airlock.policy import floor
from tests.unit.examples import failed, finding, outcome

EXPECTED = ("code-a", "code-b")


def messages(*outcomes: Outcome, expected: tuple[str, ...] = EXPECTED) -> list[str]:
    reasons = list(floor(outcomes, expected))
    assert all(reason.decision is Decision.HOLD for reason in reasons)
    assert all(reason.rule == "floor" for reason in reasons)
    return [reason.message for reason in reasons]


def test_everything_looked_at_once_passes() -> None:
    assert messages(outcome("code-a", finding()), outcome("code-b")) == []


def test_question_that_does_not_arise_passes() -> None:
    assert messages(outcome("code-a", status=Status.SKIPPED), outcome("code-b")) == []


def test_failed_check_is_held_with_what_is_missing() -> None:
    (message,) = messages(failed("code-a"), outcome("code-b"))
    assert "code-a" in message
    assert "one file cannot be read" in message


def test_missing_outcome_is_held() -> None:
    assert messages(outcome("code-b")) == ["code-a has no outcomes"]


def test_doubled_outcome_is_held() -> None:
    twice = outcome("code-a")
    assert messages(twice, twice, outcome("code-b")) == ["code-a has 2 outcomes"]


def test_outcome_of_another_check_is_no_substitute() -> None:
    assert messages(outcome("code-a"), outcome("code-c")) == ["code-b has no outcomes"]


@pytest.mark.parametrize("outcomes", [(), (outcome("code-a"),)])
def test_no_check_asked_is_held(outcomes: tuple[Outcome, ...]) -> None:
    assert messages(*outcomes, expected=()) == ["no check was asked"]


def test_failure_of_a_check_that_nobody_expected_is_held_too() -> None:
    (message,) = messages(outcome("code-a"), outcome("code-b"), failed("code-c"))
    assert "code-c" in message


def test_every_reason_names_its_check() -> None:
    reasons = list(floor([failed("code-a")], EXPECTED))
    assert sorted(reason.check for reason in reasons) == ["code-a", "code-b"]
