"""Spells Python 2 as Python 3.

Every repair keeps the number of lines, so that what is found later points at the right place.
"""

import contextlib
import io
import tokenize

Edit = tuple[int, int, int, str]
"""Row, first and last column, and what goes there."""

_STARTERS = frozenset({";", ":"})
_SOFT_TOKENS = frozenset({tokenize.NL, tokenize.COMMENT})
_STATEMENT_ENDS = frozenset({tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.COMMENT})


def modernise(text: str) -> str:
    """Return Python 2 spelled as Python 3, as far as tokens tell."""
    text = _without_mixed_tabs(text)
    tokens = _tokens(text)
    edits: list[Edit] = []
    starts = True
    for place, token in enumerate(tokens):
        if starts and token.type == tokenize.NAME:
            edits.extend(_statement(tokens, place))
        edits.extend(_literal(tokens, place))
        if token.type not in _SOFT_TOKENS:
            starts = (
                token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
                or token.string in _STARTERS
            )
    return _apply(text, edits)


def _without_mixed_tabs(text: str) -> str:
    if "\t" not in text:
        return text
    lines = text.split("\n")
    return "\n".join(
        line[: len(line) - len(line.lstrip())].expandtabs(8) + line.lstrip()
        if line[:1] in " \t"
        else line
        for line in lines
    )


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    found: list[tokenize.TokenInfo] = []
    # What came before the first unreadable token is still of use.
    with contextlib.suppress(tokenize.TokenError, SyntaxError, IndentationError):
        found.extend(tokenize.generate_tokens(io.StringIO(text).readline))
    return found


def _statement(tokens: list[tokenize.TokenInfo], place: int) -> list[Edit]:
    word = tokens[place].string
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    if following is None:
        return []
    if word in {"print", "exec"} and not _is_expression(following):
        return _as_call(tokens, place, word)
    if word == "except":
        return _named_exception(tokens, place)
    if word == "def":
        return _parameters(tokens, place)
    if word == "raise":
        return _raised_pair(tokens, place)
    return []


def _is_expression(token: tokenize.TokenInfo) -> bool:
    return token.type == tokenize.OP and token.string in set("(=.,)]:") | {"==", "!=", "+=", "->"}


