r"""The language of hunts: ``since:2026-05 path:*.pth (deed:connect or deed:request)``.

::

    query  = all { "or" all }
    all    = part { [ "and" ] part }
    part   = [ "not" | "-" ] ( "(" query ")" | term )
    term   = field ":" value | value
    value  = word | '"' text '"'            in a text, \" and \\ stand for " and \

A term without a field asks for a name. ``*`` in a value stands for anything; ``text:`` finds its
value anywhere. Letters count the same, large or small.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from airlock.errors import UsageError
from airlock.model import Decision, Severity
from airlock.model.hunting import And, Field, Kind, Not, Or, Query, Term, moment

FIELDS = tuple(one.value for one in (*Field, *Kind))
_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[()])|(?P<minus>-)(?=[^\s])|"""
    r"""(?P<term>(?:(?P<field>[a-z0-9]+):)?(?:"(?P<text>(?:[^"\\]|\\.)*)"|(?P<word>[^\s()"]+))))"""
)
_PLAIN = re.compile(r"[^\s()\"\\:-][^\s()\"\\]*")
_UNANSWERED = re.compile(r"[a-z0-9]+:")
_WORDS = frozenset({"and", "or", "not"})
_DEEPEST = 50
_LONGEST = 4_000


class _Token(NamedTuple):
    kind: str
    term: Term | None = None


def parse(text: str) -> Query:
    """Return the query that a text says.

    Raises:
        UsageError: if it says none.
    """
    if len(text) > _LONGEST:
        raise UsageError(f"a query has at most {_LONGEST} characters")
    parser = _Parser(list(_tokens(text)))
    query = parser.any_of(0)
    if parser.rest:
        raise UsageError("a parenthesis is closed that was not opened")
    return query


def render(query: Query) -> str:
    """Return the text of a query; reading it gives the same query."""
    match query:
        case Term(field, value):
            return f"{field}:{_written(value)}"
        case Not(inner):
            return f"not {_in_parentheses(inner)}"
        case And(queries):
            return " and ".join(map(_in_parentheses, queries))
        case Or(queries):
            return " or ".join(map(_in_parentheses, queries))


def _written(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _in_parentheses(query: Query) -> str:
    return render(query) if isinstance(query, Term) else f"({render(query)})"


def _tokens(text: str) -> Iterator[_Token]:
    at, text = 0, text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise UsageError(
                f"the query makes no sense at {text[at : at + 40]!r}",
                hint='Quote what has spaces in it: text:"two words".',
            )
        at = found.end()
        if found["mark"] or found["minus"]:
            yield _Token(found["mark"] or "not")
        elif found["field"] is None and found["word"] in _WORDS:
            yield _Token(found["word"])
        else:
            yield _Token("term", _term(found))


def _term(found: "re.Match[str]") -> Term:
    text = found["text"]
    value = re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL) if text is not None else found["word"]
    if text is None and found["field"] is None and _UNANSWERED.fullmatch(value):
        raise UsageError(f"{value} asks for nothing")
    field = found["field"] or Field.NAME.value
    if field not in FIELDS:
        raise UsageError(
            f"nothing is known of the field {field!r}", hint=f"There are: {', '.join(FIELDS)}."
        )
    if not value:
        raise UsageError(f"{field}: asks for nothing")
    term = Term(field, value)
    _check(term)
    return term


def _check(term: Term) -> None:
    """Refuse a value that its field cannot have."""
    words: list[str] = []
    if term.field in {Field.SINCE, Field.BEFORE}:
        moment(term.value)
    elif term.field == Field.SEVERITY:
        words = [one.value for one in Severity]
    elif term.field == Field.DECISION:
        words = [one.word for one in Decision]
    if words and term.value.lower() not in words:
        raise UsageError(f"{term.field}: is one of {', '.join(words)}, not {term.value[:40]!r}")


class _Parser:
    """Reads tokens from the first to the last."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.rest = tokens[::-1]

    def any_of(self, depth: int) -> Query:
        found = [self._all_of(depth)]
        while self._next() == "or":
            self.rest.pop()
            found.append(self._all_of(depth))
        return found[0] if len(found) == 1 else Or(tuple(found))

    def _all_of(self, depth: int) -> Query:
        found = [self._part(depth)]
        while self._next() not in {"", "or", ")"}:
            if self._next() == "and":
                self.rest.pop()
            found.append(self._part(depth))
        return found[0] if len(found) == 1 else And(tuple(found))

    def _part(self, depth: int) -> Query:
        if depth > _DEEPEST:
            raise UsageError("the query is nested too deeply")
        if not self.rest:
            raise UsageError("the query ends where something is missing")
        token = self.rest.pop()
        if token.term is not None:
            return token.term
        if token.kind == "not":
            return Not(self._part(depth + 1))
        if token.kind != "(":
            raise UsageError(f"the query has {token.kind!r} where something is missing")
        query = self.any_of(depth + 1)
        if self._next() != ")":
            raise UsageError("a parenthesis is opened that is not closed")
        self.rest.pop()
        return query

    def _next(self) -> str:
        return self.rest[-1].kind if self.rest else ""
