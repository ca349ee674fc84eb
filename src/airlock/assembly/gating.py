"""What vets and knows in a gate, with or without a server in front of it."""

import contextlib
import datetime as dt
import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from airlock.advising import Advising
from airlock.assembly.base import every_check, extra, index, now
from airlock.assembly.kits import examination_kit, workers
from airlock.assembly.knowing import RESOLVER_VARIABLE, advisories, facts_loader
from airlock.assembly.obeying import in_force
from airlock.assembly.storing import open_data
from airlock.errors import UsageError
from airlock.naming import NameVetting
from airlock.policy.in_force import InForce

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from airlock.evidence.advisories import Advisories
    from airlock.gate.catalogue import Catalogue
    from airlock.gate.door import Door
    from airlock.gate.history import StoredHistory
    from airlock.gate.intake import Intake
    from airlock.gate.listings import Listings
    from airlock.gate.names import Names
    from airlock.gate.papers import KeptPapers
    from airlock.gate.settings import GateSettings
    from airlock.gate.signed_files import SignedFiles
    from airlock.gate.vouched import Vouched
    from airlock.gate.watch.second_look import Held, Kept
    from airlock.sources.interface import Index
    from airlock.store import Blobs, Records


Clock = Callable[[], dt.datetime]


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
    in_force: InForce
    vouched: "Vouched"
    signed: "SignedFiles"
    papers: "KeptPapers"
    kept: "Kept"
    clock: Clock


class _Ground(NamedTuple):
    """What the way in stands on."""

    settings: "GateSettings"
    indexes: "dict[str, Index]"
    records: "Records"
    blobs: "Blobs"
    incoming: Path
    history: "StoredHistory"
    clock: Clock
    many: bool
    """Whether a great many artifacts are to come."""


def gate_parts(
    settings: "GateSettings", clock: Clock = now, spacing: dt.timedelta | None = None
) -> GateParts:
    """Return the parts of a gate that need no server.

    Args:
        settings: of the gate.
        clock: gives the time in UTC.
        spacing: between two requests to an index, of everybody who shares the store; ``None``:
            requests are made as they come.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the data folder cannot be used.
    """
    with extra("gate"):
        from airlock.gate.catalogue import Catalogue
        from airlock.gate.door import Door
        from airlock.gate.history import StoredHistory
        from airlock.gate.listings import Listings
        from airlock.gate.names import Names
        from airlock.gate.papers import KeptPapers, KeptProvenance
        from airlock.gate.signed_files import SignedFiles
        from airlock.gate.vouched import Vouched
        from airlock.gate.watch.second_look import Held, Kept, SandboxLook
    indexes = upstreams(settings)
    records, blobs, incoming = open_data(settings.data_folder)
    if spacing is not None:
        indexes = _paced(indexes, records, spacing, clock)
    papers = KeptPapers(records.papers, blobs, incoming, clock)
    rules, vouching, pinning = in_force(settings, records, KeptProvenance(papers))
    store, history = records.store, StoredHistory(records.store, clock)
    checks, _ = examination_kit()
    vetting = NameVetting(checks, facts_loader(of_names=True), rules)
    names = Names(store, vetting, tuple(indexes), clock)
    known = advisories(rules.policy)
    rules.whenever(
        lambda one: known.ask_for(one.advisories.max_age, wanted=one.advisories.required)
    )
    door = Door(store, rules, checks, names, Advising(every_check(), known, rules), clock)
    vouched = Vouched(store, records.publishers, indexes, vouching)
    signed = SignedFiles(store, indexes, pinning, papers)
    seen = Kept(store, blobs, records.traces, history, incoming)
    look = Held(SandboxLook(seen, checks, rules, clock), records.works, checks, clock)
    ground = _Ground(
        settings, indexes, records, blobs, incoming, history, clock, many=spacing is not None
    )
    intake = _intake(ground, door, vouched, signed, look)
    listings = Listings(indexes.values(), store, settings.listing_age, clock)
    catalogue = Catalogue(store, listings, names, clock)
    kept = (records, blobs, incoming, indexes, names, door, intake, listings, catalogue)
    return GateParts(*kept, known, rules, vouched, signed, papers, seen, clock)


def _intake(
    ground: _Ground, door: "Door", vouched: "Vouched", signed: "SignedFiles", look: "Held"
) -> "Intake":
    from airlock.gate.examining import Examining
    from airlock.gate.intake import Intake
    from airlock.gate.readings import Readings
    from airlock.gate.shared_flight import SharedFlight

    settings, records = ground.settings, ground.records
    if settings.offline:
        # The processes that examine inherit the environment, and are to ask nobody either.
        os.environ.pop(RESOLVER_VARIABLE, None)
    return Intake(
        door=door,
        indexes=ground.indexes,
        store=records.store,
        blobs=ground.blobs,
        examining=Examining(
            blobs=ground.blobs,
            workers=workers("forkserver", settings.worker_limits, many=ground.many),
            history=ground.history,
            incoming=ground.incoming,
            at_once=settings.examinations,
            clock=ground.clock,
        ),
        vouched=vouched,
        signed=signed,
        shared=SharedFlight(records.underway),
        second_look=look,
        readings=Readings(records.store, ground.blobs, ground.incoming),
        incoming=ground.incoming,
        clock=ground.clock,
    )


def _paced(
    indexes: "dict[str, Index]", records: "Records", spacing: dt.timedelta, clock: Clock
) -> "dict[str, Index]":
    from airlock.gate.watch.pacing import Pace, PacedIndex

    pace = Pace(records.following, spacing, clock)
    return {url: PacedIndex(index, pace) for url, index in indexes.items()}


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


def upstreams(settings: "GateSettings") -> "dict[str, Index]":
    """Return the upstreams of a gate by their URLs without credentials, in their order.

    Raises:
        UsageError: if one is named twice, or is no URL of an index.
    """
    from airlock.sources.offline import OfflineIndex
    from airlock.sources.simple_index import default_index_url

    found: dict[str, Index] = {}
    online = functools.partial(index, own=[settings.url], limits=settings.index_limits)
    for url in settings.upstreams or (default_index_url(),):
        made = OfflineIndex(url) if settings.offline else online(url)()
        if made.url in found:
            raise UsageError(f"{made.url} is named twice")
        found[made.url] = made
    return found
