"""What the user has told pip about its index, read as pip reads it.

Airlock stands between pip and its index, so it takes from where pip would have taken: the same
``PIP_…`` variables and the same ``pip.conf`` files, the later winning over the earlier:

1. system: ``pip.conf`` in ``/etc`` and in ``pip/`` under each of ``XDG_CONFIG_DIRS``
2. user: ``~/.pip/pip.conf``, ``pip/pip.conf`` under ``XDG_CONFIG_HOME``; not if
   ``PIP_CONFIG_FILE`` names a file that exists
3. the virtual environment's ``pip.conf``
4. the file that ``PIP_CONFIG_FILE`` names; if it is ``/dev/null``, no file at all is read
5. the variables

The section ``install`` wins over ``global``, empty values count as none, and
``extra-index-url`` is not read: a second index beside the first is how private names fall through
to the public one.
"""

import configparser
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from airlock.errors import UsageError

_SYSTEM = Path("/etc")
_FILE = "pip.conf"
_SECTIONS = ("global", "install")
_CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def default_index_url(environ: Mapping[str, str] | None = None, system: Path = _SYSTEM) -> str:
    """Return the index to take from if the user names none; it may hold credentials.

    ``AIRLOCK_UPSTREAM``, then what pip is configured with, then the public index.

    Raises:
        UsageError: if a configuration file of pip cannot be read.
    """
    environ = os.environ if environ is None else environ
    if url := environ.get("AIRLOCK_UPSTREAM", "").strip():
        return url
    if configured := pip_setting("index-url", environ, system):
        return configured
    from pypi_simple import PYPI_SIMPLE_ENDPOINT

    return PYPI_SIMPLE_ENDPOINT


def certificate_file(
    environ: Mapping[str, str] | None = None, system: Path = _SYSTEM
) -> str | None:
    """Return the file of certificate authorities to trust, if the user names one.

    Raises:
        UsageError: if a configuration file of pip cannot be read.
    """
    environ = os.environ if environ is None else environ
    pip_cert, *others = _CERTIFICATES
    named = environ.get(pip_cert) or pip_setting("cert", environ, system)
    return named or next((environ[name] for name in others if environ.get(name)), None)


def pip_setting(name: str, environ: Mapping[str, str], system: Path = _SYSTEM) -> str | None:
    """Return what pip is configured with.

    Args:
        name: as in ``pip.conf``, such as ``index-url``.
        environ: the variables of the environment.
        system: where the system keeps its configuration.

    Raises:
        UsageError: if a configuration file of pip cannot be read.
    """
    if value := environ.get(f"PIP_{name.upper().replace('-', '_')}", "").strip():
        return value
    found: dict[str, str] = {}
    for path in _files(environ, system):
        found.update(_settings(path, name))
    return next((found[section] for section in reversed(_SECTIONS) if found.get(section)), None)


def pip_file_settings(environ: Mapping[str, str], system: Path = _SYSTEM) -> dict[str, str]:
    """Return every setting of pip's configuration files for ``pip install``, by its name there.

    Raises:
        UsageError: if a configuration file of pip cannot be read.
    """
    found: dict[tuple[str, str], str] = {}
    for path in _files(environ, system):
        found |= _every_setting(path)
    return {
        name: value
        for section in _SECTIONS
        for (at, name), value in found.items()
        if at == section and value
    }


def _files(environ: Mapping[str, str], system: Path) -> Iterator[Path]:
    """Yield the files that pip reads, the weakest first."""
    named = environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return
    folders = environ.get("XDG_CONFIG_DIRS") or str(system / "xdg")
    yield from (Path(folder, "pip", _FILE) for folder in folders.split(os.pathsep) if folder)
    yield system / _FILE
    if not (named and Path(named).exists()):
        yield from _files_of_user(environ)
    yield Path(environ.get("VIRTUAL_ENV") or sys.prefix, _FILE)
    if named:
        yield Path(named)


def _files_of_user(environ: Mapping[str, str]) -> Iterator[Path]:
    try:
        home = Path(environ.get("HOME") or Path.home())
    except RuntimeError:
        # A container that runs as a number without a name has no home.
        return
    yield home / ".pip" / _FILE
    yield Path(environ.get("XDG_CONFIG_HOME") or home / ".config", "pip", _FILE)


def _settings(path: Path, name: str) -> dict[str, str]:
    """Return the setting in each section of a file that has it."""
    return {section: value for (section, key), value in _every_setting(path).items() if key == name}


def _every_setting(path: Path) -> dict[tuple[str, str], str]:
    """Return the settings of a file by section and name."""
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf-8-sig"), source=str(path))
    except OSError:
        # pip passes over a file that is not there or may not be read.
        return {}
    except (UnicodeDecodeError, configparser.Error) as error:
        raise UsageError(
            f"pip's configuration {path} cannot be read: {str(error).splitlines()[0]}",
            hint="Mend it, or name the index with AIRLOCK_UPSTREAM.",
        ) from error
    return {
        (section, key.replace("_", "-").removeprefix("--")): value.strip()
        for section in _SECTIONS
        if parser.has_section(section)
        for key, value in parser.items(section)
        if value is not None
    }
