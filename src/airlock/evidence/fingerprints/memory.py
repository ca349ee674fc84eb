"""What is remembered, as a file: hashes and labels, nothing else.

- Versioned twice: ``FORMAT`` is that of the file, ``METHOD`` that of the grams. A file of another
  one is refused, because it would silently know nothing.
- Whole: the file carries the digest of its content; a file that was cut or changed is refused.
- Reading costs no more than the digest: numbers are looked up where they lie.

The file is MessagePack. Numbers are unsigned, little-endian; ``grams`` and ``wholes`` have 8 bytes
each and are sorted, ``*_owners`` have 2 bytes each and say whose the number at the same place is.
"""

import bisect
import hashlib
import sys
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

import msgspec

from airlock.errors import MalformedDocument
from airlock.evidence.fingerprints.interface import METHOD, Fingerprints, Likeness

FORMAT = 1
SUPPLIED = Path(__file__).with_name("families.bin")
"""The memory that comes with Airlock."""
_DIGEST_BYTES = 16
_MOST_FAMILIES = 1 << 16


class Memory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything in a file."""

    format: int = FORMAT
    method: int = METHOD
    made_on: str
    """The day, ``YYYY-MM-DD``."""
    specimens: int
    """How many archives it was made of."""
    families: tuple[str, ...]
    remembered: bytes
    """How many grams of each family there are, in 2 bytes each."""
    grams: bytes
    gram_owners: bytes
    wholes: bytes
    whole_owners: bytes


class _Sealed(msgspec.Struct, array_like=True):
    digest: bytes
    memory: msgspec.Raw


class Remembered(msgspec.Struct, frozen=True):
    """What is kept of one family."""

    grams: frozenset[int]
    wholes: frozenset[int]


def make_memory(families: Mapping[str, Remembered], *, made_on: str, specimens: int) -> Memory:
    """Return the memory of some families."""
    labels = sorted(families)
    grams = sorted((gram, at) for at, one in enumerate(labels) for gram in families[one].grams)
    wholes = sorted((whole, at) for at, one in enumerate(labels) for whole in families[one].wholes)
    return Memory(
        made_on=made_on,
        specimens=specimens,
        families=tuple(labels),
        remembered=_packed("H", (len(families[one].grams) for one in labels)),
        grams=_packed("Q", (gram for gram, _ in grams)),
        gram_owners=_packed("H", (at for _, at in grams)),
        wholes=_packed("Q", (whole for whole, _ in wholes)),
        whole_owners=_packed("H", (at for _, at in wholes)),
    )


def write_memory(memory: Memory) -> bytes:
    """Return the file."""
    body = msgspec.msgpack.encode(memory)
    return msgspec.msgpack.encode(_Sealed(_digest(body), msgspec.Raw(body)))


def read_memory(data: bytes, origin: str) -> Memory:
    """Return what a file remembers.

    Raises:
        MalformedDocument: if it is no such file, not whole, or of another version.
    """
    try:
        sealed = msgspec.msgpack.decode(data, type=_Sealed)
        body = bytes(sealed.memory)
        if sealed.digest != _digest(body):
            raise MalformedDocument(f"{origin} is not whole: its digest is another")
        memory = msgspec.msgpack.decode(body, type=Memory)
    except msgspec.MsgspecError as error:
        raise MalformedDocument(f"{origin} is no memory of families: {error}") from error
    if (memory.format, memory.method) != (FORMAT, METHOD):
        raise MalformedDocument(
            f"{origin} is of version {memory.format}.{memory.method}, not {FORMAT}.{METHOD}",
            hint="Build it anew with airlock fingerprints build.",
        )
    if problem := _problem(memory):
        raise MalformedDocument(f"{origin} makes no sense: {problem}")
    return memory


def _problem(memory: Memory) -> str:
    count = len(memory.families)
    if len(memory.remembered) != 2 * count or count > _MOST_FAMILIES:
        return "another number of families than of counts"
    for numbers, owners in (
        (memory.grams, memory.gram_owners),
        (memory.wholes, memory.whole_owners),
    ):
        if len(numbers) % 8 or len(numbers) // 8 != len(owners) // 2 or len(owners) % 2:
            return "numbers without owners"
        if max(_numbers("H", owners), default=0) >= max(count, 1):
            return "an owner that is no family"
    return ""


def kept_memory(folder: Path) -> Path:
    """Return where a newer memory is kept in a folder of evidence, whether it is there or not."""
    return folder / "families.bin"


class FileFingerprints(Fingerprints):
    """Remembers what a file holds; reads it when it is first asked.

    Args:
        path: of the file; by default the one that comes with Airlock.
    """

    def __init__(self, path: Path = SUPPLIED) -> None:
        self.path = path

    @cached_property
    def memory(self) -> Memory:
        """The content of the file.

        Raises:
            MalformedDocument: if it cannot be read.
        """
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise MalformedDocument(f"{self.path} cannot be read: {error.strerror}") from error
        return read_memory(data, str(self.path))

    def likenesses(self, grams: Collection[int], wholes: Collection[int]) -> list[Likeness]:
        """Return every family with anything in common, the likest first."""
        memory = self.memory
        counts = _numbers("H", memory.remembered)
        shared = Counter(_owners(grams, memory.grams, memory.gram_owners))
        exact = set(_owners(wholes, memory.wholes, memory.whole_owners))
        found = [
            Likeness(
                family=memory.families[at],
                shared=shared[at],
                remembered=counts[at],
                exact=at in exact,
            )
            for at in shared.keys() | exact
        ]
        return sorted(found, key=lambda one: (-one.exact, -one.share, -one.shared, one.family))


def _owners(wanted: Iterable[int], numbers: bytes, owners: bytes) -> Iterator[int]:
    known, whose = _numbers("Q", numbers), _numbers("H", owners)
    for number in wanted:
        at = bisect.bisect_left(known, number)
        while at < len(known) and known[at] == number:
            yield whose[at]
            at += 1


def _numbers(code: str, data: bytes) -> "memoryview[int] | array[int]":
    if sys.byteorder == "little":
        return memoryview(data).cast(code)  # type: ignore[call-overload, no-any-return]
    turned = array(code, data)
    turned.byteswap()
    return turned


def _packed(code: str, numbers: Iterable[int]) -> bytes:
    made = array(code, numbers)
    if sys.byteorder != "little":
        made.byteswap()
    return made.tobytes()


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()[:_DIGEST_BYTES]
