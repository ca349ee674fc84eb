"""Ways round the door over HTTP, in front of one gate as it is really served."""

import datetime as dt
import http.client
import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import msgspec
import pytest

from airlock.model import Decision, ProjectName, Sha256
from airlock.model.hosting import ProjectStatus, Remark, RemarkKind
from airlock.store import open_store
from tests.functional.conftest import Gate, airlock
from tests.simulators.upstream import Fault, Upstream, make_sdist, make_wheel
from tests.unit.workers.examinations import until

JSON = "application/vnd.pypi.simple.v1+json"
CHUNK_BYTES = 64 * 1024
SLOW_BYTES_PER_SECOND = 300
SMUGGLED = (
    b"HTTP/1.1 403 Forbidden\r\nairlock-verdict: a longer phrase than it was before\r\n\r\n"
    b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
)


class Site:
    """An index, and a gate in front of it."""

    def __init__(self, upstream: Upstream, folder: Path) -> None:
        self.upstream = upstream
        self.gate = Gate(upstream, folder)
        self.gate.start()

    def offer(self, filename: str, data: bytes, *, held: bool = False) -> str:
        """Offer a file that the gate has listed; return its path at the gate."""
        project = filename.split("-", maxsplit=1)[0].replace("_", "-")
        self.upstream.add(filename, data)
        if held:
            self.upstream.fault(f"/simple/{project}/", Fault.NO_UPLOAD_TIME)
        assert filename in self.gate.listed(project)
        return self.gate.file_path(filename)

    def ask(self, path: str, method: str = "GET", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.request(method, f"{self.gate.url}{path}", headers=named, timeout=60)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Upstream() as upstream:
        made = Site(upstream, tmp_path_factory.mktemp("gate"))
        yield made
        made.gate.kill()


@pytest.fixture(scope="module")
def held(site: Site) -> str:
    """The path of a file that was judged and is not served."""
    path = site.offer(*make_wheel("held-one", "1.0"), held=True)
    assert site.ask(path).status_code == 403
    return path


def test_judged_file_is_out_of_the_listing_and_out_of_reach(site: Site, held: str) -> None:
    """Filtered from the listing, still served by its URL."""
    assert site.gate.listed("held-one") == []
    assert held.rpartition("/")[2] not in site.gate.get("/simple/held-one/", "text/html").text
    assert site.ask(held).status_code == 403


def test_no_file_passes_as_the_core_metadata_of_another(site: Site) -> None:
    """A digest that an upstream announces may be that of any bytes that are kept here."""
    kept, data = make_wheel("held-two", "1.0")
    assert site.ask(site.offer(kept, data, held=True)).status_code == 403
    filename, other = make_wheel("harmless-two", "1.0")
    site.upstream.add(filename, other, core_metadata=data)
    assert site.gate.listed("harmless-two") == [filename]

    for _ in range(2):
        answer = site.ask(f"{site.gate.file_path(filename)}.metadata")
        assert answer.content != data
        assert answer.status_code == 502, answer.text
    assert "PK" not in site.ask("/pypi/harmless-two/json").text
    # What it announces of itself is no reason to keep a file out.
    assert site.ask(site.gate.file_path(filename)).content == other
    assert b"harmless" in site.ask(f"{site.gate.file_path(filename)}.metadata").content


def test_what_people_take_away_while_it_is_vetted_is_not_handed_out(site: Site) -> None:
    """Asked for before, fetched for long, decided about meanwhile."""
    filename, data = make_wheel("late-one", "1.0")
    site.upstream.add(filename, data)
    site.upstream.fault(f"/files/{filename}", Fault.SLOW, SLOW_BYTES_PER_SECOND)
    assert site.gate.listed("late-one") == [filename]
    quarantine = Remark(
        kind=RemarkKind.STATUS,
        project=ProjectName("late-one"),
        reason="somebody else has it",
        by="user ada",
        at=dt.datetime.now(dt.UTC),
        status=ProjectStatus.QUARANTINED,
    )

    with ThreadPoolExecutor() as pool:
        asked = pool.submit(site.ask, site.gate.file_path(filename))
        assert until(lambda: site.upstream.count(f"/files/{filename}") > 0)
        with open_store(f"sqlite:///{site.gate.data}/airlock.db") as store:
            store.add_remark(quarantine)
        answer = asked.result()

    assert answer.status_code == 403, answer.content
    assert "quarantine" in answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "headers", [{}, {"range": "bytes=0-9"}, {"range": "bytes=-1"}, {"accept": "application/json"}]
)
def test_no_kind_of_request_gets_at_its_bytes(
    site: Site, held: str, method: str, headers: dict[str, str]
) -> None:
    answer = site.ask(held, method, **headers)
    assert answer.status_code == 403
    assert b"PK" not in answer.content


def test_who_has_it_already_is_told_no_too(site: Site, held: str) -> None:
    digest = held.split("/")[2]
    assert site.ask(held, if_none_match=f'"{digest}"').status_code == 403


