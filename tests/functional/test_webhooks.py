"""Webhooks: signed, in order, tried again, told by any of several gates, and written down."""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from airlock.gate.telling import Telling
from airlock.model.hooks import MOST_ATTEMPTS, Hook, new_secret, signature
from airlock.model.log import Event
from airlock.model.people import Stamp
from airlock.store import Records, open_records
from tests.functional.conftest import Gate, airlock
from tests.functional.hosting import TOKEN
from tests.unit.workers.examinations import until
from tests.watch.test_command import shown

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


class Receiver:
    """A server that takes messages, or answers as a test says."""

    def __init__(self) -> None:
        receiver = self
        self.status = 204
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.came = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.taken.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("location", "/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()
                receiver.came.set()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.taken]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


class House:
    def __init__(self, records: Records) -> None:
        self.records = records
        self.now = NOW
        self.secret = new_secret()

    def hook(self, url: str, *kinds: str) -> None:
        hook = Hook(id="0" * 12, url=url, kinds=kinds, created_at=self.now, cursor=0)
        self.records.hooks.add(hook, self.secret, Stamp("ada", self.now))

    def record(self, *kinds: str) -> None:
        for kind in kinds:
            self.records.log.record(Event(kind=kind, subject="x", by="ada", at=self.now))

    def tell(self) -> int:
        return Telling(self.records.hooks, lambda: self.now).tell_all()


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = f"sqlite:///{tmp_path}/airlock.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").emptied()
    with open_records(url) as records:
        yield House(records)


def test_entries_come_signed_and_in_order(house: House, receiver: Receiver) -> None:
    house.record("one", "two")
    house.hook(receiver.url)
    house.record("three")
    assert house.tell() == 4
    assert house.tell() == 0
    told = receiver.documents()
    assert [one["type"] for one in told] == ["one", "two", "webhook-added", "three"]
    assert [one["data"]["seq"] for one in told] == [1, 2, 3, 4]
    for headers, body in receiver.taken:
        stamp = int(headers["webhook-timestamp"])
        assert stamp == NOW.timestamp()
        right = signature(house.secret, headers["webhook-id"], stamp, body)
        assert headers["webhook-signature"] == right
        assert signature(new_secret(), headers["webhook-id"], stamp, body) != right
        assert signature(house.secret, headers["webhook-id"], stamp, body + b" ") != right
        assert house.secret.encode() not in body


def test_only_the_kinds_that_were_asked_for(house: House, receiver: Receiver) -> None:
    house.hook(receiver.url, "two", "four")
    house.record("one", "two", "three", "four")
    assert house.tell() == 2
    assert [one["type"] for one in receiver.documents()] == ["two", "four"]


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_is_not_taken_is_tried_again_and_holds_up_what_follows(
    house: House, receiver: Receiver, status: int
) -> None:
    house.hook(receiver.url, "one", "two")
    house.record("one", "two")
    receiver.status = status
    assert house.tell() == 1
    assert house.tell() == 0
    house.now += dt.timedelta(seconds=11)
    assert house.tell() == 1
    receiver.status = 200
    house.now += dt.timedelta(seconds=41)
    assert house.tell() == 2
    ids = [headers["webhook-id"] for headers, _ in receiver.taken]
    assert len(set(ids[:3])) == 1
    attempts = [(d.entry, d.attempt, d.status) for d in house.records.hooks.deliveries(9)[::-1]]
    assert attempts == [(2, 1, status), (2, 2, status), (2, 3, 200), (3, 1, 200)]


def test_nobody_there_is_given_up_after_some_attempts(house: House, receiver: Receiver) -> None:
    receiver.server.shutdown()
    receiver.server.server_close()
    house.hook(receiver.url, "one")
    house.record("one")
    for _ in range(MOST_ATTEMPTS):
        assert house.tell() == 1
        house.now += dt.timedelta(hours=7)
    assert house.tell() == 0
    last = house.records.hooks.deliveries(1)[0]
    assert (last.attempt, last.status, last.error) == (MOST_ATTEMPTS, None, "ConnectError")


