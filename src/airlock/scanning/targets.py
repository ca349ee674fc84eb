"""What a user means by a target: a file, a folder, a project, a release, what a project needs.

- Whatever is named is answered for: a target that leads to no artifact becomes an ``Unexamined``,
  and so does a dependency of a lock file that no index has.
- Something that exists on the disk is a path; everything else is a requirement (PEP 508).
- A lock file is looked at whole, what its markers leave out on this machine, too: others use it.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from airlock.errors import AirlockError, InvalidFilename, InvalidRequirement, TargetNotFound
from airlock.model import ProjectName
from airlock.report import Unexamined
from airlock.sources.directory import look_into
from airlock.sources.requirements import read_requirements

_UNREAD = (
    "it is named like something that pip installs, but is of a form that is not read, no file, "
    "or a link that leads out of the folder"
)
_PATH_SIGNS = ("/", "\\")
_FILE_ENDINGS = (".whl", ".tar.gz", ".tgz", ".tar.bz2", ".zip", ".txt")


class Wanted(msgspec.Struct, frozen=True):
    """A project to look up at the index."""

    text: str
    """As the user wrote it."""
    project: ProjectName
    specifier: str = ""
    """A PEP 440 specifier set; empty for any version."""
    hashes: tuple[str, ...] = ()
    """``algorithm:digest``, where the user says which files may be taken; empty for any."""


Target = Path | Wanted | Unexamined


def read_targets(
    texts: Iterable[str], requirement_files: Iterable[Path], remarks: list[str] | None = None
) -> Iterator[Target]:
    """Yield a target for everything that was named.

    Args:
        texts: files, folders, projects and releases.
        requirement_files: requirements files, and other files of what is depended on.
        remarks: takes what is to be said of how these were read, such as what is of no use here;
            ``None`` if nobody listens: then it is an ``Unexamined``.
    """
    for text in texts:
        try:
            yield from _target(text, remarks)
        except AirlockError as error:
            yield Unexamined.because(text, error)
    for path in requirement_files:
        try:
            told = path.is_file() and _tells(path)
            yield from _dependencies(path, remarks) if told else _requirements(path)
        except AirlockError as error:
            yield Unexamined.because(str(path), error)


def _target(text: str, remarks: list[str] | None) -> Iterator[Target]:
    # Unlike Path.exists, this says no to a text that is too long for a path.
    if os.path.exists(text):  # noqa: PTH110
        yield from _on_disk(Path(text), remarks)
    elif "://" in text:
        raise _names_url(text)
    elif any(sign in text for sign in _PATH_SIGNS) or text.lower().endswith(_FILE_ENDINGS):
        raise TargetNotFound(f"there is no file or folder {text}", hint=_forgotten_option(text))
    else:
        yield _wanted(text)


def _on_disk(path: Path, remarks: list[str] | None) -> Iterator[Target]:
    try:
        found = look_into(path)
    except InvalidFilename as error:
        if path.is_file() and _tells(path):
            yield from _dependencies(path, remarks)
            return
        hint = _forgotten_option(str(path)) or error.hint
        raise InvalidFilename(str(error), hint=hint) from error
    if not found.artifacts and not found.unread:
        raise TargetNotFound(
            f"{path} has no wheel and no source distribution in it", hint=_instead_of(path)
        )
    yield from found.artifacts
    for link in found.unread:
        yield Unexamined(str(link), _UNREAD)


def _instead_of(folder: Path) -> str:
    """Return the cure where a folder of a project is named, for what the project needs."""
    from airlock.sources.dependencies import lock_of

    lock = lock_of(folder)
    return f"What its project depends on is examined with: airlock scan {lock}" if lock else ""


def _tells(path: Path) -> bool:
    """Return whether a file is a lock file or another form of what something depends on."""
    from airlock.sources.dependencies import tells_dependencies

    return tells_dependencies(path)


def _dependencies(path: Path, remarks: list[str] | None) -> Iterator[Target]:
    """Yield each release that a file asks for once, and what of it no index has."""
    from airlock.sources.dependencies import NOT_PINNED, read_dependencies

    for inventory in read_dependencies(path):
        if remarks is None:
            yield from (Unexamined(str(path), note) for note in inventory.notes)
        else:
            remarks += inventory.notes
        asked: set[tuple[ProjectName, str]] = set()
        for one in inventory.dependencies:
            if one.project is None or one.unauditable not in {"", NOT_PINNED}:
                yield Unexamined(one.requirement, f"{one.origin}: {one.unauditable}")
                continue
            specifier = one.specifier if one.version is None else f"=={one.version}"
            if (one.project, specifier) not in asked:
                asked.add((one.project, specifier))
                yield Wanted(one.requirement, one.project, specifier, one.hashes)


def _wanted(text: str) -> Wanted:
    from packaging.requirements import InvalidRequirement as BadRequirement
    from packaging.requirements import Requirement

    try:
        requirement = Requirement(text)
    except BadRequirement as error:
        raise InvalidRequirement(
            f"{text!r} is neither a path nor a requirement",
            hint="Name a wheel, an sdist, a folder, NAME or NAME==VERSION.",
        ) from error
    if requirement.url:
        raise _names_url(text)
    return Wanted(text, ProjectName(requirement.name), str(requirement.specifier))


def _forgotten_option(text: str) -> str:
    """Return the cure where a requirements file is given as a target: pip would take it for a name.

    Not only of ``requirements.txt``: every text file that is given is meant so.
    """
    return f"Requirements are read with -r {text}." if text.lower().endswith(".txt") else ""


def _names_url(text: str) -> InvalidRequirement:
    return InvalidRequirement(
        f"{text!r} names a URL", hint="Download the file and scan it by its path."
    )


def _requirements(path: Path) -> Iterator[Target]:
    for line in read_requirements(path):
        if line.problem and line.holds:
            yield Unexamined(line.text, f"{line.origin}: {line.problem}")
        elif line.project is not None and line.applies:
            yield Wanted(line.text, line.project, line.specifier, line.hashes)
