"""Slips of the hand: one and two edits between two spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.names.edits import Edit, Slip, one_edit, two_edits
from tests.unit.names.distance import distance

WORDS = st.text(alphabet="abc1", min_size=1, max_size=8)


@given(WORDS, WORDS)
def test_one_edit_is_the_distance_of_one(wrote: str, meant: str) -> None:
    assert (one_edit(wrote, meant) is not None) == (distance(wrote, meant) == 1)


@given(WORDS, WORDS)
def test_two_edits_are_the_distance_of_two(wrote: str, meant: str) -> None:
    assert (two_edits(wrote, meant) is not None) == (distance(wrote, meant) == 2)


def made(meant: str, *edits: Edit) -> str:
    """Return what was written, from what was meant and what was done to it."""
    wrote, done = "", 0
    for edit in edits:
        wrote += meant[done : edit.place] + edit.wrote
        done = edit.place + len(edit.meant)
        assert meant[edit.place : done] == edit.meant
    return wrote + meant[done:]


@given(WORDS, WORDS)
def test_edits_make_what_was_written_of_what_was_meant(wrote: str, meant: str) -> None:
    if edit := one_edit(wrote, meant):
        assert made(meant, edit) == wrote
    if edits := two_edits(wrote, meant):
        assert made(meant, *edits) == wrote


@pytest.mark.parametrize(
    ("wrote", "meant", "edit"),
    [
        ("requsts", "requests", Edit(Slip.MISSING, 4, "", "e")),
        ("aiohttpp", "aiohttp", Edit(Slip.EXTRA, 7, "p", "")),
        ("requesta", "requests", Edit(Slip.OTHER, 7, "a", "s")),
        ("djnago", "django", Edit(Slip.SWAPPED, 2, "na", "an")),
    ],
)
def test_an_edit_says_what_it_does(wrote: str, meant: str, edit: Edit) -> None:
    assert one_edit(wrote, meant) == edit


def test_two_edits_are_told_from_the_left() -> None:
    assert two_edits("reqest", "requests") == (
        Edit(Slip.MISSING, 3, "", "u"),
        Edit(Slip.MISSING, 7, "", "s"),
    )
    assert two_edits("requests", "requests") is None
    assert two_edits("request", "requests") is None
    assert two_edits("rqst", "requests") is None
