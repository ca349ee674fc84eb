"""Versions for requirements that pin none: real uv against an index on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from airlock.model import Inventory
from airlock.sources.dependencies import read_dependencies
from airlock.sources.resolving import Resolver
from tests.simulators.upstream import Fault, Upstream, make_sdist, make_wheel


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        for version in ("1.0", "2.0"):
            upstream.add(*make_wheel("flask", version, requires=["idna>=3"]))
        upstream.add(*make_wheel("idna", "3.7"))
        upstream.add(*make_wheel("idna", "2.0"))
        upstream.add(*make_wheel("win", "1.0"))
        yield upstream


@pytest.fixture
def resolver(upstream: Upstream, tmp_path: Path) -> Resolver:
    return Resolver(lambda: upstream.url, environ={"UV_CACHE_DIR": str(tmp_path / "cache")})


def inventory(folder: Path, text: str, name: str = "requirements.txt") -> Inventory:
    path = folder / name
    path.write_text(text)
    (found,) = read_dependencies(path)
    return found


def told(found: Inventory) -> list[tuple[str, str | None, int, bool | None]]:
    return [(one.name, one.version, one.line, one.direct) for one in found.dependencies]


def test_versions_are_found_and_what_they_need(tmp_path: Path, resolver: Resolver) -> None:
    text = "# first\nFlask<2\nwin ; sys_platform == 'win32'\n"
    found = resolver.resolve(inventory(tmp_path, text))
    assert told(found) == [
        ("flask", "1.0", 2, True),
        ("win", "1.0", 3, True),
        ("idna", "3.7", 2, False),
    ]
    assert not any(one.unauditable for one in found.dependencies)
    assert "what pins no version (2)" in found.notes[0]


def test_pins_have_a_say_and_stay(tmp_path: Path, resolver: Resolver) -> None:
    found = resolver.resolve(inventory(tmp_path, "flask\nidna==3.7\n"))
    assert [one.version for one in found.dependencies] == ["2.0", "3.7"]


def test_nothing_is_asked_if_all_is_pinned(
    tmp_path: Path, resolver: Resolver, upstream: Upstream
) -> None:
    before = inventory(tmp_path, "flask==1.0\n-e .\n")
    assert resolver.resolve(before) is before
    assert not upstream.asked


def test_what_has_no_solution_is_unauditable(tmp_path: Path, resolver: Resolver) -> None:
    found = resolver.resolve(inventory(tmp_path, "flask>=9\nidna==3.7\n"))
    flask, idna = found.dependencies
    assert flask.version is None
    assert "uv found none" in flask.unauditable
    assert not idna.unauditable


def test_groups_that_exclude_each_other(tmp_path: Path, resolver: Resolver) -> None:
    text = '[dependency-groups]\na = ["flask>=2"]\nb = ["flask<2"]\nc = ["flask>=9"]\n'
    found = resolver.resolve(inventory(tmp_path, text, "pyproject.toml"))
    direct = [one for one in found.dependencies if one.direct]
    assert [(one.group, one.version) for one in direct] == [("a", "2.0"), ("b", "1.0"), ("c", None)]
    assert direct[2].unauditable


def test_nothing_is_built(tmp_path: Path, resolver: Resolver, upstream: Upstream) -> None:
    ran = tmp_path / "ran"
    setup = f"open({str(ran)!r}, 'w'); from setuptools import setup; setup(name='evil')"
    upstream.add(*make_sdist("evil", "1.0", setup_py=setup))
    (found,) = resolver.resolve(inventory(tmp_path, "evil\n")).dependencies
    assert found.version is None
    assert "uv found none" in found.unauditable
    assert not ran.exists()


def test_configuration_of_the_project_is_not_obeyed(
    tmp_path: Path, resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Upstream() as other:
        other.add(*make_wheel("flask", "9.0"))
        (tmp_path / "uv.toml").write_text(f'index-url = "{other.url}"\n')
        monkeypatch.chdir(tmp_path)
        text = f"--index-url {other.url}\nflask\n"
        (found, *_) = resolver.resolve(inventory(tmp_path, text)).dependencies
        assert found.version == "2.0"
        assert not other.asked


def test_credentials_are_used_and_not_told(tmp_path: Path, upstream: Upstream) -> None:
    upstream.credentials = ("user", "secret")
    url = upstream.url.replace("://", "://user:secret@")
    resolver = Resolver(lambda: url, environ={"UV_CACHE_DIR": str(tmp_path / "cache")})
    found = resolver.resolve(inventory(tmp_path, "idna\n"))
    assert found.dependencies[0].version == "3.7"
    assert "secret" not in str(found)


def test_an_index_that_does_not_answer(
    tmp_path: Path, resolver: Resolver, upstream: Upstream
) -> None:
    upstream.fault("/simple/*", Fault.STATUS, 403)
    (found,) = resolver.resolve(inventory(tmp_path, "idna\n")).dependencies
    assert "uv found none" in found.unauditable


@pytest.mark.parametrize("answer", ["nonsense", "idna==1 # via ("])
def test_an_answer_that_makes_no_sense(tmp_path: Path, answer: str) -> None:
    program = tmp_path / "uv"
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)
    resolver = Resolver(lambda: "https://index.example/simple/", program)
    (found,) = resolver.resolve(inventory(tmp_path, "flask\n")).dependencies
    assert found.version is None
    assert found.unauditable


def test_without_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    resolver = Resolver(lambda: "https://index.example/simple/")
    (found,) = resolver.resolve(inventory(tmp_path, "flask\n")).dependencies
    assert "uv is not installed" in found.unauditable
