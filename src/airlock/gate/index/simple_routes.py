"""The routes of the simple API: the list of projects, and the page of each (PEP 503, 691)."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Sequence

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from airlock.errors import ProjectNotFound
from airlock.gate.ahead import Ahead, Ruled
from airlock.gate.catalogue import Catalogue, Offer
from airlock.gate.changes import Changes
from airlock.gate.clients import Client
from airlock.gate.door import Door, Ruling
from airlock.gate.following import Following
from airlock.gate.index import answers, name_answers, pages
from airlock.gate.index.encodings import best_encoding
from airlock.gate.index.entrance import read_by, require
from airlock.gate.index.negotiation import Form, choose
from airlock.gate.index.rendered import Page, Rendered
from airlock.gate.index.swift import matches
from airlock.gate.intake import Intake
from airlock.gate.names import NameRuling, Names
from airlock.gate.phantoms import Phantoms
from airlock.model import ProjectName
from airlock.model.access import Action
from airlock.store import Store

# Files of one listing that older checks kept out and that are looked at again in the background.
_REVISITED = 4
# What no event tells, such as a newer list of known names, is noticed after this time.
_LONGEST = dt.timedelta(minutes=5)


class SimpleRoutes:
    """What the routes of the simple API do.

    Args:
        store: what is known.
        catalogue: what is offered.
        door: that rules.
        intake: that vets.
        ahead: vets what will be wanted.
        following: vets what that requires.
        names: rules on names.
        phantoms: counts who asks for names that no upstream has.
        rendered: keeps pages that are ready.
        changes: tell whether they still are.
        listing_age: after which an upstream is asked again.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913 - these are the parts
        self,
        *,
        store: Store,
        catalogue: Catalogue,
        door: Door,
        intake: Intake,
        ahead: Ahead,
        following: Following,
        names: Names,
        phantoms: Phantoms,
        rendered: Rendered,
        changes: Changes,
        listing_age: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._door = door
        self._intake = intake
        self._ahead = ahead
        self._following = following
        self._names = names
        self._phantoms = phantoms
        self._rendered = rendered
        self._changes = changes
        self._listing_age = listing_age
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/simple/", self.root),
            Route("/simple", _to_root),
            Route("/simple/{project}/", self.project),
            Route("/simple/{project}", _to_project),
        ]

    async def root(self, request: Request) -> Response:
        """List the projects that are known here and that who asks may read."""
        await require(request, Action.READ)
        form = choose(request.headers.get("accept"))
        if form is None:
            return answers.not_acceptable()
        known = await anyio.to_thread.run_sync(self._known)
        projects = [project for project in known if read_by(request.scope, project)]
        serials = await anyio.to_thread.run_sync(self._store.serials)
        body = pages.root_page(projects, form, {name: serials.get(name, 0) for name in projects})
        made = Page(max(serials.values(), default=0), self._clock())
        made.put(form, body)
        return _response(request, made, form)

    def _known(self) -> list[ProjectName]:
        return sorted({*self._store.projects(), *self._store.hosted_projects()})

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
        held = ruling.holding
        if not held.owner.here and not self._names.upstreams(held):
            return name_answers.not_served(request, held)
        offer = await self._offer(request, ruling)
        if offer is None:
            return name_answers.not_served(request, held)
        ruling = await self._weighed(ruling, offer)
        if not ruling.admits:
            return self._of_held_name(request, ruling, offer, form)
        return _response(request, await self._page(request, offer, form), form)

    async def _offer(self, request: Request, ruling: NameRuling) -> Offer | None:
        await self._ahead.expect()
        try:
            return await self._catalogue.offer(ruling.holding)
        except ProjectNotFound as error:
            if ruling.holding.owner.here:
                return None
            address = request.client.host if request.client else None
            user_agent = request.headers.get("user-agent", "")
            self._phantoms.note(ruling.project, address, user_agent)
            if ruling.admits:
                raise
            raise ProjectNotFound(f"{error} ({ruling.headline})") from error

    async def _weighed(self, ruling: NameRuling, offer: Offer) -> NameRuling:
        """Return the ruling on a name with its age, of which what upstream offers tells, noted."""
        listing = offer.listing
        if listing.source is None:
            return ruling
        if not self._names.has_weighed(listing):
            ruling = await anyio.to_thread.run_sync(self._names.ruling, ruling.project, listing)
        if not self._names.is_noted(ruling):
            await anyio.to_thread.run_sync(self._names.note_served, ruling, listing.source)
        return ruling

    def _of_held_name(
        self, request: Request, ruling: NameRuling, offer: Offer, form: Form
    ) -> Response:
        """Answer for a name that is not let in (docs/decisions/0006); nothing of it is kept."""
        if form is not Form.JSON:
            return name_answers.refused(request, ruling)
        # None of them is served, and the door says why at each.
        made = Page(self._changes.serial, self._clock())
        made.put(form, pages.project_page(offer.listing, offer.listing.files, form))
        return _response(request, made, form)

    async def _page(self, request: Request, offer: Offer, form: Form) -> Page:
        """Render a page, and keep it for whoever asks next."""
        await self._changes.catch_up()
        serial, mark = self._changes.serial, self._rendered.mark()
        ruled = await anyio.to_thread.run_sync(self._ruled, offer)
        client = Client.of_agent(request.headers.get("user-agent", ""))
        begun = await self._ahead.vet(ruled, client)
        self._following.begin(begun, client)
        if begun:
            await self._changes.catch_up()
            serial = self._changes.serial
            offer = await anyio.to_thread.run_sync(self._again, offer)
            ruled = await anyio.to_thread.run_sync(self._ruled, offer)
        self._revisit(ruling for _, ruling in ruled)
        project = offer.listing.project
        page = self._rendered.page(project)
        if page is None:
            page = Page(serial, self._until(offer, ruled), mark)
        page.put(form, await anyio.to_thread.run_sync(self._body, offer, ruled, form, serial))
        self._rendered.put(project, page)
        return page

    def _again(self, offer: Offer) -> Offer:
        """Return the offer with what was learned of its files meanwhile."""
        return self._catalogue.kept(self._names.holding(offer.listing.project)) or offer

    def _ruled(self, offer: Offer) -> list[Ruled]:
        rulings = self._door.decide_all(offer.asked)
        return list(zip(offer.listing.files, rulings, strict=True))

    def _body(self, offer: Offer, ruled: Sequence[Ruled], form: Form, serial: int) -> bytes:
        listing = offer.listing
        files = [file for file, ruling in ruled if ruling.lists]
        namespaces = self._names.ownership(listing.project).namespaces(listing.project)
        return pages.project_page(listing, files, form, pages.Told(namespaces, serial))

    def _until(self, offer: Offer, ruled: Iterable[Ruled]) -> dt.datetime:
        now = self._clock()
        ends = [ruling.until for _, ruling in ruled if ruling.until is not None]
        if offer.listing.source is not None:
            ends.append(offer.listing.fetched_at + self._listing_age)
        midnight = (now + dt.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return min([now + _LONGEST, midnight, *ends])

    def _revisit(self, rulings: Iterable[Ruling]) -> None:
        """Look again at what older checks kept out: nobody asks for what no page lists."""
        kept_out = (ruling for ruling in rulings if not (ruling.current or ruling.lists))
        for ruling in itertools.islice(kept_out, _REVISITED):
            self._intake.begin(ruling.asked)


def _response(request: Request, page: Page, form: Form) -> Response:
    body = page.body(form, best_encoding(request.headers.get("accept-encoding", "")))
    if body is None:
        raise ProjectNotFound("the page was not rendered")
    headers = {name.decode(): value.decode() for name, value in body.headers}
    match = request.headers.get("if-none-match", "").encode("latin-1")
    if match and matches(match, body.etag):
        del headers["content-length"]
        return Response(status_code=304, headers=headers)
    return Response(body.data, headers=headers)


async def _to_root(_request: Request) -> Response:
    return RedirectResponse("/simple/", status_code=301)


async def _to_project(request: Request) -> Response:
    project = ProjectName(request.path_params["project"])
    return RedirectResponse(f"/simple/{project}/", status_code=301)
