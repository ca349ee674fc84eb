"""Pages as bytes that are ready to be sent: rendered, compressed and tagged once.

- A page holds until something about its project changes (``gate.changes``), until its listing is
  due to be asked for again, or until a ruling changes by itself: whichever comes first.
- What is known of releases (advisories) is no change in the store: its mark is looked at once a
  second, and what was rendered under another one holds no more.
- Bytes are kept in the codings that were asked for, and never more than ``_MOST_BYTES`` of them:
  the project that nobody asked for longest goes first.
- Nothing here decides anything: what is kept is what the door said.
"""

import datetime as dt
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from airlock.gate.changes import Changes
from airlock.gate.index.encodings import Encoding
from airlock.gate.index.negotiation import Form
from airlock.model import ProjectName

_MOST_BYTES = 48 * 1024**2
_MOST_FILES = 20_000
# Private: who may read is decided here, not in a cache on the way.
_REVALIDATE = b"private, max-age=0, must-revalidate"
_ETAG_DIGITS = 32
_MARK_SECONDS = 1

Headers = list[tuple[bytes, bytes]]


class Body(NamedTuple):
    """One form of a page in one coding."""

    headers: Headers
    etag: bytes
    data: bytes


class Page:
    """The page of one project, in the forms and codings that were asked for.

    Args:
        serial: everything up to this change is in it.
        until: when it has to be made anew, in UTC.
        mark: of what was known when it was rendered (``Rendered.mark``).
    """

    def __init__(self, serial: int, until: dt.datetime, mark: str = "") -> None:
        self.serial = serial
        self.mark = mark
        self.until = until.timestamp()
        self.size = 0
        self._bodies: dict[tuple[Form, Encoding], Body] = {}

    def put(self, form: Form, body: bytes) -> None:
        """Take a rendered form."""
        self._add(form, Encoding.GZIP, body)

    def body(self, form: Form, encoding: Encoding) -> Body | None:
        """Return a form in a coding; ``None`` if the form was not rendered."""
        found = self._bodies.get((form, encoding))
        if found is None:
            packed = self._bodies.get((form, Encoding.GZIP))
            if packed is None:
                return None
            found = self._add(form, encoding, gzip.decompress(packed.data))
        return found

    def _add(self, form: Form, encoding: Encoding, body: bytes) -> Body:
        data = encoding.encode(body)
        digest = hashlib.sha256(body).hexdigest()[:_ETAG_DIGITS]
        etag = f'"{digest}{"-" if encoding.value else ""}{encoding.value}"'.encode()
        headers: Headers = [
            (b"content-type", form.content_type.encode()),
            (b"content-length", b"%d" % len(data)),
            (b"etag", etag),
            (b"vary", b"Accept, Accept-Encoding"),
            (b"cache-control", _REVALIDATE),
            (b"x-pypi-last-serial", b"%d" % self.serial),
        ]
        if encoding.value:
            headers.append((b"content-encoding", encoding.value.encode()))
        made = Body(headers, etag, data)
        self._bodies[form, encoding] = made
        self.size += len(data)
        return made


class Served(NamedTuple):
    """A file, or the core metadata beside it, that the door lets out."""

    project: ProjectName
    serial: int
    mark: str
    until: float
    path: Path
    size: int
    etag: str
    kind: bytes = b"application/octet-stream"


class Rendered:
    """Everything that is ready to be sent.

    Args:
        changes: tell what holds no more.
        known: tells which state of what is known of releases is in force.
        clock: gives the time in UTC.
    """

    def __init__(
        self, changes: Changes, known: Callable[[], str], clock: Callable[[], dt.datetime]
    ) -> None:
        self._changes = changes
        self._known = known
        self._mark = known()
        self._marked_at = 0.0
        self._clock = clock
        self._pages: OrderedDict[ProjectName, Page] = OrderedDict()
        self._files: OrderedDict[tuple[str, str], Served] = OrderedDict()
        self._size = 0
        self._counted: dict[ProjectName, int] = {}

    def page(self, project: ProjectName) -> Page | None:
        """Return the page of a project if it holds; every change has to be known."""
        page = self._pages.get(project)
        if page is None:
            return None
        if not self._holds(project, page):
            self._drop(project)
            return None
        self._pages.move_to_end(project)
        return page

    def put(self, project: ProjectName, page: Page) -> None:
        """Keep a page, and let go of those that nobody asks for."""
        self._drop(project)
        self._pages[project] = page
        self.note_size(project)

    def note_size(self, project: ProjectName) -> None:
        """Count the bytes of a page that is kept, which grow with the codings asked for."""
        size = self._pages[project].size
        self._size += size - self._counted.get(project, 0)
        self._counted[project] = size
        while self._size > _MOST_BYTES and len(self._pages) > 1:
            self._drop(next(iter(self._pages)))

    def _drop(self, project: ProjectName) -> None:
        if self._pages.pop(project, None) is not None:
            self._size -= self._counted.pop(project, 0)

    def file(self, sha256: str, filename: str) -> Served | None:
        """Return a file if the door's word on it holds; every change has to be known."""
        served = self._files.get((sha256, filename))
        if served is None:
            return None
        if not self._holds(served.project, served):
            del self._files[sha256, filename]
            return None
        return served

    def put_file(self, sha256: str, filename: str, served: Served) -> None:
        """Keep the door's word on a file."""
        self._files[sha256, filename] = served
        if len(self._files) > _MOST_FILES:
            self._files.popitem(last=False)

    def mark(self) -> str:
        """Return what stands for what is known of releases now; at most a second old."""
        now = self._clock().timestamp()
        if now - self._marked_at >= _MARK_SECONDS:
            self._mark, self._marked_at = self._known(), now
        return self._mark

    def _holds(self, project: ProjectName, made: Page | Served) -> bool:
        changed = self._changes.since(project, made.serial) or made.mark != self.mark()
        return not changed and self._clock().timestamp() < made.until
