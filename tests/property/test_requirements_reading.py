"""Whatever a requirements file holds, it is read whole or refused by name."""

import shlex
import tempfile
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from airlock.errors import InvalidRequirement
from airlock.sources.requirements import RequirementLine, read_requirements
from airlock.sources.requirements_lines import logical_lines
from airlock.sources.requirements_options import _arguments

NAMES = st.sampled_from(["a", "Flask", "zope.interface", "x_y", "a-1.0.tar.gz", "./here", "-e ."])
TAILS = st.sampled_from(
    (
        *("", "==1.0", ">=1,<2 # why", "[x]", "; python_version<'3'", " @ https://h.example/a.zip"),
        *(" --hash=sha256:" + "0" * 64, "==${V}", " \\", "\\\n==1", "\n# \\\n"),
    )
)
OPTIONS = st.sampled_from(["--pre", "-i https://h.example/", "--no-index", "-r https://h.example/"])
BREAKS = st.sampled_from(["\n", "\r\n", "\r", "\x0b", "\x0c", "\u2028", "\n\n", " \n", "\\\n"])
LINES = st.tuples(NAMES, TAILS).map("".join) | OPTIONS
FILES = st.lists(st.tuples(LINES, BREAKS).map("".join), max_size=8).map("".join)


def read(data: bytes) -> tuple[RequirementLine, ...]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "requirements.txt")
        path.write_bytes(data)
        return read_requirements(path)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b"-r requirements.txt")
@example(b"-r \0")
@example(b"-r /")
@example("\ufeff-r \ufeff".encode("utf-16"))
@example(b"a;" + b"(" * 2000)
@example(b"# coding: idna\n" + b"a" * 300)
@example(b"# coding: undefined\na")
def test_anything_is_read_or_refused(data: bytes) -> None:
    try:
        read(data)
    except InvalidRequirement as error:
        assert "requirements.txt" in str(error)  # noqa: PT017 (both ends are allowed)


@given(FILES)
def test_no_line_vanishes(text: str) -> None:
    try:
        lines = read(text.encode())
    except InvalidRequirement:
        return
    expected = list(logical_lines(text))
    assert [(line.line, line.text) for line in lines] == expected
    spoken = [line for line in text.splitlines() if line.split("#")[0].strip(" \\")]
    assert bool(spoken) == bool(lines)


@given(st.lists(NAMES | OPTIONS, max_size=8))
def test_every_simple_line_is_there_in_its_place(texts: list[str]) -> None:
    lines = read("\n".join(texts).encode())
    assert [(line.line, line.text) for line in lines] == list(enumerate(texts, start=1))
    for line, text in zip(lines, texts, strict=True):
        assert line.applies == (text in {"a", "Flask", "zope.interface", "x_y"})
        is_option = text in {"--pre", "--no-index"} or text.startswith("-i")
        assert bool(line.problem) == (not line.applies and not is_option)


@given(st.text("ab-=: \t\r\n\x0b\xa0\"'\\", max_size=40))
def test_words_are_those_of_a_shell(text: str) -> None:
    try:
        expected = shlex.split(text)
    except ValueError:
        return
    assert _arguments(text) == expected
