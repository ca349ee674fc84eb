"""Versions as bytes that sort as PEP 440 says, so that a database is matched without parsing it.

``key(a) < key(b)`` exactly where ``packaging.version.Version(a) < Version(b)``, and equal where
those are equal. The clauses of PEP 440 ("Summary of permitted suffixes and relative ordering"):

- A release is compared without the zeros at its end; a shorter one comes first.
- A development release without pre- or post-release comes before every pre-release; a pre-release
  (a, b, rc) before the release; what is no post-release before post-releases; a development release
  before what it develops.
- A local version comes after its public one; in it words come before numbers.
"""

import functools
from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

# No project has a longer one; the bound keeps numbers, and with them keys, short.
_LONGEST = 128
_END = b"\x00"
_FIRST, _LAST = b"\x00", b"\xff"
_PRE = {"a": b"\x01", "b": b"\x02", "rc": b"\x03"}
_WORD, _NUMBER = b"\x01", b"\x02"


class NotPep440(ValueError):
    """A text is no version by PEP 440, or a version that nobody has."""


@functools.lru_cache(maxsize=65_536)
def key(text: str) -> bytes:
    """Return the key of a version.

    Raises:
        NotPep440: if it has none.
    """
    return _key(parsed(text))


def keys_of(text: str) -> tuple[bytes, ...]:
    """Return the keys under which a release is sought: its own, and that of its public version.

    An advisory about 2.0 is about 2.0+cu118, too.

    Raises:
        NotPep440: if it has none.
    """
    own = key(text)
    return (own, key(text.partition("+")[0])) if "+" in text else (own,)


def parsed(text: str) -> Version:
    """Return a version.

    Raises:
        NotPep440: if it is none, or longer than any that exists.
    """
    if len(text) > _LONGEST:
        raise NotPep440(f"{text[:_LONGEST]}… is too long for a version")
    try:
        return Version(text)
    except InvalidVersion as error:
        raise NotPep440(f"{text!r} is no version by PEP 440") from error


def _key(version: Version) -> bytes:
    return b"".join(_parts(version))


def _parts(version: Version) -> Iterator[bytes]:
    yield _number(version.epoch)
    release = version.release
    while release and release[-1] == 0:
        release = release[:-1]
    for part in release:
        yield _number(part)
    yield _END
    yield _pre(version)
    yield _FIRST if version.post is None else b"\x01" + _number(version.post)
    yield _LAST if version.dev is None else b"\x01" + _number(version.dev)
    yield from _local(version.local)


def _pre(version: Version) -> bytes:
    if version.pre is not None:
        phase, number = version.pre
        return _PRE[phase] + _number(number)
    early = version.post is None and version.dev is not None
    return _FIRST if early else _LAST


def _local(local: str | None) -> Iterator[bytes]:
    for part in local.split(".") if local else ():
        if part.isdigit():
            yield _NUMBER + _number(int(part))
        else:
            yield _WORD + part.encode("ascii") + _END
    yield _END


def _number(value: int) -> bytes:
    """Return a number: how many bytes it has, never none, then these, the highest first."""
    size = max(1, (value.bit_length() + 7) // 8)
    return bytes([size]) + value.to_bytes(size, "big")
