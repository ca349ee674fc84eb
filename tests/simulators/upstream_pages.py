"""What the simulated index knows of a project, and its page: JSON (PEP 691), HTML (PEP 503)."""

import datetime as dt
import hashlib
import html
import io
import json
import re
import zipfile
from collections.abc import Sequence

import msgspec

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "application/vnd.pypi.simple.v1+html"


class Entry(msgspec.Struct, kw_only=True):
    """One file, and what its page says of it."""

    filename: str
    data: bytes
    upload_time: dt.datetime | None
    yanked: str | None
    requires_python: str | None
    metadata: bytes | None
    provenance: bytes | None = None
    signature: bytes | None = None
    announced: str | None = None
    tell_size: bool = True

    @property
    def sha256(self) -> str:
        """The digest of the file."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def hashes(self) -> dict[str, str]:
        """The digests that the page announces, true or not."""
        digest = self.sha256 if self.announced is None else self.announced
        return {"sha256": digest} if digest else {}

    @property
    def metadata_hashes(self) -> dict[str, str] | None:
        """The digests of the core metadata, if there is any to be had."""
        if self.metadata is None:
            return None
        return {"sha256": hashlib.sha256(self.metadata).hexdigest()}


class Page(msgspec.Struct):
    """One project."""

    entries: dict[str, Entry] = {}
    status: str = ""
    reason: str = ""
    serial: int = 0


def project_of(text: str) -> str:
    """Return the normalised project of a name or of a file name."""
    if text.endswith((".whl", ".egg", ".exe")):
        text = text.split("-", maxsplit=1)[0]
    elif text.endswith((".tar.gz", ".zip", ".tar.bz2", ".tgz")):
        text = text.rpartition("-")[0]
    return re.sub(r"[-_.]+", "-", text).lower()


def core_metadata_of(filename: str, data: bytes) -> bytes | None:
    """Return a wheel's METADATA; ``None`` if it has none or is no wheel."""
    if not filename.endswith(".whl"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
            return archive.read(found[0]) if found else None
    except zipfile.BadZipFile:
        return None


def render(  # noqa: PLR0913
    name: str, page: Page, entries: Sequence[Entry], *, base: str, version: str, as_html: bool
) -> bytes:
    """Return the page of a project."""
    if as_html:
        return _as_html(name, page, entries, base, version)
    meta = {"api-version": version, "_last-serial": page.serial}
    document: dict[str, object] = {"meta": meta, "name": name}
    if page.status:
        document["project-status"] = {"status": page.status, "reason": page.reason}
    document["versions"] = sorted({version_of(entry.filename) for entry in entries})
    document["files"] = [_file(entry, base) for entry in entries]
    return json.dumps(document).encode()


def render_root(names: Sequence[str], *, version: str, as_html: bool) -> bytes:
    """Return the list of projects."""
    if as_html:
        links = "\n".join(f'<a href="{name}/">{name}</a><br>' for name in names)
        return f"<!DOCTYPE html>\n<html><body>\n{links}\n</body></html>\n".encode()
    projects = [{"name": name} for name in names]
    return json.dumps({"meta": {"api-version": version}, "projects": projects}).encode()


def version_of(filename: str) -> str:
    """Return the version in a file name."""
    if filename.endswith(".whl"):
        return filename.split("-")[1]
    return re.sub(r"\.(tar\.gz|zip|tar\.bz2|tgz)$", "", filename).rpartition("-")[2]


def _file(entry: Entry, base: str) -> dict[str, object]:
    row: dict[str, object] = {
        "filename": entry.filename,
        "url": base + entry.filename,
        "hashes": entry.hashes,
        "yanked": entry.yanked or entry.yanked is not None,
        "core-metadata": entry.metadata_hashes or False,
        "data-dist-info-metadata": entry.metadata_hashes or False,
    }
    if entry.provenance is not None:
        row["provenance"] = base.replace("/files/", "/integrity/") + entry.filename
    if entry.signature is not None:
        row["gpg-sig"] = True
    if entry.requires_python:
        row["requires-python"] = entry.requires_python
    if entry.tell_size:
        row["size"] = len(entry.data)
    if entry.upload_time:
        time = entry.upload_time.astimezone(dt.UTC)
        row["upload-time"] = time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return row


def _as_html(name: str, page: Page, entries: Sequence[Entry], base: str, version: str) -> bytes:
    head = [f'<meta name="pypi:repository-version" content="{html.escape(version)}">']
    if page.status:
        head += [f'<meta name="pypi:project-status" content="{html.escape(page.status)}">']
        reason = html.escape(page.reason)
        head += [f'<meta name="pypi:project-status-reason" content="{reason}">']
    links = [f"    {_link(entry, base)}<br>" for entry in entries]
    lines = ["<!DOCTYPE html>", "<html>", "  <head>", *head, f"    <title>{name}</title>"]
    return "\n".join([*lines, "  </head>", "  <body>", *links, "  </body>", "</html>"]).encode()


def _link(entry: Entry, base: str) -> str:
    fragment = "".join(f"#{kind}={digest}" for kind, digest in entry.hashes.items())
    attributes = {"href": f"{base}{entry.filename}{fragment}"}
    if entry.requires_python:
        attributes["data-requires-python"] = entry.requires_python
    if entry.yanked is not None:
        attributes["data-yanked"] = entry.yanked
    if entry.provenance is not None:
        attributes["data-provenance"] = base.replace("/files/", "/integrity/") + entry.filename
    if entry.signature is not None:
        attributes["data-gpg-sig"] = "true"
    if entry.metadata_hashes:
        digest = f"sha256={entry.metadata_hashes['sha256']}"
        attributes["data-core-metadata"] = attributes["data-dist-info-metadata"] = digest
    text = " ".join(f'{key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"<a {text}>{html.escape(entry.filename)}</a>"
