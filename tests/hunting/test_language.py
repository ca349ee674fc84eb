"""Queries: what is written is read back as it was, and nonsense is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.errors import UsageError
from airlock.hunting.language import FIELDS, parse, render
from airlock.model.hunting import And, Not, Or, Query, Term

_DATED = {"since": st.sampled_from(["2026", "2026-05", "2026-05-31"])}
_CHOICES = {
    **_DATED,
    "before": _DATED["since"],
    "severity": st.sampled_from(["info", "high", "critical"]),
    "decision": st.sampled_from(["admit", "hold", "refuse"]),
}


@st.composite
def terms(draw: st.DrawFn) -> Term:
    field = draw(st.sampled_from(FIELDS))
    return Term(field, draw(_CHOICES.get(field, st.text(min_size=1, max_size=12))))


def _grown(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(inner.map(Not), several.map(And), several.map(Or))


QUERIES: st.SearchStrategy[Query] = st.recursive(terms(), _grown, max_leaves=8)


@given(QUERIES)
def test_what_is_written_is_read_back(query: Query) -> None:
    assert parse(render(query)) == query


@given(st.text(alphabet='abc:*"\\() -andorot', max_size=40))
def test_whatever_is_typed_is_a_query_or_an_error(text: str) -> None:
    try:
        query = parse(text)
    except UsageError:
        return
    assert parse(render(query)) == query


def test_terms_bind_as_people_expect() -> None:
    a, b, c = (Term("name", name) for name in "abc")
    assert parse("a b or c") == Or((And((a, b)), c))
    assert parse("a and (b or c)") == And((a, Or((b, c))))
    assert parse("not a -b") == And((Not(a), Not(b)))
    assert parse('text:"two words"') == Term("text", "two words")
    assert parse('"and"') == Term("name", "and")


@pytest.mark.parametrize(
    "text",
    ["", "a or", "(a", "a)", "and", "nobody:x", "name:", 'name:""', "since:May", "severity:awful",
     "decision:maybe", "(" * 60 + "a" + ")" * 60, "a" * 5000, '"open'],
)  # fmt: skip
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)
