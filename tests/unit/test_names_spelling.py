"""The arithmetic of look-alikes: edits, the index of names, and what an edit weighs."""

import itertools
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.checks.name._index import NameIndex, index_of
from airlock.checks.name._likeness import HINT, SUSPECT, TRAP, Weight, weigh
from airlock.checks.name._spelling import Edit, Slip, compact, one_edit, ultranormalise
from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.model import ProjectName

WORDS = st.text(alphabet="abc1", min_size=1, max_size=8)


def distance(left: str, right: str) -> int:
    """Return the optimal string alignment distance, by the textbook and slowly."""
    rows = [
        [i + j if i * j == 0 else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)
    ]
    for i, j in itertools.product(range(1, len(left) + 1), range(1, len(right) + 1)):
        cost = 0 if left[i - 1] == right[j - 1] else 1
        best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
        if i > 1 and j > 1 and left[i - 2 : i] == right[j - 2 : j][::-1]:
            best = min(best, rows[i - 2][j - 2] + 1)
        rows[i][j] = best
    return rows[-1][-1]


@given(WORDS, WORDS)
def test_one_edit_is_the_distance_of_one(wrote: str, meant: str) -> None:
    assert (one_edit(wrote, meant) is not None) == (distance(wrote, meant) == 1)


@given(WORDS, WORDS)
def test_an_edit_makes_what_was_written_of_what_was_meant(wrote: str, meant: str) -> None:
    if edit := one_edit(wrote, meant):
        end = edit.place + len(edit.meant)
        assert meant[edit.place : end] == edit.meant
        assert meant[: edit.place] + edit.wrote + meant[end:] == wrote


@given(st.lists(WORDS, min_size=1, max_size=12), WORDS)
def test_the_index_finds_all_that_is_one_edit_away_and_nothing_else(
    names: list[str], wrote: str
) -> None:
    found = {name for name, _ in NameIndex(map(ProjectName, names)).neighbours(wrote)}
    assert found == {name for name in names if distance(wrote, name) == 1}


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


def test_the_index_compares_as_the_public_index_does() -> None:
    assert ultranormalise("Prompt_T00.l-kit") == "pr0mptt001k1t"
    index = NameIndex([ProjectName("prompt-toolkit"), ProjectName("promptt-oolkit")])
    assert index.twin("prompt-t00lk1t") == "prompt-toolkit"
    assert index.twin("prompt-toolki") is None


def test_of_two_names_with_one_spelling_the_more_popular_is_imitated() -> None:
    index = NameIndex([ProjectName("ab-cdef"), ProjectName("abc-def")])
    assert [name for name, _ in index.neighbours("abcdeg")] == ["ab-cdef"]


def test_words_are_turned_round_at_their_ends_only() -> None:
    index = NameIndex([ProjectName("kafka-python"), ProjectName("pyspark")])
    assert index.reordered("python-kafka") == "kafka-python"
    assert index.reordered("pythonkafka") == "kafka-python"
    assert index.reordered("thonkafkapy") is None
    assert index.reordered("sparkpy") is None
    assert index.py_moved("sparkpy") == "pyspark"
    assert index.py_moved("arkpysp") is None


@pytest.mark.parametrize(
    ("wrote", "meant", "weight"),
    [
        ("requets", "requests", TRAP),
        ("reqquests", "requests", TRAP),
        ("rrequests", "requests", TRAP),
        ("requestss", "requests", TRAP),
        ("dejango", "django", TRAP),
        ("djnago", "django", TRAP),
        ("flaks", "flask", TRAP),
        ("lfask", "flask", SUSPECT),
        ("flosk", "flask", SUSPECT),
        ("xrequests", "requests", SUSPECT),
        ("requestsx", "requests", SUSPECT),
        ("equests", "requests", SUSPECT),
        ("request", "requests", SUSPECT),
        ("bequests", "requests", SUSPECT),
        ("requestz", "requests", TRAP),
        ("r3quests", "requests", TRAP),
        ("r9quests", "requests", TRAP),
        ("request5", "requests", TRAP),
        ("request9", "requests", HINT),
        ("pynvml3", "pynvml", HINT),
        ("py3nvml", "pynvml", HINT),
        ("requests2", "requests", HINT),
        ("psycopg3", "psycopg2", HINT),
        ("psycopg", "psycopg2", HINT),
        ("mack", "mock", None),
        ("types-mack", "types-mock", None),
        ("docker-py", "dockerpty", SUSPECT),
        ("scikitlern", "scikit-learn", TRAP),
        ("scikit-lern", "scikit-learn", SUSPECT),
        ("scikti-learn", "scikit-learn", TRAP),
    ],
)
def test_what_an_edit_weighs(wrote: str, meant: str, weight: Weight | None) -> None:
    edit = one_edit(compact(wrote), compact(meant))
    assert edit is not None
    assert weigh(edit, wrote, meant) == weight


def test_the_index_is_made_once_for_each_list() -> None:
    popularity = BuiltinPopularity()
    assert index_of(popularity) is index_of(popularity)
    assert index_of(popularity) is not index_of(BuiltinPopularity())


@given(st.data())
def test_no_letter_of_a_popular_name_can_be_lost_unseen(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([n for n in BuiltinPopularity().names if len(n) > 1]))
    place = data.draw(st.integers(0, len(name) - 1).filter(lambda i: name[i] != "-"))
    wrote = (
        name[:place] + data.draw(st.sampled_from(["", *string.ascii_lowercase])) + name[place + 1 :]
    )
    if compact(wrote) != compact(name):
        neighbours = {compact(other) for other, _ in INDEX.neighbours(wrote)}
        assert compact(name) in neighbours


INDEX = index_of(BuiltinPopularity())
