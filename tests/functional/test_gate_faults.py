"""The gate while upstream, its own processes or its power fail."""

import concurrent.futures

import httpx
import pytest

from tests.functional.conftest import Gate, Installer
from tests.simulators.upstream import Fault, Upstream, make_wheel


def test_many_who_ask_at_once_cause_one_fetch_and_one_verdict(
    own_gate: Gate, upstream: Upstream
) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    own_gate.listed("harbour")

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: own_gate.file(filename), range(32)))

    assert {answer.status_code for answer in answers} == {200}
    assert upstream.count(f"/files/{filename}") == 1
    assert own_gate.log.read_text().count('"event": "vetted"') == 1


def test_bytes_that_are_not_the_announced_ones_are_never_served(
    own_gate: Gate, upstream: Upstream
) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    upstream.fault(f"/files/{filename}", Fault.WRONG_BYTES)
    own_gate.listed("harbour")

    answer = own_gate.file(filename)
    assert answer.status_code == 502
    assert filename in answer.headers["airlock-verdict"]

    upstream.heal()
    assert own_gate.file(filename).content == data


def test_truncated_download_is_no_file(own_gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    upstream.fault(f"/files/{filename}", Fault.TRUNCATE)
    own_gate.listed("harbour")

    assert own_gate.file(filename).status_code == 502
    upstream.heal()
    assert own_gate.file(filename).content == data


def test_while_upstream_is_down_what_is_cached_is_served(
    own_gate: Gate, upstream: Upstream, installer: Installer
) -> None:
    upstream.add(*make_wheel("harbour", "1.0"))
    other, data = make_wheel("anchor", "1.0")
    upstream.add(other, data)
    assert installer.install(own_gate.simple, "harbour").returncode == 0
    own_gate.listed("anchor")
    upstream.fault("*", Fault.RESET)

    again = installer.install(own_gate.simple, "harbour")
    unknown = own_gate.get("/simple/unknown/")
    unfetched = own_gate.file(other)

    assert again.returncode == 0, again.stderr
    assert unknown.status_code == 502
    assert unfetched.status_code == 502
    assert "127.0.0.1" in unknown.headers["airlock-verdict"]


def test_kill_and_restart_lose_nothing(own_gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    own_gate.listed("harbour")
    assert own_gate.file(filename).content == data
    upstream.forget()

    own_gate.kill()
    own_gate.start()

    assert own_gate.file(filename).content == data
    assert upstream.count("/files/*") == 0


def test_killed_in_the_middle_of_a_fetch_it_starts_over(own_gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    own_gate.listed("harbour")
    upstream.fault(f"/files/{filename}", Fault.HANG_BODY)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{own_gate.url}{own_gate.file_path(filename)}", timeout=1)

    own_gate.kill()
    upstream.heal()
    own_gate.start()

    assert own_gate.file(filename).content == data


def test_asked_to_stop_it_stops(own_gate: Gate) -> None:
    assert own_gate.stop() == 0
