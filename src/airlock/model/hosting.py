"""What this index hosts: uploads, and what people remark on projects afterwards (PEP 592, 792).

- An upload is never changed: a file name stands for the same bytes for ever.
- Remarks are only ever added; the latest one on a file, its release or its project counts.
- Remarks on what an upstream has stand above what the upstream says.
"""

import datetime as dt
import enum
from collections.abc import Iterable

import msgspec

from airlock.errors import UsageError
from airlock.model.identity import ProjectName, Sha256


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """One file that somebody uploaded here."""

    project: ProjectName
    version: str
    """Normalised (PEP 440)."""
    filename: str
    sha256: Sha256
    size: int
    """In bytes."""
    uploaded_at: dt.datetime
    """In UTC."""
    by: str
    """The account that uploaded it."""
    requires_python: str | None = None
    attestations: str = ""
    """What came with it, verified, as a provenance object (PEP 740); empty if nothing came. A list
    of attestations is from before they were verified, and is not handed out."""
    signature: str = ""
    """A detached OpenPGP signature that came with it, armoured; empty if none came."""


class RemarkKind(enum.StrEnum):
    """What a remark does."""

    YANK = "yank"
    UNYANK = "unyank"
    STATUS = "status"
    """Marks the project; the word stands in ``Remark.status``."""
    DELETE = "delete"
    """Takes the file out of every listing, for ever; its name stays taken."""


class ProjectStatus(enum.StrEnum):
    """The markers of PEP 792."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    """Takes no uploads."""
    QUARANTINED = "quarantined"
    """Offers no files."""
    DEPRECATED = "deprecated"


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said about a project, a release or a file.

    Raises:
        UsageError: if the person is missing, or what it is about does not fit its kind.
    """

    kind: RemarkKind
    project: ProjectName
    version: str = ""
    """As it is compared (``airlock.hosting``); empty for the whole project."""
    filename: str = ""
    """Empty for every file of the release."""
    status: ProjectStatus | None = None
    reason: str = ""
    """One line; may be empty for a yank that is taken back."""
    by: str
    at: dt.datetime
    """In UTC."""

    def __post_init__(self) -> None:
        if not (self.by.strip() and self.by.isprintable()):
            raise UsageError("a remark on a project needs a person")
        if self.reason and not self.reason.isprintable():
            # It stands in listings, logs and terminals.
            raise UsageError("the reason is one line of text")
        if self.at.utcoffset() is None:
            raise UsageError("the time of a remark has no time zone")
        if (self.kind is RemarkKind.STATUS) is not (self.status is not None):
            raise UsageError("a status, and nothing else, names a marker")
        if (self.kind is RemarkKind.STATUS) is bool(self.version or self.filename):
            raise UsageError(f"{self.kind} is about a {self._about}")

    @property
    def _about(self) -> str:
        return "project" if self.kind is RemarkKind.STATUS else "release or one of its files"


class Remarks:
    """What the remarks on one project come down to.

    Args:
        remarks: the oldest first.
    """

    def __init__(self, remarks: Iterable[Remark]) -> None:
        self._yanks: dict[tuple[str, str], Remark] = {}
        self._deleted: set[str] = set()
        self.status: Remark | None = None
        """The latest marker that a person set; ``None``: nobody did."""
        for remark in remarks:
            if remark.kind is RemarkKind.STATUS:
                self.status = remark
            elif remark.kind is RemarkKind.DELETE:
                self._deleted.add(remark.filename)
            else:
                self._note(remark)

    def _note(self, remark: Remark) -> None:
        if not remark.filename:
            # What is said of a release stands above what was said of its files before.
            for version, filename in list(self._yanks):
                if version == remark.version and filename:
                    del self._yanks[version, filename]
        self._yanks[remark.version, remark.filename] = remark

    @property
    def yanks(self) -> bool:
        """Whether anything was said about yanking."""
        return bool(self._yanks)

    def deleted(self, filename: str) -> bool:
        """Tell whether a file was taken away."""
        return filename in self._deleted

    def yanked(self, version: str, filename: str, before: str | None) -> str | None:
        """Return why a file is yanked, perhaps for no reason; ``None`` if it is not.

        Args:
            version: normalised.
            filename: of the file.
            before: what its index says.
        """
        remark = self._yanks.get((version, filename)) or self._yanks.get((version, ""))
        if remark is None:
            return before
        return remark.reason if remark.kind is RemarkKind.YANK else None
