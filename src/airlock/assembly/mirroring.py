"""Compositions of what fetches ahead, and carries from one gate to another."""

from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import now
from airlock.assembly.gating import GateParts, gate_parts, working
from airlock.assembly.publishing import signed_uploads
from airlock.assembly.trusting import trust_keys, trust_workspace
from airlock.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from airlock.gate.airgap.taking_in import Carried, TakingIn
    from airlock.gate.airgap.taking_out import TakingOut
    from airlock.gate.mirroring import Brought, Wish
    from airlock.gate.settings import GateSettings
    from airlock.model import ProjectName


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
    """Write what a gate serves into a folder for one without a network; yield the file names.

    Raises:
        UsageError: if there is something in the folder, or the trust folder is none.
        StoreError: if something cannot be read or written.
    """
    parts = gate_parts(settings)
    try:
        yield from _taking_out(parts, settings.trust_folder).take_out(folder)
    finally:
        parts.blobs.close()
        parts.records.store.close()


def take_in(
    settings: "GateSettings",
    folder: Path,
    told: "Callable[[Carried], None]",
    root: Path | None = None,
) -> None:
    """Take in what such a folder holds, and tell what became of each file.

    Args:
        settings: of the gate; its trust folder takes in what developers signed.
        folder: that was carried.
        told: is told of each file.
        root: the root of the server that signed what is in the folder.

    Raises:
        NotVerified: if the folder does not show who signs its files, and a root was given.
        UsageError: if it is no such folder, or the root cannot be read.
        StoreError: if the data folder cannot be used.
    """
    import asyncio

    trusted = _read_root(root) if root is not None else None
    parts = gate_parts(settings)
    taking = _taking_in(parts, settings, trusted)

    async def run() -> None:
        async with working(parts):
            async for carried in taking.take_in(folder):
                told(carried)

    asyncio.run(run())


def _read_root(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"the root {path} cannot be read: {error.strerror}") from error


def _taking_out(parts: GateParts, trust_folder: Path | None) -> "TakingOut":
    from airlock.gate.airgap.taking_out import TakingOut

    workspace = trust_workspace(trust_folder, needs_online=False) if trust_folder else None

    def claims(projects: "Sequence[ProjectName]") -> "Mapping[str, bytes]":
        if workspace is None:
            return {}
        from airlock.trust import carrying

        return carrying.documents(workspace, projects)

    return TakingOut(
        store=parts.records.store,
        blobs=parts.blobs,
        catalogue=parts.catalogue,
        door=parts.door,
        names=parts.names,
        papers=parts.papers,
        claims=claims,
        clock=now,
    )


def _taking_in(parts: GateParts, settings: "GateSettings", root: bytes | None) -> "TakingIn":
    from airlock.gate.airgap.claims import CarriedClaims
    from airlock.gate.airgap.papers import CarriedPapers
    from airlock.gate.airgap.taking_in import TakingIn

    signed = None
    if settings.trust_folder is not None:
        developers = trust_workspace(settings.trust_folder).developers
        signed = signed_uploads(settings, parts.records.store, parts.door, developers, now)
    elif root is not None:
        trust_keys()
    return TakingIn(
        store=parts.records.store,
        blobs=parts.blobs,
        catalogue=parts.catalogue,
        intake=parts.intake,
        names=parts.names,
        papers=CarriedPapers(parts.vouched.attestor, parts.signed, parts.papers),
        claims=CarriedClaims(root, signed, now),
        vouched=parts.vouched,
        clock=now,
    )