def test_two_do_not_tell_the_same(house: House, receiver: Receiver) -> None:
    house.hook(receiver.url, "one")
    house.record("one")
    until = house.now + dt.timedelta(minutes=1)
    assert house.records.hooks.lease(house.now, until) is not None
    # Another gate meanwhile; and once the first was killed.
    assert house.tell() == 0
    house.now = until
    assert house.tell() == 1


def test_running_gate_tells(start_gate: Callable[..., Gate], receiver: Receiver) -> None:
    gate = start_gate()
    made = airlock("webhook", "add", receiver.url, "--kind", "user-added", "--data", gate.data)
    assert made.stdout.startswith("whsec_")
    assert airlock("user", "add", "ada", "--data", gate.data).returncode == 0
    assert receiver.came.wait(60)
    assert receiver.documents()[0]["data"]["subject"] == "ada"
    listed = airlock("webhook", "list", "--data", gate.data).stdout
    assert receiver.url in listed
    assert gate.stop() == 0
    shown = airlock("webhook", "deliveries", "--data", gate.data).stdout
    assert "attempt 1: 204" in shown
    hook_id = listed.split()[0]
    assert airlock("webhook", "remove", hook_id, "--data", gate.data).returncode == 0
    assert airlock("webhook", "remove", hook_id, "--data", gate.data).returncode == 2
    assert airlock("webhook", "add", "ftp://x", "--data", gate.data).returncode == 2


def test_webhooks_by_the_api(
    start_gate: Callable[..., Gate], receiver: Receiver, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(TOKEN)
    gate = start_gate("--admin-token-file", tmp_path / "token")
    url = f"{gate.url}/api/webhooks"
    asked = {"url": receiver.url, "kinds": ["user-added"]}
    with httpx.Client(headers={"authorization": f"Bearer {TOKEN}"}, timeout=60) as admin:
        assert httpx.post(url, json=asked, timeout=60).status_code == 401
        made = admin.post(url, json=asked)
        assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_")
        assert "secret" not in admin.get(url).json()[0]
        wrong = admin.post(url, json={"url": "ftp://x"})
        assert (wrong.status_code, "address" in wrong.json()["error"]) == (400, True)

        admin.post(f"{gate.url}/api/users", json={"name": "ada"})
        assert receiver.came.wait(60)
        headers, body = receiver.taken[0]
        stamp, message = int(headers["webhook-timestamp"]), headers["webhook-id"]
        assert headers["webhook-signature"] == signature(
            made.json()["secret"], message, stamp, body
        )
        tried = f"{url}/deliveries"
        assert until(lambda: [one["status"] for one in admin.get(tried).json()] == [204])
        gone = [admin.delete(f"{url}/{made.json()['id']}").status_code for _ in range(2)]
        assert gone == [204, 404]


def test_a_webhook_can_be_there_before_the_first_gate(tmp_path: Path, receiver: Receiver) -> None:
    data = tmp_path / "new" / "data"
    for wrong in ("ftp://x", "http://[x", "http://x:port/"):
        refused = shown("webhook", "add", wrong, "--data", data)
        assert (refused.returncode, data.exists()) == (2, False)
    made = shown("webhook", "add", receiver.url, "--data", data)
    assert made.returncode == 0
    assert f"{data} was made" in made.stdout
    with open_records(f"sqlite:///{data}/airlock.db") as records:
        records.log.record(Event(kind="alert-high", subject="x", by="airlock", at=NOW))
        assert Telling(records.hooks, lambda: dt.datetime.now(dt.UTC)).tell_all() == 2
    assert [one["type"] for one in receiver.documents()] == ["webhook-added", "alert-high"]
    assert "was made" not in shown("webhook", "add", receiver.url, "--data", data).stdout
    assert shown("webhook", "list", "--data", tmp_path / "other").returncode == 2
