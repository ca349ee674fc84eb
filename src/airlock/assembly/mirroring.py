"""Compositions of what fetches ahead, and carries from one gate to another."""

from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import now
from airlock.assembly.gating import GateParts, gate_parts, working

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from airlock.gate.airgap.taking_in import Carried, TakingIn
    from airlock.gate.airgap.taking_out import TakingOut
    from airlock.gate.mirroring import Brought, Wish
    from airlock.gate.settings import GateSettings


def mirror(
    settings: "GateSettings",
    wishes: "Sequence[Wish]",
    *,
    every: bool,
    dependencies: bool,
    told: "Callable[[Brought], None]",
) -> None:
    """Bring things into a data folder, and tell what became of each.

    Raises:
        StoreError: if the data folder cannot be used.
    """
    import asyncio

    parts = gate_parts(settings)
    from airlock.gate.mirroring import Mirroring

    mirroring = Mirroring(
        store=parts.records.store,
        blobs=parts.blobs,
        catalogue=parts.catalogue,
        door=parts.door,
        intake=parts.intake,
        names=parts.names,
        every=every,
        dependencies=dependencies,
    )

    async def run() -> None:
        async with working(parts):
            async for brought in mirroring.bring(wishes):
                told(brought)

    asyncio.run(run())


def take_out(settings: "GateSettings", folder: Path) -> "Iterator[str]":
    """Write what a gate serves into a folder for one without a network; yield the file names."""
    parts = gate_parts(settings)
    try:
        yield from _taking_out(parts).take_out(folder)
    finally:
        parts.blobs.close()
        parts.records.store.close()


def take_in(settings: "GateSettings", folder: Path, told: "Callable[[Carried], None]") -> None:
    """Take in what such a folder holds, and tell what became of each file."""
    import asyncio

    parts = gate_parts(settings)

    async def run() -> None:
        async with working(parts):
            async for carried in _taking_in(parts).take_in(folder):
                told(carried)

    asyncio.run(run())


def _taking_out(parts: GateParts) -> "TakingOut":
    from airlock.gate.airgap.taking_out import TakingOut

    return TakingOut(
        store=parts.records.store,
        blobs=parts.blobs,
        catalogue=parts.catalogue,
        door=parts.door,
        names=parts.names,
        papers=parts.papers,
        clock=now,
    )


def _taking_in(parts: GateParts) -> "TakingIn":
    from airlock.gate.airgap.papers import CarriedPapers
    from airlock.gate.airgap.taking_in import TakingIn

    return TakingIn(
        store=parts.records.store,
        blobs=parts.blobs,
        catalogue=parts.catalogue,
        intake=parts.intake,
        names=parts.names,
        papers=CarriedPapers(parts.vouched.attestor, parts.signed, parts.papers),
        vouched=parts.vouched,
        clock=now,
    )
