"""A trust folder on the server: public metadata, what waits for signatures, and the online keys.

::

    metadata/     what clients get; any static host can serve a copy of it
    pending/      documents of offline roles that wait for signatures
    online.json   where the online keys are: files in online/, or URIs; online-next.json: those that
                  take their place when what is pending is brought in
    log.jsonl     every transaction

No private key of an offline role has a place here: ``open`` looks, and refuses.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from airlock.errors import StoreError, UsageError
from airlock.trust import ceremony, keys, roles
from airlock.trust.ceremony import CeremonyKeys, Standing
from airlock.trust.metadata import FolderMetadata
from airlock.trust.repository import Repository
from airlock.trust.transactions import TransactionLog

if TYPE_CHECKING:
    from securesystemslib.signer import Key, Signer

_ONLINE = "online.json"
_LARGEST_KEY_BYTES = 64 * 1024


class OnlineKey(msgspec.Struct, frozen=True):
    """An online key."""

    place: str
    """A file of the folder ``online/``, or a URI of securesystemslib's."""
    keyid: str
    public: dict[str, object]


class Workspace:
    """A trust folder.

    Args:
        folder: of the server.
        clock: gives the time in UTC.
    """

    def __init__(self, folder: Path, clock: Callable[[], dt.datetime]) -> None:
        self.folder = folder
        self.clock = clock
        self.pending = folder / "pending"
        self._next_online = folder / "online-next.json"
        self.metadata = FolderMetadata(folder / "metadata", folder / "lock")
        self.log = TransactionLog(folder / "log.jsonl")
        self.repository = Repository(self.metadata, self.signers, self.log, clock)
        self._opened: tuple[bytes, tuple[Signer, ...]] | None = None

    @classmethod
    def open(cls, folder: Path, clock: Callable[[], dt.datetime]) -> "Workspace":
        """Open a folder that ``create`` made.

        Raises:
            UsageError: if it is none, or if a key lies in it that must not.
        """
        if not (folder / _ONLINE).is_file():
            raise UsageError(
                f"{folder} is no trust folder", hint=f"Begin with: airlock trust init {folder}"
            )
        found = cls(folder, clock)
        if wrong := next(found.misplaced_keys(), None):
            raise UsageError(
                f"{wrong} is a private key that is not the online key's",
                hint="Take it off this machine, and consider it read by others: rotate it.",
            )
        return found

    @classmethod
    def create(
        cls,
        folder: Path,
        clock: Callable[[], dt.datetime],
        public: CeremonyKeys,
        places: Sequence[str],
        bits: int,
    ) -> "Workspace":
        """Make a trust folder whose first documents wait for their signatures.

        Args:
            folder: which must not be one yet.
            clock: gives the time in UTC.
            public: the public keys.
            places: where the online keys are, in the order of ``public.online``.
            bits: of the bins.
        """
        if (folder / _ONLINE).exists():
            raise UsageError(f"{folder} is a trust folder already")
        documents = ceremony.first_documents(public, bits, clock())
        found = cls(folder, clock)
        found.put_pending(documents)
        found.set_online(zip(places, public.online, strict=True))
        return found

    # --- online keys

    def set_online(
        self, keys_and_places: "Iterable[tuple[str, Key]]", *, at_installation: bool = False
    ) -> None:
        """Say which keys sign online, now or from the next installation on."""
        listed = [
            OnlineKey(place, key.keyid, dict(key.to_dict())) for place, key in keys_and_places
        ]
        path = self._next_online if at_installation else self.folder / _ONLINE
        new = path.with_suffix(".new")
        new.write_bytes(msgspec.json.format(msgspec.json.encode(listed), indent=2))
        new.chmod(0o600)
        new.replace(path)

    def online(self) -> list[OnlineKey]:
        """Return which keys sign online.

        Raises:
            StoreError: if that cannot be read.
        """
        return _online_keys(self.folder / _ONLINE)

    def known_online(self) -> "list[tuple[str, Key]]":
        """Return the places of the online keys with their public parts."""
        from securesystemslib.signer import Key

        return [(one.place, Key.from_dict(one.keyid, dict(one.public))) for one in self.online()]

    def signers(self) -> "Sequence[Signer]":
        """Return the online signers."""
        stamp = msgspec.json.encode(self.online())
        if self._opened is None or self._opened[0] != stamp:
            self._opened = (stamp, tuple(self._open(one) for one in self.online()))
        return self._opened[1]

    def _open(self, online: OnlineKey) -> "Signer":
        from securesystemslib.signer import Key

        place = online.place
        if ":" not in place:
            place = str(self.folder / "online" / place)
        return keys.open_key(
            place, Key.from_dict(online.keyid, dict(online.public)), _no_passphrase
        )

    def misplaced_keys(self) -> Iterator[Path]:
        """Yield every file below the folder that holds a private key and is no online key's."""
        online = [*self.online(), *_online_keys(self._next_online)]
        allowed = {self.folder / "online" / one.place for one in online}
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
        """Return root, targets and bins as they are, by role; nothing if nothing was published."""
        if self.metadata.get("timestamp.json") is None:
            return {}
        versions = self.repository.state().text.versions
        found = {roles.ROOT: self._document(f"{self.root_version()}.root.json")}
        for role in (roles.TARGETS, roles.BINS):
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
            newest[name.removesuffix(".json").partition(".")[2]] = data
        found = []
        for role in roles.OFFLINE:
            if role not in newest or newest[role] == current.get(role):
                continue
            delegator = newest[roles.TARGETS if role == roles.BINS else roles.ROOT]
            before = current.get(roles.ROOT) if role == roles.ROOT else None
            found.append(
                ceremony.standing(
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
        standings = self.standings()
        lacking = [one for one in standings if not one.complete]
        if lacking or not standings:
            raise UsageError(_lacking(lacking) if lacking else "nothing waits to be published")
        if self._next_online.is_file():
            self._next_online.replace(self.folder / _ONLINE)
        snapshot = self.repository.install(self.waiting(), reason=reason)
        for path in self.pending.glob("*.json"):
            path.unlink()
        self._retire()
        return snapshot

    def _retire(self) -> None:
        """Forget online keys that no root names any more, and remove their files."""
        root = ceremony.read(self.current()[roles.ROOT]).signed
        named = set(root.roles[roles.TIMESTAMP].keyids)
        kept = [one for one in self.known_online() if one[1].keyid in named]
        if kept:
            self.set_online(kept)
        places = {place for place, _ in kept}
        for path in (self.folder / "online").glob("*.pem"):
            if kept and path.name not in places:
                path.unlink()


def _online_keys(path: Path) -> list[OnlineKey]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[OnlineKey])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.MsgspecError) as error:
        raise StoreError(f"{path} cannot be read: {error}") from error


def _lacking(standings: Iterable[Standing]) -> str:
    texts = [
        f"{one.version}.{one.role}.json lacks {one.missing} of the keys "
        + ", ".join(keyid[:12] for keyid in one.may_sign)
        for one in standings
    ]
    return "; ".join(texts)


def _no_passphrase(name: str) -> str:
    raise UsageError(f"the online key {name} is encrypted, and nobody is there to be asked")
