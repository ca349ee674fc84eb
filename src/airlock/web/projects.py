"""``/projects/{project}`` and ``/projects/{project}/{version}``: what is known of a project here.

No page asks an upstream: what nobody has asked the gate for is not known.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from airlock.errors import NotExamined, TargetNotFound
from airlock.evidence.advisories import Advisories
from airlock.gate.catalogue import Catalogue, Offer
from airlock.gate.core_metadata import kept_metadata
from airlock.gate.door import Door
from airlock.gate.index.answers import base
from airlock.gate.index.asking import may
from airlock.gate.index.entrance import require
from airlock.gate.names import NameRuling, Names
from airlock.hosting import normalised
from airlock.model import ArtifactKind, ArtifactName, ProjectName
from airlock.model.access import Action
from airlock.model.advisory import Advisory
from airlock.model.serving import Serving
from airlock.model.vouchers import Voucher, vouchers
from airlock.store import Blobs, Standing, Store
from airlock.store.browsing import Browsing
from airlock.web.answering import page
from airlock.web.prose import Renderer
from airlock.web.reading import readable
from airlock.web.releases import FileRow, Shelf, shelf
from airlock.web.told import told

if TYPE_CHECKING:
    from packaging.metadata import RawMetadata

_HISTORY = 15
_DEPENDENTS = 60
_GETTERS = 15
_ASKED_WHO = 3


class Known(NamedTuple):
    """What the advisories say of the release that is shown."""

    advisories: tuple[Advisory, ...] = ()
    blind: str = ""
    """Why they may not say everything; empty if they do."""
    upgrade: str = ""


class View(NamedTuple):
    """What a page shows."""

    name: NameRuling
    offer: Offer | None
    shelf: Shelf | None
    raw: "RawMetadata"
    known: Known
    history: tuple[Standing, ...]
    served: tuple[Serving, ...]
    dependents: tuple[ProjectName, ...]
    vouchers: tuple[Voucher, ...]
    """Of the first file of the release that somebody vouches for."""


class Sources(NamedTuple):
    """What pages of projects ask."""

    store: Store
    blobs: Blobs
    browsing: Browsing
    names: Names
    catalogue: Catalogue
    door: Door
    advisories: Advisories


class ProjectPages:
    """Pages about projects.

    Args:
        sources: what is asked.
    """

    def __init__(self, sources: Sources) -> None:
        self._ask = sources
        self._renderer = Renderer()

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/projects/{project}", self.project),
            Route("/projects/{project}/{version}", self.project),
        ]

    async def project(self, request: Request) -> Response:
        """Show a project, and one release of it."""
        spelled = request.path_params["project"]
        version = request.path_params.get("version")
        project = ProjectName(spelled)
        await require(request, Action.READ, project)
        if project != spelled:
            return RedirectResponse(f"/projects/{project}{f'/{version}' if version else ''}", 301)
        asked = normalised(version) if version else None
        view = await anyio.to_thread.run_sync(self._view, project, asked)
        if view.offer is not None and view.shelf is None:
            raise TargetNotFound(f"there is no release {version} of {project}")
        text = view.raw.get("description") or ""
        kind = view.raw.get("description_content_type") or ""
        prose = await self._renderer.prose(text, kind) if text.strip() else None
        reads = readable(request)
        return page(
            request,
            "project.html",
            200 if view.offer or view.name.holding.claim else 404,
            base=base(request),
            project=project,
            view=view,
            told=told(view.raw),
            prose=prose,
            getters=_getters(view.served) if may(request.scope, Action.REVIEW) else None,
            clients=_clients(view.served),
            dependents=[one for one in view.dependents if reads(one)],
        )

    def _view(self, project: ProjectName, version: str | None) -> View:
        ask = self._ask
        name = ask.names.ruling(project)
        offer = ask.catalogue.kept(name.holding)
        shown = shelf(offer, ask.door, ask.store, version) if offer else None
        return View(
            name=name,
            offer=offer,
            shelf=shown,
            raw=self._raw(shown.files if shown else ()),
            known=self._known(project, shown.version if shown else ""),
            history=ask.browsing.verdicts_on(project, _HISTORY),
            served=ask.browsing.served(project),
            dependents=ask.browsing.dependents(project, _DEPENDENTS),
            vouchers=self._vouchers(shown.files if shown else ()),
        )

    def _vouchers(self, rows: Sequence[FileRow]) -> tuple[Voucher, ...]:
        for row in rows[:_ASKED_WHO]:
            verdict = self._ask.store.latest_verdict(row.ruling.asked.sha256)
            found = tuple(vouchers(verdict.outcomes)) if verdict else ()
            if found:
                return found
        return ()

    def _raw(self, rows: Sequence[FileRow]) -> "RawMetadata":
        wheels_first = sorted(rows, key=lambda row: _kind(row) is not ArtifactKind.WHEEL)
        return kept_metadata(self._ask.blobs, [row.file for row in wheels_first])

    def _known(self, project: ProjectName, version: str) -> Known:
        advisories = self._ask.advisories
        if not version:
            return Known()
        if advisories.absent:
            return Known(blind=advisories.absent)
        try:
            found = advisories.known(project, version)
        except NotExamined as error:
            return Known(blind=str(error))
        return Known(found.advisories, "; ".join(found.blind), found.upgrade)


def _kind(row: FileRow) -> ArtifactKind:
    return ArtifactName.parse(row.file.filename).kind


def _getters(served: Sequence[Serving]) -> Sequence[Serving]:
    return served[:_GETTERS]


def _clients(served: Iterable[Serving]) -> tuple[int, dict[str, int]]:
    """Return how often files were handed out, in all and to each kind of client."""
    counts: dict[str, int] = {}
    for one in served:
        counts[one.client or "other"] = counts.get(one.client or "other", 0) + one.count
    return sum(counts.values()), dict(sorted(counts.items(), key=lambda pair: -pair[1]))
