"""What travels beside files, verified anew where it arrives.

- Only what the folder announces is looked at, and all of that: what is missing or changed on the
  way is told, and its file is not taken.
- A provenance object is verified by the trusted root of Sigstore that is here; where nothing here
  verifies, it is neither believed nor kept.
- A signature is verified where this gate's policy pins a certificate, and kept as it came.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from airlock.errors import InvalidUpload, NotVerified
from airlock.evidence.openpgp import LARGEST_SIGNATURE_BYTES
from airlock.evidence.provenance import Attestor, Candidate
from airlock.evidence.provenance.interface import LARGEST_BYTES
from airlock.gate.airgap.folder import CarriedPaper, digest_of, read_paper
from airlock.gate.door import Asked
from airlock.gate.papers import KeptPapers, provenance_of, signature_of
from airlock.gate.signed_files import SignedFiles
from airlock.model import ListedFile, ProjectName, Sha256
from airlock.model.openpgp import Signatures
from airlock.model.provenance import Attested
from airlock.store.papers import PaperKind


class Verified(NamedTuple):
    """What came with a file, verified."""

    attested: tuple[Attested, ...]
    provenance: str
    """The provenance object; empty if none came, or nothing here verifies."""
    signatures: Signatures
    signature: str
    """As it came; empty if none did."""


class CarriedPapers:
    """Verifies what travels beside files.

    Args:
        attestor: verifies provenance.
        signed: verifies signatures where somebody's counts.
        kept: where they are kept.
    """

    def __init__(self, attestor: Attestor, signed: SignedFiles, kept: KeptPapers) -> None:
        self._attestor = attestor
        self._signed = signed
        self._kept = kept
        self._announced: dict[tuple[Sha256, str, PaperKind], CarriedPaper] = {}

    def announced(self, papers: Iterable[CarriedPaper]) -> None:
        """Say what is in the folder."""
        self._announced = {(one.sha256, one.filename, one.kind): one for one in papers}

    def verified(self, path: Path, project: ProjectName, file: ListedFile) -> Verified:
        """Return what came with a file.

        Args:
            path: of the file in the folder.
            project: whose file it is.
            file: with the digest of its bytes.

        Raises:
            NotVerified: saying what is missing, was changed, or does not verify.
        """
        provenance = self._read(path, file, PaperKind.PROVENANCE, LARGEST_BYTES)
        signature = self._read(path, file, PaperKind.SIGNATURE, LARGEST_SIGNATURE_BYTES)
        attested: tuple[Attested, ...] = ()
        if provenance and not self._attestor.absent:
            try:
                candidate = Candidate(file.filename, digest_of(file))
                attested = self._attestor.verify_provenance(provenance, candidate)
                text = provenance.decode()
            except (NotVerified, UnicodeDecodeError) as error:
                raise NotVerified(
                    f"the provenance of {file.filename} does not verify: {error}"
                ) from error
        try:
            asc = signature.decode()
            signatures = self._signed.accepted(asc, path, project)
        except (InvalidUpload, UnicodeDecodeError) as error:
            raise NotVerified(
                f"the signature of {file.filename} does not verify: {error}"
            ) from error
        return Verified(attested, text if attested else "", signatures, asc)

    def keep(self, asked: Asked, verified: Verified) -> None:
        """Keep what came with a file of an upstream."""
        if asked.source is None:
            return
        if verified.provenance:
            key = provenance_of(asked.source, Candidate(asked.filename, asked.sha256))
            self._kept.keep(key, verified.provenance.encode())
        if verified.signature:
            self._kept.keep(signature_of(asked), verified.signature.encode())

    def _read(self, path: Path, file: ListedFile, kind: PaperKind, most_bytes: int) -> bytes:
        paper = self._announced.get((digest_of(file), file.filename, kind))
        return read_paper(path, paper, most_bytes) if paper is not None else b""
