"""How bad a change of an artifact's shape is: programs, commands, people, size."""

import pytest

from airlock.profiles.profile import Build, Piece, PieceKind
from airlock.syntax.facts import Context
from tests.unit.profiles.trees import MINOR_WHEEL, PATCH_WHEEL, changes, made_up, trait

OLD = made_up()


def native(path: str) -> Piece:
    return Piece(path, "d", 10, PieceKind.NATIVE)


@pytest.mark.parametrize(
    ("filename", "path", "expected"),
    [
        (PATCH_WHEEL, "example/engine", [("binary", "medium", "medium")]),
        (MINOR_WHEEL, "example/engine", [("binary", "low", "medium")]),
        (PATCH_WHEEL, "example/tests/engine", []),
        ("example-1.0.1-cp313-cp313-win_amd64.whl", "example/_fast.pyd", []),
    ],
)
def test_first_programs(filename: str, path: str, expected: list[tuple[str, str, str]]) -> None:
    assert changes(OLD, made_up(filename, pieces=(native(path),))) == expected


def test_one_more_program_is_context() -> None:
    old = made_up(pieces=(Piece("example/a.so", "a", 1, PieceKind.NATIVE),))
    assert changes(old, made_up(PATCH_WHEEL, pieces=(native("example/engine"),))) == []


def test_a_program_that_new_code_starts() -> None:
    new = made_up(
        MINOR_WHEEL,
        pieces=(native("example/engine"),),
        traits=(trait(context=Context.CALLED, text="example/engine --run"),),
    )
    assert changes(OLD, new) == [("binary", "high", "medium")]


def test_commands_of_others() -> None:
    assert changes(OLD, made_up(MINOR_WHEEL, commands=("pip = a:b",))) == [
        ("command", "high", "medium")
    ]
    assert changes(OLD, made_up(MINOR_WHEEL, commands=("example = a:b",))) == []
    pip = made_up("pip-1.0-py3-none-any.whl")
    newer = made_up("pip-1.1-py3-none-any.whl", commands=("pip = a:b",))
    assert changes(pip, newer) == []


def test_other_people_size_and_ways_of_being_built_in_a_repair() -> None:
    first, patch = "example-1.0.tar.gz", "example-1.0.1.tar.gz"
    old = made_up(first, people=("Ada",), total_bytes=10_000)

    assert changes(old, made_up(patch, people=("Eve",))) == [("people", "low", "low")]
    assert changes(old, made_up(patch, people=("Ada", "Eve"))) == []
    assert changes(old, made_up(patch, people=("Ada",), total_bytes=9_000_000)) == [
        ("size", "low", "medium")
    ]
    in_tree = Build("own", in_tree=True)
    assert changes(old, made_up(patch, people=("Ada",), build=in_tree)) == [
        ("build", "medium", "low")
    ]
    with_setup = Build(setup_py=True)
    assert changes(old, made_up(patch, people=("Ada",), build=with_setup)) == [
        ("build", "low", "low")
    ]
