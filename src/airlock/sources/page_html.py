"""The HTML form of a project's page (PEP 503, with 592, 629, 658, 714 and 792).

Read with the standard library's parser, start tags only: all that counts stands in attributes. An
index may be old, broken or hostile, and the tree that pypi_simple builds takes 400 ms of CPU for
5,000 links (this: 150 ms), quadratic time for anchors that are never closed, and loses the page to
one bad URL.

The file's name is the last part of its URL, as for pip and uv, not the text of the link.
"""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import unquote

from airlock.errors import InvalidName, UpstreamUnavailable
from airlock.model import ListedFile, ProjectName, Sha256
from airlock.sources.page import (
    Malformed,
    Page,
    check_filename,
    check_version,
    file_url,
    is_installable,
)
from airlock.sources.urls import followed

_SHA256 = re.compile(r"(?:^|&)sha256=([^&]*)", re.IGNORECASE)
_PREFIX = "pypi:"


def read_html(body: bytes, url: str, project: ProjectName, charset: str | None = None) -> Page:
    """Read a page.

    Args:
        body: the page.
        url: where it came from in the end, for relative URLs.
        project: whose page it is.
        charset: as the answer names it; UTF-8 if it names none that Python knows.

    Raises:
        UpstreamUnavailable: if it is in a version that we do not know, or no page at all.
    """
    tags = _Tags(url)
    try:
        tags.feed(_decoded(body, charset))
        tags.close()
    except AssertionError as error:
        # What the parser says of a declaration such as "<![:" that it cannot make sense of.
        raise UpstreamUnavailable(f"{url} is not a page: {error}") from error
    check_version(tags.meta.get("repository-version", "1.0"), url)
    files = []
    malformed = 0
    for anchor in tags.anchors:
        try:
            file = _listed(anchor, tags.base, project)
        except (Malformed, InvalidName):
            malformed += 1
            continue
        if file:
            files.append(file)
    return Page(
        files=tuple(files),
        malformed=malformed,
        status=tags.meta.get("project-status", "active"),
        status_reason=tags.meta.get("project-status-reason", ""),
    )


class _Tags(HTMLParser):
    """Collects the links, the base and what is said of the index itself."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.base = url
        self.meta: dict[str, str] = {}
        self.anchors: list[dict[str, str]] = []
        self._has_base = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            # The first of equal attributes counts (HTML, 13.2.5.33), so it is put in last.
            self.anchors.append({name: value or "" for name, value in reversed(attrs)})
        elif tag == "base":
            self._rebase(dict(attrs).get("href"))
        elif tag == "meta":
            values = {name: value or "" for name, value in reversed(attrs)}
            name = values.get("name", "")
            if name.startswith(_PREFIX):
                self.meta.setdefault(name.removeprefix(_PREFIX), values.get("content", ""))

    def _rebase(self, reference: str | None) -> None:
        """Resolve links against the first base that may be followed."""
        if reference is None or self._has_base:
            return
        try:
            self.base = followed(self.base, reference)
        except UpstreamUnavailable:
            return
        self._has_base = True


def _listed(anchor: Mapping[str, str], base: str, project: ProjectName) -> ListedFile | None:
    if "href" not in anchor:
        return None
    reference, fragment = anchor["href"].strip().partition("#")[::2]
    filename = unquote(reference.partition("?")[0].rpartition("/")[2])
    if not is_installable(filename):
        return None
    check_filename(filename, project)
    url = file_url(base, reference)
    provenance = anchor.get("data-provenance")
    metadata = anchor.get("data-core-metadata", anchor.get("data-dist-info-metadata", ""))
    return ListedFile(
        filename=filename,
        url=url,
        sha256=_sha256(fragment),
        requires_python=anchor.get("data-requires-python"),
        yanked=anchor.get("data-yanked"),
        metadata_sha256=_sha256(metadata),
        provenance=file_url(base, provenance) if provenance else None,
        signed=anchor.get("data-gpg-sig") == "true",
    )


def _sha256(text: str) -> Sha256 | None:
    found = _SHA256.search(text)
    return Sha256(found[1]) if found else None


def _decoded(body: bytes, charset: str | None) -> str:
    try:
        return body.decode(charset or "utf-8-sig", errors="replace")
    except (LookupError, ValueError):
        return body.decode("utf-8-sig", errors="replace")
