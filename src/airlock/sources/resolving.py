"""Finds versions for requirements that pin none, by their metadata only, with uv.

- Nothing is built and nothing of a package is run: where only a build could tell what a release
  needs, there is no resolution.
- No configuration of the audited project is obeyed: not its ``uv.toml``, not the indexes that its
  files name. The one index is the configured one, or a gate.
- What is not found stays unauditable and says why.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from airlock import scratch
from airlock.errors import InvalidName
from airlock.model import Dependency, Inventory, ProjectName
from airlock.sources.dependencies.entries import NOT_PINNED
from airlock.sources.pip_configuration import certificate_file
from airlock.sources.urls import index_url, without_credentials

_SECONDS = 300
_LONGEST_REASON = 300
# A line of what uv answers: name, version, marker, and behind '# via' what needs it.
_LINE = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;#]+)"
    r"(?:\s*;\s*(?P<marker>[^#]*))?(?:\s*#\s*via\s+(?P<via>.*))?\s*"
)
_COMMAND = (
    *("pip", "compile", "-", "--universal", "--no-build", "--no-config", "--no-header", "--quiet"),
    *("--annotation-style", "line", "--no-python-downloads", "--color", "never"),
)


class Resolver:
    """Resolves through one index.

    Args:
        index: gives its URL, credentials included; asked only if something is to be resolved.
        uv: the program, or ``None`` for the one beside this interpreter or on the path.
        environ: the environment of the program; by default that of this process. Settings of uv
            itself in it are not passed on.
    """

    def __init__(
        self,
        index: Callable[[], str],
        uv: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._index = index
        self._uv = uv or _find_uv()
        self._environ = os.environ if environ is None else environ

    def resolve(self, inventory: Inventory) -> Inventory:
        """Return an inventory with versions for what pins none, and with what those need.

        Without such a requirement it is returned as it is. What uv finds no versions for is tried
        once more, each group by itself: groups may exclude each other.
        """
        if not any(map(_is_open, inventory.dependencies)):
            return inventory
        if self._uv is None:
            return _unresolved(inventory, "uv is not installed, which would find one")
        usable = [one for one in inventory.dependencies if _is_usable(one)]
        try:
            found: dict[str | None, list[_Found]] = {None: self._compile(usable)}
        except _NoSolution as all_together:
            found = self._by_group(usable)
            if not found:
                return _unresolved(inventory, str(all_together))
        return _with(inventory, found, without_credentials(self._index()))

    def _by_group(self, usable: list[Dependency]) -> "dict[str | None, list[_Found]]":
        found: dict[str | None, list[_Found]] = {}
        for group in dict.fromkeys(one.group for one in usable):
            members = [one for one in usable if one.group == group]
            try:
                found[group] = self._compile(members)
            except _NoSolution:
                continue
        return found

    def _compile(self, dependencies: Iterable[Dependency]) -> "list[_Found]":
        """Ask uv.

        Raises:
            _NoSolution: with its reason.
        """
        command = [str(self._uv), *_COMMAND, "--python", sys.executable]
        asked = "".join(f"{_requirement(one)}\n" for one in dependencies)
        # An empty folder: uv looks for configuration upwards from where it stands.
        with scratch.folder("resolve") as folder:
            try:
                done = subprocess.run(  # noqa: S603 - a fixed command; requirements go to its input
                    command,
                    input=asked,
                    capture_output=True,
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                    timeout=_SECONDS,
                    cwd=folder,
                    env=self._settings(),
                    check=False,
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                raise _NoSolution(f"uv did not answer: {error}") from error
        if done.returncode:
            raise _NoSolution(f"uv found none: {_reason(done.stderr)}")
        return list(_found(done.stdout))

    def _settings(self) -> dict[str, str]:
        kept = {name: text for name, text in self._environ.items() if not name.startswith("UV_")}
        if "UV_CACHE_DIR" in self._environ:
            kept["UV_CACHE_DIR"] = self._environ["UV_CACHE_DIR"]
        if (certificates := certificate_file(self._environ)) is not None:
            kept["SSL_CERT_FILE"] = certificates
        # Not as an argument: it may hold credentials, and everybody sees the arguments of programs.
        return kept | {"UV_DEFAULT_INDEX": self._index()}


class _NoSolution(Exception):
    """There is no resolution; never leaves this module."""


class _Found(msgspec.Struct, frozen=True):
    project: ProjectName
    version: str
    marker: str
    via: tuple[ProjectName, ...]


def _find_uv() -> Path | None:
    beside = Path(sys.executable).with_name("uv")
    if beside.is_file():
        return beside
    on_path = shutil.which("uv")
    return Path(on_path) if on_path else None


def _is_open(dependency: Dependency) -> bool:
    return dependency.project is not None and dependency.unauditable == NOT_PINNED


def _is_usable(dependency: Dependency) -> bool:
    """Return whether a dependency has a say: it is open, or limits what is."""
    return _is_open(dependency) or (dependency.project is not None and not dependency.unauditable)


def _requirement(dependency: Dependency) -> str:
    extras = f"[{','.join(dependency.extras)}]" if dependency.extras else ""
    marker = f" ; {dependency.marker}" if dependency.marker else ""
    specifier = dependency.specifier or (f"=={dependency.version}" if dependency.version else "")
    return f"{dependency.project}{extras}{specifier}{marker}"


def _reason(text: str) -> str:
    """Return the cause in what uv says, on one line."""
    lines = [line.strip() for line in without_credentials(text).splitlines() if line.strip()]
    causes = [line.removeprefix("cause:").strip() for line in lines if line.startswith("cause:")]
    return " ".join(causes or lines)[:_LONGEST_REASON] or "it does not say why"


def _found(text: str) -> Iterator[_Found]:
    """Yield what uv found.

    Raises:
        _NoSolution: if a line cannot be read: what it says must not be missing.
    """
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        said = _LINE.fullmatch(line.strip())
        if not said:
            raise _NoSolution(f"uv answered {line[:80]!r}")
        needed_by = re.split(r",\s*", said["via"] or "")
        names = [name.partition("[")[0] for name in needed_by if not name.startswith("-")]
        marker = (said["marker"] or "").strip()
        try:
            via = tuple(ProjectName(name) for name in names if name)
            yield _Found(ProjectName(said["name"]), said["version"], marker, via)
        except InvalidName as error:
            raise _NoSolution(f"uv answered {line[:80]!r}") from error


def _unresolved(inventory: Inventory, reason: str) -> Inventory:
    dependencies = tuple(
        msgspec.structs.replace(one, unauditable=f"{NOT_PINNED}; {reason}")
        if _is_open(one)
        else one
        for one in inventory.dependencies
    )
    return msgspec.structs.replace(inventory, dependencies=dependencies)


def _with(inventory: Inventory, found: Mapping[str | None, list[_Found]], index: str) -> Inventory:
    """Return the inventory with what was found: versions in place, the rest behind."""
    dependencies: list[Dependency] = []
    for one in inventory.dependencies:
        here = found.get(None, found.get(one.group))
        matching = [it for it in here or () if it.project == one.project]
        if _is_open(one) and matching:
            dependencies += [_placed(one, it) for it in matching]
        elif _is_open(one):
            reason = f"{NOT_PINNED}, and uv found none that goes with the rest"
            dependencies.append(msgspec.structs.replace(one, unauditable=reason))
        else:
            dependencies.append(one)
    count = sum(map(_is_open, inventory.dependencies))
    for group, them in found.items():
        dependencies += _indirect(inventory, group, them)
    shown, _ = index_url(index)
    note = (
        f"{inventory.origin}: what pins no version ({count}) was looked up as what {shown} offers "
        "today; an installer may choose others"
    )
    return msgspec.structs.replace(
        inventory, dependencies=tuple(dependencies), notes=(*inventory.notes, note)
    )


def _placed(dependency: Dependency, found: _Found) -> Dependency:
    return msgspec.structs.replace(
        dependency,
        version=found.version,
        marker=dependency.marker or found.marker,
        unauditable="",
    )


def _indirect(inventory: Inventory, group: str | None, found: list[_Found]) -> Iterator[Dependency]:
    """Yield what nobody asked for, each at the place of what needs it."""
    named = {one.project: one for one in reversed(inventory.dependencies) if _is_usable(one)}
    needing = {it.project: it.via for it in found}
    for it in found:
        if it.project in named:
            continue
        asker = _asker(it.project, needing, named)
        yield Dependency(
            project=it.project,
            version=it.version,
            path=asker.path if asker else inventory.origin,
            line=asker.line if asker else 0,
            requirement=f"{it.project}=={it.version}",
            specifier=f"=={it.version}",
            marker=it.marker,
            group=(asker.group if asker else group) or "",
            direct=False,
        )


def _asker(
    project: ProjectName,
    needing: Mapping[ProjectName, tuple[ProjectName, ...]],
    named: Mapping[ProjectName | None, Dependency],
) -> Dependency | None:
    """Return the dependency that leads to a project, the shortest way."""
    seen, waiting = {project}, [project]
    for one in waiting:
        if one in named:
            return named[one]
        more = [via for via in needing.get(one, ()) if via not in seen]
        seen.update(more)
        waiting += more
    return None
