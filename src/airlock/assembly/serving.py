"""The server of a gate: its routes in front of the parts that vet and know, signed or unsigned."""

from typing import TYPE_CHECKING, NamedTuple

from airlock.assembly.base import extra, now
from airlock.assembly.gating import Clock, GateParts, gate_parts
from airlock.assembly.mailing import mail_routes, sending
from airlock.assembly.peopling import administration_routes, people_routes
from airlock.assembly.publishing import minting, signed_uploads
from airlock.assembly.reviewing import review_pages, review_routes
from airlock.assembly.trusting import trust_workspace
from airlock.assembly.webbing import web_routes

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.routing import Route
    from starlette.types import ASGIApp

    from airlock.gate.ahead import Ahead
    from airlock.gate.changes import Changes
    from airlock.gate.following import Following
    from airlock.gate.index.rendered import Rendered
    from airlock.gate.phantoms import Phantoms
    from airlock.gate.settings import GateSettings
    from airlock.gate.watch.second_look import Beside
    from airlock.gate.watch.working import Working
    from airlock.trust.workspace import Workspace


class _Server(NamedTuple):
    """What several routes share."""

    settings: "GateSettings"
    inner: GateParts
    ahead: "Ahead"
    following: "Following"
    phantoms: "Phantoms"
    changes: "Changes"
    rendered: "Rendered"
    workspace: "Workspace | None"


def gate(settings: "GateSettings", clock: Clock = now) -> "tuple[Starlette, tuple[str, ...]]":
    """Return the gate's application, and the URLs of its upstreams without credentials.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the data folder cannot be used.
    """
    with extra("gate"):
        server = _server(settings, clock, None)
    return _app(server), tuple(server.inner.indexes)


def _app(server: _Server) -> "Starlette":
    from airlock.gate.access.accounts import AccountAccess
    from airlock.gate.access.operator import read_token
    from airlock.gate.index.app import Gate
    from airlock.gate.policies import KeepingUp
    from airlock.gate.servings import Servings
    from airlock.gate.telling import Telling

    settings, clock = server.settings, server.inner.clock
    token = read_token(settings.admin_token_file) if settings.admin_token_file else None
    inner, records = server.inner, server.inner.records
    parts = Gate(
        indexes=tuple(inner.indexes.values()),
        store=records.store,
        blobs=inner.blobs,
        listings=inner.listings,
        intake=inner.intake,
        following=server.following,
        phantoms=server.phantoms,
        servings=Servings(records.store, clock, networks=settings.client_networks),
        telling=Telling(records.hooks, clock),
        sending=sending(settings, inner),
        access=AccountAccess(
            records, token, settings.readers, clock, second_required=settings.second_required
        ),
        beside=_beside(inner, settings),
        keeping_up=KeepingUp(inner.in_force),
        rendered=server.rendered,
        changes=server.changes,
        routes=_routes(server),
    )
    return parts.app()


def _routes(server: _Server) -> "list[Route]":
    settings, inner = server.settings, server.inner
    return [
        *_of_releases(server),
        *_of_projects(server),
        *_of_operation(server),
        *review_routes(inner),
        *review_pages(inner),
        *people_routes(settings, inner),
        *mail_routes(settings, inner),
        *administration_routes(settings, inner),
        *web_routes(inner, settings),
    ]


def _beside(parts: GateParts, settings: "GateSettings") -> "Beside":
    """Return what runs what a gate holds, as soon as the policy wants it, if this host can."""
    # Both need a gate for what they fetch, which this module makes.
    from airlock.assembly.detonating import can_detonate
    from airlock.assembly.watch_workers import worker
    from airlock.gate.watch.second_look import Beside
    from airlock.gate.watch.settings import WorkSettings

    works = WorkSettings(examines=False, detonations=True, ahead=0)

    def made() -> "Working | None":
        return worker(parts, settings, works) if can_detonate() else None

    return Beside(parts.in_force, made)


def _server(settings: "GateSettings", clock: Clock, workspace: "Workspace | None") -> _Server:
    from airlock.gate.ahead import Ahead
    from airlock.gate.changes import Changes
    from airlock.gate.following import Following
    from airlock.gate.index.rendered import Rendered
    from airlock.gate.phantoms import Phantoms
    from airlock.gate.settings_log import note_settings

    inner = gate_parts(settings, clock)
    in_force = inner.in_force.policy.at(clock().date()).version
    note_settings(inner.records.log, settings, in_force, inner.indexes, clock())
    changes = Changes(inner.records.store)
    rendered = Rendered(changes, lambda: f"{inner.advisories.stamp} {inner.in_force.mark}", clock)
    phantoms = Phantoms(inner.records.store, clock, networks=settings.client_networks)
    ahead = Ahead(inner.intake, inner.in_force)
    following = Following(
        store=inner.records.store,
        blobs=inner.blobs,
        names=inner.names,
        catalogue=inner.catalogue,
        door=inner.door,
        ahead=ahead,
        in_force=inner.in_force,
        clock=clock,
    )
    return _Server(settings, inner, ahead, following, phantoms, changes, rendered, workspace)


