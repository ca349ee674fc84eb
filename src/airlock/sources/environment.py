"""What is installed in an environment: names and versions, read from metadata and nothing else.

- Nothing of an environment is imported or run, not even its interpreter: what is installed may be
  what one is looking for.
- What cannot be read is answered for, never passed over: a broken record may hide anything.
- A distribution whose folder bears another name than its metadata say is known by both.
"""

import contextlib
import os
import site
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from airlock.errors import AirlockError, TargetNotFound
from airlock.model import ProjectName

# Where environments keep distributions: venv and virtualenv on POSIX and on Windows, Debian.
_SITE_PATTERNS = (
    "lib/python*/site-packages",
    "lib64/python*/site-packages",
    "Lib/site-packages",
    "lib/python*/dist-packages",
    "local/lib/python*/dist-packages",
)
# Of each kind of record, where the metadata are in it; "" for a record that is a file itself.
_RECORDS = {
    ".dist-info": ("METADATA",),
    ".egg-info": ("PKG-INFO", ""),
    ".egg": ("EGG-INFO/PKG-INFO",),
}
_HEADER_BYTES = 256 * 1024


class Installed(msgspec.Struct, frozen=True):
    """A distribution that is installed."""

    project: ProjectName
    version: str
    """As its metadata say, or empty."""
    path: Path
    """Of its record: a folder such as ``flask-3.0.dist-info``."""


class Unreadable(msgspec.Struct, frozen=True):
    """A record of a distribution that cannot be read."""

    path: Path
    problem: str
    named: ProjectName | None = None
    """The project after which the record is named: installers go by that, whatever is in it."""


def installed(
    environment: Path | None = None, environ: Mapping[str, str] | None = None
) -> Iterator[Installed | Unreadable]:
    """Yield everything that is installed in an environment, by its name.

    Args:
        environment: a virtual environment, or a folder of distributions as ``pip install --target``
            makes it. Without one, the active virtual environment, or what this interpreter sees.
        environ: the environment variables; by default those of this process.

    Raises:
        TargetNotFound: if there is no such environment.
    """
    for folder in site_folders(environment, os.environ if environ is None else environ):
        try:
            records = _records(folder)
        except OSError as error:
            yield Unreadable(folder, f"it cannot be read: {error.strerror}")
            continue
        for path in sorted(records, key=lambda path: path.name.lower()):
            yield from _read(path)


def site_folders(environment: Path | None, environ: Mapping[str, str]) -> list[Path]:
    """Return the folders in which an environment keeps distributions, each once.

    Raises:
        TargetNotFound: if there are none.
    """
    active = environ.get("VIRTUAL_ENV")
    root = environment or (Path(active) if active else None)
    folders = _own_folders() if root is None else _folders_of(_prefix(root))
    unique = list(dict.fromkeys(folder.resolve() for folder in folders))
    if not unique:
        raise TargetNotFound(
            f"{root or sys.prefix} is no Python environment",
            hint="Give the folder of a virtual environment, or one with *.dist-info folders in it.",
        )
    return unique


def site_folders_of(environment: Path | None) -> list[Path]:
    """Return the folders of an environment, or of the active one, as ``site_folders``."""
    return site_folders(environment, os.environ)


def _prefix(root: Path) -> Path:
    """Return the environment that an interpreter belongs to; anything else is one itself."""
    if not root.is_file():
        return root
    # Not resolved: a virtual environment's interpreter is a link to another's.
    prefix = root.absolute().parent.parent
    return prefix if _folders_in(prefix) else root.resolve().parent.parent


def _own_folders() -> list[Path]:
    found = [
        *site.getsitepackages(),
        *([site.getusersitepackages()] if site.ENABLE_USER_SITE else []),
    ]
    return [Path(folder) for folder in found if Path(folder).is_dir()]


def _folders_of(root: Path) -> list[Path]:
    """Return the folders of an environment, and of the one below that it sees, too (PEP 405)."""
    settings = _settings(root)
    found = _folders_in(root)
    if settings.get("include-system-site-packages", "").lower() == "true" and "home" in settings:
        below = Path(settings["home"]).parent
        found += [] if below == root else _folders_in(below)
    return found


def _settings(root: Path) -> dict[str, str]:
    """Return what ``pyvenv.cfg`` says; empty without one."""
    try:
        with (root / "pyvenv.cfg").open("rb") as stream:
            text = stream.read(_HEADER_BYTES).decode("utf-8", "replace")
    except OSError:
        return {}
    pairs = (line.partition("=") for line in text.splitlines())
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}


def _folders_in(root: Path) -> list[Path]:
    found = [path for pattern in _SITE_PATTERNS for path in sorted(root.glob(pattern))]
    with contextlib.suppress(OSError):
        if _records(root):
            found.append(root)
    return [folder for folder in found if folder.is_dir()]


def _records(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if _kind(path)]


def _kind(path: Path) -> str:
    return path.suffix if path.suffix in _RECORDS else ""


def _read(path: Path) -> Iterator[Installed | Unreadable]:
    try:
        fields = _fields(path)
        project = ProjectName(fields["name"])
    except KeyError:
        yield Unreadable(path, "its metadata give no name", _named_by(path))
        return
    except (OSError, AirlockError) as error:
        yield Unreadable(path, f"its metadata cannot be read: {error}", _named_by(path))
        return
    version = fields.get("version", "")
    yield Installed(project, version, path)
    named = _named_by(path)
    if named is not None and named != project:
        yield Installed(named, version, path)


def _fields(path: Path) -> dict[str, str]:
    """Return the first value of each header of a distribution's metadata, by its name."""
    fields: dict[str, str] = {}
    for line in _header(path).splitlines():
        if not line.strip():
            break
        name, colon, value = line.partition(":")
        if colon and not line[0].isspace():
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _header(path: Path) -> str:
    for inside in _RECORDS[_kind(path)]:
        file = path / inside if inside else path
        if file.is_file():
            with file.open("rb") as stream:
                return stream.read(_HEADER_BYTES).decode("utf-8", "replace")
    raise FileNotFoundError("there are none")


def _named_by(path: Path) -> ProjectName | None:
    try:
        return ProjectName(path.stem.partition("-")[0])
    except AirlockError:
        return None
