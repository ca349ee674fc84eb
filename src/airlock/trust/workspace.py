"""A trust folder on the server: public metadata, what waits for signatures, and the online keys.

::

    metadata/     what clients get; any static host can serve a copy of it
    pending/      documents of offline roles that wait for signatures
    online.json   where the online keys are (``online_keys``)
    replaced/     keys that an administrator lets take the place of lost or stolen ones
    log.jsonl     every transaction

No private key of an offline role has a place here: ``open`` looks, and refuses.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.errors import StoreError, UsageError
from airlock.trust import ceremony, keys, offline_documents, roles
from airlock.trust.ceremony import Standing
from airlock.trust.developers import Developers
from airlock.trust.metadata import FolderMetadata, Turn
from airlock.trust.online_keys import OnlineKey, OnlineKeyring, named_in
from airlock.trust.repository import Repository
from airlock.trust.signing_keys import CeremonyKeys
from airlock.trust.snapshots import Snapshots
from airlock.trust.states import role_of
from airlock.trust.transactions import TransactionLog

if TYPE_CHECKING:
    from securesystemslib.signer import Signer

_LARGEST_KEY_BYTES = 64 * 1024


class Workspace:
    """A trust folder.

    Args:
        folder: of the server.
        clock: gives the time in UTC.
        turn: a lock besides that of the folder, for servers on several machines.
    """

    def __init__(
        self, folder: Path, clock: Callable[[], dt.datetime], turn: Turn | None = None
    ) -> None:
        self.folder = folder
        self.clock = clock
        self.pending = folder / "pending"
        self.keyring = OnlineKeyring(folder)
        self.metadata = FolderMetadata(folder / "metadata", folder / "lock", turn)
        self.log = TransactionLog(folder / "log.jsonl")
        snapshots = Snapshots(self.metadata, self.keyring.signers, self.log, clock)
        self.repository = Repository(snapshots)
        self.developers = Developers(folder, snapshots, self.repository)

    @classmethod
    def open(
        cls, folder: Path, clock: Callable[[], dt.datetime], turn: Turn | None = None
    ) -> "Workspace":
        """Open a folder that ``create`` made.

        Raises:
            UsageError: if it is none, or if a key lies in it that must not.
        """
        found = cls(folder, clock, turn)
        if not found.keyring.exists:
            raise UsageError(
                f"{folder} is no trust folder", hint=f"Begin with: airlock trust init {folder}"
            )
        if wrong := next(found.misplaced_keys(), None):
            raise UsageError(
                f"{wrong} is a private key that is no online key's",
                hint="Take it off this machine, and consider it read by others: rotate it.",
            )
        return found

    @classmethod
    def create(
        cls,
        folder: Path,
        clock: Callable[[], dt.datetime],
        public: CeremonyKeys,
        online: Sequence[OnlineKey],
        bits: int,
    ) -> "Workspace":
        """Make a trust folder whose first documents wait for their signatures.

        Args:
            folder: which must not be one yet.
            clock: gives the time in UTC.
            public: the public keys.
            online: where the online ones are.
            bits: of the bins.
        """
        found = cls(folder, clock)
        if found.keyring.exists:
            raise UsageError(f"{folder} is a trust folder already")
        documents = offline_documents.first_documents(public, bits, clock())
        found.put_pending(documents)
        found.keyring.write(online)
        return found

    def misplaced_keys(self) -> Iterator[Path]:
        """Yield every file below the folder that holds a private key and is no online key's."""
        allowed = self.keyring.places()
        public = self.metadata.folder
        for path in self.folder.rglob("*"):
            if path in allowed or public in path.parents or not path.is_file():
                continue
            if path.stat().st_size <= _LARGEST_KEY_BYTES and keys.is_private(path.read_bytes()):
                yield path

    # --- what waits

    def put_pending(self, documents: Mapping[str, bytes]) -> None:
        """Let documents wait for signatures."""
        self.pending.mkdir(mode=0o755, parents=True, exist_ok=True)
        for name, data in documents.items():
            new = self.pending / f".{name}.new"
            new.write_bytes(data)
            new.replace(self.pending / name)

    def waiting(self) -> dict[str, bytes]:
        """Return the documents that wait, by their names on the wire."""
        paths = sorted(self.pending.glob("*.json")) if self.pending.is_dir() else []
        return {path.name: path.read_bytes() for path in paths}

    def current(self) -> dict[str, bytes]:
        """Return the offline documents as they are, by role; nothing if nothing was published."""
        if self.metadata.get("timestamp.json") is None:
            return {}
        versions = self.repository.state().text.versions
        found = {roles.ROOT: self._document(f"{self.root_version()}.root.json")}
        for role in (roles.TARGETS, roles.BINS, roles.CLAIMED):
            if role in versions:
                found[role] = self._document(f"{versions[role]}.{role}.json")
        return found

    def root_version(self) -> int:
        """Return the version of the newest root; 0 if there is none."""
        version = 0
        while self.metadata.get(f"{version + 1}.root.json") is not None:
            version += 1
        return version

    def _document(self, name: str) -> bytes:
        data = self.metadata.get(name)
        if data is None:
            raise StoreError(f"{name} is missing")
        return data

    def standings(self) -> list[Standing]:
        """Return how far each document that waits is from being valid."""
        waiting, current = self.waiting(), self.current()
        newest = dict(current)
        for name, data in waiting.items():
            newest[role_of(name)] = data
        found = []
        for role in roles.OFFLINE:
            if role not in newest or newest[role] == current.get(role):
                continue
            delegator = newest[roles.ROOT if role in roles.TOP else roles.TARGETS]
            before = current.get(roles.ROOT) if role == roles.ROOT else None
            found.append(
                ceremony.standing(
                    role,
                    newest[role],
                    ceremony.read(delegator).signed,
                    ceremony.read(before).signed if before else None,
                )
            )
        return found

    def sign_waiting(self, signer: "Signer") -> list[str]:
        """Sign every document that waits for this key, and return their names."""
        waiting = self.waiting()
        wanted = {f"{one.version}.{one.role}.json": one.may_sign for one in self.standings()}
        signed = {
            name: ceremony.sign(data, signer)
            for name, data in waiting.items()
            if signer.public_key.keyid in wanted.get(name, ())
        }
        self.put_pending(signed)
        return list(signed)

    def install(self, *, reason: str) -> int:
        """Bring in what waits, if all of it is signed, and return the number of the snapshot.

        Raises:
            UsageError: if signatures are missing.
        """
        pending = self.waiting()
        if pending:
            self.developers.check_ceremony(pending)
        standings = self.standings()
        lacking = [one for one in standings if not one.complete]
        if lacking or not standings:
            raise UsageError(_lacking(lacking) if lacking else "nothing waits to be published")
        self.keyring.turn()
        snapshot = self.repository.install(pending, reason=reason)
        self.developers.installed(pending)
        for path in self.pending.glob("*.json"):
            path.unlink()
        self._retire()
        return snapshot

    def _retire(self) -> None:
        """Forget online keys that no document names any more."""
        current = {role: ceremony.read(data).signed for role, data in self.current().items()}
        self.keyring.retire(named_in(current))


def _lacking(standings: Iterable[Standing]) -> str:
    texts = [
        f"{one.version}.{one.role}.json lacks {one.missing} of the keys "
        + ", ".join(keyid[:12] for keyid in one.may_sign)
        for one in standings
    ]
    return "; ".join(texts)
