from pathlib import Path

import pytest

from airlock.errors import InvalidDependencies
from tests.unit.sources.dependencies.reading import only, pins, read

UV = 'version = 1\n[[package]]\nname = "x"\n{version}source = {{ {source} }}\n'


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ('git = "https://h.example/x?rev=1#0"', "a repository"),
        ('url = "https://h.example/x.whl"', "a URL"),
        ('path = "x.whl"', "a file"),
        ('directory = "../x"', "a folder"),
        ('moon = "x"', "of a kind that is not known"),
    ],
)
def test_uv_other_sources_are_unauditable(tmp_path: Path, source: str, reason: str) -> None:
    text = UV.format(version='version = "1.0"\n', source=source)
    assert reason in only(tmp_path, "uv.lock", text).unauditable


def test_uv_a_package_without_a_version_is_unauditable(tmp_path: Path) -> None:
    found = only(
        tmp_path, "uv.lock", UV.format(version="", source='registry = "https://i.example"')
    )
    assert found.version is None
    assert "no version" in found.unauditable


def test_uv_a_version_that_is_none_is_unauditable(tmp_path: Path) -> None:
    text = UV.format(version='version = "one"\n', source='registry = "https://i.example"')
    found = only(tmp_path, "uv.lock", text)
    assert (found.version, found.unauditable) == (None, "'one' is not a version (PEP 440)")


def test_uv_members_of_the_workspace_are_the_project(tmp_path: Path) -> None:
    text = UV.format(version="", source='editable = "packages/x"')
    assert read(tmp_path, "uv.lock", text).dependencies == ()


def test_uv_lock_of_a_script(tmp_path: Path) -> None:
    text = (
        'version = 1\n[manifest]\nrequirements = [{ name = "x" }]\n'
        '[[package]]\nname = "x"\nversion = "1.0"\nsource = { registry = "https://i.example" }\n'
    )
    assert only(tmp_path, "tool.py.lock", text).direct is True


def test_a_string_that_looks_like_a_table_gives_no_wrong_line(tmp_path: Path) -> None:
    text = UV.format(version='version = "1.0"\n', source='registry = "https://i.example"')
    tricky = text + 'resolution = """\n[[package]]\n"""\n'
    assert only(tmp_path, "uv.lock", tricky).line == 0


@pytest.mark.parametrize(
    ("source", "reason"),
    [("git", "a repository"), ("url", "a URL"), ("file", "a file"), ("directory", "a folder")],
)
def test_poetry_other_sources_are_unauditable(tmp_path: Path, source: str, reason: str) -> None:
    text = (
        '[[package]]\nname = "x"\nversion = "1.0"\n'
        f'[package.source]\ntype = "{source}"\nurl = "y"\n[metadata]\nlock-version = "2.0"\n'
    )
    assert reason in only(tmp_path, "poetry.lock", text).unauditable


def test_poetry_of_old_has_hashes_elsewhere(tmp_path: Path) -> None:
    text = (
        '[[package]]\nname = "x"\nversion = "1.0"\ncategory = "dev"\n'
        '[metadata]\nlock-version = "1.1"\n'
        '[metadata.files]\nx = [{file = "x.whl", hash = "sha256:AB"}]\n'
    )
    found = only(tmp_path, "poetry.lock", text)
    assert (found.group, found.hashes) == ("dev", ("sha256:ab",))


@pytest.mark.parametrize(
    ("entry", "reason"),
    [('git = "x"', "a repository"), ('url = "x"', "a URL"), ('path = "x"', "a folder")],
)
def test_pdm_other_sources_are_unauditable(tmp_path: Path, entry: str, reason: str) -> None:
    text = f'[metadata]\nlock_version = "4.5.0"\n[[package]]\nname = "x"\nversion = "1"\n{entry}\n'
    assert reason in only(tmp_path, "pdm.lock", text).unauditable


def test_pdm_a_package_with_extras_is_there_once(tmp_path: Path) -> None:
    package = '[[package]]\nname = "x"\nversion = "1"\ngroups = ["default"]\n'
    text = f'[metadata]\nlock_version = "4.5.0"\n{package}{package}extras = ["y"]\n'
    assert pins(read(tmp_path, "pdm.lock", text)) == [("x", "1")]


