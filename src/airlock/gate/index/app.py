"""The routes of the gate. Every path to a byte of a package leads through ``Intake.ruling``.

======================================  ==========================================================
``/``                                   how to use this gate
``/simple/``                            the projects that are known here
``/simple/{project}/``                  the files of a project that the door lets be listed
``/files/{sha256}/{filename}``          the vetted bytes, or 403 with the verdict in the reason
``/verdicts/{sha256}``                  the verdict and its evidence, as a page or as JSON
``/names/…``, ``/api/names…``           to whom names belong (``names``)
``/api/users``, ``/api/tokens``, …      people, roles, tokens, the log (``people``)
``/health``                             200 as long as the store answers
======================================  ==========================================================

A name is ruled on before any upstream is asked for it: one that belongs here is never asked, and of
one that its checks hold or refuse nothing is fetched (docs/decisions/0006).
"""

import contextlib
import itertools
from collections.abc import AsyncIterator, Callable, Iterable

import anyio.to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from airlock.errors import AirlockError, ProjectNotFound, TargetNotFound
from airlock.gate.access import Access
from airlock.gate.door import Asked, Door, Ruling
from airlock.gate.index import answers, name_answers, pages
from airlock.gate.index.entrance import Entrance, require
from airlock.gate.index.names import NameRoutes
from airlock.gate.index.negotiation import Form, choose
from airlock.gate.index.people import PeopleRoutes
from airlock.gate.intake import Intake
from airlock.gate.listings import Listings
from airlock.gate.names import NameRuling, Names
from airlock.gate.phantoms import Phantoms
from airlock.model import Decision, ListedFile, ProjectListing, ProjectName, Release, Sha256
from airlock.model.access import Action
from airlock.model.name_verdict import NameVerdict
from airlock.sources.interface import Index
from airlock.store import Blobs, Store

# Every use is ruled on anew: a waiver ends, a check learns. The digest makes that a 304.
_RULED_EACH_TIME = "private, no-cache"
_REVALIDATE = "max-age=0, must-revalidate"
# Files of one listing that older checks kept out and that are looked at again in the background.
_REVISITED = 4
# Of each table on the home page.
_SHOWN = 50


