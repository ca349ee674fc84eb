"""The keys that sign online: where they are, which roles they sign for, and when they are retired.

::

    online.json        the keys: files in online/, or URIs
    online-next.json   those that take their place when what is pending is brought in
    online/            key files, readable by their owner alone

During a planned rotation the old key and the new one sign: whichever root a client has, it can
verify.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from airlock.errors import StoreError, UsageError
from airlock.trust import keys, roles

if TYPE_CHECKING:
    from securesystemslib.signer import Key, Signer

_NUMBERED = re.compile(r"(.+)-([0-9]+)\.pem")


class OnlineKey(msgspec.Struct, frozen=True):
    """An online key."""

    place: str
    """A file of the folder ``online/``, or a URI of securesystemslib's."""
    keyid: str
    public: dict[str, object]
    roles: tuple[str, ...] = roles.ONLINE
    """Of ``roles.ONLINE``."""

    @classmethod
    def of(cls, place: str, key: "Key", signs: Iterable[str]) -> "OnlineKey":
        """Return the key at a place, for some roles."""
        return cls(place, key.keyid, dict(key.to_dict()), tuple(signs))

    @property
    def key(self) -> "Key":
        """The public part."""
        from securesystemslib.signer import Key

        return Key.from_dict(self.keyid, dict(self.public))


class OnlineKeyring:
    """The online keys of a trust folder.

    Args:
        folder: the trust folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._now = folder / "online.json"
        self._next = folder / "online-next.json"
        self._opened: tuple[bytes, dict[str, tuple[Signer, ...]]] | None = None

    @property
    def exists(self) -> bool:
        """Whether it was said which keys these are."""
        return self._now.is_file()

    def listed(self) -> list[OnlineKey]:
        """Return the keys.

        Raises:
            StoreError: if that cannot be read.
        """
        return _read(self._now)

    def places(self) -> set[Path]:
        """Return the files of the keys, of those to come, too."""
        return {self.path_of(one) for one in [*self.listed(), *_read(self._next)]}

    def path_of(self, one: OnlineKey) -> Path:
        """Return where the file of a key is."""
        return self._folder / "online" / one.place

    def write(self, listed: Sequence[OnlineKey], *, at_installation: bool = False) -> None:
        """Say which keys sign online, now or from the next installation on."""
        path = self._next if at_installation else self._now
        new = path.with_suffix(".new")
        new.write_bytes(msgspec.json.format(msgspec.json.encode(listed), indent=2))
        new.chmod(0o600)
        new.replace(path)

    def turn(self) -> None:
        """Let the keys sign that wait for an installation."""
        if self._next.is_file():
            self._next.replace(self._now)

    def made(self, role: str) -> OnlineKey:
        """Make a key for a role, in a file."""
        folder = self._folder / "online"
        taken = [_NUMBERED.fullmatch(path.name) for path in folder.glob("*.pem")]
        number = max((int(one[2]) for one in taken if one and one[1] == role), default=0) + 1
        name = f"{role}-{number}.pem"
        return OnlineKey.of(name, keys.new_key_file(folder / name, None), [role])

    def signers(self, role: str) -> "Sequence[Signer]":
        """Return what signs for a role."""
        listed = self.listed()
        stamp = msgspec.json.encode(listed)
        if self._opened is None or self._opened[0] != stamp:
            opened = [(one, self._open(one)) for one in listed]
            self._opened = (
                stamp,
                {
                    name: tuple(signer for one, signer in opened if name in one.roles)
                    for name in roles.ONLINE
                },
            )
        return self._opened[1][role]

    def _open(self, one: OnlineKey) -> "Signer":
        place = one.place if ":" in one.place else str(self.path_of(one))
        return keys.open_key(place, one.key, _no_passphrase)

    def retire(self, named: Mapping[str, Iterable[str]]) -> None:
        """Forget keys that no document names any more, and remove their files.

        Args:
            named: the ids of the keys of each online role.
        """
        kept = []
        for one in self.listed():
            signs = tuple(role for role in one.roles if one.keyid in set(named.get(role, ())))
            if signs:
                kept.append(msgspec.structs.replace(one, roles=signs))
        if not kept:
            return
        self.write(kept)
        places = {one.place for one in kept}
        for path in (self._folder / "online").glob("*.pem"):
            if path.name not in places:
                path.unlink()


def named_in(current: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the ids of the online keys that documents name, by role.

    Args:
        current: the signed parts of root, targets and bins.
    """
    root, targets, bins = (current[role] for role in (roles.ROOT, roles.TARGETS, roles.BINS))
    recent = targets.delegations.roles.get(roles.RECENT)
    return {
        roles.TIMESTAMP: list(root.roles[roles.TIMESTAMP].keyids),
        roles.SNAPSHOT: list(root.roles[roles.SNAPSHOT].keyids),
        roles.BIN: list(bins.delegations.succinct_roles.keyids),
        roles.RECENT: list(recent.keyids) if recent else [],
    }


def by_role(listed: Iterable[OnlineKey]) -> dict[str, tuple[Any, ...]]:
    """Return the public parts of keys by role."""
    listed = list(listed)
    return {role: tuple(one.key for one in listed if role in one.roles) for role in roles.ONLINE}


def _read(path: Path) -> list[OnlineKey]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[OnlineKey])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.MsgspecError) as error:
        raise StoreError(f"{path} cannot be read: {error}") from error


def _no_passphrase(name: str) -> str:
    raise UsageError(f"the online key {name} is encrypted, and nobody is there to be asked")


Signers = Callable[[str], "Sequence[Signer]"]
"""Gives what signs for an online role."""
