"""A trust folder after its ceremony, with keys made at this moment, and a clock that can be set."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from securesystemslib.signer import Signer

from airlock.model import Sha256
from airlock.trust import keys, operations
from airlock.trust.documents import Target
from airlock.trust.states import Change
from airlock.trust.workspace import Workspace

PASSPHRASE = "a passphrase of tests"
BEGIN = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)


def today() -> dt.datetime:
    """Return the time of this moment, for clients whose clock is the machine's."""
    return dt.datetime.now(dt.UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: dt.datetime = BEGIN) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


class Holders:
    """People with offline keys, each in a file of its own outside of any server."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.folder = folder
        self.names = names
        self._opened: dict[str, Signer] = {}
        for name in names:
            public = keys.new_key_file(folder / name, PASSPHRASE)
            (folder / f"{name}.pub").write_bytes(keys.public_document(public))

    def public(self, *names: str) -> list[Path]:
        return [self.folder / f"{name}.pub" for name in names or self.names]

    def sign(self, workspace: Workspace, *names: str) -> None:
        for name in names or self.names:
            workspace.sign_waiting(self.signer(name))

    def signer(self, name: str) -> Signer:
        """Return what signs; opening a key under a passphrase takes its time on purpose."""
        if name not in self._opened:
            place = str(self.folder / name)
            self._opened[name] = keys.open_key(place, None, lambda _name: PASSPHRASE)
        return self._opened[name]


def begun(folder: Path, clock: Clock, *, files: int = 1) -> tuple[Workspace, Holders]:
    """Return a published trust folder and the holders of its offline keys; 2 of 2 sign."""
    holders = Holders(folder / "away", "ada", "ben")
    given = {role: (holders.public(), 2) for role in ("root", "targets", "bins")}
    workspace = operations.begin(folder / "trust", clock, given, None, files)
    holders.sign(workspace)
    workspace.install(reason="ceremony")
    return workspace, holders


def added(files: Mapping[str, bytes]) -> list[Change]:
    """Return the changes that sign these files."""
    return [Change(path, content_of(data)) for path, data in files.items()]


def content_of(data: bytes) -> Target:
    """Return what is signed of some bytes."""
    import hashlib

    return Target(Sha256(hashlib.sha256(data).hexdigest()), len(data))
