"""OpenPGP signatures of a file: who made them, as far as certificates are pinned."""

import datetime as dt

import msgspec


class SignedBy(msgspec.Struct, frozen=True, kw_only=True):
    """One signature that a pinned certificate made."""

    fingerprint: str
    """Of the certificate, in lower-case hexadecimal."""
    key: str
    """The fingerprint of the key that signed: the certificate's own, or one of its subkeys."""
    user: str = ""
    """What the certificate calls its owner."""
    created: dt.datetime
    """When the signature says that it was made, in UTC."""


class Signatures(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the OpenPGP signatures of one file."""

    unknown: str = "nobody looked for signatures"
    """Why nothing is known; empty if something is."""
    trouble: str = ""
    """Why what should be known could not be looked up; empty if it could."""
    offered: bool = False
    """Whether a signature came with the file."""
    rejected: str = ""
    """Why what came does not verify; empty if it does, or nothing came."""
    verified: tuple[SignedBy, ...] = ()
    strangers: tuple[str, ...] = ()
    """The keys of signatures by certificates that nobody pinned."""