def test_no_other_address_leads_to_it(site: Site, held: str) -> None:
    _, files, digest, filename = held.split("/")
    other = make_wheel("harmless", "1.0")
    site.offer(*other)
    addresses = {
        f"/{files}/{digest.upper()}/{filename}": 403,
        f"/{files}/{digest}/{filename.upper()}": 404,
        f"/{files}/{digest}/{other[0]}": 404,
        f"/{files}/{digest}/": 404,
        f"/{files}/{digest}": 404,
        f"/{files}/{site.upstream.sha256(other[0])}/{filename}": 404,
        f"/{files}/{digest}/..%2f{filename}": 404,
        f"/{files}/{'0' * 64}/{filename}": 404,
        f"/{files}/nothing/{filename}": 404,
    }
    assert {path: site.ask(path).status_code for path in addresses} == addresses


def test_file_is_the_vetted_bytes_and_never_a_redirect(site: Site) -> None:
    """Redirect to upstream after vetting."""
    filename, data = make_wheel("direct", "1.0")
    path = site.offer(filename, data)
    for _ in range(2):
        answer = site.ask(path)
        assert answer.status_code == 200
        assert "location" not in answer.headers
        assert answer.content == data
    assert site.upstream.count(f"/files/{filename}") == 1


def test_file_that_upstream_moves_after_vetting_is_still_the_vetted_one(site: Site) -> None:
    filename, data = make_wheel("moved", "1.0")
    path = site.offer(filename, data)
    assert site.ask(path).content == data
    site.upstream.fault(f"/files/{filename}", Fault.WRONG_BYTES)
    assert site.ask(path).content == data


def test_pages_lead_to_the_gate_only(site: Site) -> None:
    site.offer(*make_wheel("paged", "1.0"))
    for accept in (JSON, "text/html", "application/vnd.pypi.simple.v1+html"):
        page = site.gate.get("/simple/paged/", accept).text
        assert site.upstream.root not in page
        assert "../../files/" in page


def test_upload_time_is_passed_on(site: Site) -> None:
    """Upload time stripped by the proxy, so that cooldowns fail."""
    site.offer(*make_sdist("timed", "1.0"))
    (file,) = site.gate.get("/simple/timed/", JSON).json()["files"]
    assert file["upload-time"] == "2020-02-02T12:30:00.000000Z"


def test_waiver_serves_nothing_that_could_not_be_examined(site: Site) -> None:
    filename, data = make_wheel("waived", "1.0")
    site.upstream.fault(f"/files/{filename}", Fault.WRONG_BYTES)
    path = site.offer(filename, data)
    done = airlock(
        "waive", "add", "waived", "--reason", "why", "--by", "Ada", "--data", site.gate.data
    )
    assert done.returncode == 0, done.stderr
    assert site.ask(path).status_code == 502


def test_bytes_of_a_package_cannot_answer_another_request(site: Site) -> None:
    """A body in the shape of a refusal once grew, and its end became the next answer."""
    filename, data = smuggling_wheel()
    path = site.offer(filename, data)
    connection = http.client.HTTPConnection("127.0.0.1", site.gate.port)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status == 200
    assert answer.read() == data
    connection.request("GET", "/health")
    assert connection.getresponse().read() == b"ok\n"
    connection.close()


def smuggling_wheel() -> tuple[str, bytes]:
    """Return a wheel whose pieces, as a server sends them, begin like heads of responses."""
    block = SMUGGLED.ljust(CHUNK_BYTES, b" ")
    first = _stored(*make_wheel("smuggling", "1.0", {"smuggling/notes.txt": block * 3}))
    padding = b" " * (-first[1].index(block) % CHUNK_BYTES)
    made = _stored(*make_wheel("smuggling", "1.0", {"smuggling/notes.txt": padding + block * 3}))
    assert made[1].index(block) % CHUNK_BYTES == 0
    return made


def _stored(filename: str, data: bytes) -> tuple[str, bytes]:
    """Return an archive without compression."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            new.writestr(entry, old.read(name))
    return filename, written.getvalue()


def test_what_older_checks_refused_is_looked_at_again(site: Site) -> None:
    filename, data = make_wheel("mended", "1.0")
    path = site.offer(filename, data)
    assert site.ask(path).status_code == 200
    remember_a_refusal_by_older_checks(site.gate, Sha256(path.split("/")[2]))

    assert site.gate.listed("mended") == []
    assert until(lambda: site.gate.listed("mended") == [filename])
    assert site.ask(path).content == data


def remember_a_refusal_by_older_checks(gate: Gate, sha256: Sha256) -> None:
    with open_store(f"sqlite:///{gate.data / 'airlock.db'}") as store:
        verdict = store.latest_verdict(sha256)
        assert verdict is not None
        store.append_verdict(
            msgspec.structs.replace(verdict, decision=Decision.REFUSE, checks_version="0" * 16)
        )
