"""What a page of an index says, once it was read; the rules that both of its forms share.

Invariants:

- One entry that makes no sense never costs the page: it is left out and counted. A file that is
  not listed cannot be installed, so leaving out is the safe side.
- Files that pip does not install (eggs, installers, signatures) are left out and not counted.
- A file of another project is malformed: its name, not the page that it is on, decides what an
  installer takes it for.
"""

import re

import msgspec

from airlock.errors import InvalidFilename, InvalidName, UpstreamUnavailable
from airlock.model import ArtifactName, ListedFile, ProjectName
from airlock.sources.urls import followed

# A URL that needs no resolving, so that the thousands on a page cost a match each.
_PLAIN_URL = re.compile(r"https?://[a-z0-9.-]+/[!\"$-~]*", re.ASCII)
_INSTALLABLE = (".whl", *ArtifactName.SDIST_SUFFIXES)
_VERSION = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})", re.ASCII)
_OUR_MAJOR = 1


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a project's page; the fields are those of ``ProjectListing``."""

    files: tuple[ListedFile, ...]
    malformed: int
    status: str = "active"
    status_reason: str = ""
    last_serial: int | None = None


class Malformed(ValueError):
    """An entry of a page makes no sense; never leaves the readers of pages."""


def check_version(text: str, url: str) -> None:
    """Refuse a page that is written in a version of the interface that we cannot know (PEP 629).

    Raises:
        UpstreamUnavailable: if its major version is not ours; a newer minor one is fine.
    """
    found = _VERSION.fullmatch(text)
    if not found or int(found[1]) != _OUR_MAJOR:
        raise UpstreamUnavailable(
            f"{url} speaks version {text[:40]!r} of the simple API, and Airlock reads "
            f"{_OUR_MAJOR}.x",
            hint="A newer Airlock may read it.",
        )


def is_installable(filename: str) -> bool:
    """Return whether a file is of a kind that installers take."""
    return filename.endswith(_INSTALLABLE)


def check_filename(filename: str, project: ProjectName) -> None:
    """Refuse a file name that is not one of the project's.

    Raises:
        Malformed: if it is not.
    """
    try:
        name = ArtifactName.parse(filename)
    except (InvalidFilename, InvalidName) as error:
        raise Malformed(str(error)) from error
    if name.project != project:
        raise Malformed(f"{filename} is not a file of {project}")


def file_url(base: str, reference: str) -> str:
    """Return the absolute URL of a file, without a fragment.

    Raises:
        Malformed: if it is none that may be followed.
    """
    if _PLAIN_URL.fullmatch(reference) and reference.startswith(base[: base.index(":") + 1]):
        return reference
    try:
        return followed(base, reference).partition("#")[0]
    except UpstreamUnavailable as error:
        raise Malformed(str(error)) from error
