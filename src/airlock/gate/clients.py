"""What an installer says of itself and its interpreter in its User-Agent, and which file it takes.

pip and uv send a JSON object there. It is a hint and nothing else: what a client is handed is
decided by the door, whatever the client says it is.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Self

import msgspec

from airlock.errors import InvalidFilename, InvalidName
from airlock.model import ArtifactKind, ArtifactName, ListedFile

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.tags import Tag

_LONGEST_AGENT = 4096
_PLATFORMS = {"Linux": "linux", "Darwin": "darwin", "Windows": "win32"}
_PYTHON = re.compile(r"([0-9]{1,2})\.([0-9]{1,3})")


class _System(msgspec.Struct):
    name: str | None = None


class _Agent(msgspec.Struct):
    python: str | None = None
    cpu: str | None = None
    system: _System | None = None


class Client(msgspec.Struct, frozen=True):
    """What is known of who asks."""

    python: tuple[int, int] | None = None
    """Major and minor version; ``None`` if unknown."""
    cpu: str = ""
    system: str = ""

    @classmethod
    def of_agent(cls, agent: str) -> Self:
        """Return what a User-Agent says; nothing if it says nothing that can be read."""
        begin = agent.find("{")
        if begin < 0 or len(agent) > _LONGEST_AGENT:
            return cls()
        try:
            told = msgspec.json.decode(agent[begin:].encode(), type=_Agent)
        except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
            return cls()
        found = _PYTHON.match(told.python or "")
        python = (int(found[1]), int(found[2])) if found else None
        return cls(python, told.cpu or "", (told.system.name if told.system else "") or "")

    @property
    def environment(self) -> dict[str, str] | None:
        """What markers of requirements are held against (PEP 508); ``None`` if little is known."""
        if self.python is None or self.system not in _PLATFORMS:
            return None
        version = "{}.{}".format(*self.python)
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{version}.0",
            "os_name": "nt" if self.system == "Windows" else "posix",
            "platform_machine": self.cpu,
            "platform_python_implementation": "CPython",
            "platform_system": self.system,
            "python_full_version": f"{version}.0",
            "python_version": version,
            "sys_platform": _PLATFORMS[self.system],
            "extra": "",
        }

    def best(self, files: Iterable[ListedFile]) -> ListedFile | None:
        """Return the file of a release that the client would most likely take."""
        ranked = [(rank, file) for file in files if (rank := self._rank(file)) is not None]
        return min(ranked, key=lambda pair: pair[0])[1] if ranked else None

    def _rank(self, file: ListedFile) -> int | None:
        """Return how well a file fits, the lower the better; ``None`` if it does not."""
        if not self._has_python_for(file):
            return None
        try:
            name = ArtifactName.parse(file.filename)
        except (InvalidFilename, InvalidName):
            return None
        if name.kind is ArtifactKind.SDIST:
            return 9
        from packaging.utils import InvalidWheelFilename, parse_wheel_filename

        try:
            _, _, _, tags = parse_wheel_filename(file.filename)
        except InvalidWheelFilename:
            return None
        return min((rank for tag in tags if (rank := self._fit(tag)) is not None), default=None)

    def _fit(self, tag: "Tag") -> int | None:
        if tag.platform == "any":
            return 5 if tag.abi == "none" and tag.interpreter.startswith("py3") else None
        if self.python is None or not self._is_platform(tag.platform):
            return None
        major, minor = self.python
        if tag.interpreter == f"cp{major}{minor}":
            return 1
        if tag.abi == "abi3" and tag.interpreter.startswith(f"cp{major}"):
            its_minor = tag.interpreter.removeprefix(f"cp{major}")
            return 2 if its_minor.isdigit() and int(its_minor) <= minor else None
        return 3 if tag.abi == "none" and tag.interpreter.startswith("py3") else None

    def _is_platform(self, platform: str) -> bool:
        if not self.cpu or not platform.endswith((f"_{self.cpu}", "universal2")):
            return False
        beginnings = {"Linux": ("manylinux", "linux"), "Darwin": ("macosx",)}
        return platform.startswith(beginnings.get(self.system, ("win",)))

    def _has_python_for(self, file: ListedFile) -> bool:
        if self.python is None or not file.requires_python:
            return True
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        try:
            wanted = SpecifierSet(file.requires_python)
        except InvalidSpecifier:
            return True
        # A bound on the third number says nothing that could be known here.
        return wanted.contains(f"{self.python[0]}.{self.python[1]}.99", prereleases=True)


def newest_releases(
    files: Sequence[ListedFile], fitting: "SpecifierSet | None" = None
) -> list[list[ListedFile]]:
    """Return the files of each release that a resolver looks at, the newest release first.

    Yanked files are left out, and pre-releases, unless there is nothing else (PEP 592, PEP 440).

    Args:
        files: of a project.
        fitting: versions that are wanted; all without it.
    """
    from packaging.version import InvalidVersion, Version

    releases: dict[Version, list[ListedFile]] = {}
    for file in files:
        if file.yanked is not None:
            continue
        try:
            version = Version(ArtifactName.parse(file.filename).version)
        except (InvalidVersion, InvalidFilename, InvalidName):
            continue
        releases.setdefault(version, []).append(file)
    if fitting is not None:
        kept = set(fitting.filter(releases))
        releases = {version: found for version, found in releases.items() if version in kept}
    final = {version for version in releases if not version.is_prerelease} or releases.keys()
    return [releases[version] for version in sorted(final, reverse=True)]
