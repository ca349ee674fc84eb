"""Upgrades what is vulnerable, in the files that people write: requirements and ``pyproject.toml``.

- A version is written only if the index offers it, not yanked; hashes are those of all its files.
- What a tool writes (lock files, environments) is left to that tool: the refusal names its command.
- Nothing is written before everything was planned.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from airlock.errors import AirlockError, InvalidFilename, SourceError
from airlock.model import ArtifactName, Dependency, ProjectListing, ProjectName
from airlock.model.audit import Audit, Audited
from airlock.model.fixing import Edit, FixPlan, Mended, Unmended
from airlock.sources.interface import Index
from airlock.sources.requirements import read_requirements
from airlock.sources.rewriting import (
    NotAsked,
    NotRewritten,
    Upgrade,
    rewrite_pyproject,
    rewrite_requirements,
)

_PYPROJECT = "pyproject.toml"
_REQUIREMENTS = (".txt", ".in", ".pip")
# The command that changes what a tool writes, by the name of its file.
_COMMANDS = {
    "uv.lock": "uv lock --upgrade-package {name}",
    "poetry.lock": "poetry update {name}",
    "pdm.lock": "pdm update {name}",
    "Pipfile.lock": "pipenv upgrade {name}",
}
_INSTALLED = (".dist-info", ".egg-info", ".egg")


def plan_fix(audit: Audit, index: Callable[[], Index]) -> FixPlan:
    """Plan the upgrades of everything that is vulnerable.

    Args:
        audit: its vulnerable dependencies have the version to upgrade to.
        index: makes the index that is asked what it offers; not called if nothing can be upgraded.
    """
    wanted = [one for one in audit.audited if one.advisories]
    planner = _Planner(_closure(audit))
    listings = _listings({one.dependency.project for one in wanted if one.upgrade}, index)
    for one in wanted:
        try:
            planner.add(one, listings)
        except (NotRewritten, SourceError) as error:
            planner.leave(one.dependency, str(error))
    return planner.plan()


class _Planner:
    """Keeps what files would hold, upgrade after upgrade."""

    def __init__(self, closure: Iterable[Path]) -> None:
        self._closure = tuple(closure)
        self._before: dict[Path, bytes] = {}
        self._after: dict[Path, bytes] = {}
        self._mended: dict[tuple[ProjectName, str], Mended] = {}
        self._unmended: dict[tuple[str, str], Unmended] = {}

    def add(
        self, one: Audited, listings: "dict[ProjectName, ProjectListing | SourceError]"
    ) -> None:
        """Plan one upgrade.

        Raises:
            NotRewritten: with the reason, if it is not to be had.
            SourceError: if the index did not answer.
        """
        dependency = one.dependency
        if dependency.project is None or dependency.version is None:
            raise NotRewritten("its version is not known")
        if (dependency.project, dependency.version) in self._mended:
            return
        if any(advisory.malware for advisory in one.advisories):
            raise NotRewritten("it is known malware: remove it, and look what it has done")
        if not one.upgrade:
            raise NotRewritten("no version without a known vulnerability is known")
        files = self._files(dependency, one.upgrade)
        upgrade = Upgrade(
            project=dependency.project,
            old=dependency.version,
            new=one.upgrade,
            digests=_digests(listings[dependency.project], one.upgrade),
        )
        changed = self._changes(files, upgrade)
        self._after.update(changed)
        paths = tuple(str(path) for path in changed)
        mended = Mended(dependency.project, dependency.version, one.upgrade, paths)
        self._mended[dependency.project, dependency.version] = mended

    def _files(self, dependency: Dependency, new: str) -> tuple[Path, ...]:
        """Return the files that may hold what asks for a dependency.

        Raises:
            NotRewritten: if it stands in a file that is not edited.
        """
        path = Path(dependency.path)
        if reason := _refusal(path, dependency, new):
            raise NotRewritten(reason)
        if path.name == _PYPROJECT:
            return (path,)
        return tuple(dict.fromkeys([path, *self._closure]))

    def _changes(self, files: Iterable[Path], upgrade: Upgrade) -> dict[Path, bytes]:
        """Return what files would hold: pins first, and only without any of them ranges.

        Raises:
            NotRewritten: if none of them can be changed.
        """
        files = list(files)
        for pins_only in (True, False):
            now = msgspec.structs.replace(upgrade, pins_only=pins_only)
            changed: dict[Path, bytes] = {}
            for path in files:
                with contextlib.suppress(NotAsked):
                    changed[path] = self._rewritten(path, now)
            if changed:
                return changed
        raise NotRewritten(
            "no file here asks for it by name; upgrade what needs it, or add a requirement on it"
        )

    def _rewritten(self, path: Path, upgrade: Upgrade) -> bytes:
        if path not in self._before:
            try:
                self._before[path] = path.read_bytes()
            except OSError as error:
                raise NotRewritten(f"{path} cannot be read: {error.strerror}") from error
        data = self._after.get(path, self._before[path])
        if path.name == _PYPROJECT:
            return rewrite_pyproject(data, str(path), upgrade)
        return rewrite_requirements(data, str(path), upgrade)

    def leave(self, dependency: Dependency, reason: str) -> None:
        """Note that a dependency stays as it is."""
        key = (dependency.name, dependency.origin)
        self._unmended[key] = Unmended(*key, reason)

    def plan(self) -> FixPlan:
        """Return all of it."""
        edits = [Edit(path, self._before[path], after) for path, after in self._after.items()]
        return FixPlan(
            edits=tuple(edits),
            mended=tuple(self._mended.values()),
            unmended=tuple(self._unmended.values()),
        )


def _refusal(path: Path, dependency: Dependency, new: str) -> str:
    """Return why a file is not edited; empty if it is."""
    name = path.name
    if path.suffix in _INSTALLED:
        return f"it is installed; run: pip install '{dependency.name}=={new}'"
    if name in _COMMANDS:
        command = _COMMANDS[name].format(name=dependency.name)
        return f"{name} is written by its tool; run: {command}"
    if name == _PYPROJECT or name.endswith(_REQUIREMENTS):
        return ""
    return f"{name} is not edited; change it where it comes from"


def _closure(audit: Audit) -> Iterator[Path]:
    """Yield every requirements file of an audit, those that they include among them."""
    for origin in audit.origins:
        path = Path(origin)
        if path.is_file() and path.name.endswith(_REQUIREMENTS):
            with contextlib.suppress(AirlockError):
                yield from dict.fromkeys(Path(line.path) for line in read_requirements(path))


def _listings(
    projects: Iterable[ProjectName | None], index: Callable[[], Index]
) -> "dict[ProjectName, ProjectListing | SourceError]":
    """Ask the index for all projects at once."""
    names = sorted({project for project in projects if project is not None})
    return asyncio.run(_ask(names, index)) if names else {}


async def _ask(
    names: Iterable[ProjectName], index: Callable[[], Index]
) -> "dict[ProjectName, ProjectListing | SourceError]":
    async with index() as asked:

        async def one(name: ProjectName) -> ProjectListing | SourceError:
            try:
                return await asked.listing(name)
            except SourceError as error:
                return error

        names = list(names)
        answers = await asyncio.gather(*(one(name) for name in names))
    return dict(zip(names, answers, strict=True))


def _digests(listing: ProjectListing | SourceError, version: str) -> tuple[str, ...]:
    """Return the SHA-256 of every file of a version; empty if the index does not tell all of them.

    Raises:
        NotRewritten: if the index does not offer the version.
        SourceError: if it did not answer.
    """
    if isinstance(listing, SourceError):
        raise listing
    files = [file for file in listing.files if _is_of(file.filename, version)]
    offered = [file for file in files if file.yanked is None]
    if not offered:
        what = "has yanked" if files else "does not offer"
        raise NotRewritten(f"the index {what} {version}, the version to upgrade to")
    digests = [str(file.sha256) for file in offered if file.sha256 is not None]
    return tuple(digests) if len(digests) == len(offered) else ()


def _is_of(filename: str, version: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(ArtifactName.parse(filename).version) == Version(version)
    except (InvalidFilename, InvalidVersion):
        return False
