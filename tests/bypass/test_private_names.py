"""Ways in which private names fall through to the public index, seen at other gates.

The gate is the one that ``airlock serve`` runs, in this process; its upstream is a real server,
whose log of requests is what counts: not even the name may be in it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from airlock import assembly
from airlock.gate.settings import GateSettings
from airlock.model.ownership import Origin
from airlock.store import Store
from tests.simulators.in_process import InProcess
from tests.simulators.upstream import Upstream, make_wheel
from tests.unit.store.examples import DAY, waiver
from tests.unit.store.name_examples import claim, seen

JSON = "application/vnd.pypi.simple.v1+json"
WHEEL = "acme_internal-99.0-py3-none-any.whl"
# Every way to spell the page of one name, as clients and people ask for it.
PATHS = [
    "/simple/acme-internal/",
    "/simple/acme-internal",
    "/simple/Acme_Internal/",
    "/simple/ACME.INTERNAL",
    "/simple/acme--internal/",
    "/simple/acme-_.internal/",
    "/simple/acme%2Dinternal/",
    "/simple/%61cme-internal/",
    "/simple/acme-internal/?format=json",
    "//simple/acme-internal/",
    "/simple//acme-internal/",
    "/simple/../simple/acme-internal/",
    "/simple/acme-internal/../acme-internal/",
    "/simple/acme%2Finternal/",
    "/simple/acme-internal%00/",
    "/api/names/acme-internal",
    "/names/acme-internal",
]


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as index:
        index.add(*make_wheel("acme-internal", "99.0"))
        yield index


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The store of the gate, as another process sees it."""
    with assembly.store(tmp_path) as opened:
        yield opened


@pytest.fixture
def gate(upstream: Upstream, store: Store, tmp_path: Path) -> Iterator[InProcess]:
    app, _ = assembly.gate(GateSettings(data_folder=tmp_path, upstreams=(upstream.url,)))
    with InProcess(app) as client:
        yield client


@pytest.mark.parametrize("pattern", ["acme-internal", "acme-*"])
@pytest.mark.parametrize("path", PATHS)
def test_no_spelling_reaches_the_upstream(
    gate: InProcess, upstream: Upstream, store: Store, path: str, pattern: str
) -> None:
    store.add_claims([claim(pattern)])
    for accept in (JSON, "text/html", "application/json"):
        answer = gate.get(path, accept)
        assert "99.0" not in answer.text
    assert upstream.asked == []


def test_no_client_gets_it_by_asking_for_the_file(
    gate: InProcess, upstream: Upstream, store: Store
) -> None:
    """Listed before it was claimed: the listing is still in the store, and so is the address."""
    digest = upstream.sha256(WHEEL)
    assert gate.get("/simple/acme-internal/", JSON).status_code == 200
    store.add_claims([claim("acme-*")])
    upstream.forget()
    for spelling in (WHEEL, WHEEL.replace("_", "%5F")):
        answer = gate.get(f"/files/{digest}/{spelling}", "application/json")
        assert answer.status_code == 403
        assert answer.json()["owner"] == "here"
    assert upstream.asked == []


def test_not_even_a_file_that_was_vetted_and_kept(
    gate: InProcess, upstream: Upstream, store: Store
) -> None:
    digest = upstream.sha256(WHEEL)
    gate.get("/simple/acme-internal/", JSON)
    gate.get(f"/files/{digest}/{WHEEL}")
    store.add_claims([claim("acme-internal")])
    assert gate.get(f"/files/{digest}/{WHEEL}").status_code == 403


def test_upstream_that_fails_does_not_open_a_way(
    gate: InProcess, upstream: Upstream, store: Store
) -> None:
    upstream.fault("*", "status", 500)
    store.add_claims([claim("acme-*")])
    assert gate.get("/simple/acme-internal/").status_code == 404
    assert upstream.asked == []


def test_gate_that_saw_a_name_in_the_same_moment_does_not_undo_its_claim(
    gate: InProcess, upstream: Upstream, store: Store
) -> None:
    store.add_claims([claim("acme-*"), seen("acme-internal", upstream.url)])
    assert gate.get("/simple/acme-internal/").status_code == 404
    store.add_claims([claim("acme-other"), seen("acme-other", upstream.url)])
    assert gate.get("/simple/acme-other/").status_code == 404
    assert upstream.asked == []


def test_what_is_hosted_here_is_not_given_away_by_any_claim(
    gate: InProcess, upstream: Upstream, store: Store
) -> None:
    hosted = claim("acme-internal", Origin.HOSTED)
    given_away = claim("acme-internal", upstream=upstream.url)
    store.add_claims([hosted, given_away, claim("acme-internal", Origin.RELEASED)])
    assert gate.get("/simple/acme-internal/").status_code == 404
    assert upstream.asked == []


def test_name_of_another_upstream_is_not_asked_of_this_one(
    gate: InProcess, upstream: Upstream, store: Store
) -> None:
    store.add_claims([seen("acme-internal", "https://index.example/simple/")])
    answer = gate.get("/simple/acme-internal/", JSON)
    assert answer.status_code == 404
    assert answer.json()["owner"] == "https://index.example/simple/"
    assert upstream.asked == []


def test_waiver_does_not_move_a_name(gate: InProcess, upstream: Upstream, store: Store) -> None:
    digest = upstream.sha256(WHEEL)
    gate.get("/simple/acme-internal/", JSON)
    now = assembly.now()
    store.add_waiver(waiver(project="acme-internal", begin=now - DAY, end=now + DAY))
    store.add_claims([claim("acme-*")])
    upstream.forget()
    assert gate.get("/simple/acme-internal/").status_code == 404
    assert gate.get(f"/files/{digest}/{WHEEL}").status_code == 403
    assert upstream.asked == []


def test_page_of_one_project_cannot_offer_the_file_of_another(
    gate: InProcess, upstream: Upstream, store: Store
) -> None:
    """An upstream that lists a private project's file under a public name."""
    filename, data = make_wheel("acme-secret", "1.0")
    digest = upstream.add(filename, data, project="harbour")
    store.add_claims([claim("acme-*")])
    page = gate.get("/simple/harbour/", JSON)
    assert page.status_code == 200
    assert filename not in page.text
    upstream.forget()
    assert gate.get(f"/files/{digest}/{filename}").status_code == 404
    assert upstream.asked == []
