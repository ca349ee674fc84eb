"""Tar entries to members."""

from collections.abc import Iterator

from airlock.archive import tar_headers as tar
from airlock.archive.budget import Meter
from airlock.archive.interface import MemberKind
from airlock.archive.members import Found, HeldMember, take
from airlock.archive.places import Place
from airlock.archive.spans import Span
from airlock.archive.tar_entries import TarEntry
from airlock.archive.tar_walk import TarWalk
from airlock.model import Severity

_KINDS = {
    tar.DIRECTORY: MemberKind.DIRECTORY,
    tar.SYMBOLIC_LINK: MemberKind.SYMLINK,
    tar.HARD_LINK: MemberKind.HARDLINK,
} | dict.fromkeys(tar.SPECIAL, MemberKind.SPECIAL)
_SETUID, _SETGID = 0o4000, 0o2000


def read_tar(span: Span, place: Place, *, paid: bool = False) -> Iterator[Found]:
    """Iterate over the members of an uncompressed tar.

    Args:
        span: the tar.
        place: where it is.
        paid: whether its bytes were counted already, when they were unpacked. Entries that share
            their bytes with others are counted all the same.
    """
    meter = place.ground.budget.meter(span.size)
    for entry in TarWalk(span, place.notes, meter).entries():
        meter.free = paid and not entry.hidden
        path = place.judge.settle(entry.name)
        kind = _KINDS.get(entry.kind, MemberKind.FILE)
        if not path:
            if kind is MemberKind.DIRECTORY:
                continue  # the root itself, as in "./"
            path = "unnamed"
        _tell(entry, kind, path, place)
        if kind is MemberKind.FILE:
            yield _file(entry, path, span, place, meter)
        else:
            link = entry.link if kind in (MemberKind.SYMLINK, MemberKind.HARDLINK) else ""
            yield Found(
                HeldMember(path=place.prefix + path, kind=kind, mode=entry.mode & 0o7777, link=link)
            )


def _file(entry: TarEntry, path: str, span: Span, place: Place, meter: Meter) -> Found:
    content = span.slice(entry.data_at, entry.size)
    taken = take(content.chunks(), meter, told_bytes=content.size)
    if taken.limit is not None:
        place.stopped(taken.limit, path)
    size = taken.size
    member = HeldMember(
        path=place.prefix + path,
        kind=MemberKind.FILE,
        size=size,
        sha256=taken.sha256 if size == entry.size else None,
        mode=entry.mode & 0o7777,
    )
    member.hold(lambda: content.read(0, size), lambda: content.chunks(0, size))
    return Found(member, taken.format, lambda: content.slice(0, size))


def _tell(entry: TarEntry, kind: MemberKind, path: str, place: Place) -> None:
    notes = place.notes
    for quirk in entry.quirks:
        notes.add(quirk.severity, quirk.code, quirk.message, path=path, unread=quirk.unread)
    if kind is MemberKind.SPECIAL:
        message = "a device, FIFO or socket has no place in a release"
        notes.add(Severity.HIGH, "special-file", message, path=path)
    if kind is MemberKind.FILE and entry.mode & _SETUID:
        message = "a file that runs with the rights of its owner (setuid)"
        notes.add(Severity.MEDIUM, "setuid", message, path=path)
    elif kind is MemberKind.FILE and entry.mode & _SETGID:
        message = "a file that runs with the rights of its group (setgid)"
        notes.add(Severity.LOW, "setgid", message, path=path)