def test_pipfile_a_range_is_not_pinned(tmp_path: Path) -> None:
    text = '{"_meta": {"pipfile-spec": 6}, "docs": {"x": {"version": "*"}}}'
    found = only(tmp_path, "Pipfile.lock", text)
    assert (found.group, found.unauditable) == ("docs", "no version is pinned")


@pytest.mark.parametrize("entry", ['"git": "x", "ref": "y"', '"path": ".", "editable": true'])
def test_pipfile_other_sources_are_unauditable(tmp_path: Path, entry: str) -> None:
    text = f'{{"_meta": {{"pipfile-spec": 6}}, "default": {{"x": {{{entry}}}}}}}'
    assert "may be any version" in only(tmp_path, "Pipfile.lock", text).unauditable


PYLOCK = 'lock-version = "1.0"\ncreated-by = "t"\n[[packages]]\nname = "x"\n'


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ('vcs = { type = "git", url = "https://h.example/x", commit-id = "0" }', "a repository"),
        ('directory = { path = "x" }', "a folder"),
        ('archive = { url = "https://h.example/x.zip", hashes = { sha256 = "0" } }', "a file"),
    ],
)
def test_pylock_other_sources_are_unauditable(tmp_path: Path, entry: str, reason: str) -> None:
    assert reason in only(tmp_path, "pylock.toml", f'{PYLOCK}version = "1"\n{entry}\n').unauditable


def test_pylock_a_version_may_stand_in_the_names_of_files(tmp_path: Path) -> None:
    files = ", ".join(
        f'{{ name = "x-1.5-{tag}-none-any.whl", path = "x", hashes = {{ sha256 = "0" }} }}'
        for tag in ("py2", "py3")
    )
    assert only(tmp_path, "pylock.x.toml", f"{PYLOCK}wheels = [{files}]\n").version == "1.5"


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("pylock.toml", 'lock-version = "2.0"\ncreated-by = "t"\npackages = []\n', "PEP 751"),
        ("pylock.toml", 'lock-version = "1.0"\ncreated-by = "t"\n', "'packages'"),
        ("uv.lock", "version = 2\n", "version 2"),
        ("uv.lock", "", "version"),
        ("poetry.lock", '[metadata]\nlock-version = "3.0"\n', "version 3.0"),
        ("poetry.lock", "package = []\n", "metadata"),
        ("pdm.lock", '[metadata]\nlock_version = "3.1"\n', "version 3.1"),
        ("Pipfile.lock", '{"_meta": {"pipfile-spec": 5}}', "specification 5"),
        ("Pipfile.lock", '{"default": {}}', "as its format wants"),
        ("Pipfile.lock", '{"_meta": {"pipfile-spec": 6}, "a": 1}', "as its format wants"),
        ("Pipfile.lock", '{"_meta": {"pipfile-spec": 6}, "a": {}, "a": {}}', "is there twice"),
        ("uv.lock", "version = 1\n[[package]]\nname = 1\nsource = {}\n", "package[0].name"),
        ("uv.lock", "x", "valid TOML"),
        ("uv.lock", b"\xff\xfe", "UTF-8"),
        ("uv.lock", "x = " + "[" * 100_000, "nested too deeply"),
        ("Pipfile.lock", "[" * 100_000, "nested too deeply"),
    ],
)
def test_what_cannot_be_read_whole_is_an_error(
    tmp_path: Path, name: str, text: str | bytes, what: str
) -> None:
    with pytest.raises(InvalidDependencies) as raised:
        read(tmp_path, name, text)
    assert str(tmp_path / name) in str(raised.value)
    assert what in str(raised.value)
    assert raised.value.hint


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("uv.lock", "version = 1\n"),
        ("poetry.lock", 'package = []\n[metadata]\nlock-version = "2.1"\n'),
        ("pdm.lock", '[metadata]\nlock_version = "4.5.0"\n'),
        ("pylock.toml", 'lock-version = "1.0"\ncreated-by = "t"\npackages = []\n'),
        ("Pipfile.lock", '{"_meta": {"pipfile-spec": 6}, "default": {}}'),
    ],
)
def test_a_lock_of_nothing_is_read(tmp_path: Path, name: str, text: str) -> None:
    assert read(tmp_path, name, text).dependencies == ()
