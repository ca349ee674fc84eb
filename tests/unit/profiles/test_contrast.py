"""What a person reads of two artifacts' files."""

import contextlib
import datetime as dt
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from airlock.archive import open_archive
from airlock.checks import Subject
from airlock.evidence import Facts
from airlock.model import wire
from airlock.profiles import Contrast, FileChange
from airlock.profiles.contrasting import contrast
from airlock.vetting import identify
from tests.checks.packing import pack_wheel

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
BUSY = "import os\n\n\ndef main():\n    os.system('anchor')\n"


def contrasted(
    old: Mapping[str, str | bytes], new: Mapping[str, str | bytes], *, full: bool = False
) -> Contrast:
    with contextlib.ExitStack() as stack:
        subjects = []
        for version, tree in (("1.0", old), ("1.1", new)):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            files = {
                p: text.encode() if isinstance(text, str) else text for p, text in tree.items()
            }
            path = pack_wheel(folder, files, filename=f"example-{version}-py3-none-any.whl")
            artifact = identify(path)
            reading = stack.enter_context(open_archive(path, artifact.name))
            subjects.append(Subject(artifact, reading, Facts(now=NOW)))
        return contrast(*subjects, full=full)


def by_path(told: Contrast) -> dict[str, FileChange]:
    return {file.path: file for file in told.files}


def test_every_file_that_differs_is_told_once() -> None:
    old = {"a.py": "A = 1\n", "b.py": "B = 1\n", "same.py": "S = 1\n"}
    new = {"a.py": "A = 2\n", "c.txt": "one\ntwo\n", "same.py": "S = 1\n"}
    files = by_path(contrasted(old, new))

    own = {path for path in files if path.startswith("*.dist-info/")}
    assert {path: files[path].how for path in files.keys() - own} == {
        "a.py": "changed",
        "b.py": "removed",
        "c.txt": "added",
    }
    assert (files["c.txt"].lines_added, files["c.txt"].lines_removed) == (2, 0)
    assert (files["a.py"].bytes_before, files["a.py"].bytes_after) == (6, 6)


def test_lines_are_shown_of_what_does_something() -> None:
    told = contrasted({"a.py": BUSY, "q.py": "Q = 1\n"}, {"a.py": BUSY * 2, "q.py": "Q = 2\n"})
    files = by_path(told)

    assert told.files[0].path == "a.py"
    assert "+    os.system('anchor')" in files["a.py"].diff
    assert not files["a.py"].diff.startswith("---")
    assert files["q.py"].diff == ""


def test_lines_of_every_text_are_shown_in_full() -> None:
    files = by_path(contrasted({"q.txt": "one\n"}, {"q.txt": "two\n"}, full=True))
    assert files["q.txt"].diff.splitlines()[1:] == ["-one", "+two"]


def test_what_is_no_text_is_not_shown() -> None:
    files = by_path(contrasted({"q.bin": b"\0\1"}, {"q.bin": b"\0\2"}, full=True))
    assert (files["q.bin"].diff, files["q.bin"].note) == ("", "no text, or too large")


def test_long_files_are_cut_and_say_so() -> None:
    long = BUSY + "".join(f"X{number} = {number}\n" for number in range(1_000))
    cut = by_path(contrasted({}, {"a.py": long}))["a.py"]
    whole = by_path(contrasted({}, {"a.py": long}, full=True))["a.py"]

    assert cut.note == "606 more lines"
    assert whole.note == ""
    assert whole.diff.count("\n") == cut.diff.count("\n") + 606


def test_files_that_would_take_too_long_are_not_compared_line_by_line() -> None:
    old = BUSY + "".join(f"X{number} = {number}\n" for number in range(8_000))
    new = BUSY + "".join(f"Y{number} = {number}\n" for number in range(8_000))
    file = by_path(contrasted({"a.py": old}, {"a.py": new}))["a.py"]

    assert (file.diff, file.note) == ("", "too long to be shown")
    assert (file.lines_added, file.lines_removed) == (8_000, 8_000)


def test_very_many_files_are_counted() -> None:
    new = {f"d/{number}.txt": str(number) for number in range(2_100)}
    told = contrasted({}, new)
    assert len(told.files) + told.left_out == 2_100 + 2
    assert told.left_out > 0


@pytest.mark.parametrize("text", ["\ud800".encode("utf-8", "surrogatepass"), b"\xff\xfe", b""])
def test_whatever_a_file_holds_can_be_sent(text: bytes) -> None:
    told = contrasted({"a.py": BUSY}, {"a.py": text, "b.txt": text}, full=True)
    assert wire.decode(wire.encode(told), Contrast) == told


def test_the_differences_come_with_it() -> None:
    told = contrasted({"a.py": "A = 1\n"}, {"a.py": BUSY.replace("main", "go") + "go()\n"})
    assert told.differences[0].change.value == "act"
