"""Reads a container and the containers in it, each by the reader of its format.

Archives inside archives are opened because Python imports from them (``zipimport``) and programs
unpack them; no installer does, so one that is broken is of little weight (``notes``).
"""

from collections.abc import Iterator

from airlock.archive.formats import Format
from airlock.archive.interface import MemberKind
from airlock.archive.links import settle_links
from airlock.archive.members import Found, HeldMember, take
from airlock.archive.places import Place
from airlock.archive.spans import Span
from airlock.archive.streams import expand
from airlock.archive.tar_headers import BLOCK_BYTES, looks_like_header
from airlock.archive.tar_reader import read_tar
from airlock.archive.zip_reader import read_zip
from airlock.errors import ArchiveError
from airlock.model import Severity


class Contents:
    """What a container holds."""

    def __init__(self) -> None:
        self.own: list[HeldMember] = []
        """The members of the container itself."""
        self.all: list[HeldMember] = []
        """These and, after each archive among them, the members of that one."""


def read_container(span: Span, form: Format, place: Place) -> Contents:
    """Read everything in a container, down to the depth of the limits."""
    contents = Contents()
    for found in _members(span, form, place):
        contents.own.append(found.member)
        contents.all.append(found.member)
        if found.format is not None:
            contents.all += _nested(found, found.format, place)
    settle_links(contents.own, place, place.ground.budget.meter(span.size))
    return contents


def _members(span: Span, form: Format, place: Place) -> Iterator[Found]:
    if form is Format.ZIP:
        return read_zip(span, place)
    if form is Format.TAR:
        return read_tar(span, place)
    return _compressed(span, form, place)


def _compressed(span: Span, form: Format, place: Place) -> Iterator[Found]:
    """Read a compressed tar, or, if it is nested, a single compressed file."""
    plain = expand(span, form, place, place.ground.budget.meter(span.size))
    if place.depth == 0 or looks_like_header(plain.read(0, BLOCK_BYTES)):
        yield from read_tar(plain, place, paid=True)
    elif plain.size:
        yield _single(plain, place)


def _single(plain: Span, place: Place) -> Found:
    meter = place.ground.budget.meter(plain.size)
    meter.free = True
    taken = take(plain.chunks(), meter)
    if taken.limit is not None:
        place.stopped(taken.limit)
    name = place.prefix.rstrip("!/").rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    member = HeldMember(
        path=place.prefix + stem, kind=MemberKind.FILE, size=taken.size, sha256=taken.sha256
    )
    member.hold(lambda: plain.read(0, taken.size), lambda: plain.chunks(0, taken.size))
    return Found(member, taken.format, lambda: plain)


def _nested(found: Found, form: Format, place: Place) -> list[HeldMember]:
    """Read an archive that is a member; a broken one costs nothing but a note."""
    member, limits = found.member, place.ground.limits
    inside = place.inside(member.path)
    if found.span is None or member.sha256 is None:
        return []
    if inside.depth > limits.depth:
        message = f"an archive at depth {inside.depth} was not opened"
        inside.notes.add(Severity.LOW, "nested-too-deep", message)
        return []
    if member.size > limits.nested_bytes:
        message = f"a nested archive of {member.size:,} bytes was not opened"
        inside.notes.stopped("nested-too-large", message)
        return []
    try:
        return read_container(found.span(), form, inside).all
    except ArchiveError as error:
        inside.notes.add(Severity.LOW, "nested-broken", str(error))
        return []
