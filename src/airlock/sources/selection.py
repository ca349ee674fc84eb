"""Which version of a project, and which of its files, an installer here would take.

- Yanked files are taken only if the version is pinned (PEP 592).
- Pre-releases are taken only if asked for, or if there is nothing else (PEP 440).
- Versions that are none by PEP 440 sort below all others and are taken only by ``===``.
"""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from airlock.errors import InvalidRequirement, TargetNotFound
from airlock.model import ArtifactKind, ArtifactName, ListedFile, ProjectListing
from airlock.model.versions import parsed_version

if TYPE_CHECKING:
    from packaging.specifiers import Specifier, SpecifierSet
    from packaging.version import Version

_NEWEST_SHOWN = 5


def versions_of(files: Iterable[ListedFile]) -> list[str]:
    """Return the versions that files are of, each once and normalised, the lowest first."""
    return in_order({version_of(file) for file in files})


def in_order(versions: Iterable[str]) -> list[str]:
    """Return versions in their order, the lowest first."""
    return sorted(versions, key=_sort_key)


def version_of(file: ListedFile) -> str:
    """Return the version in a file's name: normalised, or as it is if PEP 440 does not know it.

    Raises:
        InvalidFilename: if it is the name of no artifact.
    """
    text = ArtifactName.parse(file.filename).version
    version = parsed_version(text)
    return text if version is None else str(version)


def choose_version(
    listing: ProjectListing,
    specifier: "SpecifierSet | str" = "",
    *,
    prereleases: bool | None = None,
) -> str:
    """Return the highest version that fits and that this interpreter can have.

    Args:
        listing: the page of the project.
        specifier: what the version has to fit.
        prereleases: whether they are taken; ``None`` for the rule of PEP 440.

    Raises:
        InvalidRequirement: if the specifier is none.
        TargetNotFound: if no version fits.
    """
    wanted = _specifier_set(specifier)
    pinned = any(
        part.operator in {"==", "==="} and not part.version.endswith(".*") for part in wanted
    )
    offered = [file for file in listing.files if pinned or file.yanked is None]
    here = [file for file in offered if fits_interpreter(file)] or offered
    fitting = _fitting(versions_of(here), wanted, prereleases)
    if not fitting:
        raise TargetNotFound(
            f"{listing.source} has no version of {listing.project} that fits "
            f"{str(wanted) or 'at all'}",
            hint=_newest(here),
        )
    return fitting[-1]


def files_of(listing: ProjectListing, version: str) -> tuple[ListedFile, ...]:
    """Return the files of a version, however their names spell it, in the index's order."""
    key = _sort_key(version)
    return tuple(file for file in listing.files if _sort_key(version_of(file)) == key)


def files_to_scan(
    listing: ProjectListing, version: str, *, every: bool = False
) -> tuple[ListedFile, ...]:
    """Return the files of a version that an installer here would take: best wheel, then sdist.

    A version that has neither for this interpreter gives all of its files: something of it has to
    be looked at.

    Args:
        listing: the page of the project.
        version: of which.
        every: whether to return all of them anyway.
    """
    files = files_of(listing, version)
    usable = [file for file in files if fits_interpreter(file)]
    usable = [file for file in usable if file.yanked is None] or usable
    taken = [*_best_wheel(usable), *_first_sdist(usable)]
    return files if every or not taken else tuple(taken)


def previous_file(listing: ProjectListing, name: ArtifactName) -> ListedFile | None:
    """Return the file of the newest older release that an artifact is best compared with.

    It is of the same form, and of wheels the one whose tags are most alike. Pre-releases count only
    for pre-releases, yanked files only where there is nothing else.

    Args:
        listing: the page of the project.
        name: of the artifact.
    """
    own = parsed_version(name.version)
    if own is None:
        return None
    older = []
    for file in listing.files:
        other = ArtifactName.parse(file.filename)
        version = parsed_version(other.version)
        if version is None or version >= own or other.kind is not name.kind:
            continue
        if own.is_prerelease or not version.is_prerelease:
            older.append((file.yanked is None, version, other.likeness(name), file))
    best = max(older, key=lambda candidate: candidate[:3], default=None)
    return best[3] if best else None


