"""The simple API rendered (PEP 503, 691, 592, 629, 658, 700, 714, 740, 752, 792).

JSON is version 1.5, which is 1.4 with namespaces (PEP 752); HTML stays at 1.4.

Pure, from values to bytes. The HTML form is frozen (PEP 833): what came later is in JSON only.
Addresses are relative, so that the same bytes are right under every name of the gate.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

import msgspec

from airlock.gate.index.negotiation import Form
from airlock.model import ListedFile, ProjectListing, ProjectName
from airlock.model.ownership import Namespace

_API_VERSION = "1.5"
_HTML_VERSION = "1.4"
_BEFORE_SIZES = "1.0"
"""PEP 700 makes sizes obligatory from 1.1 on; an upstream without them cannot be upgraded."""


class Told(msgspec.Struct, frozen=True):
    """What a page tells beside upstream's listing."""

    namespaces: tuple[Namespace, ...] = ()
    """That the project is in (PEP 752)."""
    serial: int | None = None
    """Of the latest change that this gate knows of."""


def file_url(file: ListedFile) -> str:
    """Return where we serve a file, relative to its project's page."""
    return f"../../files/{file.sha256}/{quote(file.filename)}"


def provenance_url(project: ProjectName, version: str, filename: str) -> str:
    """Return where we serve the provenance of a file, relative to its project's page."""
    return f"../../integrity/{project}/{quote(version)}/{quote(filename)}/provenance"


def project_page(
    listing: ProjectListing, files: Sequence[ListedFile], form: Form, told: Told | None = None
) -> bytes:
    """Return the page of a project with those of its files that the door lets be listed.

    Args:
        listing: what is offered.
        files: the files to list; each has a SHA-256.
        form: the form that the client asked for.
        told: what else there is to tell.
    """
    if form is Form.JSON:
        return msgspec.json.encode(_project_document(listing, files, told or Told()))
    return _project_html(listing, files)


def root_page(
    projects: Iterable[ProjectName], form: Form, serials: Mapping[ProjectName, int]
) -> bytes:
    """Return the page of all projects that are known here, with the serials of their changes."""
    if form is Form.JSON:
        names = [
            {"name": str(project), "_last-serial": serials.get(project, 0)} for project in projects
        ]
        meta = {"api-version": _API_VERSION, "_last-serial": max(serials.values(), default=0)}
        return msgspec.json.encode({"meta": meta, "projects": names})
    links = "\n".join(f'<a href="{project}/">{project}</a><br>' for project in projects)
    return _html("Simple index", _HTML_VERSION, "", links)


def _version(newest: str, files: Iterable[ListedFile]) -> str:
    return newest if all(file.size is not None for file in files) else _BEFORE_SIZES


def _project_document(
    listing: ProjectListing, files: Sequence[ListedFile], told: Told
) -> dict[str, Any]:
    from airlock.sources.selection import versions_of

    meta: dict[str, Any] = {"api-version": _version(_API_VERSION, files)}
    serial = told.serial if told.serial is not None else listing.last_serial
    if serial is not None:
        meta["_last-serial"] = serial
    document = {
        "meta": meta,
        "name": str(listing.project),
        "namespaces": told.namespaces or None,
        "versions": versions_of(files),
        "files": [_file_document(listing.project, file) for file in files],
    }
    if listing.status != "active":
        document["project-status"] = {
            "status": listing.status,
            **({"reason": listing.status_reason} if listing.status_reason else {}),
        }
    return document


def _file_document(project: ProjectName, file: ListedFile) -> dict[str, Any]:
    document: dict[str, Any] = {
        "filename": file.filename,
        "url": file_url(file),
        "hashes": {"sha256": str(file.sha256)},
        "yanked": file.yanked or file.yanked is not None,
    }
    if file.metadata_sha256 is not None:
        digests = {"sha256": str(file.metadata_sha256)}
        document |= {"core-metadata": digests, "dist-info-metadata": digests}
    if file.requires_python is not None:
        document["requires-python"] = file.requires_python
    if file.size is not None:
        document["size"] = file.size
    if file.upload_time is not None:
        document["upload-time"] = timestamp(file.upload_time)
    if file.provenance is not None:
        document["provenance"] = _provenance(project, file)
    if file.signed:
        document["gpg-sig"] = True
    return document


def _provenance(project: ProjectName, file: ListedFile) -> str:
    from airlock.sources.selection import version_of

    return provenance_url(project, version_of(file), file.filename)


def timestamp(time: dt.datetime) -> str:
    """Return a time as PEP 700 writes it: UTC, with microseconds and ``Z``."""
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _project_html(listing: ProjectListing, files: Sequence[ListedFile]) -> bytes:
    status = ""
    if listing.status != "active":
        status = _meta("pypi:project-status", listing.status)
        if listing.status_reason:
            status += _meta("pypi:project-status-reason", listing.status_reason)
    links = "\n".join(_link(listing.project, file) for file in files)
    return _html(f"Links for {listing.project}", _version(_HTML_VERSION, files), status, links)


def _link(project: ProjectName, file: ListedFile) -> str:
    attributes = [f'href="{file_url(file)}#sha256={file.sha256}"']
    if file.requires_python is not None:
        attributes.append(f'data-requires-python="{escape(file.requires_python)}"')
    if file.metadata_sha256 is not None:
        digest = f'"sha256={file.metadata_sha256}"'
        attributes += [f"data-core-metadata={digest}", f"data-dist-info-metadata={digest}"]
    if file.provenance is not None:
        attributes.append(f'data-provenance="{escape(_provenance(project, file))}"')
    if file.signed:
        attributes.append('data-gpg-sig="true"')
    if file.yanked is not None:
        attributes.append(f'data-yanked="{escape(file.yanked)}"')
    return f"<a {' '.join(attributes)}>{escape(file.filename)}</a><br>"


def _meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{escape(content)}">\n'


def _html(title: str, version: str, head: str, body: str) -> bytes:
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"{_meta('pypi:repository-version', version)}{head}"
        f"<title>{escape(title)}</title>\n</head>\n"
        f"<body>\n<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    ).encode()
