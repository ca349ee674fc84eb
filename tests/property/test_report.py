"""What holds for every text that a package may put into a report."""

from hypothesis import given
from hypothesis import strategies as st

from airlock.report import one_line, printable, reason_phrase

# Lone surrogates, too: names of files and strings of programs have them.
anything = st.text(st.characters())


@given(anything)
def test_printable_text_prints(text: str) -> None:
    assert printable(text).isprintable()
    printable(text).encode()


@given(anything)
def test_printable_text_stays_as_it_is(text: str) -> None:
    assert printable(printable(text)) == printable(text)


@given(anything)
def test_kept_lines_are_all_that_is_kept(text: str) -> None:
    shown = printable(text, keep_lines=True)
    assert shown.replace("\n", "").replace("\t", "").isprintable()
    assert shown.count("\n") == text.count("\n")


@given(anything, st.integers(1, 50))
def test_one_line_is_one_line_of_that_length(text: str, longest: int) -> None:
    line = one_line(text, longest=longest)
    assert len(line) <= longest
    assert line.isprintable()


@given(anything | st.text("\r\n\t\0 :ab…", max_size=300), st.integers(3, 60))
def test_reason_phrase_cannot_leave_its_line(text: str, longest: int) -> None:
    phrase = reason_phrase(text, longest=longest)
    assert all(" " <= char <= "~" for char in phrase)
    assert len(phrase) <= longest
    assert phrase == phrase.lstrip()