def _end(tokens: list[tokenize.TokenInfo], place: int) -> int:
    """Return the place of the token that ends a simple statement."""
    depth = 0
    for later in range(place, len(tokens)):
        token = tokens[later]
        depth += (
            (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0
        )
        if token.type in _STATEMENT_ENDS or (token.string == ";" and not depth):
            return later
    return len(tokens) - 1


def _as_call(tokens: list[tokenize.TokenInfo], place: int, word: str) -> list[Edit]:
    end = _end(tokens, place)
    keyword, last = tokens[place], tokens[end - 1]
    edits: list[Edit] = []
    first = place + 1
    if word == "print" and tokens[first].string == ">>":
        first += 1
        edits.append((*tokens[first - 1].start, tokens[first - 1].end[1], "  "))
    row, column = keyword.end
    edits.append((row, column, column, "("))
    depth = 0
    for token in tokens[first:end]:
        depth += (
            (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0
        )
        if word == "exec" and token.string == "in" and not depth:
            edits.append((*token.start, token.end[1], ", "))
    edits.append((last.end[0], last.end[1], last.end[1], ")"))
    return edits


def _named_exception(tokens: list[tokenize.TokenInfo], place: int) -> list[Edit]:
    depth = 0
    for token in tokens[place + 1 : place + 60]:
        depth += (
            (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0
        )
        if not depth and token.string in {":", "as"}:
            return []
        if not depth and token.string == ",":
            return [(*token.start, token.end[1], " as "), *_taken_apart(tokens, place)]
    return []


def _taken_apart(tokens: list[tokenize.TokenInfo], place: int) -> list[Edit]:
    """``except E, (code, text):`` takes the exception apart, which nothing does any more."""
    end = next(
        (later for later in range(place, len(tokens)) if tokens[later].string == ":"), len(tokens)
    )
    comma = next(
        (later for later in range(place, end) if _opens_tuple(tokens, later, end)), len(tokens)
    )
    if comma == len(tokens) or tokens[comma + 1].start[0] != tokens[end - 1].end[0]:
        return []
    row, first = tokens[comma + 1].start
    return [(row, first, tokens[end - 1].end[1], "error")]


def _opens_tuple(tokens: list[tokenize.TokenInfo], place: int, end: int) -> bool:
    """Tell the comma before a parenthesis that closes right before the end."""
    if tokens[place].string != "," or place + 1 >= end or tokens[place + 1].string != "(":
        return False
    return _closing(tokens, place + 1) == end - 1


def _closing(tokens: list[tokenize.TokenInfo], place: int) -> int:
    """Return the place of the parenthesis that closes one."""
    depth = 0
    for later in range(place, min(len(tokens), place + _MOST_PARAMETER_TOKENS)):
        string = tokens[later].string
        depth += (string in "([{") - (string in ")]}") if tokens[later].type == tokenize.OP else 0
        if not depth:
            return later
    return len(tokens)


_MOST_PARAMETER_TOKENS = 400


def _parameters(tokens: list[tokenize.TokenInfo], place: int) -> list[Edit]:
    """Take the parentheses off parameters that Python 2 took apart: ``lambda (a, b): a``."""
    first, depth, end = place + 1, 0, len(tokens)
    for later in range(first, min(len(tokens), place + _MOST_PARAMETER_TOKENS)):
        string = tokens[later].string
        depth += (string in "([{") - (string in ")]}") if tokens[later].type == tokenize.OP else 0
        if string == ":" and not depth:
            end = later
            break
    before = {",", "(" if tokens[place].string == "def" else "lambda"}
    edits: list[Edit] = []
    for opening in range(first, min(end, len(tokens))):
        if tokens[opening].string == "(" and tokens[opening - 1].string in before:
            closing = _closing(tokens, opening)
            if closing < len(tokens):
                edits.append((*tokens[opening].start, tokens[opening].end[1], " "))
                edits.append((*tokens[closing].start, tokens[closing].end[1], " "))
    return edits


def _raised_pair(tokens: list[tokenize.TokenInfo], place: int) -> list[Edit]:
    end = _end(tokens, place)
    if end - place < 2 or not any(token.string == "," for token in tokens[place:end]):  # noqa: PLR2004 - nothing is raised
        return []
    row, column = tokens[place].end
    last = tokens[end - 1].end
    return [(row, column, column, "("), (last[0], last[1], last[1], ")")]


def _literal(tokens: list[tokenize.TokenInfo], place: int) -> list[Edit]:
    token = tokens[place]
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    if token.string == "lambda":
        return _parameters(tokens, place)
    adjacent = following is not None and following.start == token.end
    if following is not None and adjacent and token.string + following.string == "<>":
        return [(*token.start, following.end[1], "!=")]
    if token.type == tokenize.ERRORTOKEN and token.string == "`":
        return [(*token.start, token.end[1], "'")]
    if following is None or not adjacent:
        return []
    if token.type == tokenize.NUMBER and following.string in {"L", "l"}:
        return [(*following.start, following.end[1], "")]
    if token.string in {"0", "00"} and following.type == tokenize.NUMBER:
        return [(*token.start, token.end[1], "0o")]
    if token.string.lower() == "ur" and following.type == tokenize.STRING:
        return [(*token.start, token.end[1], "")]
    return []


def _apply(text: str, edits: list[Edit]) -> str:
    lines = text.split("\n")
    for row, first, last, replacement in sorted(edits, reverse=True):
        if row <= len(lines):
            line = lines[row - 1]
            lines[row - 1] = line[:first] + replacement + line[last:]
    return "\n".join(lines)
