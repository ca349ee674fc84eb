"""What holds for every name: typos that are made are caught, and nothing imitates itself."""

from hypothesis import given, settings
from hypothesis import strategies as st

from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.model import ProjectName
from airlock.names import NameIndex, Technique, compare, generate
from airlock.names.spelling import compact, ultranormalise

POPULAR = BuiltinPopularity().names
LONG = st.sampled_from([name for name in POPULAR if len(compact(name)) >= 6])
SLIPS = {Technique.OMISSION, Technique.REPETITION, Technique.TRANSPOSITION, Technique.KEYBOARD}
NAMES = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}", fullmatch=True).map(ProjectName)
ALL = NameIndex((name, 0) for name in POPULAR)


@settings(max_examples=25, deadline=None)
@given(LONG)
def test_every_typo_that_is_made_is_caught(name: ProjectName) -> None:
    index = NameIndex([(name, 1)])
    for typo, technique in generate(name):
        targets = {likeness.target for likeness in compare(typo, index)}
        assert targets == {name}, (typo, technique)


@given(NAMES)
def test_what_is_made_is_valid_other_and_there_once(name: ProjectName) -> None:
    made = [typo for typo, _ in generate(name)]
    assert all(ProjectName(str(typo)) == typo for typo in made)
    forms = [ultranormalise(typo) for typo in made]
    assert len(set(forms)) == len(forms)
    assert ultranormalise(name) not in forms


@given(NAMES)
def test_every_comparison_is_in_order_and_never_with_itself(name: ProjectName) -> None:
    found = compare(name, ALL)
    weights = [likeness.weight for likeness in found]
    assert weights == sorted(weights, reverse=True)
    assert all(0 <= weight <= 1 for weight in weights)
    targets = [likeness.target for likeness in found]
    assert name not in targets
    assert len(set(targets)) == len(targets)


@given(st.sampled_from(POPULAR))
def test_a_popular_name_imitates_nobody(name: ProjectName) -> None:
    assert compare(name, ALL) == ()


@settings(max_examples=25, deadline=None)
@given(LONG)
def test_a_slip_of_the_hand_goes_both_ways(name: ProjectName) -> None:
    for typo, technique in generate(name):
        if technique in SLIPS:
            (back,) = compare(name, NameIndex([(typo, 1)]))
            assert back.target == typo
