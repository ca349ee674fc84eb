"""A wheel beside the source distribution of its release."""

import pytest

from airlock.profiles.forms import compare_forms
from airlock.profiles.profile import Piece, PieceKind, Ruse
from airlock.syntax.facts import Context
from tests.unit.profiles.trees import form_changes, made_up, ploy, profile, trait

SDIST = "example-1.0.tar.gz"
QUIET = "def main():\n    return 0\n"
BUSY = "import os\n\n\ndef main():\n    os.system('anchor')\n"


def test_the_same_code_is_no_difference() -> None:
    tree = {"example/__init__.py": BUSY, "example/other.py": QUIET}
    assert compare_forms(profile(tree), profile({**tree, "setup.py": ""}, SDIST)) == ()


def test_code_may_stand_in_another_folder() -> None:
    wheel = profile({"example/__init__.py": BUSY})
    assert compare_forms(wheel, profile({"src/example/__init__.py": BUSY}, SDIST)) == ()


@pytest.mark.parametrize("path", ["example/__init__.py", "example/more.py", "example/_version.py"])
def test_new_acts_are_found_whatever_the_module_is_called(path: str) -> None:
    source = profile({"example/__init__.py": QUIET}, SDIST)
    assert form_changes(profile({path: BUSY}), source) == [("source", "high", "medium")]


def test_an_act_that_the_source_has_elsewhere_is_no_difference() -> None:
    source = profile({"example/tools.py": BUSY}, SDIST)
    wheel = profile({"example/tools.py": BUSY, "example/made.py": BUSY + "\n\nX = 1\n"})
    assert form_changes(wheel, source) == []


def test_acts_in_unchanged_files_are_no_difference() -> None:
    # Even if the source distribution's own profile had no room for them.
    source = profile({"example/__init__.py": BUSY}, SDIST)
    bare = made_up(SDIST, pieces=source.pieces)
    assert form_changes(profile({"example/__init__.py": BUSY}), bare) == []


def test_modules_that_do_nothing_are_context() -> None:
    source = profile({"example/__init__.py": QUIET}, SDIST)
    wheel = profile({"example/__init__.py": QUIET + "\n", "example/made.py": QUIET * 2})
    told = compare_forms(wheel, source)

    assert form_changes(wheel, source) == []
    assert sorted(one.message for one in told) == [
        "1 module is not as in the source.",
        "1 module is only in the wheel.",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "example/_version.py",
        "example/version.py",
        "example/__about__.py",
        "example/messages_pb2.py",
        "example/messages_pb2_grpc.py",
        "example/parsetab.py",
        "example/__config__.py",
    ],
)
def test_generated_modules_are_not_even_context(path: str) -> None:
    source = profile({"example/__init__.py": QUIET}, SDIST)
    assert compare_forms(profile({"example/__init__.py": QUIET, path: "X = 1\n"}), source) == ()


def test_what_runs_by_itself_is_surer() -> None:
    source = profile({"example/__init__.py": QUIET}, SDIST)
    piece = Piece("example/core.py", "d", 5, PieceKind.PYTHON)
    at_import = made_up(pieces=(piece,), ploys=(ploy(Ruse.DECODED),))
    called = made_up(pieces=(piece,), ploys=(ploy(Ruse.DECODED, Context.CALLED),))

    assert form_changes(at_import, source) == [("source", "high", "high")]
    assert form_changes(called, source) == [("source", "high", "medium")]
    familiar = made_up(SDIST, ploys=(ploy(Ruse.DECODED, text="other"),))
    assert form_changes(at_import, familiar) == [("source", "medium", "medium")]


def test_start_up_code_of_the_wheel_alone() -> None:
    source = profile({"example/__init__.py": QUIET}, SDIST)
    quiet = profile({"example/__init__.py": QUIET, "example.pth": "import example\n"})
    busy = profile({"example/__init__.py": QUIET, "e.pth": "import os; os.system('anchor')\n"})

    assert form_changes(quiet, source) == [("startup", "medium", "medium")]
    assert ("startup", "high", "high") in form_changes(busy, source)


def test_compiled_code_needs_a_source() -> None:
    engine = Piece("example/engine", "d", 5, PieceKind.NATIVE)
    wheel = made_up(pieces=(engine,))
    with_source = made_up(SDIST, pieces=(Piece("engine.c", "s", 5, PieceKind.SOURCE),))

    assert form_changes(wheel, made_up(SDIST)) == [("binary", "medium", "low")]
    assert form_changes(wheel, with_source) == []
    assert form_changes(wheel, made_up(SDIST, pieces=(engine,))) == []


def test_a_source_of_which_not_all_is_known_makes_everything_less_sure() -> None:
    piece = Piece("example/core.py", "d", 5, PieceKind.PYTHON)
    wheel = made_up(pieces=(piece,), traits=(trait(),))
    assert form_changes(wheel, made_up(SDIST, cut=("packed",))) == [("source", "high", "low")]
