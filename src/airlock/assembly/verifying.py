"""Compositions of what verifies who made a file."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import now, policy
from airlock.assembly.knowing import attestor, facts_loader
from airlock.assembly.signatures import pinning
from airlock.checks import load_checks
from airlock.model.vouchers import FAMILY
from airlock.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from airlock.policy.provenance import IdentityPattern
    from airlock.scanning.attested_proofs import Trusted
    from airlock.scanning.channel_proofs import ChannelProver
    from airlock.scanning.verifying import Verify
    from airlock.sources.interface import Index
    from airlock.trust.client import TrustClient


def verify(  # noqa: PLR0913 - what a user may name
    policy_file: Path | None,
    index: "Callable[[], Index] | None",
    expected: "IdentityPattern | None",
    signed: "Callable[[contextlib.ExitStack], TrustClient] | None",
    *,
    certificates: "Sequence[Path]" = (),
    channel: "ChannelProver | None" = None,
) -> "tuple[Verify, Policy]":
    """Return what verifies, and the policy that it judges by.

    Args:
        policy_file: the policy, or ``None`` for the built-in one.
        index: makes the index to ask, or ``None`` to ask none.
        expected: whom the user expects to have signed, or ``None`` for whom the policy trusts.
        signed: makes the client of signed metadata, or ``None`` where there are none.
        certificates: files with OpenPGP certificates whose signatures count for whatever is named.
        channel: looks packages of conda up in their channel's index.

    Raises:
        InvalidPolicy: if the policy cannot be obeyed as written.
        UsageError: if the trusted root cannot be used.
    """
    from airlock.scanning.attested_proofs import AttestationProver
    from airlock.scanning.openpgp_proofs import OpenPgpProver
    from airlock.scanning.signed_proofs import SignedProver
    from airlock.scanning.verifying import Verify
    from airlock.vouching import Vouching

    rules, verifies = policy(policy_file), attestor()
    counting = pinning(policy_file, rules, certificates)
    made = Verify(
        checks=load_checks(families=[FAMILY.removesuffix("-")]),
        policy=rules,
        facts=facts_loader(),
        provers=[
            AttestationProver(verifies, _trusted(expected, rules)),
            OpenPgpProver(counting),
            SignedProver(signed),
            *([channel] if channel else []),
        ],
        index=index,
        vouching=Vouching(verifies),
        pinning=counting,
        clock=now,
    )
    return made, rules


def channel(repodata: str | None, keys: "Sequence[str]") -> "ChannelProver | None":
    """Return what looks packages of conda up in their channel's index; ``None`` without one.

    Raises:
        UsageError: if a key is none.
    """
    if repodata is None:
        return None
    from airlock.evidence.channels import LARGEST_BYTES, channel_key
    from airlock.scanning.channel_proofs import ChannelProver
    from airlock.sources.documents import read_document

    def read() -> bytes:
        return read_document(repodata, most_bytes=LARGEST_BYTES, clock=now)

    return ChannelProver(read, [channel_key(key) for key in keys])


def expected_identity(
    repository: str | None, issuer: str | None, workflow: str | None
) -> "IdentityPattern | None":
    """Return whom a user expects to have signed; ``None`` if they said nothing.

    Raises:
        InvalidPolicy: if that means everybody.
    """
    if repository is None:
        return None
    from airlock.policy.provenance import IdentityPattern

    return IdentityPattern(repository=repository, issuer=issuer or "", workflow=workflow or "")


def signed_metadata(
    index_url: str | None, root: Path | None, data_folder: Path
) -> "Callable[[contextlib.ExitStack], TrustClient] | None":
    """Return a maker of the client of a server's signed metadata; ``None`` without a root."""
    if root is None or index_url is None:
        return None

    def make(opened: contextlib.ExitStack) -> "TrustClient":
        from airlock.assembly.trusting import signed_server

        server = signed_server(index_url, root, data_folder)
        opened.callback(server.close)
        return server.client

    return make


def _trusted(expected: "IdentityPattern | None", rules: Policy) -> "Trusted":
    """Return who may sign the files of a project: as the user says, else as the policy does."""
    from airlock.policy.provenance import trusted

    if expected is not None:
        return lambda _project: (expected,)
    return lambda project: trusted(project, rules.provenance)
