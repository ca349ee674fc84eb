"""What came with files is kept, in every database, and only ever added to."""

from typing import Any

import pytest

from airlock.model import Sha256
from airlock.store import Records
from airlock.store.papers import Paper, PaperKey, PaperKind
from tests.unit.store.examples import NOW, digest

KEY = PaperKey(
    kind=PaperKind.PROVENANCE,
    source="https://index.example/simple/",
    sha256=digest(1),
    filename="example-1.0.tar.gz",
)
OTHERS: tuple[dict[str, Any], ...] = (
    {"kind": PaperKind.SIGNATURE},
    {"source": "https://other.example/simple/"},
    {"sha256": digest(2)},
    {"filename": "example-1.0.zip"},
)


def paper(document: bytes = b"document", **changes: Any) -> Paper:
    """Return a document that came with a file."""
    key = PaperKey(**{**{name: getattr(KEY, name) for name in KEY.__struct_fields__}, **changes})
    return Paper(key=key, document=Sha256.of(document), kept_at=NOW)


def test_the_document_that_was_added_last_is_the_one(records: Records) -> None:
    assert records.papers.of(KEY) is None
    for one in (b"first", b"second"):
        records.papers.add(paper(one))
    assert records.papers.of(KEY) == paper(b"second")
    records.papers.add(paper(b"first"))
    assert records.papers.of(KEY) == paper(b"second")


@pytest.mark.parametrize("other", OTHERS)
def test_no_document_counts_for_another_file_or_index(
    records: Records, other: dict[str, Any]
) -> None:
    records.papers.add(paper())
    assert records.papers.of(paper(**other).key) is None
