"""Keeps what came with files to show whose they are, so that it need not be asked for again.

- Bytes first, the row next, and then a look whether whoever collects what nobody refers to took
  the bytes in between (``store.references``).
- Bytes that are not there any more are as if they had never been kept: they can be asked for again.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from airlock.evidence.provenance import Candidate
from airlock.gate.ruling import Asked
from airlock.store import Blobs
from airlock.store.papers import Paper, PaperKey, PaperKind, Papers


class KeptPapers:
    """Documents beside files.

    Args:
        papers: which are kept.
        blobs: their bytes.
        incoming: a folder for what is on its way in.
        clock: gives the time in UTC.
    """

    def __init__(
        self, papers: Papers, blobs: Blobs, incoming: Path, clock: Callable[[], dt.datetime]
    ) -> None:
        self._papers = papers
        self._blobs = blobs
        self._incoming = incoming
        self._clock = clock

    def get(self, key: PaperKey) -> bytes | None:
        """Return the document that was kept last; ``None`` if there is none."""
        paper = self._papers.of(key)
        if paper is None or not self._blobs.has(paper.document):
            return None
        return self._blobs.whole(paper.document)

    def keep(self, key: PaperKey, data: bytes) -> None:
        """Keep a document.

        Raises:
            StoreError: if it cannot be kept.
        """
        digest = self._blobs.put_bytes(data, self._incoming)
        self._papers.add(Paper(key=key, document=digest, kept_at=self._clock()))
        if not self._blobs.has(digest):
            self._blobs.put_bytes(data, self._incoming)


class KeptProvenance:
    """Provenance objects that were verified (``vouching.Documents``).

    Args:
        papers: that are kept.
    """

    def __init__(self, papers: KeptPapers) -> None:
        self._papers = papers

    def kept(self, source: str, candidate: Candidate) -> bytes | None:
        """Return the one of a file that was kept last; ``None`` if there is none."""
        return self._papers.get(provenance_of(source, candidate))

    def keep(self, source: str, candidate: Candidate, document: bytes) -> None:
        """Keep one that was verified."""
        self._papers.keep(provenance_of(source, candidate), document)


def signature_of(asked: Asked) -> PaperKey:
    """Return where the signature of an upstream's file is kept."""
    return PaperKey(
        kind=PaperKind.SIGNATURE,
        source=asked.source or "",
        sha256=asked.sha256,
        filename=asked.filename,
    )


def provenance_of(source: str, candidate: Candidate) -> PaperKey:
    """Return where the provenance object of an upstream's file is kept."""
    return PaperKey(
        kind=PaperKind.PROVENANCE,
        source=source,
        sha256=candidate.sha256,
        filename=candidate.filename,
    )
