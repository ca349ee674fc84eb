"""Compositions of what follows indexes, and of what works on what appears there."""

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING, NamedTuple

from airlock.assembly.base import extra, now
from airlock.assembly.gating import GateParts, gate_parts, working
from airlock.assembly.kits import examination_kit
from airlock.assembly.knowing import facts_loader, popularity
from airlock.assembly.watch_workers import polite
from airlock.assembly.watched import status_of
from airlock.errors import StoreError, UsageError
from airlock.model import ProjectName

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from airlock.gate.settings import GateSettings
    from airlock.gate.watch.priority import Priorities
    from airlock.gate.watch.settings import MailSettings, WatchSettings
    from airlock.gate.watch.upgrading import Upgrading
    from airlock.gate.watch.watching import Followed, Watching
    from airlock.report.watching import WatchStatus
    from airlock.sources.changes import Changes
    from airlock.sources.interface import Index
    from airlock.store import Records

_ALERT_SECONDS = 5.0
FOLLOW_KINDS = ("auto", "changelog", "feed", "serials", "projects")
"""The means by which an index can be followed."""


class WatchWishes(NamedTuple):
    """What a user wants to be followed, and how."""

    kind: str
    projects: tuple[str, ...]
    once: bool
    """End when everything that is there now is done."""
    crew: int
    """How many workers to start."""
    mail: "MailSettings | None" = None
    """Where alerts go by e-mail."""
    metrics_port: int | None = None
    """Where Prometheus asks."""
    log_json: bool = False
    """Whether the workers log for machines."""


def log_to_terminal(*, json: bool) -> None:
    """Log events on standard error: for people, or as JSON for machines.

    Raises:
        MissingExtra: if the parts of it are not installed.
    """
    with extra("gate"):
        from airlock.gate.index.server import configure_logging
        from airlock.gate.watch.running import PARENT_VARIABLE
    configure_logging(json=json, over_line=not json and PARENT_VARIABLE in os.environ)


def watch(
    gate: "GateSettings",
    settings: "WatchSettings",
    wishes: WatchWishes,
    told: "Callable[[WatchStatus], None]",
) -> "WatchStatus":
    """Follow indexes until told to stop, with workers of its own.

    Args:
        gate: where everything is kept, and the indexes.
        settings: how they are followed.
        wishes: what the user wants.
        told: is told now and then how far it is.

    Returns:
        How far it was in the end.

    Raises:
        MissingExtra: if the parts of it are not installed.
        StoreError: if the data folder cannot be used.
        UpstreamUnavailable: if an index offers no way to follow it.
        UsageError: if the wishes contradict each other.
    """
    with extra("gate"):
        from airlock.gate.watch.metrics import serve
        from airlock.gate.watch.running import Crew, stopping, together, unless_stopped
    if (wishes.kind == "projects") != bool(wishes.projects) and wishes.kind != "auto":
        raise UsageError("--follow projects and the names of projects go together")

    async def run() -> "WatchStatus":
        parts = gate_parts(polite(gate))
        async with stopping() as stop, working(parts):
            begun = _watchings(parts, gate, settings, wishes)
            if (watchings := await unless_stopped(stop, begun)) is None:
                return status_of(parts.records)
            upgrading = await _upgrading(parts)
            arguments = _arguments(gate, settings, log_json=wishes.log_json)
            crew = Crew(arguments, _environment(gate), wishes.crew)
            if wishes.metrics_port is not None:
                serve(wishes.metrics_port)
            await together(
                stop,
                *(one.run(stop) for one in watchings),
                crew.run(stop),
                upgrading.run(stop),
                _alert(parts, wishes, stop),
                _tell(parts, _Doing(watchings, upgrading), wishes, told, stop),
            )
            return status_of(parts.records)

    return asyncio.run(run())


class _Named(NamedTuple):
    """An index, and its URL as the user gave it, perhaps with credentials."""

    url: str
    source: "Index"


class _Doing(NamedTuple):
    """What a watch does beside its workers."""

    watchings: "Sequence[Watching]"
    upgrading: "Upgrading"


def _urls(gate: "GateSettings") -> tuple[str, ...]:
    from airlock.sources.simple_index import default_index_url

    return gate.upstreams or (default_index_url(),)


async def _watchings(
    parts: GateParts, gate: "GateSettings", settings: "WatchSettings", wishes: WatchWishes
) -> "list[Watching]":
    """Return what follows each index; an index that is away is waited for."""
    return [
        await _watching(parts, _Named(*one), settings, wishes)
        for one in zip(_urls(gate), parts.indexes.values(), strict=True)
    ]