class Gate:
    """The parts of a running gate, and what its routes do.

    Args:
        index: upstream.
        store: what is known.
        blobs: what is kept.
        door: that rules.
        listings: upstream's pages.
        intake: that vets.
        names: rules on names.
        phantoms: counts who asks for names that upstream does not have.
        about_names: the routes about names.
        about_people: the routes about people.
        access: knows who may do what.
    """

    def __init__(  # noqa: PLR0913 - these are the parts
        self,
        *,
        index: Index,
        store: Store,
        blobs: Blobs,
        door: Door,
        listings: Listings,
        intake: Intake,
        names: Names,
        phantoms: Phantoms,
        about_names: NameRoutes,
        about_people: PeopleRoutes,
        access: Access,
    ) -> None:
        self._index = index
        self._store = store
        self._blobs = blobs
        self._door = door
        self._listings = listings
        self._intake = intake
        self._names = names
        self._phantoms = phantoms
        self._about_names = about_names
        self._about_people = about_people
        self._access = access

    def app(self) -> Starlette:
        """Return the ASGI application."""
        return Starlette(
            routes=[
                Route("/", self.home),
                Route("/simple/", self.root),
                Route("/simple", _to("/simple/")),
                Route("/simple/{project}/", self.project),
                Route("/simple/{project}", self.project_without_slash),
                Route("/files/{sha256}/{filename}", self.file),
                Route("/verdicts/{sha256}", self.verdict),
                *self._about_names.routes(),
                *self._about_people.routes(),
                Route("/static/airlock.css", answers.stylesheet),
                Route("/health", self.health),
            ],
            middleware=[Middleware(Entrance, access=self._access)],
            exception_handlers={AirlockError: answers.of_error},
            lifespan=self._lifespan,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        async with self._index:
            self._phantoms.start()
            try:
                yield
            finally:
                await self._phantoms.close()
                await self._intake.close()
                await self._listings.close()
                self._blobs.close()
                self._store.close()

    async def home(self, request: Request) -> Response:
        """Tell how to use this gate, and what it refused and held lately."""
        await require(request, Action.READ)
        standings = await anyio.to_thread.run_sync(
            lambda: self._store.recent_verdicts(decision=None, limit=_SHOWN)
        )
        held = await anyio.to_thread.run_sync(self._held_names)
        return answers.home(request, standings, held)

    def _held_names(self) -> list[NameVerdict]:
        strict = (Decision.REFUSE, Decision.HOLD)
        return [name for one in strict for name in self._store.names_decided(one, limit=_SHOWN)]

    async def root(self, request: Request) -> Response:
        """List the projects that are known here (PEP 503)."""
        form = choose(request.headers.get("accept"))
        if form is None:
            return answers.not_acceptable()
        await require(request, Action.READ)
        projects = await anyio.to_thread.run_sync(self._store.projects)
        return _page(pages.root_page(projects, form), form)

    async def project_without_slash(self, request: Request) -> Response:
        """Send to the page's one address."""
        project = ProjectName(request.path_params["project"])
        return RedirectResponse(f"/simple/{project}/", status_code=301)

    async def project(self, request: Request) -> Response:
        """List the files of a project that the door lets be listed."""
        spelled = request.path_params["project"]
        project = ProjectName(spelled)
        if spelled != project:
            return RedirectResponse(f"/simple/{project}/", status_code=301)
        form = choose(request.headers.get("accept"))
        if form is None:
            return answers.not_acceptable()
        await require(request, Action.READ, project)
        ruling = await anyio.to_thread.run_sync(self._names.ruling, project)
        if not self._names.asks_upstream(ruling.holding):
            return name_answers.not_served(request, ruling.holding)
        listing = await self._listing(request, ruling)
        if not self._names.is_noted(ruling):
            await anyio.to_thread.run_sync(self._names.note_served, ruling)
        if not ruling.admits and form is not Form.JSON:
            return name_answers.refused(request, ruling)
        files = await self._listed(listing, ruling)
        return _page(pages.project_page(listing, files, form), form)

    async def _listing(self, request: Request, ruling: NameRuling) -> ProjectListing:
        try:
            return await self._listings.of(ruling.project)
        except ProjectNotFound as error:
            address = request.client.host if request.client else None
            user_agent = request.headers.get("user-agent", "")
            self._phantoms.note(ruling.project, address, user_agent)
            if ruling.admits:
                raise
            raise ProjectNotFound(f"{error} ({ruling.headline})") from error

    async def _listed(self, listing: ProjectListing, name: NameRuling) -> list[ListedFile]:
        if not name.admits:
            # None of them is served, and the door says why at each.
            return [file for file in listing.files if file.sha256 is not None]
        ruled = await anyio.to_thread.run_sync(self._ruled, listing)
        self._revisit(ruling for _, ruling in ruled)
        return [file for file, ruling in ruled if ruling.lists]

    def _ruled(self, listing: ProjectListing) -> list[tuple[ListedFile, Ruling]]:
        files = {
            Asked(file.sha256, file.filename, listing.project, listing.source): file
            for file in listing.files
            if file.sha256 is not None
        }
        return [(files[ruling.asked], ruling) for ruling in self._door.decide_all(files)]

    def _revisit(self, rulings: Iterable[Ruling]) -> None:
        """Look again at what older checks kept out: nobody asks for what no page lists."""
        kept_out = (ruling for ruling in rulings if not (ruling.current or ruling.lists))
        for ruling in itertools.islice(kept_out, _REVISITED):
            self._intake.begin(ruling.asked)

    async def file(self, request: Request) -> Response:
        """Hand out vetted bytes; say why not, where not."""
        asked = await anyio.to_thread.run_sync(self._asked, request)
        await require(request, Action.READ, asked.project)
        ruling = await self._intake.ruling(asked)
        if not ruling.serves:
            return answers.refused(request, ruling)
        path = self._blobs.local_path(asked.sha256)
        headers = {"cache-control": _RULED_EACH_TIME, "etag": f'"{asked.sha256}"'}
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        if path is not None:
            return FileResponse(path, headers=headers, media_type="application/octet-stream")
        headers["content-length"] = str(self._blobs.size(asked.sha256))
        return StreamingResponse(self._blobs.stream(asked.sha256), headers=headers)

    def _asked(self, request: Request) -> Asked:
        sha256 = Sha256(request.path_params["sha256"])
        filename = request.path_params["filename"]
        announced = self._store.announcements(sha256, filename)
        if not announced:
            raise TargetNotFound(
                f"no listing announces {filename} with this digest",
                hint="Ask for the page of its project first.",
            )
        owned = (one for one in announced if self._is_owners(one))
        release = next(owned, announced[0])
        return Asked(sha256, filename, release.project, release.source)

    def _is_owners(self, release: Release) -> bool:
        return self._names.holding(release.project).owner.upstream == release.source

    async def verdict(self, request: Request) -> Response:
        """Show the verdict on an artifact, with its evidence and its history."""
        sha256 = Sha256(request.path_params["sha256"])
        verdicts = await anyio.to_thread.run_sync(self._store.verdicts, sha256)
        if not verdicts:
            raise TargetNotFound("nothing with this digest was examined here")
        latest = verdicts[-1].artifact
        release = latest.release
        await require(request, Action.READ, release.project)
        asked = Asked(sha256, latest.name.filename, release.project, release.source)
        ruling = await anyio.to_thread.run_sync(self._door.decide, asked)
        return answers.verdict(request, verdicts, ruling)

    async def health(self, _request: Request) -> Response:
        """Answer as long as the store does."""
        await anyio.to_thread.run_sync(self._store.projects)
        return Response("ok\n", media_type="text/plain")


def _page(body: bytes, form: Form) -> Response:
    headers = {"vary": "Accept", "cache-control": _REVALIDATE}
    return Response(body, headers=headers, media_type=form.content_type)


def _to(path: str) -> Callable[[Request], Response]:
    def redirect(_request: Request) -> Response:
        return RedirectResponse(path, status_code=301)

    return redirect
