"""Where a gate keeps what it knows and its bytes: in its data folder, or where two settings say.

- ``database``: the URL of a PostgreSQL, such as ``postgresql://airlock@db.example/airlock``.
- ``blobs``: the URL of an object store, such as ``s3://bucket/prefix``.

Both stand in ``storage.toml`` in the data folder, so that whoever names the folder means the same
gate, or in ``AIRLOCK_DATABASE`` and ``AIRLOCK_BLOBS``, which come first. Passwords and keys need
not be in either: PostgreSQL's own ``PGPASSFILE`` and the ``AWS_…`` variables are obeyed.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from airlock.errors import StoreError, UsageError

FILE = "storage.toml"
_VARIABLES = {"database": "AIRLOCK_DATABASE", "blobs": "AIRLOCK_BLOBS"}
_SQLITE_FILE = "airlock.db"


class Places(NamedTuple):
    """Where the store and the blobs are."""

    database: str
    """A URL of SQLAlchemy."""
    blobs: str | Path
    file: Path | None
    """The file of the database, if it is one on this machine."""

    @property
    def exist(self) -> bool:
        """Whether a gate keeps its data there already; a server is taken to be one's own."""
        return self.file is None or self.file.is_file()


def places(folder: Path, environ: Mapping[str, str] = os.environ) -> Places:
    """Return where the gate of a data folder keeps its data.

    Raises:
        StoreError: if the settings cannot be read.
        UsageError: if they make no sense.
    """
    said = _from_file(folder / FILE)
    said |= {name: environ[var] for name, var in _VARIABLES.items() if environ.get(var)}
    blobs = said.get("blobs")
    if blobs is not None and "://" not in blobs:
        raise UsageError(f"{blobs!r} is not the URL of an object store", hint=f"See {FILE}.")
    database = said.get("database")
    file = None if database else folder.resolve() / _SQLITE_FILE
    url = _with_driver(database) if database else f"sqlite:///{file}"
    return Places(url, blobs or folder / "blobs", file)


def _from_file(path: Path) -> dict[str, str]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    unknown = set(found) - set(_VARIABLES)
    if unknown or not all(isinstance(value, str) and value for value in found.values()):
        raise UsageError(
            f"{path} has settings that nobody knows: {', '.join(sorted(unknown)) or 'no text'}",
            hint="It has at most these, as text: database, blobs.",
        )
    return found


def _with_driver(url: str) -> str:
    """Name the driver that Airlock brings along, where none is named."""
    scheme, mark, rest = url.partition("://")
    if not mark or scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        raise UsageError(
            f"{scheme[:40]!r} is not a database that Airlock knows",
            hint="Give the URL of a PostgreSQL: postgresql://user@host/database",
        )
    return url if "+" in scheme else f"postgresql+psycopg://{rest}"
