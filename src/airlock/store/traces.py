"""The port for what artifacts did in the sandbox: which logs are kept.

- The log itself is a blob; a store without it has forgotten what was seen, and nothing else.
- Of each file the newest log is kept: it is what its verdict speaks of.
"""

import datetime as dt
from abc import ABC, abstractmethod

import msgspec

from airlock.model import ArtifactName, ProjectName, Sha256


class KeptTrace(msgspec.Struct, frozen=True, kw_only=True):
    """A log that is kept."""

    sha256: Sha256
    """Of the artifact."""
    name: ArtifactName
    project: ProjectName
    log: Sha256
    """Of the blob that is the log (``behaviour.log``)."""
    seen_at: dt.datetime
    """In UTC."""


class Traces(ABC):
    """What was seen. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def put(self, trace: KeptTrace) -> None:
        """Keep a log instead of the one before; its blob is there already."""

    @abstractmethod
    def of(self, sha256: Sha256) -> KeptTrace | None:
        """Return the newest log of some bytes, under whatever name they were run."""
