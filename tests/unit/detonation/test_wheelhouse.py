"""Wheels of build backends that are kept."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from airlock.detonation.wheelhouse import BACKENDS, Wheelhouse
from airlock.errors import StoreError, TargetNotFound
from tests.simulators.packages import make_build_backend, make_wheel

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


class Index:
    """Gives the wheels that it has, whatever is asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.wheels = [make_build_backend(), make_wheel("needed-by-it", "2.0")]

    def __call__(self, requirements: Sequence[str], folder: Path) -> Sequence[Path]:
        self.asked.append(tuple(requirements))
        if not self.wheels:
            raise TargetNotFound("not to be had as wheels")
        for name, data in self.wheels:
            (folder / name).write_bytes(data)
        return sorted(folder.iterdir())


@pytest.fixture
def index() -> Index:
    """Give an index with a backend and what that needs."""
    return Index()


@pytest.fixture
def house(index: Index, tmp_path: Path) -> Wheelhouse:
    """Give a house that is empty yet."""
    return Wheelhouse(tmp_path / "data" / "backends", index, lambda: NOW)


def test_an_empty_house_fulfils_nothing(house: Wheelhouse) -> None:
    assert house.kept() == ()
    assert house.wheels_for(["example-backend"]) == ()


def test_what_is_fulfilled_is_given_whole(house: Wheelhouse, index: Index) -> None:
    kept = house.fill(())
    assert index.asked == [BACKENDS]
    assert [(one.filename, one.vetted) for one in kept] == [
        ("example_backend-1.0-py3-none-any.whl", NOW),
        ("needed_by_it-2.0-py3-none-any.whl", NOW),
    ]
    fitting = ["Example.Backend>=1", "absent; python_version < '3'"]
    assert [path.name for path in house.wheels_for(fitting)] == [one.filename for one in kept]


@pytest.mark.parametrize(
    "requirement",
    [
        "example-backend>=2",
        "example-backend[more]",
        "example-backend @ file:///tmp/x",
        "absent",
        "not a requirement !",
    ],
)
def test_what_is_not_there_is_not_made_up(house: Wheelhouse, requirement: str) -> None:
    house.fill(())
    assert house.wheels_for(["example-backend", requirement]) == ()


def test_a_wheel_that_was_changed_is_not_used(house: Wheelhouse, tmp_path: Path) -> None:
    house.fill(())
    (tmp_path / "data" / "backends" / "needed_by_it-2.0-py3-none-any.whl").write_bytes(b"other")
    with pytest.raises(StoreError, match="not the file that was vetted"):
        house.wheels_for(["example-backend"])


def test_a_list_that_cannot_be_read_is_no_empty_house(house: Wheelhouse, tmp_path: Path) -> None:
    house.fill(())
    (tmp_path / "data" / "backends" / "backends.json").write_bytes(b"[{")
    with pytest.raises(StoreError, match="cannot be read"):
        house.wheels_for(["example-backend"])


def test_what_cannot_be_fetched_leaves_the_house_as_it_was(
    house: Wheelhouse, index: Index, tmp_path: Path
) -> None:
    before = house.fill(())
    index.wheels = []
    with pytest.raises(TargetNotFound):
        house.fill(["another"])
    assert house.kept() == before
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["backends"]