def _of_releases(server: _Server) -> "list[Route]":
    """Return the routes by which installers read, and tools upload."""
    from airlock.gate.index.file_routes import FileRoutes
    from airlock.gate.index.namespaces import NamespaceRoutes
    from airlock.gate.index.simple_routes import SimpleRoutes

    settings, inner, store = server.settings, server.inner, server.inner.records.store
    clock = inner.clock
    simple = SimpleRoutes(
        store=store,
        catalogue=inner.catalogue,
        door=inner.door,
        intake=inner.intake,
        ahead=server.ahead,
        following=server.following,
        names=inner.names,
        phantoms=server.phantoms,
        rendered=server.rendered,
        changes=server.changes,
        listing_age=settings.listing_age,
        clock=clock,
    )
    files = FileRoutes(
        store=store,
        blobs=inner.blobs,
        catalogue=inner.catalogue,
        door=inner.door,
        intake=inner.intake,
        names=inner.names,
        vouched=inner.vouched,
        signed=inner.signed,
        indexes=inner.indexes,
        rendered=server.rendered,
        changes=server.changes,
        incoming=inner.incoming,
        clock=clock,
    )
    namespaces = NamespaceRoutes(store, inner.names)
    return [*namespaces.routes(), *simple.routes(), *files.routes(), *_of_uploads(server)]


def _of_uploads(server: _Server) -> "list[Route]":
    """Return the routes by which releases come in, signed by their developers or not."""
    from airlock.gate.index.signed_upload_routes import SignedUploadRoutes
    from airlock.gate.index.upload_routes import UploadRoutes
    from airlock.gate.upload.receiving import Receiving

    settings, inner, store = server.settings, server.inner, server.inner.records.store
    developers = server.workspace.developers if server.workspace else None
    receiving = Receiving(
        store,
        inner.names,
        inner.listings,
        inner.intake,
        inner.vouched,
        inner.signed,
        inner.clock,
        developers,
    )
    if developers is None:
        return UploadRoutes(receiving, inner.incoming, settings.largest_upload).routes()
    signed = signed_uploads(settings, store, inner.door, developers, inner.clock)
    signed.resume()
    uploads = UploadRoutes(receiving, inner.incoming, settings.largest_upload, signed)
    return [*uploads.routes(), *SignedUploadRoutes(receiving, signed).routes()]


def _of_projects(server: _Server) -> "list[Route]":
    """Return the routes of the API of projects and of their names."""
    from starlette.routing import Route

    from airlock.gate.index import openapi
    from airlock.gate.index.json_routes import JsonRoutes
    from airlock.gate.index.names import NameRoutes
    from airlock.gate.index.project_routes import ProjectRoutes

    inner, store, clock = server.inner, server.inner.records.store, server.inner.clock
    return [
        *JsonRoutes(store, inner.blobs, inner.catalogue, inner.door, inner.names).routes(),
        *ProjectRoutes(store, clock).routes(),
        Route("/openapi.json", openapi.document),
        *NameRoutes(store, inner.names, clock).routes(),
    ]


def _of_operation(server: _Server) -> "list[Route]":
    """Return the routes of the API of people, and those by which a gate is watched."""
    from airlock.gate.index.alert_routes import AlertRoutes
    from airlock.gate.index.hook_routes import HookRoutes
    from airlock.gate.index.oidc_routes import OidcRoutes
    from airlock.gate.index.operation import OperationRoutes
    from airlock.gate.index.people import PeopleRoutes

    settings, inner, records = server.settings, server.inner, server.inner.records
    clock = inner.clock
    return [
        *HookRoutes(records, inner.clock).routes(),
        *PeopleRoutes(records, clock).routes(),
        *OperationRoutes(records.log, inner.blobs, records.works, records.following).routes(),
        *AlertRoutes(records.log, now).routes(),
        *OidcRoutes(records.publishers, minting(settings, records, clock), clock).routes(),
    ]


def signed_gate(settings: "GateSettings") -> "tuple[ASGIApp, tuple[str, ...]]":
    """Return the gate's application, signing what it serves if it has a trust folder.

    Raises:
        MissingExtra: if the parts of it are not installed.
        StoreError: if the data folder cannot be used.
        UsageError: if the trust folder is none, or a key lies in it that must not.
    """
    if settings.trust_folder is None:
        return gate(settings)
    from airlock.gate.access.reading import Reading
    from airlock.gate.index.signed import SignedIndex, admits, lets_out
    from airlock.gate.signing import Signing
    from airlock.gate.signing_ahead import SigningAhead

    workspace = trust_workspace(settings.trust_folder)
    workspace.repository.state()
    with extra("gate"):
        server = _server(settings, now, workspace)
    app = _app(server)
    signing = Signing(workspace, admits(app))
    ahead = SigningAhead(server.inner.records.store, signing, lets_out(app))
    open_to_all = settings.readers is Reading.EVERYONE
    signed = SignedIndex(app, signing, open_to_all=open_to_all, ahead=ahead.run)
    return signed, tuple(server.inner.indexes)
