"""Names that their checks hold, and names that nobody has, with real pip, uv and ``airlock``."""

import datetime as dt
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.functional.conftest import Gate, Installer, airlock
from tests.simulators.upstream import Upstream, make_wheel

JSON = "application/vnd.pypi.simple.v1+json"
LOOKALIKE = "reqeusts"
FLUSHED_SECONDS = 60.0


@pytest.fixture
def gate(start_gate: Callable[..., Gate]) -> Gate:
    return start_gate()


def phantoms(gate: Gate, *options: str) -> dict[str, dict[str, Any]]:
    """Return what ``airlock name phantoms`` reports, by name."""
    done = airlock(
        "name", "phantoms", "--format", "json", "--data", gate.data, "--index", gate.upstream.url,
        *options,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {one["name"]: one for one in json.loads(done.stdout)["phantoms"]}


def written(gate: Gate, count: int) -> dict[str, dict[str, Any]]:
    """Wait until so many names are written, and return them."""
    deadline = time.monotonic() + FLUSHED_SECONDS
    while len(found := phantoms(gate)) < count:
        assert time.monotonic() < deadline, found
        time.sleep(0.5)
    return found


class TestHeldName:
    """A name that its checks hold."""

    def test_clients_show_why_and_nothing_is_fetched(
        self, gate: Gate, upstream: Upstream, installer: Installer
    ) -> None:
        upstream.add(*make_wheel(LOOKALIKE, "1.0"))

        done = installer.install(gate.simple, f"{LOOKALIKE}==1.0")

        assert done.returncode != 0
        told = " ".join((done.stdout + done.stderr).split())
        assert "Airlock hold: The name reqeusts looks like the popular project requests" in told
        assert installer.installed() == set()
        assert upstream.count("/files/*") == 0

    def test_age_decides_where_the_name_alone_does_not(
        self, gate: Gate, upstream: Upstream
    ) -> None:
        """One that nobody took down in years is let in; one that is new is not."""
        now = dt.datetime.now(dt.UTC)
        old, new = make_wheel("panda", "1.0"), make_wheel("torchx", "1.0")
        upstream.add(*old, upload_time=now - dt.timedelta(days=3_000))
        upstream.add(*new, upload_time=now - dt.timedelta(days=20))

        assert gate.listed("panda") == [old[0]]
        assert gate.file(old[0]).status_code == 200
        held = gate.get("/simple/torchx/")
        assert held.status_code == 403
        assert "it has been there for 20 days" in held.headers["airlock-verdict"]
        gate.listed("torchx")
        assert gate.file(new[0]).status_code == 403

    def test_page_is_403_with_the_reason(self, gate: Gate, upstream: Upstream) -> None:
        upstream.add(*make_wheel(LOOKALIKE, "1.0"))

        answer = gate.get(f"/simple/{LOOKALIKE}/", "text/html")

        assert answer.status_code == 403
        assert answer.headers["airlock-verdict"].startswith("Airlock hold: The name reqeusts")
        assert f"/names/{LOOKALIKE}" in answer.text
        about = gate.get(f"/names/{LOOKALIKE}", "text/html").text
        assert "name-lookalike" in about
        assert "Verdicts on the name" in about
        assert f'<a href="/names/{LOOKALIKE}">' in gate.get("/", "text/html").text

    def test_waiver_lifts_it(self, gate: Gate, upstream: Upstream, installer: Installer) -> None:
        upstream.add(*make_wheel(LOOKALIKE, "1.0"))
        assert gate.get(f"/simple/{LOOKALIKE}/", "text/html").status_code == 403

        done = airlock(
            "waive", "add", LOOKALIKE, "--reason", "ours", "--by", "Ada", "--data", gate.data
        )
        assert done.returncode == 0, done.stderr

        assert gate.get(f"/simple/{LOOKALIKE}/", "text/html").status_code == 200
        assert installer.install(gate.simple, LOOKALIKE).returncode == 0

    def test_verdict_is_recorded_once(self, gate: Gate, upstream: Upstream) -> None:
        upstream.add(*make_wheel(LOOKALIKE, "1.0"))
        for _ in range(2):
            gate.get(f"/simple/{LOOKALIKE}/", "text/html")
        gate.stop()
        gate.start()
        gate.get(f"/simple/{LOOKALIKE}/", "text/html")

        assert gate.get(f"/names/{LOOKALIKE}", "text/html").text.count("(policy ") == 1


class TestPhantoms:
    """Names that nobody has."""

    def test_are_counted_and_told_apart(self, gate: Gate, upstream: Upstream) -> None:
        upstream.add(*make_wheel("harbour", "1.0"))
        gate.listed("harbour")
        for client, name, times in [
            ("pip/25.0 {}", LOOKALIKE, 3),
            ("uv/0.9.0", LOOKALIKE, 1),
            ("poetry/2.1 CPython", "acme-internal", 2),
            ("Mozilla/5.0", "zyqxwv", 1),
        ]:
            for _ in range(times):
                url = f"{gate.url}/simple/{name}/"
                answer = httpx.get(url, headers={"user-agent": client, "accept": JSON})
                assert answer.status_code == 404
        gate.stop()

        found = phantoms(gate)

        assert list(found) == [LOOKALIKE, "acme-internal", "zyqxwv"]
        typo = found[LOOKALIKE]
        assert (typo["count"], typo["clients"], typo["networks"]) == (4, ["pip", "uv"], 1)
        assert (typo["label"], typo["target"], typo["fate"]) == ("typo", "requests", "open")
        assert found["acme-internal"]["label"] == "private"
        assert found["zyqxwv"]["clients"] == ["other"]
        assert phantoms(gate, "--since", "0.000001") == {}

    def test_survive_kill_once_written(self, gate: Gate, upstream: Upstream) -> None:
        gate.get("/simple/nobody-has-this/", JSON)
        written(gate, 1)
        gate.kill()
        gate.start()
        gate.get("/simple/nobody-has-that/", JSON)

        assert set(written(gate, 2)) == {"nobody-has-this", "nobody-has-that"}

    def test_reserved_ones_never_fall_through(self, gate: Gate, upstream: Upstream) -> None:
        for name in ("nobody-has-this", "nobody-has-that", "published-since"):
            gate.get(f"/simple/{name}/", JSON)
        gate.stop()
        gate.start()
        upstream.add(*make_wheel("published-since", "1.0"))
        gate.listed("published-since")

        said = ("--by", "Ada", "--data", gate.data, "--index", upstream.url)
        done = airlock("name", "phantoms", "--reserve", "--all", *said)

        assert done.returncode == 0, done.stderr
        assert "published-since was left alone" in done.stdout
        upstream.forget()
        upstream.add(*make_wheel("nobody-has-this", "1.0"))
        assert gate.get("/simple/nobody-has-this/", JSON).status_code == 404
        assert upstream.asked == []
        fates = {name: one["fate"] for name, one in phantoms(gate).items()}
        assert fates == {
            "nobody-has-this": "reserved",
            "nobody-has-that": "reserved",
            "published-since": "published",
        }

    def test_networks_are_not_recorded_where_that_is_not_wanted(
        self, start_gate: Callable[..., Gate]
    ) -> None:
        gate = start_gate("--no-client-networks")
        gate.get("/simple/nobody-has-this/", JSON)
        gate.stop()

        (one,) = phantoms(gate).values()
        assert (one["networks"], one["askers"], one["count"]) == (0, 1, 1)
        assert b"127.0.0.0" not in (gate.data / "airlock.db").read_bytes()

    def test_name_that_the_upstream_did_not_answer_for_is_none(
        self, gate: Gate, upstream: Upstream
    ) -> None:
        upstream.fault("/simple/*", "status", 500)
        assert gate.get("/simple/harbour/", JSON).status_code == 502
        gate.stop()

        assert phantoms(gate) == {}

    def test_reserving_needs_a_choice(self, gate: Gate) -> None:
        data = ("--data", gate.data)
        assert airlock("name", "phantoms", "--reserve", *data).returncode == 2
        assert airlock("name", "phantoms", "--all", *data).returncode == 2
        nobody = airlock("name", "phantoms", "--reserve", "never-asked-for", *data)
        assert nobody.returncode == 2
        assert "name owner claim never-asked-for" in nobody.stderr
