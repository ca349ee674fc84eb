"""The registry: a set of checks with a hole in it is refused, loudly."""

from collections.abc import Callable
from pathlib import Path

import pytest

from airlock.checks import Check, CheckSet, load_checks
from airlock.checks.registry import FAMILIES, load_check
from airlock.errors import CheckDefect

GOOD = '''
"""Flags nothing at all."""
from airlock.checks.interface import Check

class Good(Check):
    id = "code-good"
    version = 1
    def release(self, subject):
        yield from ()
'''

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return a function that writes a package of checks, family code, and returns its name."""
    monkeypatch.syspath_prepend(tmp_path)

    def write_package(**modules: str) -> str:
        name = f"checks_{tmp_path.name}_{len(list(tmp_path.iterdir()))}"
        for folder in (tmp_path / name, tmp_path / name / "code"):
            folder.mkdir()
            (folder / "__init__.py").touch()
        for module, text in modules.items():
            (tmp_path / name / "code" / f"{module}.py").write_text(text, encoding="utf-8")
        return name

    return write_package


def load(package: str) -> CheckSet:
    return load_checks(package, ["code"])


def test_a_check_is_found_by_being_there(write: Write) -> None:
    assert load(write(good=GOOD)).ids == ("code-good",)


def test_modules_with_an_underscore_are_no_checks(write: Write) -> None:
    assert load(write(good=GOOD, _shared="raise ImportError")).ids == ("code-good",)


def test_a_check_that_was_imported_from_elsewhere_is_not_counted(write: Write) -> None:
    text = GOOD + "\nfrom airlock.checks.name.stdlib import Stdlib\n"
    assert load(write(good=text)).ids == ("code-good",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace("code-good", "code-better"), "must be 'code-good'"),
        (GOOD.replace("code-good", "name-good"), "must be 'code-good'"),
        (GOOD.replace('id = "code-good"', ""), "must be 'code-good'"),
        (GOOD + GOOD.replace("class Good", "class Second"), "has 2 checks"),
        (GOOD.replace("(Check)", ""), "has 0 checks"),
        (GOOD.replace("version = 1", "version = 0"), "version"),
        (GOOD.replace("version = 1", "version = '1'"), "version"),
        (GOOD.replace("version = 1", ""), "version"),
        (GOOD.replace("version = 1", "version = 1; asks_since = 2"), "asks_since"),
        (GOOD.replace("Flags nothing at all.", "  "), "docstring"),
        (GOOD.replace("def release", "def ask"), "does not import"),
        (GOOD + "\n    def artifact(self, subject):\n        yield from ()\n", "does not import"),
    ],
)
def test_a_check_that_breaks_the_rules_stops_the_program(
    write: Write, text: str, says: str
) -> None:
    with pytest.raises(CheckDefect, match=says):
        load(write(good=text))


@pytest.mark.parametrize(
    "text", ["import there_is_no_such_module", "def broken(:", "raise RuntimeError('no')", "1 / 0"]
)
def test_a_check_that_does_not_import_stops_the_program(write: Write, text: str) -> None:
    with pytest.raises(CheckDefect, match=r"code\.bad does not import"):
        load(write(good=GOOD, bad=text))


def test_a_family_that_is_not_there_stops_the_program(write: Write) -> None:
    with pytest.raises(CheckDefect, match="does not import"):
        load_checks(write(good=GOOD), ["code", "name"])


def test_a_family_without_a_check_is_no_set(write: Write) -> None:
    with pytest.raises(CheckDefect, match="without a check"):
        load(write())


def test_one_check_is_loaded_by_its_id(write: Write) -> None:
    assert load_check("code-good", write(good=GOOD)).id == "code-good"


def test_an_id_without_a_module_is_refused() -> None:
    with pytest.raises(CheckDefect, match="does not import"):
        load_check("code-no-such-check")


class _One(Check):
    id = "code-one"
    version = 1

    def release(self, subject: object) -> tuple[()]:
        return ()


class _Other(_One):
    id = "code-other"

    def release(self, subject: object) -> tuple[()]:
        return ()


class _OneAgain(_One):
    version = 2

    def release(self, subject: object) -> tuple[()]:
        return ()


def test_two_checks_cannot_share_an_id() -> None:
    with pytest.raises(CheckDefect, match="share an id"):
        CheckSet([_One(), _OneAgain()])


def test_the_version_of_a_set_tells_what_was_asked() -> None:
    both = CheckSet([_One(), _Other()])
    assert both.version == CheckSet([_Other(), _One()]).version
    assert both.version != CheckSet([_One()]).version
    assert CheckSet([_One()]).version != CheckSet([_OneAgain()]).version


def test_every_module_of_every_family_of_airlock_is_in_the_set() -> None:
    import airlock.checks

    root = Path(str(airlock.checks.__file__)).parent
    modules = {
        f"{family}-{path.stem.replace('_', '-')}"
        for family in FAMILIES
        for path in (root / family).glob("*.py")
        if not path.stem.startswith("_")
    }
    families = {path.parent.name for path in root.glob("*/__init__.py")}
    assert set(load_checks().ids) == modules
    assert families == set(FAMILIES)
