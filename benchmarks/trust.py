"""What trust costs: bootstrap, one publication, a queue of them, and what clients load.

CPU seconds of this process. Sizes are bytes on the wire, by python-tuf's own
updater, through a fetcher that counts.
"""

import datetime as dt
import gzip
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface, Updater

from airlock.model import ProjectName, Sha256
from airlock.trust import ceremony, keys, operations, project_documents, roles
from airlock.trust.documents import Target
from airlock.trust.signing_keys import RoleKeys
from airlock.trust.states import Change
from airlock.trust.workspace import Workspace

FILES = 500_000
BITS = 14
QUEUED = 1_000
CLAIMED = 100
INSTALLED = 20
SMALL = 1024
PASSPHRASE = "of a benchmark only"


def main() -> None:
    """Print the figures of a large and of a small index."""
    print(f"\ntrust, {os.cpu_count()} cores{'':30} {'CPU s':>8} {'wall s':>8}")
    for files, bits in ((FILES, BITS), (5_000, None)):
        folder = Path(tempfile.mkdtemp(prefix="airlock-trust-"))
        try:
            _measure(folder, files, bits)
        finally:
            shutil.rmtree(folder)


def _measure(folder: Path, files: int, bits: int | None) -> None:
    workspace = _begin(folder, files, bits)
    targets = dict(_targets(files))
    rebuild = workspace.repository.rebuild
    name = f"{files:,} files in {2 ** (bits or roles.bits_for(files)):,} bins"
    _timed(f"{name}: bootstrap", lambda: rebuild(targets.items(), reason="bootstrap"))
    _clients(workspace, folder, list(targets))
    repository = workspace.repository
    singles = [Change(path, target) for path, target in _targets(100, "single")]
    repository.publish(singles[:1], reason="warm")

    def one_by_one() -> None:
        for change in singles[1:]:
            repository.publish([change], reason="one")

    _timed("  one publication (mean of 99)", one_by_one, times=99)
    queued = [Change(path, target) for path, target in _targets(QUEUED, "queued")]
    _timed(
        f"  {QUEUED:,} queued, in batches of 100",
        lambda: [
            repository.publish(queued[at : at + 100], reason="batch")
            for at in range(0, QUEUED, 100)
        ],
    )
    _claimed(workspace, folder, list(targets))


def _claimed(workspace: Workspace, folder: Path, paths: list[str]) -> None:
    """Claim projects that were never released, and measure what that costs everybody."""
    projects = [ProjectName(f"claimed-{number}") for number in range(CLAIMED)]
    # Publications of before have made bins larger: what is compared with is measured here.
    _clients(workspace, folder / "before", paths)
    signers = [CryptoSigner.generate_ed25519() for _ in projects]
    expires = _now() + project_documents.LIFE
    pairs = list(zip(projects, signers, strict=True))
    for project, signer in pairs[:-10]:
        _accept(workspace, project, signer, expires)
    _timed(
        f"  one signed release, {CLAIMED} projects claimed",
        lambda: [_accept(workspace, project, signer, expires) for project, signer in pairs[-10:]],
        times=10,
    )
    single = [Change(path, target) for path, target in _targets(20, "late")]
    workspace.repository.publish(single[:1], reason="warm")
    _timed(
        f"  one publication, {CLAIMED} projects claimed",
        lambda: [workspace.repository.publish([one], reason="one") for one in single[1:]],
        times=19,
    )
    _clients(workspace, folder / "after", paths)


def _accept(
    workspace: Workspace, project: ProjectName, signer: CryptoSigner, expires: dt.datetime
) -> None:
    path = f"files/{project}/{project.replace('-', '_')}-1.0.tar.gz"
    files = {path: Target(Sha256(hashlib.sha256(path.encode()).hexdigest()), 100_000)}
    signing = RoleKeys((signer.public_key,), 1)
    document = project_documents.drafted(project, signing, files, 1, expires)
    workspace.developers.accept(project, ceremony.sign(document, signer), reason="release")


def _begin(folder: Path, files: int, bits: int | None) -> Workspace:
    public = []
    for name in ("one", "two"):
        key = keys.new_key_file(folder / name, PASSPHRASE)
        public.append(folder / f"{name}.pub")
        public[-1].write_bytes(keys.public_document(key))
    given = dict.fromkeys(roles.OFFLINE, (public, 2))
    wanted = files if bits is None else _files_for(bits)
    workspace = operations.begin(folder / "trust", _now, given, None, wanted)
    for name in ("one", "two"):
        workspace.sign_waiting(keys.open_key(str(folder / name), None, lambda _name: PASSPHRASE))
    workspace.install(reason="ceremony")
    return workspace


def _files_for(bits: int) -> int:
    return next(
        n for n in (10**k * m for k in range(9) for m in range(1, 10)) if roles.bits_for(n) == bits
    )


def _targets(count: int, kind: str = "project") -> Iterator[tuple[str, Target]]:
    for number in range(count):
        name = f"{kind}-{number // 12}"
        path = f"files/{name}/{name.replace('-', '_')}-1.{number % 12}-py3-none-any.whl"
        digest = hashlib.sha256(path.encode()).hexdigest()
        yield path, Target(Sha256(digest), 100_000 + number)


def _clients(workspace: Workspace, folder: Path, paths: list[str]) -> None:
    step = len(paths) // INSTALLED
    wanted = paths[::step][:INSTALLED]
    for label, asked in (("new client, 20 files", wanted), ("returning client", [])):
        counted = CountingFolder(workspace.metadata.folder)
        root = workspace.metadata.get("1.root.json")
        updater = Updater(
            str(folder / "client"), "http://counted.invalid/", fetcher=counted, bootstrap=root
        )
        updater.refresh()
        for path in asked:
            if updater.get_targetinfo(path) is None:
                raise SystemExit(f"{path} is not signed")
        print(
            f"  {label:46} {counted.received:>8,} bytes in {counted.requests} requests, "
            f"{counted.compressed:,} compressed"
        )


class CountingFolder(FetcherInterface):
    """Serves a folder, and counts what a client would have loaded.

    Args:
        folder: of metadata.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.received = 0
        self.compressed = 0
        self.requests = 0

    def _fetch(self, url: str) -> Iterator[bytes]:
        self.requests += 1
        path = self._folder / url.rpartition("/")[2]
        if not path.is_file():
            raise DownloadHTTPError("there is no such document", 404)
        data = path.read_bytes()
        self.received += len(data)
        # As the gate sends it.
        self.compressed += len(gzip.compress(data, 6)) if len(data) >= SMALL else len(data)
        return iter([data])


def _timed(name: str, act: Callable[[], object], times: int = 1) -> None:
    wall, cpu = time.monotonic(), time.process_time()
    act()
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    print(f"{name:48} {cpu / times:8.4f} {wall / times:8.4f}", flush=True)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
