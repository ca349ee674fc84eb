"""Compositions of what takes releases in: tokens of trusted publishers, developers' signatures."""

from typing import TYPE_CHECKING

from airlock.assembly.base import now
from airlock.assembly.gating import Clock

if TYPE_CHECKING:
    from airlock.gate.access.minting import Minting
    from airlock.gate.door import Door
    from airlock.gate.settings import GateSettings
    from airlock.gate.upload.signed import SignedUploads
    from airlock.store import Records, Store
    from airlock.trust.developers import Developers


def minting(settings: "GateSettings", known: "Records", clock: Clock = now) -> "Minting | None":
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
    return Minting(known, Issuers(believed, settings.oidc_audience, clock), clock)


def signed_uploads(
    settings: "GateSettings", store: "Store", door: "Door", developers: "Developers", clock: Clock
) -> "SignedUploads":
    """Return what takes in releases that their developers signed."""
    from airlock.gate.upload.signed import SignedUploads
    from airlock.gate.upload.transactions import Transactions

    return SignedUploads(
        store,
        developers,
        door,
        Transactions(settings.data_folder / "transactions", clock),
        clock,
        identities=settings.developer_identities,
    )
