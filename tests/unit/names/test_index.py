"""The index of names: nothing within its distance is missed, whatever lies on a border of parts."""

import random
import string

from hypothesis import given
from hypothesis import strategies as st

from airlock.names import NameIndex
from airlock.names.edits import one_edit
from airlock.names.index import TWO_EDITS_FROM, edits_within
from airlock.names.looks import fold
from airlock.names.spelling import compact, ultranormalise, word_at
from tests.unit.names.distance import distance

SHORT = st.text(alphabet="abc1", min_size=1, max_size=7)
LONG = st.text(alphabet="abc", min_size=TWO_EDITS_FROM, max_size=12)


def filed(*names: str) -> NameIndex:
    return NameIndex((name, 0) for name in names)


@given(st.lists(SHORT, min_size=1, max_size=12), SHORT)
def test_all_short_names_one_edit_away_are_found(names: list[str], wrote: str) -> None:
    near = set(filed(*names).near(wrote))
    assert {name for name in names if one_edit(wrote, name)} <= near
    assert wrote not in near


@given(LONG, LONG)
def test_all_long_names_two_edits_away_are_found(name: str, wrote: str) -> None:
    if 0 < distance(wrote, name) <= 2:
        assert name in filed(name).near(wrote)


def test_no_slip_of_the_hand_hides_from_the_index() -> None:
    """Random slips in random names; properties seldom draw two swaps across two borders."""
    draw = random.Random(4)
    for _ in range(3_000):
        name = "".join(draw.choices(string.ascii_lowercase[:9], k=draw.randint(4, 16)))
        wrote = name
        for _ in range(edits_within(len(name))):
            wrote = slipped(wrote, draw)
        if 0 < distance(wrote, name) <= edits_within(len(name)):
            assert name in filed(name).near(wrote), (wrote, name)


def slipped(text: str, draw: random.Random) -> str:
    place = draw.randrange(len(text) - 1)
    letter = draw.choice(string.ascii_lowercase)
    before, one, other, after = text[:place], text[place], text[place + 1], text[place + 2 :]
    return before + draw.choice([other + one, other, letter + one + other, letter + other]) + after


def test_of_two_names_with_one_spelling_the_more_popular_is_meant() -> None:
    entry = filed("ab-cdef", "abc-def").entry("abcdef")
    assert entry is not None
    assert (entry.name, entry.rank) == ("ab-cdef", 1)


def test_import_names_and_words_lead_to_projects() -> None:
    index = NameIndex(
        [("pyyaml", 9), ("yamllint", 5)],
        {"yaml": "pyyaml", "python": "python", "cv2": "opencv-python"},
        spoken_rank=50,
    )
    yaml, python = index.entry("yaml"), index.entry("python")
    assert yaml is not None
    assert (yaml.target, yaml.rank, yaml.downloads, yaml.is_project) == ("pyyaml", 1, 9, False)
    assert python is not None
    assert (python.target, python.rank, python.is_project) == ("python", 50, True)
    assert index.entry("cv2") is None, "what leads to no popular project is not filed"
    assert len(index) == 2
    assert index.rank("python") is None


def test_a_word_that_is_also_a_little_known_project_keeps_its_rank() -> None:
    names = [("first", 9), ("second", 8), ("pytorch", 1)]
    entry = NameIndex(names, {"pytorch": "pytorch"}, spoken_rank=2).entry("pytorch")
    assert entry is not None
    assert entry.rank == 2


def test_words_of_several_names_are_words() -> None:
    index = filed("flask-login", "django-login", "requests")
    assert index.is_word("login")
    assert not index.is_word("requests")


def test_the_forms_in_which_names_are_compared() -> None:
    assert compact("Prompt_T00.l-kit") == "promptt00lkit"
    assert ultranormalise("Prompt_T00.l-kit") == "pr0mptt001k1t"
    assert fold("nurnpy") == fold("NUMPY")
    assert fold("c1ick") == fold("click")
    assert fold("numpy") != fold("munpy")


def test_the_word_at_a_place() -> None:
    assert word_at("scikit-learn", 0) == ("scikit", 0)
    assert word_at("scikit-learn", 6) == ("learn", 0)
    assert word_at("scikit-learn", 11) == ("learn", 5)
