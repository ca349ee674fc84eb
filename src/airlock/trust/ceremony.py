"""What waits for offline keys: carried around, signed, judged.

- A document waits in ``pending/`` until as many keys have signed as its delegator asks for. It
  holds nothing secret: it can be carried to each machine that has a key, or sent.
- A root is signed by the keys of the root before it, too (TUF 5.3.4).
- Nothing here knows where a key is, and nothing here is imported by what signs online.

Source: PEP 458 (key ceremony, thresholds), TUF specification 1.0.31.
"""

from typing import TYPE_CHECKING, Any

import msgspec

from airlock.errors import MalformedDocument, UsageError

if TYPE_CHECKING:
    from securesystemslib.signer import Signer
    from tuf.api.metadata import Metadata, Root, Targets


def sign(document: bytes, signer: "Signer") -> bytes:
    """Return a document with one signature more.

    Raises:
        MalformedDocument: if it is no metadata document.
        UsageError: if the key does not sign.
    """
    metadata = read(document)
    try:
        metadata.sign(signer, append=True)
    # What a signer raises is as various as the devices behind it.
    except Exception as error:
        raise UsageError(f"the key did not sign: {error}") from error
    return to_bytes(metadata)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far a document is from being valid."""

    role: str
    version: int
    missing: int
    """Signatures that are still needed."""
    may_sign: tuple[str, ...]
    """The ids of keys that count and have not signed."""
    signed: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return self.missing == 0


def standing(
    role: str, document: bytes, delegator: "Root | Targets", before: "Root | None" = None
) -> Standing:
    """Return how far a document is from being valid.

    Args:
        role: whose document it is.
        document: that is pending.
        delegator: the document that says who signs; for a root it is the root itself.
        before: the root before this one.

    Raises:
        MalformedDocument: if it is no metadata document.
    """
    metadata = read(document)
    asked = [delegator] if before is None else [delegator, before]
    results = [
        one.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
        for one in asked
    ]
    return Standing(
        role=role,
        version=metadata.signed.version,
        missing=max(max(0, one.threshold - len(one.signed)) for one in results),
        may_sign=tuple(dict.fromkeys(k for one in results for k in one.unsigned)),
        signed=tuple(dict.fromkeys(k for one in results for k in one.signed)),
    )


def read(document: bytes, origin: str = "a document") -> "Metadata[Any]":
    """Return a document as python-tuf reads it.

    Raises:
        MalformedDocument: if it is none.
    """
    from tuf.api.metadata import Metadata
    from tuf.api.serialization import DeserializationError

    try:
        return Metadata.from_bytes(document)
    except DeserializationError as error:
        raise MalformedDocument(
            f"{origin} is no TUF metadata: {error.__cause__ or error}"
        ) from error


def to_bytes(metadata: "Metadata[Any]") -> bytes:
    """Return a document as it is kept: compact."""
    from tuf.api.serialization.json import JSONSerializer

    return metadata.to_bytes(JSONSerializer(compact=True))
