"""A signed release is published whole, whenever the process that publishes it is killed."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from airlock.errors import FileExists, InvalidUpload, TargetNotFound
from airlock.gate.upload.recording import hosted_claim
from airlock.gate.upload.signed import SignedUploads
from airlock.gate.upload.transactions import FORGOTTEN, Transactions
from airlock.model import ProjectName, Sha256
from airlock.model.hosting import Upload
from airlock.trust import verification
from airlock.trust.workspace import Workspace
from tests.simulators.developing import Team
from tests.simulators.memory_store import MemoryStore
from tests.simulators.trusting import Clock, begun

if TYPE_CHECKING:
    from airlock.gate.door import Door

ACME = ProjectName("acme-tool")
FILES = {"acme_tool-1.0.tar.gz": b"sdist", "acme_tool-1.0-py3-none-any.whl": b"wheel"}


class Killed(BaseException):
    """What a process does not survive."""


class Bench:
    """A server's part of a trust folder, and the team that sends to it."""

    def __init__(self, folder: Path, clock: Clock, team: Team) -> None:
        self.folder, self.clock, self.team = folder, clock, team
        self.store = MemoryStore()
        self.begin_process()

    def begin_process(self) -> None:
        """Begin as another process: nothing but what was written is known."""
        self.workspace = Workspace.open(self.folder / "trust", self.clock)
        admits = SimpleNamespace(decide_hosted=lambda _asked: SimpleNamespace(serves=True))
        self.signed = SignedUploads(
            self.store,
            self.workspace.developers,
            cast("Door", admits),
            Transactions(self.folder / "transactions", self.clock),
            self.clock,
            identities=False,
        )

    def send(self) -> str:
        id_, wanted = self.signed.begin(ACME, self.team.next(self.workspace, FILES), "dora")
        assert sorted(wanted) == sorted(FILES)
        for name, body in FILES.items():
            self.signed.expected(id_, ACME, name, Sha256.of(body))
            self.signed.stage(id_, self.upload(name, body))
        return id_

    def upload(self, name: str, body: bytes) -> Upload:
        return Upload(
            project=ACME,
            version="1.0",
            filename=name,
            sha256=Sha256.of(body),
            size=len(body),
            uploaded_at=self.clock(),
            by="dora",
        )

    def hosted(self) -> set[str]:
        return {one.filename for one in self.store.uploads(ACME)}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Team:
    return Team(ACME, tmp_path_factory.mktemp("developers"), "dora")


@pytest.fixture
def bench(tmp_path: Path, team: Team) -> Bench:
    clock = Clock()
    begun(tmp_path, clock)
    return Bench(tmp_path, clock, team)


@pytest.mark.parametrize("point", ["recording", "documents", "timestamp", "roots"])
def test_killed_at_any_point_it_is_finished_by_the_next(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    id_ = bench.send()
    metadata = bench.workspace.metadata
    put, calls = metadata.put, iter(["documents", "timestamp", "roots"])

    def killing(documents: Any) -> None:
        if next(calls) == point:
            raise Killed
        put(documents)

    def recording(_uploads: Any, _remarks: Any) -> None:
        raise Killed

    with monkeypatch.context() as death:
        death.setattr(metadata, "put", killing)
        if point == "recording":
            death.setattr(bench.store, "add_release", recording)
        with pytest.raises(Killed):
            bench.signed.publish(id_)

    bench.begin_process()
    assert verification.examine(metadata, bench.clock()).problems == ()
    bench.signed.resume()

    assert bench.hosted() == set(FILES)
    assert bench.workspace.developers.standing(ACME)
    found = verification.examine(metadata, bench.clock())
    assert (found.problems, found.claimed) == ((), 1)
    assert not list((bench.folder / "transactions").iterdir())


def test_release_that_is_not_ended_is_forgotten(bench: Bench) -> None:
    id_ = bench.send()
    with pytest.raises(InvalidUpload, match="not in the signed"):
        bench.signed.expected(id_, ACME, "other-1.0.tar.gz", Sha256.of(b""))
    with pytest.raises(InvalidUpload, match="not what was signed"):
        bench.signed.expected(id_, ACME, "acme_tool-1.0.tar.gz", Sha256.of(b""))
    for path in (bench.folder / "transactions").iterdir():
        old = (bench.clock() - 2 * FORGOTTEN).timestamp()
        os.utime(path, (old, old))

    second = bench.send()

    with pytest.raises(TargetNotFound):
        bench.signed.publish(id_)
    bench.signed.give_up(second)
    with pytest.raises(TargetNotFound):
        bench.signed.publish(second)
    assert bench.hosted() == set()


def test_what_is_missing_or_taken_is_told(bench: Bench) -> None:
    id_, _ = bench.signed.begin(ACME, bench.team.next(bench.workspace, FILES), "dora")
    name, other = next(iter(FILES)), b"other"
    bench.signed.stage(id_, bench.upload(name, FILES[name]))
    with pytest.raises(InvalidUpload, match="were not sent"):
        bench.signed.publish(id_)
    assert bench.hosted() == set()

    taken = bench.upload(name, other)
    bench.store.add_upload(taken, hosted_claim(taken, bench.clock()))
    with pytest.raises(FileExists):
        bench.send()


def test_twice_at_once_is_once(bench: Bench) -> None:
    first, second = bench.send(), bench.send()

    assert bench.signed.publish(first) == 2
    with pytest.raises(InvalidUpload, match="number 1, not 2"):
        bench.signed.publish(second)
    assert bench.hosted() == set(FILES)
