"""Compositions of what works on what a watch has found, beside it or on another machine."""

import asyncio
import os
import secrets
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from airlock.assembly.base import extra, now
from airlock.assembly.detonating import running_held
from airlock.assembly.gating import GateParts, gate_parts, working
from airlock.assembly.kits import examination_kit

if TYPE_CHECKING:
    from airlock.gate.settings import GateSettings
    from airlock.gate.watch.engines import Engine
    from airlock.gate.watch.settings import WorkSettings
    from airlock.gate.watch.working import Working

_NAME_BYTES = 4


def work(gate: "GateSettings", settings: "WorkSettings") -> None:
    """Do works until told to stop.

    Raises:
        MissingExtra: if the parts of it are not installed.
        StoreError: if the data folder cannot be used.
    """
    with extra("gate"):
        from airlock.gate.watch.running import stopping

    async def run() -> None:
        parts = gate_parts(polite(gate), spacing=settings.spacing)
        async with stopping() as stop, working(parts):
            await engine(parts, gate.data_folder).run(worker(parts, gate, settings), stop)

    asyncio.run(run())


def polite(gate: "GateSettings") -> "GateSettings":
    """Return settings by which an index is asked once: what fails is put off, not insisted upon."""
    from airlock.sources.interface import Limits

    return msgspec.structs.replace(gate, index_limits=Limits(tries=1))


def engine(parts: GateParts, folder: Path) -> "Engine":
    """Return what gives works out: on PostgreSQL Procrastinate, else the store itself.

    Raises:
        MissingExtra: if Procrastinate is not installed.
    """
    from airlock.store.places import places

    found = places(folder)
    if found.file is not None:
        from airlock.gate.watch.engines import EmbeddedEngine

        return EmbeddedEngine()
    with extra("watch"):
        from airlock.gate.watch.procrastinating import ProcrastinateEngine

        return ProcrastinateEngine(found.database, parts.records.works, now)


def worker(parts: GateParts, gate: "GateSettings", settings: "WorkSettings") -> "Working":
    """Return what does works.

    Raises:
        UnsafeHost: if it is to detonate, and this host cannot.
    """
    from airlock.gate.watch.parts import Parts
    from airlock.gate.watch.second_look import SandboxLook
    from airlock.gate.watch.working import Working

    checks, _ = examination_kit()
    records = parts.records
    sandbox = running_held(gate) if settings.detonations else None
    with_it = Parts(
        records.works,
        records.following,
        records.store,
        parts.indexes,
        parts.intake.examined,
        parts.intake.readings.of,
        parts.in_force,
        checks,
        SandboxLook(parts.kept, checks, parts.in_force, now, sandbox),
    )
    name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(_NAME_BYTES)}"
    return Working(with_it, settings, name, now)
