"""Releases on their way in: what was begun, what has arrived of it, and what must be finished.

::

    transactions/<id>/begun.json, document.json    what the developers want
    transactions/<id>/<file name>                  an upload that was vetted, as a record
    transactions/<id>.sealed/                      a release that is being published

- A release that is not sealed was never published; after a day it is thrown away.
- A sealed one is published, now or by the next process: sealing is one rename.
"""

import datetime as dt
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from airlock.errors import InvalidUpload, StoreError, TargetNotFound
from airlock.model import ProjectName
from airlock.model.hosting import Upload
from airlock.model.wire import decode, encode

FORGOTTEN = dt.timedelta(days=1)
_ID = re.compile(r"[0-9a-f]{32}")
_SEALED = ".sealed"
_MOST_OPEN = 1_000


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What a release begins with."""

    project: ProjectName
    by: str
    """Who sends it, for the record."""
    at: dt.datetime


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """A release on its way in."""

    id: str
    begun: Begun
    document: bytes
    uploads: tuple[Upload, ...]


class Transactions:
    """Releases on their way in, in a folder that all processes of a gate share.

    Args:
        folder: of these.
        clock: gives the time in UTC.
    """

    def __init__(self, folder: Path, clock: Callable[[], dt.datetime]) -> None:
        self._folder = folder
        self._clock = clock

    def begin(self, project: ProjectName, document: bytes, by: str) -> str:
        """Begin a release, and return its id.

        Raises:
            InvalidUpload: if too many were begun and not ended.
            StoreError: if it cannot be kept.
        """
        self._forget()
        made = secrets.token_hex(16)
        path = self._folder / made
        path.mkdir(mode=0o700, parents=True)
        self._write(path / "document.json", document)
        begun = Begun(project=project, by=by, at=self._clock())
        self._write(path / "begun.json", encode(begun))
        return made

    def get(self, id_: str) -> Transaction:
        """Return a release that was begun.

        Raises:
            TargetNotFound: if there is none.
        """
        found = _read(self._folder / id_, id_) if _ID.fullmatch(id_) else None
        if found is None:
            raise TargetNotFound("no such release was begun, or it was given up after a day")
        return found

    def stage(self, id_: str, upload: Upload) -> None:
        """Add a file that was vetted.

        Raises:
            StoreError: if it cannot be kept.
        """
        self._write(self._folder / id_ / upload.filename, encode(upload))

    def seal(self, id_: str) -> None:
        """Let a release be published, whatever happens from here on.

        Raises:
            TargetNotFound: if somebody else has sealed it or given it up.
        """
        try:
            (self._folder / id_).rename(self._folder / f"{id_}{_SEALED}")
        except FileNotFoundError as error:
            raise TargetNotFound("this release is being published already") from error

    def unseal(self, id_: str) -> None:
        """Give a release back that could not be published and was not begun to be."""
        (self._folder / f"{id_}{_SEALED}").rename(self._folder / id_)

    def sealed(self) -> Iterator[Transaction]:
        """Yield what was sealed and perhaps not published."""
        for path in sorted(self._folder.glob(f"*{_SEALED}")):
            id_ = path.name.removesuffix(_SEALED)
            found = _read(path, id_)
            if found is not None:
                yield found
            else:
                # Whoever dropped it was killed: what it begins with was there when it was sealed.
                self.drop(id_)

    def drop(self, id_: str) -> None:
        """Forget a release, published or not."""
        for path in (self._folder / id_, self._folder / f"{id_}{_SEALED}"):
            shutil.rmtree(path, ignore_errors=True)

    def _forget(self) -> None:
        oldest = (self._clock() - FORGOTTEN).timestamp()
        opened = [path for path in self._folder.glob("*") if _ID.fullmatch(path.name)]
        left = [path for path in opened if path.stat().st_mtime >= oldest]
        for path in set(opened) - set(left):
            shutil.rmtree(path, ignore_errors=True)
        if len(left) >= _MOST_OPEN:
            raise InvalidUpload("too many releases were begun and not ended; try again tomorrow")

    def _write(self, path: Path, data: bytes) -> None:
        try:
            new = path.with_name(f".{path.name}.new")
            new.write_bytes(data)
            new.replace(path)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror}") from error


def _read(path: Path, id_: str) -> Transaction | None:
    """Return a release; ``None`` if it is not there, or somebody is dropping it."""
    own = {"begun.json", "document.json"}
    try:
        files = [one for one in path.iterdir() if one.name not in own and one.name[0] != "."]
        return Transaction(
            id=id_,
            begun=decode((path / "begun.json").read_bytes(), Begun),
            document=(path / "document.json").read_bytes(),
            uploads=tuple(decode(one.read_bytes(), Upload) for one in sorted(files)),
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from error
