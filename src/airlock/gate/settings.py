"""What the person who starts a gate decides."""

import datetime as dt
import ipaddress
from enum import StrEnum
from pathlib import Path

import msgspec

from airlock.gate.access.reading import Reading
from airlock.sources.interface import Limits as IndexLimits
from airlock.workers import WorkerLimits


class PolicyUse(StrEnum):
    """Which policy a process goes by."""

    OWN = "own"
    """The one that it was started with."""
    FOLLOWED = "followed"
    """The one in force in the store; its own until there is one."""
    ANNOUNCED = "announced"
    """The same; its own file comes into force if it is another than the last that was announced."""

    @classmethod
    def of_command(cls, policy_file: Path | None) -> "PolicyUse":
        """Return how a command that ends goes by policies: by the one that it was given, if any."""
        return cls.FOLLOWED if policy_file is None else cls.OWN


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """By whom mail is taken, and whom it comes from."""

    server: str
    """``smtp://host:port`` (STARTTLS where offered), ``smtps://…``, perhaps with a user."""
    password: str = ""
    sender: str


class MailSettings(MailServer, frozen=True, kw_only=True):
    """How people are told of the review by e-mail."""

    link: str
    """The address of the gate, as people reach it."""
    every: dt.timedelta = dt.timedelta(hours=1)
    """Between two mails to one person about what is collected."""


class GateSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How one gate is run."""

    host: str = "127.0.0.1"
    port: int = 8470
    data_folder: Path
    """Of the database and the artifacts."""
    upstreams: tuple[str, ...] = ()
    """The indexes to proxy, in the order in which they are asked for names that nobody claimed;
    empty for the one in pip's configuration, or PyPI."""
    offline: bool = False
    """Ask no upstream: serve what is there."""
    largest_upload: int = 2 * 1024**3
    """In bytes."""
    policy_file: Path | None = None
    policy_use: PolicyUse = PolicyUse.FOLLOWED
    examinations: int = 2
    """At once."""
    listing_age: dt.timedelta = dt.timedelta(minutes=5)
    """A listing older than this is asked for again."""
    trust_folder: Path | None = None
    """Of the keys and metadata by which what is served is signed; ``None``: nothing is."""
    developer_identities: bool = False
    """Whether developers may sign as OIDC identities, which plain TUF clients cannot verify."""
    admin_token_file: Path | None = None
    """Holds the token of the operator, who may do everything; ``None``: there is no such token."""
    reading: Reading | None = None
    """Who may read; ``None``: everyone on a loopback address, else whoever has an account."""
    second_required: bool = False
    """Whether who signs in by a password alone may only read."""
    sso_issuer: str | None = None
    """By which people sign in; ``None``: by passwords only."""
    sso_client: str = "airlock"
    """How the issuer calls this gate."""
    sso_secret_file: Path | None = None
    """Holds what this gate proves to the issuer; ``None``: it is a public client."""
    sso_creates: bool = False
    """Whether somebody whom the issuer knows and this gate does not gets an account."""
    oidc_audience: str | None = None
    """For whom workflows ask their issuers for tokens; ``None``: no trusted publishing."""
    oidc_issuers: tuple[str, ...] = ()
    """That are believed beside those of the public services."""
    client_networks: bool = True
    """Whether the networks of clients that ask for names nobody has are recorded."""
    mail: MailSettings | None = None
    """``None``: this gate sends no mail."""
    worker_limits: WorkerLimits = WorkerLimits()
    index_limits: IndexLimits = IndexLimits()

    @property
    def readers(self) -> Reading:
        """Who may read, chosen by the address if nobody chose."""
        if self.reading is not None:
            return self.reading
        return Reading.EVERYONE if is_loopback(self.host) else Reading.USERS

    @property
    def url(self) -> str:
        """The base URL, as a client on this machine types it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
