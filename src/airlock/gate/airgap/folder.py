"""The folder in which things are carried.

::

    airlock.json                          what is in it, project by project, as its index told it
    files/<sha256>/<name>                 the files
    files/<sha256>/<name>.provenance      who published one, as its index gave it (PEP 740)
    files/<sha256>/<name>.asc             its OpenPGP signature
    simple/<project>/                     an index of them that pip reads from the folder as it is
    trust/<name>.json                     what developers signed, and who vouches for their keys

- A path is made of a digest and a file name that were validated, never of what the folder says.
- Whoever made the folder may have put anything in the place of a file: a link to a secret of this
  machine, a pipe that never ends. Only a plain file that lies in the folder is read (``plain``).
"""

import contextlib
import datetime as dt
import html
import os
import stat
from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import quote

import msgspec

from airlock.errors import MalformedDocument, NotVerified, TargetNotFound, UsageError
from airlock.model import ArtifactName, ListedFile, ProjectListing, ProjectName, Sha256, wire
from airlock.pinning import SUFFIX
from airlock.sources.urls import index_url
from airlock.store.papers import PaperKind

MANIFEST = "airlock.json"
FORM = 1
TRUST = "trust"
_LARGEST_MANIFEST_BYTES = 1024**3
_SUFFIXES = {PaperKind.PROVENANCE: ".provenance", PaperKind.SIGNATURE: SUFFIX}


class CarriedPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A document that travels beside a file."""

    kind: PaperKind
    sha256: Sha256
    """Of the file."""
    filename: str
    document: Sha256
    """Of the document."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a folder."""

    form: int
    """Of the folder; raised when an older gate could not read it."""
    made_at: dt.datetime
    projects: tuple[ProjectListing, ...]
    papers: tuple[CarriedPaper, ...] = ()
    claimed: tuple[ProjectName, ...] = ()
    """The projects whose developers sign."""


def read_manifest(folder: Path) -> Manifest:
    """Return what a folder says of itself.

    Raises:
        TargetNotFound: if it is no such folder.
        MalformedDocument: if it cannot be read.
        NotVerified: if something else is in its place.
    """
    path = folder / MANIFEST
    try:
        path = plain(folder, path)
        if path.stat().st_size > _LARGEST_MANIFEST_BYTES:
            raise MalformedDocument(f"{path} is too large to be one of ours")
        data = path.read_bytes()
    except OSError as error:
        raise TargetNotFound(
            f"{path} cannot be read: {error.strerror}", hint="airlock export makes such a folder."
        ) from error
    manifest = wire.decode(data, Manifest)
    for source in {one.source for one in manifest.projects if one.source is not None}:
        _require_index(source)
    if manifest.form != FORM:
        raise MalformedDocument(
            f"{path} has form {manifest.form}, and this gate reads {FORM}",
            hint="A newer Airlock wrote it.",
        )
    return manifest


def _require_index(source: str) -> None:
    try:
        index_url(source)
    except UsageError as error:
        raise MalformedDocument(f"{MANIFEST} names no index: {error}") from error


def plain(folder: Path, path: Path) -> Path:
    """Return the path of a file in a folder; whether it is there is for its reader to tell.

    Raises:
        NotVerified: if it leads out of the folder, or is no plain file.
    """
    told = path.relative_to(folder) if path.is_relative_to(folder) else path.name
    # Of links that lead in a circle it returns one of them.
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        raise NotVerified(f"{told} leads out of the folder")
    with contextlib.suppress(OSError):
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotVerified(f"{told} is no plain file")
    return path


def digest_of(file: ListedFile) -> Sha256:
    """Return the digest of a file.

    Raises:
        MalformedDocument: if it has none.
    """
    if file.sha256 is None:
        raise MalformedDocument(f"{file.filename[:200]} has no digest")
    return Sha256(file.sha256)


def place(folder: Path, project: ProjectName, file: ListedFile) -> Path:
    """Return where a file of a project lies.

    Raises:
        MalformedDocument: if it is a file of another project, or has no digest.
        InvalidFilename: if its name is none.
        NotVerified: if something else is in its place.
    """
    return plain(folder, folder / "files" / digest_of(file) / named(project, file).filename)


def named(project: ProjectName, file: ListedFile) -> ArtifactName:
    """Return the name of a file of a project.

    Raises:
        MalformedDocument: if it is a file of another project.
        InvalidFilename: if its name is none.
    """
    name = ArtifactName.parse(file.filename)
    if name.project != project:
        raise MalformedDocument(f"{file.filename} is not a file of {project}")
    return name


def beside(path: Path, kind: PaperKind) -> Path:
    """Return where a document of a file lies."""
    return path.with_name(f"{path.name}{_SUFFIXES[kind]}")


def read_paper(path: Path, paper: CarriedPaper, most_bytes: int) -> bytes:
    """Return a document that travels beside a file.

    Raises:
        NotVerified: if it is not the one that was carried out.
    """
    # Beside the file, that is: in a folder of its own.
    found = plain(path.parent, beside(path, paper.kind))
    try:
        with found.open("rb") as stream:
            data = stream.read(most_bytes + 1)
    except OSError as error:
        raise NotVerified(
            f"the {paper.kind} of {path.name} is announced, and cannot be read: {error.strerror}"
        ) from error
    if len(data) > most_bytes or Sha256.of(data) != paper.document:
        raise NotVerified(f"the {paper.kind} of {path.name} is not the one that was carried out")
    return data


def write_page(
    folder: Path, project: ProjectName, files: Sequence[ListedFile], signed: Collection[str]
) -> None:
    """Write the page of a project for pip.

    Args:
        folder: of the export.
        project: whose page it is.
        files: of it.
        signed: the names of those with a signature beside them.
    """
    made = folder / "simple" / project
    made.mkdir(parents=True, exist_ok=True)
    links = "\n".join(_link(file, signed=file.filename in signed) for file in files)
    (made / "index.html").write_text(
        f"<!DOCTYPE html>\n<title>{project}</title>\n{links}\n", encoding="utf-8"
    )


def _link(file: ListedFile, *, signed: bool) -> str:
    url = f"../../files/{file.sha256}/{quote(file.filename)}#sha256={file.sha256}"
    more = ' data-gpg-sig="true"' if signed else ""
    if file.requires_python is not None:
        more += f' data-requires-python="{html.escape(file.requires_python)}"'
    return f'<a href="{html.escape(url)}"{more}>{html.escape(file.filename)}</a><br>'
