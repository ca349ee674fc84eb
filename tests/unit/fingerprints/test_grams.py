"""What counts of code, and what does not."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.evidence.fingerprints.grams import LENGTH, NO_PRINTS, prints
from airlock.evidence.fingerprints.specimen import CODE

TEXT = CODE.decode()


def share(other: str) -> float:
    """Return how much of the specimen's grams another text has."""
    mine, theirs = prints(CODE).grams, prints(other.encode()).grams
    return len(mine & theirs) / len(mine)


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("subject", "x"),
        TEXT.replace("def first", "def another_name"),
        TEXT.replace('"of airlock"', "r'other'"),
        TEXT.replace("(1,", "(0x7F_F,"),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("    ", "\t"),
        TEXT.replace("\n\n\n", '\n# a comment with \'quotes and """\n'),
        TEXT.replace("):\n", '):\n    """Has a docstring."""\n'),
        '"""A module docstring,\nof two lines."""\n' + TEXT,
        TEXT.replace("(subject.", "(\n        subject."),
    ],
)
def test_names_literals_layout_and_comments_do_not_count(other: str) -> None:
    assert prints(other.encode()) == prints(CODE)


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace(".by_chance", ".by_design"),
        TEXT.replace("import airlock_test_specimen", "import another_module"),
        TEXT.replace("exec(", "eval("),
        TEXT.replace("while", "if"),
    ],
)
def test_what_the_code_does_counts(other: str) -> None:
    assert prints(other.encode()).whole != prints(CODE).whole
    assert 0.2 < share(other) < 1.0


def test_other_code_around_it_takes_little_away() -> None:
    padding = "def part(values):\n    return sum(values)\n" * 50
    assert share(padding + TEXT + padding) >= 0.9


def test_order_of_functions_takes_little_away() -> None:
    first, *rest = TEXT.split("\n\n\n")
    assert share("\n\n\n".join([first, *reversed(rest)])) >= 0.7


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1\n" * 1000,
        "print('exec subprocess requests')\n" * 100,
        "install_requires = ['requests', 'socket', 'base64']\n" * 100,
        "# exec(base64.b64decode(x))\n" * 100,
    ],
)
def test_code_without_anything_telling_has_no_grams(text: str) -> None:
    assert prints(text.encode()).grams == frozenset()


def test_nothing_telling_in_the_bytes_is_not_even_read() -> None:
    assert prints(b"\xff" * 1000) is NO_PRINTS


def test_what_is_far_from_anything_telling_is_not_remembered() -> None:
    far = "".join(f"a.attribute_{number}(b)\n" for number in range(200))
    assert len(prints(far.encode() + b"exec(x)\n").grams) < 60


def test_short_code_has_no_grams_and_no_whole() -> None:
    assert prints(b"import os\nexec(os.x)\n") == NO_PRINTS
    assert LENGTH == 12


def test_python_2_and_broken_code_count_alike() -> None:
    broken = b'print "x"\n' + CODE + b"\nexec 'a' in b\nx = 'unterminated\ndef (:\n\"\"\"open"
    assert share(broken.decode()) >= 0.9


@pytest.mark.parametrize(
    "piece",
    [
        "'''\\",
        "\\'",
        '\\"',
        "'",
        '"""',
        "self ",
        "\n",
        ".",
        ". ",
        "import ",
        "'\\\n",
        "\n  'a' x",
        "#",
    ],
)
def test_work_grows_with_the_length_and_not_with_its_square(piece: str) -> None:
    """A square would take hours; the limit of the test is the only clock."""
    size = 1_000_000
    text = (piece * (size // len(piece))).encode() + b"\nexec(x)\n"
    prints(text)


@given(st.text(max_size=300), st.binary(max_size=300))
def test_any_text_and_any_bytes_are_taken(text: str, data: bytes) -> None:
    prints(text.encode("utf-8", "surrogatepass") + b"\nexec(x)\n")
    prints(data + b"\nexec(x)\n")


def test_prints_are_the_same_in_every_process() -> None:
    command = (
        "from airlock.evidence.fingerprints.grams import prints\n"
        "from airlock.evidence.fingerprints.specimen import CODE\n"
        "found = prints(CODE)\nprint(min(found.grams), found.whole)"
    )
    found = prints(CODE)
    done = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(min(found.grams)), str(found.whole)]


def test_method_has_not_changed_without_its_number() -> None:
    """A change of these numbers asks for a new METHOD, and for a new families.bin."""
    found = prints(CODE)
    assert (min(found.grams), found.whole, len(found.grams)) == PINNED


PINNED = (398416067167299421, 2474811748905265641, 31)


PADDING = "".join(f"def part_{n}(values):\n    return sum(values) + {n}\n\n\n" for n in range(2000))


def test_large_file_is_known_by_what_is_near_to_something_telling() -> None:
    assert len(PADDING) > 64 * 1024
    assert share(PADDING + TEXT + PADDING) >= 0.9
    assert share(TEXT + PADDING) >= 0.9
    assert share(PADDING + TEXT) >= 0.9


def test_large_file_around_one_hidden_text_is_known_whatever_the_text() -> None:
    one, two = (f"{TEXT}\nexec(bytes({'x' * size!r}))\n".encode() for size in (50_000, 90_000))
    assert prints(one).whole == prints(two).whole != 0


def test_what_is_near_gives_the_same_grams_in_any_large_file() -> None:
    other = PADDING.replace("part", "other").replace("sum", "max")
    one, two = (prints((text + TEXT + text).encode()).grams for text in (PADDING, other))
    assert len(one & two) >= 0.9 * len(one)


def test_large_file_of_one_line_is_taken_apart_only_where_it_tells() -> None:
    line = "x = [" + "1, " * 100_000 + "]; "
    found = prints((line + "exec(a.b(c.d(e.f(g.h(i.j(k.l(m.n(o.p(1)))))))))" + line).encode())
    assert 0 < len(found.grams) < 20
