"""Code of packages as lines of HTML, coloured where that can be done quickly.

The colours come from Pygments, which only ever reads; what it makes of hostile text is bounded by
the length of the text. Every character passes ``report.plain`` and is escaped, whatever Pygments
took it for.
"""

from collections.abc import Iterable
from typing import NamedTuple

from markupsafe import Markup, escape

from airlock.report.plain import printable

# Beyond this, code is shown without colours: lexers of some languages are slow on what is no code.
_COLOURED_CHARACTERS = 20_000
_MOST_LINES = 400
_LONGEST_LINE = 2_000


_LEXERS = {
    "py": "PythonLexer", "pth": "PythonLexer", "pyw": "PythonLexer", "sh": "BashLexer",
    "toml": "TOMLLexer", "json": "JsonLexer", "js": "JavascriptLexer",
    "ps1": "PowerShellLexer", "bat": "BatchLexer",
}  # fmt: skip
_WARMED_WITH = '''"""A text."""
import os
@one
class Two(object):
    def three(self, *rest: int) -> str:
        return f"{rest!r:>4}" + 'four\\n' + r"five" + b"six".decode()  # seven
async def eight(): await nine(0x10, 1.5e3, True) if not None else lambda: {}
'''


class Line(NamedTuple):
    """One line of code."""

    html: Markup
    number: int = 0
    """From 1; 0: it has none."""
    kind: str = ""
    """``marked``, ``added``, ``removed`` or nothing."""


def highlighted(text: str, *, path: str = "", first: int = 0, marked: int = 0) -> list[Line]:
    """Return lines of code.

    Args:
        text: the code; at most 400 lines of it are shown.
        path: of the file that it is from, whose ending names the language.
        first: the number of the first line; 0 for no numbers.
        marked: the number of the line that it is about; 0 for none.
    """
    rows = _rows(text, path)
    cut = rows[:_MOST_LINES]
    lines = [
        Line(
            html,
            first + place if first else 0,
            "marked" if marked and first + place == marked else "",
        )
        for place, html in enumerate(cut)
    ]
    if len(rows) > len(cut):
        lines.append(Line(escape(f"… {len(rows) - len(cut):,} more lines")))
    return lines


def warm() -> None:
    """Load what colours Python, and the expressions that it compiles when it first meets a thing.

    That takes longer than any page: whoever serves does it before somebody waits.
    """
    highlighted(_WARMED_WITH, path="warm.py")


def difference(text: str) -> list[Line]:
    """Return the lines of a unified diff, marked as added and removed."""
    kinds = {"+": "added", "-": "removed"}
    rows = text.splitlines()[:_MOST_LINES]
    return [Line(_plain(row), kind=kinds.get(row[:1], "")) for row in rows]


def _rows(text: str, path: str) -> list[Markup]:
    if len(text) > _COLOURED_CHARACTERS:
        return [_plain(row) for row in text.splitlines()]
    lexer = _lexer(path)
    if lexer is None:
        return [_plain(row) for row in text.splitlines()]
    return _joined(lexer.get_tokens(text))


def _lexer(path: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a class of Pygments
    from pygments import lexers
    from pygments.lexers.special import TextLexer

    name = path.rpartition("/")[2].rpartition("!/")[2]
    suffix = name.rpartition(".")[2].lower()
    # By name: each loads a module of Pygments when it is first asked for.
    chosen = getattr(lexers, _LEXERS[suffix]) if suffix in _LEXERS else TextLexer
    return chosen(ensurenl=False, stripnl=False)


def _joined(tokens: Iterable[tuple[object, str]]) -> list[Markup]:
    rows: list[list[Markup]] = [[]]
    for token, value in tokens:
        kind = _kind(token)
        for place, piece in enumerate(value.split("\n")):
            if place:
                rows.append([])
            if piece:
                rows[-1].append(_piece(piece, kind))
    return [Markup("").join(row) for row in rows]


def _piece(text: str, kind: str) -> Markup:
    plain = _plain(text)
    return Markup('<span class="code-{}">{}</span>').format(kind, plain) if kind else plain


def _plain(text: str) -> Markup:
    cut = text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}…"
    return escape(printable(cut, keep_lines=True))


def _kind(token: object) -> str:
    from pygments import token as kinds

    for ancestor, name in (
        (kinds.Comment, "comment"),
        (kinds.Keyword, "keyword"),
        (kinds.Operator.Word, "keyword"),
        (kinds.String, "string"),
        (kinds.Number, "number"),
        (kinds.Name.Builtin, "name"),
        (kinds.Name.Function, "name"),
        (kinds.Name.Class, "name"),
        (kinds.Error, "wrong"),
    ):
        if token in ancestor:
            return name
    return ""
