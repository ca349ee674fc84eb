"""A scan from targets to verdicts, with an index in memory."""

import asyncio
import contextlib
import datetime as dt
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from airlock.errors import ProjectNotFound, UpstreamUnavailable
from airlock.model import Decision, ListedFile, ProjectListing, ProjectName, Sha256, Verdict
from airlock.policy import Policy
from airlock.report import Result, Unexamined
from airlock.scanning import Scan, ScanRequest, Silent
from airlock.sources.interface import Index
from airlock.workers import WorkerLimits, Workers
from tests.simulators import hostile_checks
from tests.simulators.advisories import advising
from tests.simulators.packages import make_sdist, make_wheel

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
# The behaviour of the checks here goes by the project's name; "behave" is clean but for a sign.
LENIENT = Policy(hold_score=1.0)


class MemoryIndex(Index):
    """An index whose files are in memory; some of them cannot be had."""

    def __init__(self, *files: tuple[str, bytes], lost: frozenset[str] = frozenset()) -> None:
        super().__init__("https://index.example/simple/")
        self.data = dict(files)
        self.lost = lost
        self.closed = False

    async def listing(
        self, project: ProjectName, known: ProjectListing | None = None
    ) -> ProjectListing:
        files = tuple(self._listed(name) for name in self.data if name.startswith(f"{project}-"))
        if not files:
            raise ProjectNotFound(f"there is no {project}")
        return ProjectListing(project=project, source=self.url, files=files, fetched_at=NOW)

    def _listed(self, filename: str) -> ListedFile:
        data = self.data[filename]
        return ListedFile(
            filename=filename,
            url=f"https://files.example/{filename}",
            sha256=Sha256.of(data),
            size=len(data),
            upload_time=NOW,
        )

    @contextlib.asynccontextmanager
    async def stream(self, file: ListedFile) -> AsyncIterator[AsyncIterator[bytes]]:
        if file.filename in self.lost:
            raise UpstreamUnavailable(f"{file.filename} is lost")
        yield self._pieces(self.data[file.filename])

    async def _pieces(self, data: bytes) -> AsyncIterator[bytes]:
        yield data
        await asyncio.sleep(0)

    async def aclose(self) -> None:
        self.closed = True


class Watched(Silent):
    """Progress that a test looks at."""

    def __init__(self) -> None:
        self.wanted = 0
        self.came: list[str] = []
        self.to_examine = 0
        self.seen: list[Result] = []

    def fetching(self, count: int) -> None:
        self.wanted += count

    def fetched(self, name: str) -> None:
        self.came.append(name)

    def examining(self, count: int) -> None:
        self.to_examine = count

    def examined(self, result: Result) -> None:
        self.seen.append(result)


def scan(
    index: Index | None, *targets: str | Path, progress: Watched | None = None
) -> list[Result]:
    checks, _ = hostile_checks.kit()
    workers = Workers(checks, "tests.simulators.hostile_checks:kit", WorkerLimits(), start="fork")

    def make() -> Index:
        if index is None:
            pytest.fail("nobody should be asked")
        return index

    request = ScanRequest(targets=tuple(map(str, targets)), width=2)
    made = Scan(checks, LENIENT, workers, advising(), make, lambda: NOW)
    return made.run(request, progress or Watched())


def write(folder: Path, file: tuple[str, bytes]) -> Path:
    path = folder / file[0]
    path.write_bytes(file[1])
    return path


def told(results: list[Result]) -> list[tuple[str, str]]:
    return [
        (one.name, "unexamined")
        if isinstance(one, Unexamined)
        else (one.artifact.name.filename, one.decision.word)
        for one in results
    ]


def test_local_files_ask_nobody(tmp_path: Path) -> None:
    path = write(tmp_path, make_wheel("behave", "1.0"))
    (result,) = scan(None, path)
    assert isinstance(result, Verdict)
    assert result.artifact.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert result.artifact.release.source is None
    assert result.decided_at == NOW
    assert result.decision is Decision.HOLD
    assert result.seconds > 0


def test_what_the_index_says_is_in_the_verdict() -> None:
    index = MemoryIndex(make_wheel("behave", "1.0"), make_sdist("behave", "1.0"))
    results = scan(index, "Behave==1.0")
    assert {name for name, _ in told(results)} == {
        "behave-1.0-py3-none-any.whl",
        "behave-1.0.tar.gz",
    }
    for one in results:
        assert isinstance(one, Verdict)
        assert one.artifact.release.source == index.url
        assert one.artifact.release.upload_time == NOW
    assert index.closed


def test_results_come_in_the_order_of_the_targets(tmp_path: Path) -> None:
    late = write(tmp_path, make_wheel("behave", "1.0"))
    bad = write(tmp_path, make_sdist("exit-at-once", "1.0"))
    results = scan(None, bad, "./nothing", late)
    assert told(results) == [
        (bad.name, "hold"),
        ("./nothing", "unexamined"),
        (late.name, "hold"),
    ]


def test_file_that_is_lost_is_told_and_the_others_are_examined() -> None:
    sdist, wheel = make_sdist("behave", "1.0"), make_wheel("behave", "1.0")
    index = MemoryIndex(sdist, wheel, lost=frozenset({sdist[0]}))
    results = scan(index, "behave", "missing")
    assert sorted(told(results)) == [
        (wheel[0], "hold"),
        (sdist[0], "unexamined"),
        ("missing", "unexamined"),
    ]
    codes = {one.name: one.exit_code for one in results if isinstance(one, Unexamined)}
    assert codes == {sdist[0]: 4, "missing": 2}


def test_progress_counts_everything(tmp_path: Path) -> None:
    sdist, wheel = make_sdist("behave", "1.0"), make_wheel("behave", "1.0")
    index = MemoryIndex(sdist, wheel, lost=frozenset({sdist[0]}))
    progress = Watched()
    local = write(tmp_path, make_wheel("behave", "2.0"))
    results = scan(index, "behave", local, progress=progress)
    assert progress.wanted == 2
    assert sorted(progress.came) == [wheel[0], sdist[0]]
    assert progress.to_examine == 2
    assert len(progress.seen) == 2
    assert len(results) == 3


def test_nothing_is_left_in_the_folder_of_downloads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    scan(MemoryIndex(make_wheel("behave", "1.0")), "behave")
    assert list(tmp_path.iterdir()) == []


def test_folder_with_the_name_of_a_wheel_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "behave-2.0-py3-none-any.whl"
    folder.mkdir()
    (one,) = scan(None, folder)
    assert isinstance(one, Unexamined)
    assert one.exit_code == 2
