"""Source text that no Python can parse: what is broken costs as little as it may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.syntax import Deed
from airlock.syntax.levels import levelled
from airlock.syntax.parsing import parse
from tests.unit.syntax.memory import SETUP, read_code

_CALL = "os.system('true')\n"


@pytest.mark.parametrize(
    "code",
    [
        f"with open('a') as f:\n  text = f.read()\n {_CALL}",
        f"def f():\n    pass\n\n    x = 1\nx = 2\n    {_CALL}",
        f"if x:\n{_CALL}",
        f"f = lambda x, (a, (b, c)), d=(1, 2): requests.get(a)\n{_CALL}",
        f"def f(self, (a, b), c):\n    return requests.get(b)\n{_CALL}",
        f"try:\n    connect()\nexcept socket.error, (code, text):\n    {_CALL}",
        f"'No requests in Python 3'<>'import it'\n{_CALL}",
        f"import __builtin__\nFalse = __builtin__.False\nTrue, False = 1, 0\n{_CALL}",
        f"connect(async=True)\nasyncio.async(work())\n{_CALL}",
        f"def f():  # later\nclass A:\n    pass\n{_CALL}",
        f"path = 'C:\\Users\\N'; {_CALL}",
        f"a = f'\n**b**\n```'''\n{_CALL}",
        f"if x\n    {_CALL}",
        f"a = f'{{b c}}'; {_CALL}",
        f"call(a,\n     b\nimport sys\n{_CALL}",
        f'x = """never closed\n{_CALL}',
        f"for x in y:\n    try:\n        {_CALL}",
    ],
)
def test_a_broken_line_is_mended_rather_than_lost(code: str) -> None:
    program = read_code(f"import os\n{code}")
    assert [act.text for act in program.of(Deed.PROCESS)] == ["true"]
    assert program.gaps == ()


def test_a_broken_line_that_only_names_something_of_note_is_told() -> None:
    program = read_code("import os\nhook = https://discord.com/api/webhooks/123456/abc\n")
    assert program.gaps == ()
    assert [(odd.code, odd.line) for odd in program.oddities] == [("broken", 2)]


def test_code_inside_code_that_cannot_be_parsed_is_a_gap() -> None:
    program = read_code("exec('import os; os.system(= =')\n")
    assert [gap.path for gap in program.gaps] == [f"{SETUP}!/layer1"]


_PIECES = st.sampled_from(
    (
        "if a:",
        "def f(x):",
        "    ",
        "  ",
        "\t",
        "x = (",
        ")",
        "'''",
        '"',
        "pass",
        "return",
        "#",
        "\\",
    )
)
_LINES = st.lists(st.lists(_PIECES, max_size=4).map("".join), max_size=12)


@given(_LINES)
def test_levelling_keeps_every_line_where_it_is(lines: list[str]) -> None:
    done = levelled(lines)
    assert len(done) == len(lines)
    for before, after in zip(lines, done, strict=True):
        # A head without a body gets one, for which its comment makes room.
        assert after.removesuffix(" pass").strip() in before


@given(_LINES.map("\n".join))
def test_lines_that_are_lost_are_lines_of_the_text(text: str) -> None:
    tree = parse(f"first = 1\n{text}\n")
    assert all(0 < number <= text.count("\n") + 3 for number, _ in tree.lost)