def fits_interpreter(file: ListedFile) -> bool:
    """Return whether this interpreter is one that the file is for (``Requires-Python``).

    As for pip, a value that is no specifier excludes nobody.
    """
    if not file.requires_python:
        return True
    return _interpreter_fits(file.requires_python)


@lru_cache(maxsize=1024)
def _interpreter_fits(requires_python: str) -> bool:
    import platform

    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(requires_python).contains(platform.python_version(), prereleases=True)
    except InvalidSpecifier:
        return True


def _best_wheel(files: Iterable[ListedFile]) -> list[ListedFile]:
    ranked = [(rank, file) for file in files if (rank := _wheel_rank(file.filename)) is not None]
    return [min(ranked, key=lambda pair: pair[0])[1]] if ranked else []


def _wheel_rank(filename: str) -> tuple[int, tuple[int, str]] | None:
    """Return a wheel's place among those that fit here, the best first; ``None`` if it is none."""
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename
    from packaging.version import InvalidVersion

    try:
        _, _, build, tags = parse_wheel_filename(filename)
    except (InvalidWheelFilename, InvalidVersion):
        return None
    places = [place for tag in tags if (place := _places().get(tag)) is not None]
    number, rest = build or (0, "")
    return (min(places), (-number, rest)) if places else None


@cache
def _places() -> dict[object, int]:
    from packaging.tags import sys_tags

    return {tag: place for place, tag in enumerate(sys_tags())}


def _first_sdist(files: Iterable[ListedFile]) -> list[ListedFile]:
    kinds = ((ArtifactName.parse(file.filename).kind, file) for file in files)
    return [file for kind, file in kinds if kind is ArtifactKind.SDIST][:1]


def _fitting(
    versions: Sequence[str],
    wanted: "SpecifierSet",
    prereleases: bool | None,  # noqa: FBT001
) -> list[str]:
    # Sets do not take versions that are none; such a one can only be named literally.
    legacy = [text for text in versions if parsed_version(text) is None]
    named = [text for text in legacy if wanted and all(_is_literally(text, p) for p in wanted)]
    known = [text for text in versions if parsed_version(text) is not None]
    return named + list(wanted.filter(known, prereleases=prereleases))


def _is_literally(version: str, part: "Specifier") -> bool:
    return part.operator == "===" and part.version.lower() == version.lower()


def _specifier_set(specifier: "SpecifierSet | str") -> "SpecifierSet":
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    if isinstance(specifier, SpecifierSet):
        return specifier
    try:
        return SpecifierSet(specifier)
    except InvalidSpecifier as error:
        raise InvalidRequirement(f"{specifier!r} is no specifier of versions") from error


def _sort_key(text: str) -> "tuple[int, Version | str]":
    version = parsed_version(text)
    return (0, text) if version is None else (1, version)


def _newest(files: Iterable[ListedFile]) -> str:
    versions = versions_of(files)
    if not versions:
        return "It has no file that can be installed."
    return f"The newest are {', '.join(reversed(versions[-_NEWEST_SHOWN:]))}."


def newest_version(files: Sequence[ListedFile]) -> str | None:
    """Return the version that a page is about: the latest final one that is not yanked, if any."""
    kept = [file for file in files if file.yanked is None] or list(files)
    return newest_of(versions_of(kept))


def newest_of(versions: Sequence[str]) -> str | None:
    """Return the latest final version of several in their order; if none is final, the latest."""
    backwards = reversed(versions)
    final = (
        one for one in backwards if (parsed := parsed_version(one)) and not parsed.is_prerelease
    )
    return next(final, versions[-1] if versions else None)
