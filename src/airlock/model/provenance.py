"""Who published a file, and how: attestations (PEP 740) and what is known of earlier releases.

- An identity is what a certificate says, read after the certificate was verified. Of the
  environment a certificate says nothing: it is what the index says, and is called so.
- Nothing here was made from bytes that were not verified, but for what an index announces.
"""

import datetime as dt
import enum

import msgspec

from airlock.model.openpgp import Signatures


class Predicate(enum.StrEnum):
    """What an attestation says (PEP 740, "Attestation statement")."""

    PUBLISH = "publish"
    """That a publisher uploaded the file."""
    SLSA = "slsa-provenance"
    """How the file was built."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A machine, or a person, that signed."""

    issuer: str
    """The URL of who vouched for it."""
    repository: str = ""
    """``owner/name``; empty for what is no workflow of a repository."""
    workflow: str = ""
    """The file of the workflow, below the folder where its host keeps them."""
    environment: str = ""
    """As the index says; empty: it names none."""
    subject: str = ""
    """The name in the certificate: the URL of a workflow, or an address."""
    owner_id: str = ""
    """The number of the repository's owner, where the certificate has it: a name can be given to
    somebody else, a number cannot."""

    @property
    def label(self) -> str:
        """One line for people."""
        if not self.repository:
            return f"{self.subject}, by {self.issuer}"
        where = f", environment {self.environment}" if self.environment else ""
        return f"{self.repository}, {self.workflow}{where}, by {self.issuer}"

    @property
    def owner(self) -> str:
        """Whose repository it is, in lower case; the subject where there is no repository."""
        return (self.repository.partition("/")[0] or self.subject).lower()

    def is_same_publisher(self, other: "Identity") -> bool:
        """Tell whether another identity is the same workflow of the same repository.

        Hosts fold the names of repositories. Environments are left out: they are the index's word.
        """
        return self.key == other.key

    @property
    def key(self) -> tuple[str, str, str]:
        """What two identities have in common if they are one publisher."""
        if not self.repository:
            return self.issuer, self.subject.lower(), ""
        return self.issuer, self.repository.lower(), self.workflow


class Attested(msgspec.Struct, frozen=True, kw_only=True):
    """One attestation that was verified for one file."""

    predicate: Predicate
    identity: Identity
    logged_at: dt.datetime
    """When the transparency log took it in, in UTC."""
    log_index: int
    ref: str = ""
    """The branch or tag that the workflow ran on, as its certificate says."""
    commit: str = ""
    """The commit, likewise."""


class PastRelease(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier release, as its index lists it."""

    version: str
    uploaded: dt.datetime
    """When the index received its first file, in UTC."""
    files: int
    attested: int
    """Of how many of the files the index offers provenance."""
    by: str = ""
    """The account or publisher that uploaded it, where this index hosts the project."""

    @property
    def is_attested(self) -> bool:
        """Whether all of its files are."""
        return self.files == self.attested > 0

    @property
    def is_trusted(self) -> bool:
        """Whether a trusted publisher uploaded it; where nobody says, attestations do."""
        return self.by.startswith(_PUBLISHER) if self.by else self.is_attested


_PUBLISHER = "publisher "
"""How the labels of trusted publishers begin (``Principal.label``)."""


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """Who published an earlier release, as its verified attestations say."""

    version: str
    identity: Identity


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of where one file comes from."""

    unknown: str = "no index announced the file"
    """Why nobody looked; empty if somebody did. Everything below is empty then."""
    trouble: str = ""
    """Why what had to be looked at could not be; empty if it could. Never clean."""
    offered: bool = False
    """The index offers provenance of this file."""
    offers: bool = False
    """The index offers provenance of some file of the project: it knows of such things."""
    attested: tuple[Attested, ...] = ()
    """What of it was verified."""
    rejected: str = ""
    """Why what is offered does not verify; empty if it does, or nothing is offered."""
    unverified: str = ""
    """Why nobody could verify what is offered, such as a part that is not installed."""
    uploaded: dt.datetime | None = None
    """When the index received the file."""
    by: str = ""
    """The account or publisher that uploads it, where this index hosts the project."""
    release: PastRelease | None = None
    """The release that the file is of, as far as it is listed."""
    past: tuple[PastRelease, ...] = ()
    """The releases that the index received before this one, the latest first."""
    signed: tuple[Signed, ...] = ()
    """Verified identities of some of them, the latest first."""
    signatures: Signatures = Signatures()
    """What is known of signatures by people's own keys, whatever else is known."""
