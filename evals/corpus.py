"""Lists of archives, and the files that they name.

A list is a CSV. For malware its columns are name, version, path, sha256, size, cluster and added
(the day on which its registry is known to have had it); for benign releases name, version,
filename, kind, sha256 and size. A file lies in its folder under its own name, or under
``<sha256>`` and whatever ending.
"""

import csv
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from airlock.errors import MalformedDocument
from airlock.evidence.fingerprints.corpus import acceptable_name, stored_files
from airlock.model import ArtifactKind, ArtifactName

Label = Literal["malware", "benign"]


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One archive of a list."""

    label: Label
    name: str
    version: str
    filename: str
    """Under which it is examined."""
    sha256: str
    size: int = 0
    """In bytes, by the list."""
    cluster: str = ""
    """Archives of one cluster share their code; alone if empty."""
    added: str = ""
    """``YYYY-MM-DD``, or empty."""
    path: str = ""
    """Of the file; empty if there is none."""
    problem: str = ""
    """Why it cannot be evaluated, or empty."""

    @property
    def kind(self) -> ArtifactKind:
        """Wheel or source distribution."""
        return ArtifactName.parse(self.filename).kind

    @property
    def group(self) -> str:
        """The cluster, or the archive itself."""
        return self.cluster or self.sha256


def read_corpus(label: Label, listed: Path, folder: Path) -> list[Sample]:
    """Return every archive of a list, each with its file or with the reason why it has none.

    Raises:
        MalformedDocument: if the list cannot be read.
    """
    stored = stored_files(folder)
    try:
        with listed.open(encoding="utf-8", newline="") as stream:
            return [_sample(label, row, stored) for row in csv.DictReader(stream)]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, ValueError, TypeError) as error:
        raise MalformedDocument(f"{listed} is no list of archives: {error!r}") from error


def _sample(label: Label, row: Mapping[str, str], stored: Mapping[str, Path]) -> Sample:
    sha256 = row["sha256"].lower()
    named = row.get("filename") or row["path"].rpartition("/")[2]
    path = stored.get(sha256) or stored.get(named)
    return Sample(
        label=label,
        name=row["name"],
        version=row["version"],
        filename=acceptable_name(named, row["name"], row["version"]),
        sha256=sha256,
        size=int(row.get("size") or 0),
        cluster=row.get("cluster") or "",
        added=row.get("added") or "",
        path=str(path or ""),
        problem=_problem(path, sha256),
    )


def _problem(path: Path | None, sha256: str) -> str:
    if path is None:
        return "the file is missing"
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return f"the file cannot be read: {error.strerror}"
    return "" if digest == sha256 else "the file has another SHA-256"
