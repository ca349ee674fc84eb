"""Signed documents as bytes: read, made and signed without going through objects for each target.

python-tuf is the judge of what these bytes mean; ``verification`` and the tests ask it. What is
done here by hand is only the encoding of two documents: a bin, and the snapshot, of which
python-tuf would serialise half a megabyte anew for one upload.

- The canonical form (OLPC canonical JSON) of a document without control characters in its strings
  is what msgspec writes with sorted keys. Paths of targets have none (``roles.checked_path``).
- A document is written in its canonical form: what is signed is what is in the file.
"""

import bisect
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from airlock.errors import MalformedDocument
from airlock.model import Sha256

SPEC_VERSION = "1.0.31"
_ENCODER = msgspec.json.Encoder(order="sorted")


class Signs(Protocol):
    """What of a securesystemslib signer is used here."""

    def sign(self, payload: bytes) -> Any:
        """Return the signature of some bytes."""


class Target(msgspec.Struct, frozen=True):
    """What is signed of a file."""

    sha256: Sha256
    length: int
    """In bytes."""

    def document(self) -> dict[str, Any]:
        """Return it as TUF has it."""
        return {"hashes": {"sha256": str(self.sha256)}, "length": self.length}


class _Hashes(msgspec.Struct):
    sha256: str


class _Entry(msgspec.Struct):
    hashes: _Hashes
    length: int


class _Versioned(msgspec.Struct):
    version: int


class _Bin(msgspec.Struct):
    version: int
    expires: str
    targets: dict[str, _Entry] = {}


class _Snapshot(msgspec.Struct):
    version: int
    expires: str
    meta: dict[str, _Versioned]


class _Timestamp(msgspec.Struct):
    version: int
    expires: str
    meta: dict[str, _Versioned]


class _Signed(msgspec.Struct):
    signed: msgspec.Raw


class BinContent(msgspec.Struct):
    """What is in one bin."""

    version: int
    expires: dt.datetime
    targets: dict[str, Target]


def read_bin(data: bytes) -> BinContent:
    """Return what a bin of ours says.

    Raises:
        MalformedDocument: if it is none.
    """
    found = _decoded(data, _Bin)
    targets = {
        path: Target(Sha256(one.hashes.sha256), one.length) for path, one in found.targets.items()
    }
    return BinContent(found.version, _time(found.expires), targets)


def read_bin_expiry(data: bytes) -> dt.datetime:
    """Return when a bin expires, without looking at its targets."""
    return _time(_decoded(data, _Header).expires)


class _Header(msgspec.Struct):
    expires: str


def read_versions(data: bytes) -> tuple[int, dict[str, int]]:
    """Return the version of a snapshot or timestamp, and those of the roles in it."""
    found = _decoded(data, _Snapshot)
    return found.version, {
        name.removesuffix(".json"): one.version for name, one in found.meta.items()
    }


def read_expiry(data: bytes) -> dt.datetime:
    """Return when a document expires."""
    return _time(_decoded(data, _Header).expires)


def bin_document(content: BinContent, signers: Sequence[Signs]) -> bytes:
    """Return a bin, signed."""
    return signed(
        _ENCODER.encode(
            {
                "_type": "targets",
                "expires": text_of(content.expires),
                "spec_version": SPEC_VERSION,
                "targets": {path: one.document() for path, one in content.targets.items()},
                "version": content.version,
            }
        ),
        signers,
    )


def timestamp_document(
    version: int,
    expires: dt.datetime,
    snapshot: bytes,
    snapshot_version: int,
    signers: Sequence[Signs],
) -> bytes:
    """Return a timestamp, signed, for a snapshot."""
    meta = {
        "hashes": {"sha256": hashlib.sha256(snapshot).hexdigest()},
        "length": len(snapshot),
        "version": snapshot_version,
    }
    document = {
        "_type": "timestamp",
        "expires": text_of(expires),
        "meta": {"snapshot.json": meta},
        "spec_version": SPEC_VERSION,
        "version": version,
    }
    return signed(_ENCODER.encode(document), signers)


class SnapshotText:
    """The ``meta`` of a snapshot as canonical text, in which versions can be changed in place.

    Args:
        versions: of every role in the snapshot.
    """

    def __init__(self, versions: Mapping[str, int]) -> None:
        self.versions = dict(versions)
        self._meta = _meta(self.versions)

    def set(self, name: str, version: int) -> None:
        """Give a role another version; the cost is that of one search through the text."""
        known = self.versions.get(name)
        if known is None:
            self._insert(name, version)
            return
        self.versions[name] = version
        old, new = (b'"%b.json":{"version":%d}' % (name.encode(), one) for one in (known, version))
        # A quotation mark cannot stand in a name: the text matches the one entry or none.
        self._meta = self._meta.replace(old, new, 1)

    def _insert(self, name: str, version: int) -> None:
        """Add a role at its place: names are sorted with their suffix."""
        entry = b'"%b.json":{"version":%d}' % (name.encode(), version)
        # With the suffix: "-" sorts before "." and digits after it.
        names = sorted(f"{one}.json" for one in self.versions)
        at = bisect.bisect(names, f"{name}.json")
        if at < len(names):
            following = b'"%b":' % names[at].encode()
            self._meta = self._meta.replace(following, entry + b"," + following, 1)
        else:
            comma = b"," if self.versions else b""
            self._meta = self._meta[:-1] + comma + entry + b"}"
        self.versions[name] = version

    def update(self, versions: Mapping[str, int]) -> None:
        """Give several roles other versions."""
        if len(versions) > _PATCHED:
            self.versions.update(versions)
            self._meta = _meta(self.versions)
            return
        for name, version in versions.items():
            self.set(name, version)

    def document(self, version: int, expires: dt.datetime, signers: Sequence[Signs]) -> bytes:
        """Return the snapshot, signed."""
        text = b'{"_type":"snapshot","expires":"%b","meta":%b,"spec_version":"%b","version":%d}' % (
            text_of(expires).encode(),
            self._meta,
            SPEC_VERSION.encode(),
            version,
        )
        return signed(text, signers)


def _meta(versions: Mapping[str, int]) -> bytes:
    return _ENCODER.encode({f"{name}.json": {"version": one} for name, one in versions.items()})


# Above this many, writing the text anew is cheaper than searching it for each.
_PATCHED = 40


def signed(canonical: bytes, signers: Iterable[Signs]) -> bytes:
    """Return a document with its signatures around its canonical form."""
    signatures = [signer.sign(canonical) for signer in signers]
    listed = _ENCODER.encode([{"keyid": one.keyid, "sig": one.signature} for one in signatures])
    return b'{"signatures":%b,"signed":%b}' % (listed, canonical)


def _decoded(data: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(msgspec.json.decode(data, type=_Signed).signed, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedDocument(f"a metadata document cannot be read: {error}") from error


def text_of(time: dt.datetime) -> str:
    """Return a time as TUF writes it."""
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _time(text: str) -> dt.datetime:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    except ValueError as error:
        raise MalformedDocument(f"{text[:40]!r} is no time of TUF's") from error
