"""A list of popular names that an operator keeps: in order, normalised, never silently empty."""

import json
from pathlib import Path
from typing import Any

import pytest

from airlock import assembly
from airlock.errors import MalformedDocument
from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.evidence.popularity.listed import ListedPopularity
from airlock.model import ProjectName

MANY = [[f"name-{number}", 1_000 - number] for number in range(200)]


def listed(folder: Path, rows: Any) -> ListedPopularity:
    path = folder / "popular.json"
    path.write_text(json.dumps({"rows": rows, "source": "a test"}))
    return ListedPopularity(path)


def test_the_most_downloaded_come_first(tmp_path: Path) -> None:
    popular = listed(tmp_path, [*reversed(MANY), ["top", 5_000]])
    assert popular.names[:2] == ("top", "name-0")
    assert popular.rank(ProjectName("Name_0")) == 2
    assert popular.rank(ProjectName("name-999")) is None
    assert dict(popular.counted)["top"] == 5_000
    assert popular.origin == str(tmp_path / "popular.json")


def test_the_published_form_is_read_too(tmp_path: Path) -> None:
    rows = [{"project": name, "download_count": downloads} for name, downloads in MANY]
    assert listed(tmp_path, rows).names[0] == "name-0"


def test_names_are_normalised_and_what_is_none_is_counted(tmp_path: Path) -> None:
    popular = listed(tmp_path, [["Zope.Interface", 9_000], ["no name!", 8_000], ["", 7_000], *MANY])
    assert popular.names[0] == "zope-interface"
    assert len(popular.names) == 201
    assert popular.dropped == 2


def test_downloads_below_nothing_are_none(tmp_path: Path) -> None:
    assert dict(listed(tmp_path, [*MANY, ["odd", -5]]).counted)["odd"] == 0


@pytest.mark.parametrize(
    "rows",
    [
        [],
        MANY[:50],
        [["not a name", 1]] * 200,
        [["name", "many"]] * 200,
        [["name"]] * 200,
        {"name": 1},
        [MANY[0]] * 200,
        [[f"name-{number}", 1] for number in range(100_001)],
    ],
    ids=["empty", "few", "no-names", "no-numbers", "half", "object", "one-name", "too-many"],
)
def test_what_is_no_list_of_names_is_an_error(tmp_path: Path, rows: Any) -> None:
    with pytest.raises(MalformedDocument, match="cannot be used"):
        _ = listed(tmp_path, rows).names


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"\xff" * 40, b"{}"])
def test_what_is_no_document_is_an_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "popular.json"
    path.write_bytes(data)
    with pytest.raises(MalformedDocument):
        ListedPopularity(path).rank(ProjectName("requests"))


def test_a_file_that_is_not_there_or_too_large_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MalformedDocument):
        _ = ListedPopularity(tmp_path / "missing").names
    with pytest.raises(MalformedDocument):
        _ = ListedPopularity(tmp_path).names
    large = tmp_path / "large"
    with large.open("wb") as stream:
        stream.truncate((16 << 20) + 1)
    with pytest.raises(MalformedDocument, match="16 MiB"):
        _ = ListedPopularity(large).names


def test_the_operator_names_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(assembly.POPULAR_VARIABLE, raising=False)
    assert isinstance(assembly.popularity(), BuiltinPopularity)
    path = Path(listed(tmp_path, MANY).origin)
    monkeypatch.setenv(assembly.POPULAR_VARIABLE, str(path))
    assert assembly.popularity().names[0] == "name-0"
    assert assembly.popularity(path).names[0] == "name-0"


def test_the_built_in_names_are_uncounted() -> None:
    assert next(iter(BuiltinPopularity().counted)) == ("requests", 0)
