"""Scales and decisions compare by strength, never by spelling."""

import itertools

import pytest

from airlock.model import Confidence, Decision, Severity


def test_severities_are_ordered_as_they_are_written() -> None:
    ordered = [Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL]
    assert ordered == list(Severity) == sorted(ordered, key=lambda severity: severity)
    for lower, higher in itertools.pairwise(ordered):
        assert lower < higher
        assert lower <= higher
        assert higher > lower
        assert higher >= lower
        assert not higher < lower
        assert not higher <= lower
        assert lower >= lower  # noqa: PLR0124 - that it is so is the question
        assert not lower > lower  # noqa: PLR0124


def test_confidences_are_ordered_as_they_are_written() -> None:
    assert sorted(Confidence) == [Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH]
    assert max(Confidence) is Confidence.HIGH


def test_different_scales_do_not_compare() -> None:
    with pytest.raises(TypeError):
        _ = Severity.LOW < Confidence.HIGH
    with pytest.raises(TypeError):
        _ = Severity.LOW >= "info"


def test_max_of_decisions_is_the_stricter() -> None:
    assert max(Decision.ADMIT, Decision.HOLD) is Decision.HOLD
    assert max(Decision) is Decision.REFUSE
    assert Decision.ADMIT < Decision.HOLD < Decision.REFUSE


def test_decisions_have_words() -> None:
    assert [decision.word for decision in Decision] == ["admit", "hold", "refuse"]
    assert [Decision.of_word(decision.word) for decision in Decision] == list(Decision)


@pytest.mark.parametrize("word", ["", "ADMIT", "allow", "refused"])
def test_other_words_name_no_decision(word: str) -> None:
    with pytest.raises(KeyError):
        Decision.of_word(word)
