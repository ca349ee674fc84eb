"""What installed distributions are imported as, and what they need; from their records only."""

import contextlib
import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import msgspec

from airlock.errors import InvalidName
from airlock.model import ProjectName
from airlock.sources.environment import Installed, installed

_LARGEST_BYTES = 64 * 1024 * 1024
_CODE = (".py", ".so", ".pyd", ".pyi")
_SCRIPTS = frozenset({"console_scripts", "gui_scripts"})
_SECTION = re.compile(r"^\s*\[([^\]]+)\]", re.MULTILINE)
_REQUIRES = re.compile(r"^Requires-Dist:\s*([A-Za-z0-9][A-Za-z0-9._-]*)(.*)$", re.MULTILINE)
_EXTRA = re.compile(r";.*\bextra\b")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """One installed distribution."""

    modules: frozenset[str]
    """What it is imported as: top-level modules, or in shared namespaces the packages below."""
    requires: frozenset[ProjectName]
    """What it needs whatever extras are wanted."""
    extras: frozenset[ProjectName] = frozenset()
    """What it needs for one of its extras; whether that is wanted, no record tells."""
    loaded: str = ""
    """How it may be loaded without an import; empty if it is not."""
    folder: Path | None = None
    """The folder that it is installed from in place; ``None`` for any other."""


def distributions(environment: Path) -> dict[ProjectName, Distribution]:
    """Return everything that is installed, by its project.

    Raises:
        TargetNotFound: if there is no such environment.
    """
    return {
        record.project: _distribution(record.path)
        for record in installed(environment)
        if isinstance(record, Installed)
    }


def _distribution(record: Path) -> Distribution:
    files = [PurePosixPath(row) for row in _rows(record)]
    modules = _modules(files) or frozenset(_text(record / "top_level.txt").split())
    metadata = _text(record / "METADATA") or _text(record / "PKG-INFO")
    return Distribution(
        modules=modules,
        requires=frozenset(_requires(metadata, extra=False)),
        extras=frozenset(_requires(metadata, extra=True)),
        loaded=_loaded(record, files),
        folder=_folder(record),
    )


class _DirectUrl(msgspec.Struct, frozen=True):
    """``direct_url.json`` (PEP 610), as far as it tells of a folder."""

    url: str
    dir_info: dict[str, object] | None = None


def _folder(record: Path) -> Path | None:
    try:
        said = msgspec.json.decode(_text(record / "direct_url.json"), type=_DirectUrl)
    except msgspec.MsgspecError:
        return None
    url = urlsplit(said.url)
    if said.dir_info is None or url.scheme != "file":
        return None
    return Path(unquote(url.path))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_LARGEST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _rows(record: Path) -> Iterator[str]:
    """Yield the paths in a RECORD, or in what came before it."""
    text = _text(record / "RECORD")
    if text:
        with contextlib.suppress(csv.Error):
            yield from (row[0] for row in csv.reader(text.splitlines()) if row)
        return
    for line in _text(record / "installed-files.txt").splitlines():
        yield line.strip().removeprefix("../")


def _modules(files: Iterable[PurePosixPath]) -> frozenset[str]:
    """Return the shallowest modules: a folder without ``__init__`` may be shared by others."""
    code = [path for path in files if path.suffix in _CODE and _is_importable(path)]
    packages = {path.parent for path in code if path.stem == "__init__"}
    return frozenset(_shallowest(path, packages) for path in code)


def _is_importable(path: PurePosixPath) -> bool:
    parts = (*path.parent.parts, path.name.partition(".")[0])
    return all(map(_IDENTIFIER.fullmatch, parts))


def _shallowest(path: PurePosixPath, packages: set[PurePosixPath]) -> str:
    for length in range(1, len(path.parts)):
        if PurePosixPath(*path.parts[:length]) in packages:
            return ".".join(path.parts[:length])
    return ".".join((*path.parent.parts, path.name.partition(".")[0]))


def _requires(metadata: str, *, extra: bool) -> Iterator[ProjectName]:
    for name, rest in _REQUIRES.findall(metadata.partition("\n\n")[0]):
        if bool(_EXTRA.search(rest)) is extra:
            with contextlib.suppress(InvalidName):
                yield ProjectName(name)


def _loaded(record: Path, files: Iterable[PurePosixPath]) -> str:
    if any(path.suffix == ".pth" and len(path.parts) == 1 for path in files):
        return "it may run whenever Python starts (.pth)"
    groups = set(_SECTION.findall(_text(record / "entry_points.txt"))) - _SCRIPTS
    if groups:
        return f"others may load it as a plugin ({', '.join(sorted(groups))[:80]})"
    return ""
