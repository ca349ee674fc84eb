"""Several upstreams, none at all, and upstreams in trouble."""

from collections.abc import Callable, Iterator

import pytest

from tests.functional.conftest import Gate, Installer, airlock
from tests.simulators.upstream import Upstream, make_wheel

JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture(scope="module")
def _other() -> Iterator[Upstream]:
    with Upstream() as index:
        yield index


@pytest.fixture
def other(_other: Upstream) -> Upstream:
    """A second index; the gate asks it after the first."""
    _other.reset()
    return _other


@pytest.fixture
def gate(start_gate: Callable[..., Gate], other: Upstream) -> Gate:
    return start_gate("--index", other.url, "--listing-age", "0")


def test_first_upstream_that_has_a_name_keeps_it(
    gate: Gate, upstream: Upstream, other: Upstream, installer: Installer
) -> None:
    mine, theirs = f"mine-{installer.name}", f"theirs-{installer.name}"
    upstream.add(*make_wheel(mine, "1.0", requires=[theirs]))
    other.add(*make_wheel(mine, "9.0"))
    other.add(*make_wheel(theirs, "1.0"))

    done = installer.install(gate.simple, mine)

    assert done.returncode == 0, done.stderr
    assert f"mine_{installer.name}-1.0.dist-info" in installer.installed()
    assert f"theirs_{installer.name}-1.0.dist-info" in installer.installed()
    assert other.count(f"/simple/{mine}/") == 0
    # Who comes later with a name that is bound does not get it.
    upstream.add(*make_wheel(theirs, "9.0"))
    assert gate.listed(theirs) == [f"theirs_{installer.name}-1.0-py3-none-any.whl"]


def test_upstream_that_gives_no_answer_is_never_passed_over(
    gate: Gate, upstream: Upstream, other: Upstream
) -> None:
    upstream.fault("/simple/harbour/", "status", 403)
    other.add(*make_wheel("harbour", "9.0"))

    answer = gate.get("/simple/harbour/", JSON)

    assert answer.status_code == 502
    assert other.count("/simple/harbour/") == 0


def test_claim_sends_a_name_to_the_second_upstream(
    gate: Gate, upstream: Upstream, other: Upstream
) -> None:
    upstream.add(*make_wheel("anchor", "9.0"))
    other.add(*make_wheel("anchor", "1.0"))
    done = airlock(
        *("name", "owner", "claim", "anchor", "--upstream", other.url),
        *("--by", "Ada", "--reason", "theirs", "--data", gate.data),
    )
    assert done.returncode == 0, done.stderr

    assert gate.listed("anchor") == ["anchor-1.0-py3-none-any.whl"]
    assert upstream.count("/simple/anchor/") == 0


def test_cold_cache_and_upstream_in_trouble_are_never_404(gate: Gate, upstream: Upstream) -> None:
    for status in (401, 403, 418):
        upstream.fault("/simple/quay/", "status", status, times=1)
        assert gate.get("/simple/quay/", JSON).status_code == 502


def test_offline_gate_serves_what_it_has(
    start_gate: Callable[..., Gate], upstream: Upstream, installer: Installer
) -> None:
    gate = start_gate()
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    assert installer.install(gate.simple, "harbour").returncode == 0
    gate.stop()
    upstream.forget()
    gate.options = ("--offline", "--listing-age", "0")
    gate.start()

    done = installer.install(gate.simple, "harbour")

    assert done.returncode == 0, done.stderr
    assert upstream.asked == []
    unknown = gate.get("/simple/nothing-here/", JSON)
    assert unknown.status_code == 502
    assert "offline" in unknown.headers["airlock-verdict"]


def test_file_that_upstream_takes_back_is_gone(gate: Gate, upstream: Upstream) -> None:
    kept, gone = make_wheel("harbour", "1.0"), make_wheel("harbour", "2.0")
    upstream.add(*kept)
    upstream.add(*gone)
    assert gate.file(gone[0]).status_code in {200, 404}
    gate.listed("harbour")
    path = gate.file_path(gone[0])
    assert gate.get(path).status_code == 200
    upstream.remove(gone[0])

    assert gate.listed("harbour") == [kept[0]]
    assert gate.get(path).status_code == 404


def test_metadata_of_a_file_that_nobody_vetted_are_upstreams_own(
    gate: Gate, upstream: Upstream
) -> None:
    filename, data = make_wheel("harbour", "1.0", requires=["anchor>=1"])
    upstream.add(filename, data)
    file = gate.get("/simple/harbour/", JSON).json()["files"][0]
    assert file["core-metadata"] == file["dist-info-metadata"]

    metadata = gate.get(f"{gate.file_path(filename)}.metadata")

    assert metadata.status_code == 200
    assert "Requires-Dist: anchor>=1" in metadata.text
    assert upstream.count(f"/files/{filename}") == 0


def test_metadata_that_are_not_what_was_announced_are_refused(
    gate: Gate, upstream: Upstream
) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    gate.listed("harbour")
    upstream.fault(f"/files/{filename}.metadata", "wrong-bytes")

    assert gate.get(f"{gate.file_path(filename)}.metadata").status_code == 502


def test_metadata_are_made_where_upstream_has_none(gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("quiet-harbour", "1.0")
    upstream.add(filename, data, core_metadata=False)
    assert "core-metadata" not in gate.get("/simple/quiet-harbour/", JSON).json()["files"][0]
    assert gate.file(filename).status_code == 200

    file = gate.get("/simple/quiet-harbour/", JSON).json()["files"][0]

    metadata = gate.get(f"{gate.file_path(filename)}.metadata")
    import hashlib

    assert hashlib.sha256(metadata.content).hexdigest() == file["core-metadata"]["sha256"]
