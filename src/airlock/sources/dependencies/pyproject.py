"""``pyproject.toml``: PEP 621, extras, dependency groups (PEP 735), and what tools add to it.

- Where a tool takes a dependency from elsewhere (``tool.uv.sources``, Poetry's tables), its version
  in the index says nothing, and it is reported so.
- Dependencies that only a build could tell (``dynamic``) are one unauditable entry.
- What a build needs (``build-system``) is not in the result: it is no part of what is installed.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from airlock.model import Dependency
from airlock.sources.dependencies.entries import (
    FROM_URL,
    Place,
    exact_version,
    nameless,
    pinned,
    required,
)
from airlock.sources.dependencies.interface import DependencyReader, Document, Note
from airlock.sources.dependencies.parsing import Places, read_toml, text_of

_DYNAMIC = ("dependencies", "optional-dependencies")
_ELSEWHERE = frozenset({"git", "hg", "svn", "bzr", "url", "path", "file", "workspace"})
_SEPARATORS = re.compile(r"[-_.]+")


class Include(msgspec.Struct, frozen=True, rename="kebab"):
    """An entry of a dependency group that stands for another group."""

    include_group: str


class Project(msgspec.Struct, frozen=True, rename="kebab"):
    """The table ``project`` (PEP 621)."""

    name: str = ""
    dependencies: tuple[str, ...] = ()
    optional_dependencies: dict[str, tuple[str, ...]] = {}
    dynamic: tuple[str, ...] = ()


class _PoetryGroup(msgspec.Struct, frozen=True):
    dependencies: dict[str, Any] = {}


class _Poetry(msgspec.Struct, frozen=True, rename="kebab"):
    dependencies: dict[str, Any] = {}
    dev_dependencies: dict[str, Any] = {}
    group: dict[str, _PoetryGroup] = {}


class _Uv(msgspec.Struct, frozen=True, rename="kebab"):
    sources: dict[str, dict[str, Any] | tuple[dict[str, Any], ...]] = {}
    dev_dependencies: tuple[str, ...] = ()


class _Pdm(msgspec.Struct, frozen=True, rename="kebab"):
    dev_dependencies: dict[str, tuple[str, ...]] = {}


class Tools(msgspec.Struct, frozen=True):
    """The table ``tool``, as far as it is about dependencies."""

    uv: _Uv = msgspec.field(default_factory=_Uv)
    poetry: _Poetry | None = None
    pdm: _Pdm = msgspec.field(default_factory=_Pdm)


class _PyProject(msgspec.Struct, frozen=True, rename="kebab"):
    project: Project | None = None
    dependency_groups: dict[str, tuple[str | Include, ...]] = {}
    tool: Tools = msgspec.field(default_factory=Tools)


class PyprojectReader(DependencyReader):
    """Reads what a project declares."""

    kind = "pyproject.toml"

    def fits(self, name: str, head: bytes) -> bool:  # noqa: ARG002 - the port's signature
        """Go by the name."""
        return name == "pyproject.toml"

    def entries(self, document: Document) -> Iterator[Dependency | Note]:
        """Yield what the project, its extras and its groups ask for."""
        declared = read_toml(document, _PyProject)
        places = Places(text_of(document))
        if declared.project is None and declared.tool.poetry is None:
            yield Note(f"{document.shown} has no [project] table")
        project = declared.project or Project()
        yield from _stated(document, places, declared, project)
        for what in _DYNAMIC:
            if what in project.dynamic:
                place = Place(document, places.next_of("dynamic"), direct=True)
                yield nameless(place, f"dynamic {what}", "only a build could tell them")
        if declared.tool.poetry is not None:
            yield from _poetry(document, places, declared.tool.poetry, project)


def _stated(
    document: Document, places: Places, declared: _PyProject, project: Project
) -> Iterator[Dependency]:
    tool = declared.tool
    groups: list[tuple[str, Iterable[str | Include]]] = [
        ("", project.dependencies),
        *project.optional_dependencies.items(),
        *declared.dependency_groups.items(),
        ("dev", tool.uv.dev_dependencies),
        *tool.pdm.dev_dependencies.items(),
    ]
    known = {_normal(name) for name in declared.dependency_groups}
    for group, members in groups:
        for member in members:
            if isinstance(member, str):
                yield asked(document, member, line_of(places, member), group, tool)
            elif _normal(member.include_group) not in known:
                raise document.wrong(
                    f"group {group!r} includes {member.include_group[:80]!r}, which is not there"
                )


def line_of(places: Places, text: str) -> int:
    """Return the line on which a TOML string stands."""
    basic = text.replace("\\", "\\\\").replace('"', '\\"')
    return places.next_of(f'"{basic}"', f"'{text}'", text)


def asked(document: Document, text: str, line: int, group: str, tool: Tools) -> Dependency:
    """Return the dependency of a requirement, unless a tool takes it from elsewhere.

    Raises:
        InvalidDependencies: if it is no requirement.
    """
    dependency = required(Place(document, line, group, direct=True), text)
    poetry = tool.poetry.dependencies if tool.poetry else {}
    for sources in (tool.uv.sources, poetry):
        for name, source in sources.items():
            if _normal(name) == dependency.project and _is_elsewhere(source):
                return msgspec.structs.replace(dependency, version=None, unauditable=FROM_URL)
    return dependency


def _is_elsewhere(source: object) -> bool:
    if isinstance(source, dict):
        return not _ELSEWHERE.isdisjoint(source)
    return isinstance(source, list | tuple) and any(map(_is_elsewhere, source))


def _poetry(
    document: Document, places: Places, poetry: _Poetry, project: Project
) -> Iterator[Dependency]:
    """Yield what stands in Poetry's own tables only."""
    tables = [
        ("", poetry.dependencies),
        ("dev", poetry.dev_dependencies),
        *((name, group.dependencies) for name, group in poetry.group.items()),
    ]
    stated = {_normal(re.split(r"[^\w.-]", text.strip(), maxsplit=1)[0]) for text in _all(project)}
    for group, members in tables:
        for name, wish in members.items():
            if name.lower() != "python" and not (_normal(name) in stated and not group):
                before = places.next_of(f"\n{name} ", f"\n{name}=", f'\n"{name}"')
                place = Place(document, before + 1 if before else 0, group, direct=True)
                yield _wished(place, name, wish)


def _all(project: Project) -> Iterator[str]:
    yield from project.dependencies
    for members in project.optional_dependencies.values():
        yield from members


def _wished(place: Place, name: str, wish: object) -> Dependency:
    """Return the dependency of an entry in Poetry's notation, whose ranges are its own."""
    version = wish.get("version") if isinstance(wish, dict) else wish
    text = version if isinstance(version, str) else ""
    exact = exact_version(text if text.startswith("=") else f"=={text}") if text else None
    problem = FROM_URL if _is_elsewhere(wish) else ""
    if not problem and exact is None:
        problem = "its range is in Poetry's notation; poetry.lock has the version"
    return pinned(place, name, exact, unauditable=problem)


def _normal(name: str) -> str:
    return _SEPARATORS.sub("-", name).lower()
