"""Writes into the settings of pip, uv and Poetry that their index is the proxy, and undoes it.

pip and uv have settings of the user's. Poetry has an index for each project only: what is written
is the ``pyproject.toml`` of the project in the folder.

- What a file said before is kept whole, byte for byte, until it is put back.
- A file that somebody changed meanwhile is not written over: the user is told where the old one is.
- Settings that already name other indexes or places are an error: the proxy would not be the only
  way in.
"""

import configparser
import hashlib
import io
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from airlock.errors import Refused, StoreError, UsageError
from airlock.gate.guard import project_places

_INDEXES = ("index", "index-url", "extra-index-url", "find-links")


class Kept(msgspec.Struct, frozen=True):
    """What was changed, and how it was."""

    client: str
    path: str
    before: bytes | None
    """``None``: there was no file."""
    written: str
    """The SHA-256 of what was written."""


def path_of(client: str, environ: Mapping[str, str]) -> Path:
    """Return the user's settings file of a client (XDG base directories)."""
    if client == "poetry":
        return Path.cwd() / "pyproject.toml"
    home = Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "~")) / ".config")
    return home.expanduser() / {"pip": "pip/pip.conf", "uv": "uv/uv.toml"}[client]


def enable(client: str, url: str, environ: Mapping[str, str], folder: Path) -> Path:
    """Let a client take everything from the proxy; return the file that says so.

    Args:
        client: ``pip``, ``uv`` or ``poetry``.
        url: of the proxy's simple API.
        environ: the user's variables.
        folder: where the file of before is kept.

    Raises:
        UsageError: if it is enabled already, or the settings cannot be read.
        Refused: if the settings name other places.
    """
    path = path_of(client, environ)
    record = _record(folder, client, path)
    if record.exists():
        raise UsageError(f"{client} uses the proxy already", hint="airlock proxy disable")
    before = path.read_bytes() if path.is_file() else None
    text = (before or b"").decode(errors="replace")
    after = {"pip": _pip, "uv": _uv, "poetry": _poetry}[client](text, url, path).encode()
    kept = Kept(client, str(path), before, hashlib.sha256(after).hexdigest())
    try:
        record.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        record.write_bytes(msgspec.json.encode(kept))
        _replace(path, after)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error
    return path


def disable(client: str, environ: Mapping[str, str], folder: Path) -> Path | None:
    """Put back what a client's settings said; return the file, or ``None`` if nothing was changed.

    Raises:
        UsageError: if somebody changed the file meanwhile.
    """
    record = _record(folder, client, path_of(client, environ))
    if not record.is_file():
        return None
    kept = msgspec.json.decode(record.read_bytes(), type=Kept)
    path = Path(kept.path)
    now = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(now).hexdigest() != kept.written:
        raise UsageError(
            f"{path} was changed since",
            hint=f"Take the proxy out by hand, then remove {record}, which keeps the old file.",
        )
    if kept.before is None:
        path.unlink()
    else:
        _replace(path, kept.before)
    record.unlink()
    return path


def _pip(text: str, url: str, path: Path) -> str:
    settings = configparser.RawConfigParser()
    try:
        settings.read_string(text, source=str(path))
    except configparser.Error as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    for section in settings.sections():
        for name in ("extra-index-url", "find-links", "no-index"):
            if settings.has_option(section, name):
                raise Refused(f"{path}: {name} would go round the proxy", hint="Take it out first.")
        settings.remove_option(section, "index-url")
    if not settings.has_section("global"):
        settings.add_section("global")
    settings.set("global", "index-url", url)
    written = io.StringIO()
    settings.write(written)
    return written.getvalue()


def _uv(text: str, url: str, path: Path) -> str:
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    pip = document.get("pip")
    for name in _INDEXES:
        if name in document or (isinstance(pip, dict) and name in pip):
            raise Refused(f"{path}: {name} would go round the proxy", hint="Take it out first.")
    begin = text if not text or text.endswith("\n") else f"{text}\n"
    return f'{begin}[[index]]\nname = "airlock"\nurl = "{url}"\ndefault = true\n'


def _poetry(text: str, url: str, path: Path) -> str:
    if not text:
        raise UsageError(f"there is no {path}", hint="Poetry has an index for each project only.")
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    if list(project_places.of_poetry(document)):
        raise Refused(f"{path}: a source would go round the proxy", hint="Take it out first.")
    begin = text if text.endswith("\n") else f"{text}\n"
    return f'{begin}\n[[tool.poetry.source]]\nname = "airlock"\nurl = "{url}"\n'


def _record(folder: Path, client: str, path: Path) -> Path:
    """Return where it is kept what was changed; of Poetry for each project."""
    which = f"-{hashlib.sha256(str(path).encode()).hexdigest()[:16]}" if client == "poetry" else ""
    return folder / f"{client}{which}.json"


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.airlock-new")
    new.write_bytes(data)
    if path.exists():
        new.chmod(path.stat().st_mode & 0o777)
    os.replace(new, path)  # noqa: PTH105 - of one file by another
