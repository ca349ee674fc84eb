"""Finds the reader for a file, and the files of a folder that have one.

- A file that was named is read or is an error.
- In a folder, files are read that bear a name of theirs; a lock file stands for what the
  ``pyproject.toml`` beside it asks for, as far as it has it.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from airlock.errors import InvalidDependencies, TargetNotFound
from airlock.model import Dependency, Inventory
from airlock.sources.dependencies.bills import BILLS
from airlock.sources.dependencies.entries import NOT_PINNED
from airlock.sources.dependencies.installed import read_environment
from airlock.sources.dependencies.interface import HEAD_BYTES, DependencyReader, load
from airlock.sources.dependencies.pdm_lock import PdmLockReader
from airlock.sources.dependencies.pipfile_lock import PipfileLockReader
from airlock.sources.dependencies.poetry_lock import PoetryLockReader
from airlock.sources.dependencies.pylock import PylockReader
from airlock.sources.dependencies.pyproject import PyprojectReader
from airlock.sources.dependencies.requirements_file import RequirementsReader
from airlock.sources.dependencies.script import ScriptReader
from airlock.sources.dependencies.uv_lock import UvLockReader

_LOCKS: tuple[DependencyReader, ...] = (
    PylockReader(),
    UvLockReader(),
    PoetryLockReader(),
    PdmLockReader(),
    PipfileLockReader(),
)
_PYPROJECT = PyprojectReader()
_SCRIPT = ScriptReader()
_REQUIREMENTS = RequirementsReader()
# The most particular first: a bill of materials as tag-value may be called anything.txt.
READERS: tuple[DependencyReader, ...] = (*_LOCKS, _PYPROJECT, *BILLS, _SCRIPT, _REQUIREMENTS)

_WHEEL = ".whl"
_BILL_ENDINGS = (
    *(".cdx.json", ".cdx.xml", "bom.json", "bom.xml"),
    *(".spdx", ".spdx.json", ".spdx3.json"),
)
_SCRIPT_MARK = b"# /// script"
_MOST_FILES = 10_000
_HINT = (
    "Airlock reads requirements files, pyproject.toml, pylock.toml, uv.lock, poetry.lock, "
    "Pipfile.lock, pdm.lock, scripts with metadata (PEP 723), CycloneDX, SPDX, wheels, and "
    "environments with --env."
)


def read_dependencies(path: Path) -> tuple[Inventory, ...]:
    """Return what a file says, or all that the files of a folder say.

    A folder that is an environment is read as one.

    Raises:
        TargetNotFound: if nothing is there, or nothing that is read.
        InvalidDependencies: if a file cannot be read whole.
        MissingExtra: if its reader is not installed.
    """
    if path.is_dir():
        return _read_folder(path)
    if path.name.endswith(_WHEEL) and path.is_file():
        # It brings the readers of archives with it.
        from airlock.sources.dependencies.wheel import read_wheel

        return (read_wheel(path),)
    document = load(path)
    reader = _reader_of(path.name, document.data[:HEAD_BYTES])
    if reader is None:
        raise InvalidDependencies(f"{path} is in no format that is read", hint=_HINT)
    return (reader.read(document),)


def tells_dependencies(path: Path) -> bool:
    """Return whether a file certainly says what something depends on, whatever is in it.

    No wheel does, which is looked at itself, and no requirements file: any text might be one.

    Raises:
        TargetNotFound: if it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        raise TargetNotFound(f"{path} cannot be read: {error.strerror}") from error
    reader = _reader_of(path.name, head)
    return reader is not None and reader is not _REQUIREMENTS


def lock_of(folder: Path) -> Path | None:
    """Return a file of a folder that says what its project depends on: a lock file, if any is."""
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    readers = (*_LOCKS, _PYPROJECT)
    told = (path for reader in readers for path in paths if reader.fits(path.name, b""))
    return next(told, None)


def _reader_of(name: str, head: bytes) -> DependencyReader | None:
    return next((reader for reader in READERS if reader.fits(name, head)), None)


def _read_folder(folder: Path) -> tuple[Inventory, ...]:
    if (folder / "pyvenv.cfg").is_file():
        return (read_environment(folder),)
    paths = list(_files(folder))
    if not paths:
        raise TargetNotFound(f"there is nothing in {folder} that says what it needs", hint=_HINT)
    inventories = [inventory for path in paths for inventory in read_dependencies(path)]
    return tuple(_locked(inventories))


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that say what a project needs, by their names."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file())
        # Where many projects keep them.
        asking = sorted(path for path in (folder / "requirements").glob("*.txt") if path.is_file())
    except OSError as error:
        raise TargetNotFound(f"{folder} cannot be read: {error.strerror}") from error
    if len(paths) > _MOST_FILES:
        raise TargetNotFound(
            f"{folder} has more than {_MOST_FILES:,} files", hint="Name the file to audit."
        )
    for path in paths:
        name = path.name
        if (
            any(reader.fits(name, b"") for reader in (*_LOCKS, _PYPROJECT))
            or _asks(name)
            or name.endswith((*_BILL_ENDINGS, _WHEEL))
            or (name.endswith(".py") and _SCRIPT_MARK in load(path).data)
        ):
            yield path
    yield from asking


def _asks(name: str) -> bool:
    """Return whether a file is called like a requirements file; constraints only limit those."""
    return name.endswith(".txt") and "requirements" in name


def _locked(inventories: Iterable[Inventory]) -> Iterator[Inventory]:
    """Yield the inventories; what a lock file pins is not asked again of ``pyproject.toml``."""
    inventories = list(inventories)
    locks = [one for one in inventories if one.kind in {lock.kind for lock in _LOCKS}]
    pins = [one for lock in locks for one in lock.dependencies]
    names = ", ".join(Path(lock.origin).name for lock in locks)
    for inventory in inventories:
        if inventory.kind != _PYPROJECT.kind or not locks:
            yield inventory
            continue
        left = tuple(one for one in inventory.dependencies if not _is_pinned(one, pins))
        if len(left) == len(inventory.dependencies):
            yield inventory
            continue
        note = f"what {inventory.origin} asks for is looked up as {names} pins it"
        yield msgspec.structs.replace(inventory, dependencies=left, notes=(*inventory.notes, note))


def _is_pinned(wanted: Dependency, pins: Iterable[Dependency]) -> bool:
    """Return whether a lock file has a version that a requirement allows."""
    from packaging.specifiers import SpecifierSet

    if wanted.project is None or wanted.unauditable not in {"", NOT_PINNED}:
        return False
    allowed = SpecifierSet(wanted.specifier)
    return any(
        pin.project == wanted.project
        and pin.version is not None
        and allowed.contains(pin.version, prereleases=True)
        for pin in pins
    )
