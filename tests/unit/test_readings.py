"""What checks share is made once, whatever came of it."""

import pytest

from airlock.checks.readings import shared
from airlock.errors import ArchiveError


class Asked:
    """Counts how often its readings are made."""

    def __init__(self) -> None:
        self.made: list[str] = []

    @shared
    def good(self) -> int:
        """A reading."""
        self.made.append("good")
        return len(self.made)

    @shared
    def broken(self) -> int:
        """A reading that fails."""
        self.made.append("broken")
        raise ArchiveError("the container is gone")


def test_a_reading_is_made_once() -> None:
    asked = Asked()
    assert (asked.good, asked.good) == (1, 1)
    assert asked.made == ["good"]


def test_a_reading_that_failed_fails_again_without_being_made_again() -> None:
    asked = Asked()
    for _ in range(3):
        with pytest.raises(ArchiveError, match="the container is gone"):
            _ = asked.broken
    assert asked.made == ["broken"]


def test_each_has_readings_of_its_own() -> None:
    assert Asked().good == Asked().good == 1
    assert Asked.good.__doc__ == "A reading."