async def _watching(
    parts: GateParts, asked: _Named, settings: "WatchSettings", wishes: WatchWishes
) -> "Watching":
    from airlock.gate.watch.watching import Watching

    checks, _ = examination_kit()
    records = parts.records
    versions = {check.id: check.version for check in checks.checks}
    return Watching(
        followed=await _followed(asked, wishes),
        works=records.works,
        following=records.following,
        store=records.store,
        priorities=_priorities(records, settings),
        checks=records.works.register_checks(checks.version, versions),
        settings=settings,
        clock=now,
    )


def _priorities(records: "Records", settings: "WatchSettings") -> "Priorities":
    from airlock.gate.watch.priority import Priorities
    from airlock.lore import FactsLore

    lore = FactsLore(facts_loader(of_names=True)(now()))
    works = records.works
    return Priorities(popularity(), lore, works.dependents, works.pending, settings.per_project)


async def _followed(asked: _Named, wishes: WatchWishes) -> "Followed":
    from airlock.gate.watch.choosing import offered
    from airlock.gate.watch.watching import Followed
    from airlock.sources.changes.asking import Asking
    from airlock.sources.changes.changelog import ChangelogChanges
    from airlock.sources.changes.feed import FeedChanges
    from airlock.sources.changes.named import NamedChanges
    from airlock.sources.changes.serials import SerialChanges

    index = asked.source
    if wishes.projects:
        return Followed(index, NamedChanges(index.url, map(ProjectName, wishes.projects)), None)
    asking = Asking(asked.url, index.limits, now)
    serials = SerialChanges(asking)
    candidates: list[Changes] = [ChangelogChanges(asking), FeedChanges(asking), serials]
    if wishes.kind != "auto":
        candidates = [one for one in candidates if one.kind == wishes.kind]
    return Followed(index, await offered(candidates, now), serials)


def _arguments(gate: "GateSettings", settings: "WatchSettings", *, log_json: bool) -> list[str]:
    arguments = ["--data", str(gate.data_folder), "--rate", str(settings.rate)]
    if gate.policy_file is not None:
        arguments += ["--policy", str(gate.policy_file)]
    return [*arguments, *(["--log-json"] if log_json else [])]


def _environment(gate: "GateSettings") -> dict[str, str]:
    return {"AIRLOCK_UPSTREAM": " ".join(gate.upstreams)} if gate.upstreams else {}


async def _upgrading(parts: GateParts) -> "Upgrading":
    """Return what queues again what newer checks concern, a piece at a time."""
    from airlock.gate.watch.upgrading import Upgrading

    checks, _ = examination_kit()
    versions = {check.id: check.version for check in checks.checks}
    works, store = parts.records.works, parts.records.store
    number = await asyncio.to_thread(works.register_checks, checks.version, versions)
    return Upgrading(works, store, checks, number, now)


async def _alert(parts: GateParts, wishes: WatchWishes, stop: asyncio.Event) -> None:
    """Tell webhooks and send mails; once more when everything else has ended."""
    from airlock.gate.telling import Telling
    from airlock.gate.watch.alerting import Mailing

    records = parts.records
    telling = Telling(records.hooks, now)
    mailing = Mailing(wishes.mail, records.log, records.works, now) if wishes.mail else None
    if mailing is not None:
        await asyncio.to_thread(mailing.begin)
    last = False
    while not last:
        last = stop.is_set()
        await asyncio.to_thread(telling.tell_all)
        if mailing is not None:
            await asyncio.to_thread(mailing.send_all)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _ALERT_SECONDS)


async def _tell(
    parts: GateParts,
    doing: _Doing,
    wishes: WatchWishes,
    told: "Callable[[WatchStatus], None]",
    stop: asyncio.Event,
) -> None:
    """Tell how far it is, and end when everything is done if that is wished."""
    from airlock.gate.watch import metrics
    from airlock.gate.watch.running import until

    async def done() -> bool:
        try:
            return await looked()
        except StoreError:
            # Those who need the store say so; it comes back.
            return False

    async def looked() -> bool:
        status = await asyncio.to_thread(status_of, parts.records)
        metrics.note(status.backlog, status.sources)
        told(status)
        begun = doing.upgrading.passed and all(one.asked for one in doing.watchings)
        return wishes.once and begun and await asyncio.to_thread(parts.records.works.idle, now())

    await until(done, stop)
