"""Packages of conda, read as what they install: ``.conda``, and the older ``.tar.bz2``.

A ``.conda`` is a zip of ``metadata.json`` and two tars in zstd: ``pkg-…`` with the files, and
``info-…`` with what is said of them. A ``.tar.bz2`` is one tar of both.

- The same readers, limits and notes count as for every other container.
- Paths are those of a wheel, so that everything that knows wheels knows these: what goes to
  ``site-packages`` is at the top, commands are in ``<stem>.data/scripts``, the rest of the prefix
  is in ``<stem>.data/data``, and conda's own description in ``<stem>.conda-info``.
  ``installed_path`` says which path of the package becomes which.
- What is in the zip and in neither tar, conda does not see: an anomaly.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from airlock.archive.containers import Contents, read_container
from airlock.archive.formats import Format
from airlock.archive.interface import NESTED
from airlock.archive.members import HeldMember
from airlock.archive.places import Place
from airlock.archive.spans import Span
from airlock.archive.zip_reader import read_zip
from airlock.errors import ArchiveError
from airlock.model import ArtifactName, Severity

if TYPE_CHECKING:
    from airlock.archive.members import Found

LINK_SCRIPT = re.compile(
    r"[^/]+\.data/scripts/\.[^/]+-(?:pre-link|post-link|pre-unlink)\.(?:sh|bat)"
)
"""What conda runs when it installs or removes a package, under its path here."""
INFO_ENDING = ".conda-info"
_SITE = re.compile(r"(?:lib/python\d[\d.]*t?/|[Ll]ib/)?site-packages/(?P<rest>.+)")
_SCRIPTS = re.compile(r"(?:bin|[Ss]cripts|python-scripts)/(?P<rest>.+)")
_OWN = re.compile(r"(?P<stem>[^/]+)\.dist-info/")
_COMPONENT = re.compile(r"(?P<part>pkg|info)-(?P<stem>.+)\.tar\.zst")


def read_conda(span: Span, form: Format, name: ArtifactName, place: Place) -> Contents:
    """Read everything in a package of conda, under the paths that it is installed as."""
    contents = _of_zip(span, name, place) if form is Format.ZIP else _of_tar(span, form, place)
    stem = _stem(contents.own, name)
    for member in contents.all:
        outer, joint, inner = member.path.partition(NESTED)
        member.path = installed_path(outer, stem) + joint + inner
    return contents


def installed_path(path: str, stem: str) -> str:
    """Return what a path of a package becomes.

    Args:
        path: in the package, relative to the prefix that it is installed into.
        stem: ``<name>-<version>``, as the folders of a wheel are called.
    """
    if path.startswith("info/"):
        return f"{stem}{INFO_ENDING}{path[4:]}"
    if match := _SITE.fullmatch(path):
        return match["rest"]
    if match := _SCRIPTS.fullmatch(path):
        return f"{stem}.data/scripts/{match['rest']}"
    return f"{stem}.data/data/{path}"


def stem_of(paths: Sequence[str], name: ArtifactName) -> str:
    """Return how a package's own folders are called: as its ``.dist-info`` is, if it has one."""
    found = {match["stem"] for path in paths if (match := _OWN.match(path))}
    return found.pop() if len(found) == 1 else f"{name.project}-{name.version}"


def _stem(members: Sequence[HeldMember], name: ArtifactName) -> str:
    inner = (_SITE.fullmatch(member.path) for member in members)
    return stem_of([match["rest"] for match in inner if match], name)


def _of_tar(span: Span, form: Format, place: Place) -> Contents:
    if form is not Format.BZIP2:
        message = f"it is a {form}, and no package of conda"
        place.notes.add(Severity.HIGH, "wrong-container", message)
    return read_container(span, form, place)


def _of_zip(span: Span, name: ArtifactName, place: Place) -> Contents:
    contents = Contents()
    expected = name.filename.removesuffix(".conda")
    parts: list[str] = []
    for found in read_zip(span, place):
        path = found.member.path
        match = _COMPONENT.fullmatch(path)
        if match and match["stem"] == expected:
            parts.append(match["part"])
            _take_part(found, contents, place)
        elif path != "metadata.json":
            contents.own.append(found.member)
            contents.all.append(found.member)
            message = "conda passes it over: it is in neither of the package's tars"
            place.notes.add(Severity.HIGH, "conda-stray", message, path=path)
    if sorted(parts) != ["info", "pkg"]:
        told = ", ".join(sorted(parts)) or "none"
        message = f"there have to be one tar of files and one that describes them, and are: {told}"
        place.notes.add(Severity.HIGH, "conda-parts", message)
    return contents


def _take_part(found: "Found", contents: Contents, place: Place) -> None:
    path = found.member.path
    if found.format is not Format.ZSTD or found.span is None:
        message = "it is not in zstd, as conda unpacks it"
        place.notes.add(Severity.HIGH, "wrong-container", message, path=path, unread=True)
        return
    try:
        inside = read_container(found.span(), Format.ZSTD, place)
    except ArchiveError as error:
        place.notes.add(Severity.HIGH, "damaged-stream", str(error), path=path, unread=True)
        return
    contents.own += inside.own
    contents.all += inside.all
