"""Text from a package is harmless on a terminal, in a log and in a header."""

import pytest

from airlock.report import one_line, printable, reason_phrase


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ASCII ~ text", "plain ASCII ~ text"),
        ("naïve 日本語 😀", "naïve 日本語 😀"),
        ("", ""),
        ("\x1b[2J\x1b[1;1H", "\\x1b[2J\\x1b[1;1H"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),  # CSI in one byte
        ("a\rb\nc\td\0e\x7f", "a\\rb\\nc\\td\\x00e\\x7f"),
        ("safe\u202egnp.exe", "safe\\u202egnp.exe"),
        ("\u2066\u2069\u200e\u061c", "\\u2066\\u2069\\u200e\\u061c"),
        ("zero\u200bwidth\u200djoin\ufeff", "zero\\u200bwidth\\u200djoin\\ufeff"),
        ("soft\u00adhyphen", "soft\\xadhyphen"),
        ("line\u2028para\u2029", "line\\u2028para\\u2029"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("selector\ufe0f\U000e0100", "selector\\ufe0f\\U000e0100"),
        ("filler\u3164\u115f\uffa0\u2800", "filler\\u3164\\u115f\\uffa0\\u2800"),
        ("private\ue000", "private\\ue000"),
        ("half\ud800\udcff", "half\\ud800\\udcff"),
    ],
)
def test_what_does_not_simply_print_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_lines_are_kept_where_they_are_wanted() -> None:
    assert printable("a\n\tb\r\x1b", keep_lines=True) == "a\n\tb\\r\\x1b"


def test_one_line_joins_and_cuts() -> None:
    assert one_line("a\n  b\t\u2028c\x1b", longest=20) == "a b c\\x1b"
    assert one_line("abcdef", longest=6) == "abcdef"
    assert one_line("abcdefg", longest=6) == "abcde…"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Airlock refuse: runs decoded code", "Airlock refuse: runs decoded code"),
        ("a\r\nset-cookie: b=c\r\n\r\nbody", "a set-cookie: b=c body"),
        ("a\x0bb\x85c\x00d", "a b c\\x00d"),
        ("more…", "more..."),
        ("naïve 日本", "na?ve ??"),
    ],
)
def test_reason_phrase_is_one_line_of_ascii(text: str, phrase: str) -> None:
    assert reason_phrase(text) == phrase


def test_reason_phrase_is_cut_visibly() -> None:
    assert reason_phrase("x" * 300) == "x" * 197 + "..."
    assert reason_phrase("x" * 198) == "x" * 198
    assert reason_phrase("abcdef", longest=5) == "ab..."
