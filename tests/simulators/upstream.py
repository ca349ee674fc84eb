"""A package index on loopback: a real HTTP server that can be told to misbehave.

It speaks PEP 503, 592, 629, 658, 691, 700, 714, 740 and 792 from what it is given in memory::

    with Upstream() as upstream:
        upstream.add(*make_wheel("flask", "1.0"))
        upstream.add(*make_sdist("flask", "1.0"), upload_time=None, yanked="broken")
        upstream.fault("/files/flask-1.0*", Fault.STATUS, 503, times=2)
        pip_install("--index-url", upstream.url, "flask")
        assert upstream.count("/files/flask-1.0-py3-none-any.whl") == 3

Pages are at ``/simple/<project>/``, files at ``/files/<filename>``, their core metadata at
``/files/<filename>.metadata``, their provenance at ``/integrity/<filename>``. Patterns are shell
patterns (``fnmatch``) over that path. All methods may be called while it serves. ``make_wheel``,
``make_sdist`` and ``make_build_backend`` come from ``packages`` and can be imported from here.
"""

import base64
import datetime as dt
import fnmatch
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from tests.simulators.packages import make_build_backend, make_sdist, make_wheel
from tests.simulators.upstream_changes import (
    FEED,
    XML,
    Told,
    render_changelog,
    render_feed,
    render_serials,
)
from tests.simulators.upstream_faults import ENTRY_FAULTS, Fault, Order, spoil, spoil_entry
from tests.simulators.upstream_pages import (
    HTML,
    JSON,
    Entry,
    Page,
    core_metadata_of,
    project_of,
    render,
    render_root,
    version_of,
)
from tests.simulators.upstream_server import Answer, Asked, LoopbackServer

__all__ = ["Fault", "Upstream", "make_build_backend", "make_sdist", "make_wheel"]

LONG_AGO = dt.datetime(2020, 2, 2, 12, 30, tzinfo=dt.UTC)


