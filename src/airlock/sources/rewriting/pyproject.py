"""A ``pyproject.toml`` with another version of one project, by tomlkit."""

import tomllib
from collections.abc import Iterator
from typing import Any

from airlock.errors import MissingExtra
from airlock.model import ProjectName
from airlock.sources.rewriting.specifying import NotAsked, NotRewritten, Upgrade, respecified

_UNSURE = "it cannot be changed with certainty"


def rewrite_pyproject(data: bytes, origin: str, upgrade: Upgrade) -> bytes:
    """Return a file that asks for the new version wherever it asked for the old one.

    Raises:
        NotRewritten: if that cannot be done with certainty.
        MissingExtra: if tomlkit is not installed.
    """
    try:
        import tomlkit
        from tomlkit.exceptions import TOMLKitError
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "tomlkit is not installed, which edits pyproject.toml",
            hint="Install the parts of it with: pip install 'pypi-airlock[audit]'",
        ) from error
    try:
        text = data.decode("utf-8")
        document = tomlkit.parse(text)
    except (UnicodeDecodeError, TOMLKitError, RecursionError) as error:
        raise NotRewritten(f"{origin} cannot be read: {error}") from error
    if tomlkit.dumps(document) != text:
        raise NotRewritten(f"{origin}: {_UNSURE}")
    changes = 0
    for array in _arrays(document):
        for number, entry in enumerate(array):
            if isinstance(entry, str) and _is_about(entry, upgrade):
                array[number] = _like(entry, respecified(str(entry), upgrade))
                changes += 1
    if not changes:
        raise NotAsked(f"{origin} does not ask for {upgrade.project} in a way that is edited")
    changed = tomlkit.dumps(document)
    _compare(text, changed, upgrade)
    return changed.encode()


def _like(entry: str, text: str) -> Any:
    """Return a string that is written with the same quotes."""
    import tomlkit

    literal = getattr(entry, "as_string", str)().startswith("'")
    return tomlkit.string(text, literal=literal)


def _arrays(document: Any) -> Iterator[Any]:
    """Yield every array of requirements in PEP 508."""
    project = document.get("project", {})
    tools = document.get("tool", {})
    yield project.get("dependencies", [])
    yield from project.get("optional-dependencies", {}).values()
    yield from document.get("dependency-groups", {}).values()
    yield tools.get("uv", {}).get("dev-dependencies", [])
    yield from tools.get("pdm", {}).get("dev-dependencies", {}).values()


def _is_about(text: str, upgrade: Upgrade) -> bool:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return False
    return (
        ProjectName(requirement.name) == upgrade.project
        and requirement.url is None
        and upgrade.is_asked_by(str(requirement.specifier))
    )


def _compare(before: str, after: str, upgrade: Upgrade) -> None:
    """Read what was written: nothing but requirements on the project may have changed."""
    old, new = tomllib.loads(before), tomllib.loads(after)
    for one, other in zip(_arrays(old), _arrays(new), strict=True):
        if len(one) != len(other):
            raise NotRewritten(_UNSURE)
        for number, (was, now) in enumerate(zip(one, other, strict=True)):
            if was != now and isinstance(was, str) and _is_about(was, upgrade):
                other[number] = was
    if old != new:
        raise NotRewritten(_UNSURE)
