"""The port for what came with files to show whose they are: provenance (PEP 740), signatures.

- The document itself is a blob, as it came; a row says whose it is, and when it was kept.
- Rows are only ever added: what once vouched for a file stays to be looked at.
- A document counts for the index that gave it: anybody can sign a digest, and who published a file
  is what its own index says.
"""

import datetime as dt
import enum
from abc import ABC, abstractmethod

import msgspec

from airlock.model import Sha256


class PaperKind(enum.StrEnum):
    """What a document is."""

    PROVENANCE = "provenance"
    """A provenance object (PEP 740), which was verified before it was kept."""
    SIGNATURE = "signature"
    """A detached OpenPGP signature (PEP 503), which whoever pinned a certificate verifies."""


class PaperKey(msgspec.Struct, frozen=True, kw_only=True):
    """Of which file a document is, and who gave it."""

    kind: PaperKind
    source: str
    """The URL of the index, without credentials."""
    sha256: Sha256
    """Of the file."""
    filename: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A document that is kept."""

    key: PaperKey
    document: Sha256
    """Of the blob that is the document."""
    kept_at: dt.datetime
    """In UTC."""


class Papers(ABC):
    """What came with files. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def add(self, paper: Paper) -> None:
        """Add a document, whose blob is there already; the very same one again changes nothing."""

    @abstractmethod
    def of(self, key: PaperKey) -> Paper | None:
        """Return the document that was added last."""
