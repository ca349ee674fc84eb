"""The built-in list of popular names: in order, normalised, and never silently empty."""

from pathlib import Path

import pytest

from airlock.errors import MalformedDocument
from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.model import ProjectName


def listed(path: Path, text: bytes) -> BuiltinPopularity:
    path.write_bytes(text)
    return BuiltinPopularity(path)


def test_the_list_that_comes_with_airlock() -> None:
    popularity = BuiltinPopularity()
    assert len(popularity.names) >= 1_000
    assert {"requests", "numpy", "flask", "django", "click"} <= set(popularity.names)
    assert popularity.rank(popularity.names[0]) == 1
    assert popularity.rank(popularity.names[-1]) == len(popularity.names)
    assert popularity.rank(ProjectName("no-such-project-is-popular")) is None


def test_every_name_of_the_list_is_normalised_and_there_once() -> None:
    from airlock.evidence.popularity import builtin

    text = Path(builtin.__file__).with_name("popular.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert [ProjectName(line) for line in lines] == lines
    assert len(set(lines)) == len(lines)


def test_order_and_comments(tmp_path: Path) -> None:
    popularity = listed(tmp_path / "list", b"# a comment\nFirst_Name\n\nsecond\nfirst-name\n")
    assert popularity.names == ("first-name", "second")
    assert popularity.rank(ProjectName("FIRST.NAME")) == 1
    assert popularity.rank(ProjectName("second")) == 2


@pytest.mark.parametrize("text", [b"", b"# only a comment\n", b"not a name\n", b"\xff\xfe\n"])
def test_a_list_that_says_nothing_is_an_error(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(MalformedDocument):
        listed(tmp_path / "list", text).rank(ProjectName("requests"))


def test_a_list_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MalformedDocument):
        _ = BuiltinPopularity(tmp_path / "missing").names
