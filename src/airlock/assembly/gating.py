"""Compositions of the gate, signed and unsigned."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from airlock.advising import Advising
from airlock.assembly.base import (
    advisories,
    every_check,
    examination_kit,
    extra,
    facts_loader,
    index,
    now,
    policy,
    workers,
)
from airlock.assembly.storing import open_data
from airlock.assembly.trusting import trust_workspace
from airlock.errors import UsageError
from airlock.naming import NameVetting
from airlock.policy import Policy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from socket import socket

    from starlette.applications import Starlette
    from starlette.types import ASGIApp

    from airlock.evidence.advisories import Advisories
    from airlock.gate.access.minting import Minting
    from airlock.gate.catalogue import Catalogue
    from airlock.gate.door import Door
    from airlock.gate.intake import Intake
    from airlock.gate.listings import Listings
    from airlock.gate.names import Names
    from airlock.gate.settings import GateSettings
    from airlock.sources.interface import Index
    from airlock.store import Blobs, Records


class GateParts(NamedTuple):
    """What vets and knows, without a server: the gate, ``mirror``, ``export`` and ``import``."""

    records: "Records"
    blobs: "Blobs"
    incoming: Path
    indexes: "dict[str, Index]"
    names: "Names"
    door: "Door"
    intake: "Intake"
    listings: "Listings"
    catalogue: "Catalogue"
    advisories: "Advisories"
    policy: Policy


def gate_parts(settings: "GateSettings") -> GateParts:
    """Return the parts of a gate that need no server.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the data folder cannot be used.
    """
    with extra("gate"):
        from airlock.gate.catalogue import Catalogue
        from airlock.gate.door import Door
        from airlock.gate.history import StoredHistory
        from airlock.gate.intake import Intake
        from airlock.gate.listings import Listings
        from airlock.gate.names import Names
    rules = policy(settings.policy_file)
    checks, _ = examination_kit()
    indexes = upstreams(settings)
    records, kept, incoming = open_data(settings.data_folder)
    store = records.store
    vetting = NameVetting(checks, facts_loader(of_names=True), rules)
    names = Names(store, vetting, tuple(indexes), now)
    known = advisories(rules)
    door = Door(store, rules, checks, names, Advising(every_check(), known, rules), now)
    intake = Intake(
        door=door,
        indexes=indexes,
        store=store,
        blobs=kept,
        workers=workers("forkserver", settings.worker_limits),
        history=StoredHistory(store, now),
        incoming=incoming,
        at_once=settings.examinations,
        clock=now,
    )
    listings = Listings(indexes.values(), store, settings.listing_age, now)
    catalogue = Catalogue(store, listings, names, now)
    return GateParts(
        records, kept, incoming, indexes, names, door, intake, listings, catalogue, known, rules
    )


def gate(settings: "GateSettings") -> "tuple[Starlette, tuple[str, ...]]":
    """Return the gate's application, and the URLs of its upstreams without credentials.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the data folder cannot be used.
    """
    with extra("gate"):
        from starlette.routing import Route

        from airlock.gate.access.accounts import AccountAccess
        from airlock.gate.access.operator import read_token
        from airlock.gate.ahead import Ahead
        from airlock.gate.changes import Changes
        from airlock.gate.index import openapi
        from airlock.gate.index.app import Gate
        from airlock.gate.index.file_routes import FileRoutes
        from airlock.gate.index.json_routes import JsonRoutes
        from airlock.gate.index.names import NameRoutes
        from airlock.gate.index.oidc_routes import OidcRoutes
        from airlock.gate.index.operation import OperationRoutes
        from airlock.gate.index.people import PeopleRoutes
        from airlock.gate.index.project_routes import ProjectRoutes
        from airlock.gate.index.rendered import Rendered
        from airlock.gate.index.simple_routes import SimpleRoutes
        from airlock.gate.index.upload_routes import UploadRoutes
        from airlock.gate.phantoms import Phantoms
        from airlock.gate.servings import Servings
        from airlock.gate.settings_log import note_settings
        from airlock.gate.telling import Telling
        from airlock.gate.upload.receiving import Receiving
    token = read_token(settings.admin_token_file) if settings.admin_token_file else None
    inner = gate_parts(settings)
    in_force = inner.policy.at(now().date()).version
    note_settings(inner.records.log, settings, in_force, inner.indexes, now())
    store = inner.records.store
    changes = Changes(store)
    rendered = Rendered(changes, lambda: inner.advisories.stamp, now)
    phantoms = Phantoms(store, now, networks=settings.client_networks)
    simple = SimpleRoutes(
        store=store,
        catalogue=inner.catalogue,
        door=inner.door,
        intake=inner.intake,
        ahead=Ahead(inner.intake, inner.policy.vet_ahead),
        names=inner.names,
        phantoms=phantoms,
        rendered=rendered,
        changes=changes,
        listing_age=settings.listing_age,
        clock=now,
    )
    files = FileRoutes(
        store=store,
        blobs=inner.blobs,
        catalogue=inner.catalogue,
        door=inner.door,
        intake=inner.intake,
        names=inner.names,
        indexes=inner.indexes,
        rendered=rendered,
        changes=changes,
        incoming=inner.incoming,
        clock=now,
    )
    receiving = Receiving(store, inner.names, inner.listings, inner.intake, now)
    parts = Gate(
        indexes=tuple(inner.indexes.values()),
        store=store,
        blobs=inner.blobs,
        door=inner.door,
        listings=inner.listings,
        intake=inner.intake,
        phantoms=phantoms,
        servings=Servings(store, now, networks=settings.client_networks),
        telling=Telling(inner.records.hooks, now),
        access=AccountAccess(
            inner.records.people, inner.records.publishers, token, settings.readers, now
        ),
        rendered=rendered,
        changes=changes,
        routes=[
            *simple.routes(),
            *files.routes(),
            *UploadRoutes(receiving, inner.incoming, settings.largest_upload).routes(),
            *JsonRoutes(store, inner.blobs, inner.catalogue, inner.door, inner.names).routes(),
            *ProjectRoutes(store, now).routes(),
            Route("/openapi.json", openapi.document),
            *NameRoutes(store, inner.names, now).routes(),
            *PeopleRoutes(inner.records, now).routes(),
            *OperationRoutes(inner.records.log, inner.blobs).routes(),
            *OidcRoutes(inner.records.publishers, minting(settings, inner.records), now).routes(),
        ],
    )
    return parts.app(), tuple(inner.indexes)


@contextlib.asynccontextmanager
async def working(parts: GateParts) -> "AsyncIterator[None]":
    """Keep the parts of a gate at work while the block lasts."""
    async with contextlib.AsyncExitStack() as opened:
        for one in parts.indexes.values():
            await opened.enter_async_context(one)
        try:
            yield
        finally:
            await parts.intake.close()
            await parts.listings.close()
            parts.blobs.close()
            parts.records.store.close()


def minting(settings: "GateSettings", known: "Records") -> "Minting | None":
    """Return what makes tokens for trusted publishers, if the operator wants it.

    Raises:
        UsageError: if an issuer is none.
    """
    if settings.oidc_audience is None:
        return None
    from airlock.gate.access.minting import Minting
    from airlock.gate.access.oidc import Issuers
    from airlock.model.publishing import Provider, check_issuer

    for url in settings.oidc_issuers:
        check_issuer(url)
    believed = [*(provider.issuer for provider in Provider), *settings.oidc_issuers]
    return Minting(known, Issuers(believed, settings.oidc_audience, now), now)


def upstreams(settings: "GateSettings") -> "dict[str, Index]":
    """Return the upstreams of a gate by their URLs without credentials, in their order.

    Raises:
        UsageError: if one is named twice, or is no URL of an index.
    """
    from airlock.sources.offline import OfflineIndex
    from airlock.sources.simple_index import default_index_url

    found: dict[str, Index] = {}
    for url in settings.upstreams or (default_index_url(),):
        made = OfflineIndex(url) if settings.offline else index(url, own=[settings.url])()
        if made.url in found:
            raise UsageError(f"{made.url} is named twice")
        found[made.url] = made
    return found


def signed_gate(settings: "GateSettings") -> "tuple[ASGIApp, tuple[str, ...]]":
    """Return the gate's application, signing what it serves if it has a trust folder.

    Raises:
        MissingExtra: if the parts of it are not installed.
        StoreError: if the data folder cannot be used.
        UsageError: if the trust folder is none, or a key lies in it that must not.
    """
    app, upstreams = gate(settings)
    if settings.trust_folder is None:
        return app, upstreams
    from airlock.gate.access.reading import Reading
    from airlock.gate.index.signed import SignedIndex, admits
    from airlock.gate.signing import Signing

    workspace = trust_workspace(settings.trust_folder)
    workspace.repository.state()
    signing = Signing(workspace, admits(app))
    return SignedIndex(app, signing, open_to_all=settings.readers is Reading.EVERYONE), upstreams


def listen(settings: "GateSettings") -> "socket":
    """Return the socket that a gate listens on.

    Raises:
        UsageError: if the address is taken or is not this machine's.
    """
    from airlock.gate.index.server import listen as bind

    return bind(settings.host, settings.port)


def serve(
    app: "ASGIApp", listener: "socket", *, log_json: bool, proxies: Sequence[str] = ()
) -> None:
    """Serve the gate until it is told to stop."""
    from airlock.gate.index.server import configure_logging
    from airlock.gate.index.server import serve as run

    configure_logging(json=log_json)
    run(app, listener, proxies)
