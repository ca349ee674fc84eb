"""What came with files is kept, in every database, and only ever added to."""

import random
import string
from typing import Any

import msgspec
import pytest

from airlock.errors import UsageError
from airlock.model import ArtifactName, Sha256
from airlock.model.watching import SourceState
from airlock.sources.urls import LONGEST_INDEX_URL, index_url
from airlock.store import Records
from airlock.store.papers import Paper, PaperKey, PaperKind
from tests.unit.store.examples import NOW, digest, listed, listing

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


def _dense(count: int) -> str:
    """Return text that no database can keep in fewer bytes."""
    dice = random.Random(10)
    return "".join(dice.choice(string.ascii_lowercase + string.digits) for _ in range(count))


def test_the_longest_url_of_an_index_fits_into_every_key(records: Records) -> None:
    begin = "https://index.example/"
    url, _ = index_url(begin + _dense(LONGEST_INDEX_URL - len(begin) - 1))
    with pytest.raises(UsageError, match="at most 1,500 bytes"):
        index_url(url[:-1] + "x")
    filename = ArtifactName.parse(f"example-1.0+{_dense(255 - 19)}.tar.gz").filename
    records.papers.add(paper(source=url, filename=filename))
    assert records.papers.of(paper(source=url, filename=filename).key) is not None
    files = (listed(1, filename=filename),)
    told = msgspec.structs.replace(listing(), source=url, files=files)
    records.store.put_listing(told)
    assert records.store.listing(url, told.project) is not None
    records.following.begin(SourceState(url=url, kind="changelog", since=NOW))
    records.following.rest(url, NOW)
    assert records.following.source(url, "changelog") is not None
