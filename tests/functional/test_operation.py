"""What operators see: metrics, readiness, logs; and a gate that ends without cutting off."""

import concurrent.futures
import json
import re
from collections.abc import Callable

import httpx

from tests.functional.conftest import Gate, airlock
from tests.simulators.upstream import Fault, Upstream, make_wheel


def counted(gate: Gate, metric: str) -> float:
    found = re.search(rf"^{re.escape(metric)} (\S+)$", gate.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_metrics_count_requests_and_verdicts(own_gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    own_gate.listed("harbour")
    own_gate.listed("harbour")
    assert own_gate.file(filename).status_code == 200
    own_gate.get("/nosuch/../\N{SNOWMAN}")

    told = own_gate.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    simple = 'airlock_requests_total{method="GET",part="simple",status="200"}'
    assert counted(own_gate, simple) == 2
    assert counted(own_gate, 'airlock_verdicts_total{decision="admit"}') == 1
    assert counted(own_gate, "airlock_log_entries") >= 2
    assert counted(own_gate, "process_resident_memory_bytes") > 0
    whose = r'airlock_server_info\{host="[^"]+",process="\d+",version="[^"]+"\} 1'
    assert re.search(whose, told.text)
    assert "harbour" not in told.text


def test_probes_are_open_and_metrics_are_for_who_may_read(
    start_gate: Callable[..., Gate],
) -> None:
    gate = start_gate("--reading", "users")
    assert gate.get("/ready").status_code == gate.get("/health").status_code == 200
    assert gate.get("/metrics").status_code == 401


def test_what_changes_or_is_refused_is_logged_and_who_reads_is_not(
    start_gate: Callable[..., Gate], upstream: Upstream
) -> None:
    upstream.add(*make_wheel("harbour", "1.0"))
    gate = start_gate("--log-json")
    gate.listed("harbour")
    httpx.post(f"{gate.url}/api/users", json={}, headers={"authorization": "Bearer secret-text"})
    # The line is written after the answer was sent.
    assert gate.stop() == 0
    log = gate.log.read_text()
    events = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    requests = [event for event in events if event["event"] == "request"]
    assert [(r["method"], r["path"], r["status"]) for r in requests] == [
        ("POST", "/api/users", 401)
    ]
    assert "secret-text" not in log


def test_client_does_not_choose_its_address(start_gate: Callable[..., Gate]) -> None:
    """Else nobody who guesses passwords would ever be counted."""
    gate = start_gate("--log-json")
    behind = start_gate("--log-json", "--trusted-proxy", "127.0.0.1")
    for asked in (gate, behind):
        forwarded = {"x-forwarded-for": "203.0.113.9", "authorization": "Bearer x"}
        assert httpx.get(asked.url, headers=forwarded).status_code == 401
    assert "203.0.113.9" not in gate.log.read_text()
    assert "203.0.113.9" in behind.log.read_text()


def test_request_under_way_is_answered_before_the_gate_ends(
    own_gate: Gate, upstream: Upstream
) -> None:
    filename, data = make_wheel("harbour", "1.0", {"harbour/data.txt": "x" * 100})
    upstream.add(filename, data)
    own_gate.listed("harbour")
    upstream.fault(f"/files/{filename}", Fault.SLOW, len(data))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answer = pool.submit(own_gate.file, filename)
        while upstream.count(f"/files/{filename}") == 0:
            pass
        ended = pool.submit(own_gate.stop)
        assert answer.result().content == data
        assert ended.result() == 0
    assert "The log is whole" in airlock("log", "verify", "--data", own_gate.data).stdout
