"""Where else than from the index a project says that it takes files: settings and locks. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S*", re.IGNORECASE)


def requirements(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a project asks for (PEP 621, 518, 735)."""
    project = _table(document, "project")
    yield from _texts(project.get("dependencies"))
    yield from _texts(_table(document, "build-system").get("requires"))
    for lists in (_table(project, "optional-dependencies"), _table(document, "dependency-groups")):
        for listed in lists.values():
            yield from _texts(listed)


def of_uv(document: Mapping[str, Any], *, is_uv: bool) -> Iterator[tuple[str, str]]:
    """Yield every place that a project's settings add, with the name of the setting."""
    tool = document if is_uv else _table(_table(document, "tool"), "uv")
    at = "" if is_uv else "tool.uv."
    for table, prefix in ((tool, at), (_table(tool, "pip"), f"{at}pip.")):
        for name in ("index-url", "extra-index-url", "find-links"):
            for place in _texts(table.get(name)):
                yield prefix + name, place
    for index in _tables(tool.get("index")):
        for place in _texts(index.get("url")):
            yield f"{at}index", place
    for project, sources in _table(tool, "sources").items():
        for source in sources if isinstance(sources, list) else [sources]:
            for kind in ("git", "url"):
                for place in _texts(source.get(kind) if isinstance(source, dict) else None):
                    yield f"{at}sources.{project}", place


def of_poetry(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every place beside the index that a project or a lock of Poetry's names."""
    for package in _tables(document.get("package")):
        for place in _texts(_table(package, "source").get("url")):
            if _ADDRESS.match(place):
                yield f"{package.get('name')}'s source", place
    tool = _table(_table(document, "tool"), "poetry")
    for source in _tables(tool.get("source")):
        for place in _texts(source.get("url")):
            yield "tool.poetry.source", place
    for group in (tool, *_tables(list(_table(tool, "group").values()))):
        yield from _of_dependencies(_table(group, "dependencies"))


def _of_dependencies(wanted: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for project, said in wanted.items():
        for one in _tables(said if isinstance(said, list) else [said]):
            for place in (*_texts(one.get("git")), *_texts(one.get("url"))):
                yield f"tool.poetry: {project}", place


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _tables(found: object) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _texts(found: object) -> list[str]:
    found = [found] if isinstance(found, str) else found
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
