"""Whatever uploads and collections do, in whatever order: nothing that is referred to is lost."""

import datetime as dt
import os
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import make_url

from airlock.model import Sha256
from airlock.store import open_blobs, open_store
from airlock.store.collecting import collect
from airlock.store.engine import Database
from tests.unit.store.examples import NOW, artifact, digest

_GRACE = dt.timedelta(hours=24)
_numbers = st.integers(0, 3)


class House(RuleBasedStateMachine):
    """A store, its blobs, and those who are on their way into them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name)
        self.store = open_store(f"sqlite:///{path}/airlock.db")
        self.database = Database(make_url(f"sqlite:///{path}/airlock.db"))
        self.blobs = open_blobs(path / "blobs")
        self.given = path / "given"
        self.uploading: set[int] = set()
        self.reusing: set[int] = set()
        self.referred: set[int] = set()

    def teardown(self) -> None:
        self.blobs.close()
        self.database.close()
        self.store.close()
        self.folder.cleanup()

    def put(self, number: int) -> None:
        self.given.write_bytes(b"example %d" % number)
        self.blobs.put(digest(number), self.given)

    @rule(number=_numbers)
    def upload_begins(self, number: int) -> None:
        self.put(number)
        self.uploading.add(number)

    @rule(number=_numbers)
    def upload_ends(self, number: int) -> None:
        """An upload takes less than the grace."""
        if number in self.uploading:
            self.uploading.discard(number)
            self.refer(number)

    @rule(number=_numbers)
    def somebody_finds_it_there(self, number: int) -> None:
        if self.blobs.has(digest(number)):
            self.reusing.add(number)

    @rule(number=_numbers)
    def and_refers_to_it(self, number: int) -> None:
        """However much later that is: it looks once more, as ``references`` demands."""
        if number in self.reusing:
            self.reusing.discard(number)
            self.store.remember_artifact(artifact(number), seen_at=NOW)
            if not self.blobs.has(digest(number)):
                self.put(number)
            self.referred.add(number)

    def refer(self, number: int) -> None:
        self.store.remember_artifact(artifact(number), seen_at=NOW)
        self.referred.add(number)

    @rule(number=_numbers)
    def upload_is_interrupted(self, number: int) -> None:
        self.uploading.discard(number)

    @rule(number=_numbers)
    def time_goes_by(self, number: int) -> None:
        path = self.blobs.local_path(digest(number))
        if path is not None and number not in self.uploading:
            long_ago = (dt.datetime.now(dt.UTC) - 2 * _GRACE).timestamp()
            os.utime(path, (long_ago, long_ago))

    @rule(look=st.booleans())
    def collection(self, look: bool) -> None:
        before = dt.datetime.now(dt.UTC) - _GRACE
        there = {blob.sha256: blob.stored_at for blob in self.blobs.stored()}
        found = collect(self.database, self.blobs, before=before, look=look)
        referred = {digest(number) for number in self.referred}
        due = {sha256 for sha256, at in there.items() if at < before} - referred
        assert (found.removed, found.kept) == (len(due), len(there) - len(due))
        assert {blob.sha256 for blob in self.blobs.stored()} == set(there) - (
            set() if look else due
        )

    @invariant()
    def nothing_that_is_referred_to_is_lost(self) -> None:
        for number in self.referred:
            assert b"".join(self.blobs.stream(digest(number))) == b"example %d" % number

    @invariant()
    def nothing_under_way_is_lost(self) -> None:
        assert all(self.blobs.has(digest(number)) for number in self.uploading)


TestHouse = House.TestCase
TestHouse.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)


def test_digest_is_that_of_the_bytes() -> None:
    assert digest(1) == Sha256.of(b"example 1")
