"""Signatures by people's own keys (OpenPGP, RFC 9580)."""

from airlock.evidence.openpgp.absent import NoOpenPgp
from airlock.evidence.openpgp.interface import (
    LARGEST_SIGNATURE_BYTES,
    Certificate,
    Checked,
    OpenPgp,
)

__all__ = ["LARGEST_SIGNATURE_BYTES", "Certificate", "Checked", "NoOpenPgp", "OpenPgp"]