class Upstream:
    """An index in memory, served on loopback between ``with`` and its end.

    Attributes:
        asked: every request in the order of arrival: ``method``, ``path``, ``headers``.
        credentials: user and password that every request has to bring, or ``None``.
        relative: whether file URLs are relative to the page (``../../files/…``).
        api_version: what pages claim to be written in (PEP 629).
        tells: how it tells of changes: some of ``changelog``, ``feed`` and ``serials``.
        hidden: serials that are given and that nothing tells of yet.
    """

    def __init__(self, *, etags: bool = True, address: str = "127.0.0.1") -> None:
        self.asked: list[Asked] = []
        self.credentials: tuple[str, str] | None = None
        self.relative = False
        self.api_version = "1.4"
        self.tells: set[str] = set()
        self.hidden: set[int] = set()
        self.journal: list[Told] = []
        self._etags = etags
        self._pages: dict[str, Page] = {}
        self._raw: dict[str, Answer] = {}
        self._orders: list[Order] = []
        self._serial = 1000
        self._lock = threading.RLock()
        self._address = address
        self._server = LoopbackServer(self._answer, address=address)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.stop()

    @property
    def root(self) -> str:
        """The address of the server, without a slash at the end."""
        return f"http://{self._address}:{self._server.port}"

    @property
    def url(self) -> str:
        """The base URL of the index, as for ``--index-url``."""
        return f"{self.root}/simple/"

    def file_url(self, filename: str) -> str:
        """Return where a file is served."""
        return f"{self.root}/files/{filename}"

    def add(  # noqa: PLR0913
        self,
        filename: str,
        data: bytes,
        *,
        project: str | None = None,
        upload_time: dt.datetime | None = LONG_AGO,
        yanked: str | None = None,
        requires_python: str | None = None,
        core_metadata: bool | bytes = True,
        provenance: bytes | None = None,
        signature: bytes | None = None,
    ) -> str:
        """Offer a file, in place of one with that name, and return its SHA-256.

        ``yanked`` is the reason, perhaps empty. With ``core_metadata`` the page announces and the
        server serves a wheel's METADATA (PEP 658), or the bytes given; what is no wheel has none.
        What is given as ``provenance`` is announced and served as it is (PEP 740), and so is the
        OpenPGP ``signature``, at the address of the file with ``.asc`` (PEP 503).
        """
        metadata = core_metadata if isinstance(core_metadata, bytes) else None
        if core_metadata is True:
            metadata = core_metadata_of(filename, data)
        entry = Entry(
            filename=filename,
            data=data,
            upload_time=upload_time,
            yanked=yanked,
            requires_python=requires_python,
            metadata=metadata,
            provenance=provenance,
            signature=signature,
        )
        name = project_of(project or filename)
        version, at = version_of(filename), upload_time or LONG_AGO
        with self._lock:
            page = self._pages.setdefault(name, Page())
            known = {version_of(other) for other in page.entries}
            if not page.entries:
                self._tell(name, version, at, "create")
            if version not in known:
                self._tell(name, version, at, "new release")
            page.serial = self._tell(name, version, at, f"add py3 file {filename}")
            page.entries[filename] = entry
        return entry.sha256

    def _tell(self, name: str, version: str, at: dt.datetime, action: str) -> int:
        self._serial += 1
        self.journal.append(Told(name, version, at, action, self._serial))
        return self._serial

    def serial_of(self, project: str) -> int:
        """Return the serial of a project's last change."""
        with self._lock:
            return self._pages[project].serial

    def sha256(self, filename: str) -> str:
        """Return the digest of a file that is offered."""
        with self._lock:
            found = [p.entries[filename] for p in self._pages.values() if filename in p.entries]
        return found[0].sha256

    def remove(self, filename: str) -> None:
        """Withdraw a file: it is neither listed nor served any more."""
        with self._lock:
            self._serial += 1
            for page in self._pages.values():
                if page.entries.pop(filename, None):
                    page.serial = self._serial

    def delete(self, project: str) -> None:
        """Withdraw a project with everything in it."""
        with self._lock:
            del self._pages[project]
            self._tell(project, "", LONG_AGO, "remove project")

    def status(self, project: str, status: str, reason: str = "") -> None:
        """Mark a project (PEP 792): active, archived, quarantined, deprecated."""
        with self._lock:
            page = self._pages.setdefault(project_of(project), Page())
            page.status, page.reason = status, reason

    def raw(self, path: str, body: bytes, content_type: str = JSON, **headers: str) -> None:
        """Answer a path with these very bytes; underscores in names of headers become dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with self._lock:
            self._raw[path] = Answer(body=body, headers={"Content-Type": content_type, **named})

    def fault(
        self,
        pattern: str,
        kind: Fault | str,
        value: int | str | None = None,
        *,
        times: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Misbehave where a path matches: always, or for the next ``times`` requests."""
        with self._lock:
            self._orders.append(Order(pattern, Fault(kind), value, headers or {}, times))

    def reset(self) -> None:
        """Offer nothing, behave, and forget who asked: as new, at the same address."""
        with self._lock:
            self.credentials, self.relative, self.api_version = None, False, "1.4"
            for held in (self._pages, self._raw, self._orders, self.asked, self.journal):
                held.clear()
            self.tells.clear()
            self.hidden.clear()

    def heal(self) -> None:
        """Behave again, everywhere."""
        with self._lock:
            self._orders.clear()

    def count(self, pattern: str) -> int:
        """Return how many requests came for paths that match."""
        with self._lock:
            return sum(fnmatch.fnmatchcase(asked.path, pattern) for asked in self.asked)

    def forget(self) -> None:
        """Empty the log of requests."""
        with self._lock:
            self.asked.clear()

    def _answer(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
            answer = self._honest_answer(asked)
            for order in self._orders_for(asked.path):
                answer = spoil(answer, order, self.root + asked.path)
            return answer

    def _honest_answer(self, asked: Asked) -> Answer:
        if not self._may_enter(asked):
            return Answer(401, headers={"WWW-Authenticate": "Basic"})
        if asked.path in self._raw:
            return self._raw[asked.path]
        if (told := self._changes(asked)) is not None:
            return told
        for prefix, answer in (("/files/", self._file), ("/integrity/", self._provenance)):
            if asked.path.startswith(prefix):
                return answer(asked.path.removeprefix(prefix))
        if asked.path.startswith("/simple/"):
            return self._root(asked) if asked.path == "/simple/" else self._page(asked)
        return Answer(404)

    def _changes(self, asked: Asked) -> Answer | None:
        """Tell of changes, where that is asked for and done."""
        shown = [entry for entry in self.journal if entry.serial not in self.hidden]
        if asked.path == "/pypi" and "changelog" in self.tells and asked.body:
            return Answer(body=render_changelog(asked.body, shown), headers={"Content-Type": XML})
        if asked.path.startswith("/rss/") and "feed" in self.tells:
            feed = render_feed(shown, self.root, packages=asked.path.endswith("packages.xml"))
            return Answer(body=feed, headers={"Content-Type": FEED})
        return None

    def _may_enter(self, asked: Asked) -> bool:
        if self.credentials is None:
            return True
        secret = base64.b64encode(":".join(self.credentials).encode()).decode()
        return asked.headers.get("authorization") == f"Basic {secret}"

    def _file(self, filename: str) -> Answer:
        binary = {"Content-Type": "application/octet-stream"}
        for page in self._pages.values():
            if filename in page.entries:
                return Answer(body=page.entries[filename].data, headers=binary)
            entry = page.entries.get(filename.removesuffix(".metadata"))
            if entry and entry.metadata is not None:
                return Answer(body=entry.metadata, headers=binary)
            entry = page.entries.get(filename.removesuffix(".asc"))
            if entry and entry.signature is not None:
                return Answer(body=entry.signature, headers=binary)
        return Answer(404)

    def _provenance(self, filename: str) -> Answer:
        media_type = {"Content-Type": "application/vnd.pypi.integrity.v1+json"}
        for page in self._pages.values():
            entry = page.entries.get(filename)
            if entry and entry.provenance is not None:
                return Answer(body=entry.provenance, headers=media_type)
        return Answer(404)

    def _root(self, asked: Asked) -> Answer:
        """List the projects, as mirrors such as devpi ask."""
        as_html = JSON not in asked.headers.get("accept", "")
        if "serials" in self.tells and not as_html:
            serials = {
                name: page.serial
                for name, page in sorted(self._pages.items())
                if page.serial not in self.hidden
            }
            body = render_serials(serials, version=self.api_version)
            return Answer(body=body, headers={"Content-Type": JSON}).with_etag(asked)
        body = render_root(sorted(self._pages), version=self.api_version, as_html=as_html)
        return Answer(body=body, headers={"Content-Type": HTML if as_html else JSON})

    def _page(self, asked: Asked) -> Answer:
        name = asked.path.removeprefix("/simple/").rstrip("/")
        if project_of(name) != name or not asked.path.endswith("/"):
            return Answer(301, headers={"Location": f"{self.url}{project_of(name)}/"})
        page = self._pages.get(name)
        if page is None:
            return Answer(404)
        as_html = JSON not in asked.headers.get("accept", "")
        as_html |= bool(self._page_faults(asked.path, "", Fault.HTML_ONLY))
        base = "../../files/" if self.relative else f"{self.root}/files/"
        entries = [self._announced(asked.path, entry) for entry in page.entries.values()]
        body = render(name, page, entries, base=base, version=self.api_version, as_html=as_html)
        headers = {"Content-Type": HTML if as_html else JSON, "Vary": "Accept"}
        headers["X-PyPI-Last-Serial"] = str(page.serial)
        return (
            Answer(body=body, headers=headers).with_etag(asked)
            if self._etags
            else Answer(body=body, headers=headers)
        )

    def _announced(self, page: str, entry: Entry) -> Entry:
        for fault in self._page_faults(page, f"/files/{entry.filename}", *ENTRY_FAULTS):
            entry = spoil_entry(entry, fault)
        return entry

    def _page_faults(self, page: str, file: str, *kinds: Fault) -> set[Fault]:
        return {
            order.fault
            for order in self._orders
            if order.fault in kinds
            and any(fnmatch.fnmatchcase(path, order.pattern) for path in (page, file))
        }

    def _orders_for(self, path: str) -> list[Order]:
        found = []
        for order in self._orders:
            if fnmatch.fnmatchcase(path, order.pattern) and order.times != 0:
                order.times = order.times and order.times - 1
                found.append(order)
        return found
