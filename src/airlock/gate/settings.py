"""What the person who starts a gate decides."""

import datetime as dt
from pathlib import Path

import msgspec

from airlock.workers import WorkerLimits


class GateSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How one gate is run."""

    host: str = "127.0.0.1"
    port: int = 8470
    data_folder: Path
    """Of the database and the artifacts."""
    upstream: str | None = None
    """The index to proxy; ``None`` for the one in pip's configuration, or PyPI."""
    policy_file: Path | None = None
    examinations: int = 2
    """At once."""
    listing_age: dt.timedelta = dt.timedelta(minutes=5)
    """A listing older than this is asked for again."""
    admin_token_file: Path | None = None
    """Holds the token that lets its bearer claim names over HTTP; ``None``: nobody may."""
    client_networks: bool = True
    """Whether the networks of clients that ask for names nobody has are recorded."""
    worker_limits: WorkerLimits = WorkerLimits()

    @property
    def url(self) -> str:
        """The base URL, as a client on this machine types it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"
