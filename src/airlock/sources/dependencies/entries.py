"""Makes dependencies: the one place that decides what counts as a name with a version."""

from collections.abc import Iterable

import msgspec

from airlock.errors import InvalidName
from airlock.model import Dependency, ProjectName
from airlock.sources.dependencies.interface import Document
from airlock.sources.urls import without_credentials

NOT_PINNED = "no version is pinned"
"""The reason of what a resolver may find a version for."""
FROM_REPOSITORY = "it comes from a repository, and what is there may be any version"
FROM_URL = "it comes from a URL, and what is there may be any version"
FROM_FOLDER = "it comes from a folder, and what is there may be any version"
FROM_FILE = "it comes from a file of its own, which may be any version"
OTHER_SOURCE = "its source is of a kind that is not known"
_LONGEST_TEXT = 300


class Place(msgspec.Struct, frozen=True):
    """Where something stands."""

    document: Document
    line: int = 0
    group: str = ""
    direct: bool | None = None


def pinned(  # noqa: PLR0913 - a dependency is made of that many parts
    place: Place,
    name: str,
    version: str | None,
    *,
    hashes: Iterable[str] = (),
    marker: str = "",
    unauditable: str = "",
) -> Dependency:
    """Return a dependency on one version, as lock files and bills of materials have them.

    Args:
        place: where it stands.
        name: of the project; anything that is no name makes it unauditable.
        version: anything that PEP 440 does not take makes it unauditable.
        hashes: as ``algorithm:digest``.
        marker: under which it is wanted.
        unauditable: why its version says nothing, if it does not.
    """
    project, problem = _project(name)
    known, wrong = _version(version)
    return Dependency(
        project=project,
        version=known,
        path=place.document.shown,
        line=place.line,
        requirement=shortened(f"{name}=={version}" if version else name),
        specifier=f"=={known}" if known else "",
        hashes=tuple(dict.fromkeys(value.lower() for value in hashes)),
        marker=marker,
        group=place.group,
        direct=place.direct,
        unauditable=unauditable or problem or wrong,
    )


def required(place: Place, text: str) -> Dependency:
    """Return the dependency that a requirement in PEP 508 asks for.

    Raises:
        InvalidDependencies: if it is none.
    """
    from packaging.requirements import Requirement

    try:
        # RecursionError: a marker in thousands of parentheses.
        requirement = Requirement(text)
        project = ProjectName(requirement.name)
    except (ValueError, RecursionError, InvalidName) as error:
        what = str(error).partition("\n")[0][:200]
        shown = shortened(text)
        raise place.document.wrong(
            f"{shown!r} is not a requirement: {without_credentials(what)}", line=place.line
        ) from error
    specifier = str(requirement.specifier)
    version = exact_version(specifier)
    problem = "" if version else NOT_PINNED
    return Dependency(
        project=project,
        version=version,
        path=place.document.shown,
        line=place.line,
        requirement=shortened(text),
        specifier=specifier,
        extras=tuple(sorted(requirement.extras)),
        marker=str(requirement.marker or ""),
        group=place.group,
        direct=place.direct,
        unauditable=FROM_URL if requirement.url else problem,
    )


def nameless(place: Place, text: str, reason: str) -> Dependency:
    """Return a dependency whose project cannot be told."""
    return Dependency(
        project=None,
        version=None,
        path=place.document.shown,
        line=place.line,
        requirement=shortened(text),
        group=place.group,
        direct=place.direct,
        unauditable=reason,
    )


def exact_version(specifier: str) -> str | None:
    """Return the one version that a specifier allows, as it is written; ``None`` for others."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        parts = list(SpecifierSet(specifier))
        pins = {
            Version(part.version): part.version
            for part in parts
            if part.operator in {"==", "==="} and not part.version.endswith(".*")
        }
    except (InvalidSpecifier, InvalidVersion):
        return None
    if len(pins) != 1:
        return None
    parsed, written = next(iter(pins.items()))
    allowed = all(part.contains(parsed, prereleases=True) for part in parts)
    return written if allowed else None


def shortened(text: str) -> str:
    """Return a text for a reader: on one line, without credentials, not endless."""
    line = " ".join(without_credentials(text).split())
    return line if len(line) <= _LONGEST_TEXT else line[: _LONGEST_TEXT - 1] + "…"


def _project(name: str) -> tuple[ProjectName | None, str]:
    try:
        return ProjectName(name), ""
    except InvalidName:
        return None, f"{name[:80]!r} is not a project name"


def _version(text: str | None) -> tuple[str | None, str]:
    if not text:
        return None, "its source names no version"
    from packaging.version import InvalidVersion, Version

    try:
        Version(text)
    except InvalidVersion:
        return None, f"{text[:80]!r} is not a version (PEP 440)"
    return text, ""
