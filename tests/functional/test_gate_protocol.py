"""What the gate says, byte by byte where clients depend on it."""

import http.client
import secrets

import httpx
import pytest

from airlock.model import ProjectName
from tests.functional.conftest import Gate, airlock
from tests.simulators import hostile
from tests.simulators.upstream import Fault, Upstream, make_sdist, make_wheel

JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def refused(gate: Gate, upstream: Upstream) -> str:
    """A file that the gate refuses and has not seen yet; its listing has been asked for."""
    name = f"evil-{secrets.token_hex(4)}"
    filename, data = make_sdist(name, "1.0", setup_py=hostile.DECODE_EXEC)
    upstream.add(filename, data)
    gate.listed(name)
    return filename


def test_refusal_has_its_verdict_in_the_reason_phrase(gate: Gate, refused: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", gate.port)
    connection.request("GET", gate.file_path(refused))
    answer = connection.getresponse()

    assert answer.status == 403
    assert answer.reason.startswith("Airlock refuse: ")
    assert answer.getheader("airlock-verdict") == answer.reason
    connection.close()


def test_body_of_a_refusal_names_the_page_with_the_evidence(gate: Gate, refused: str) -> None:
    body = gate.get(gate.file_path(refused), "application/json").json()

    assert body["decision"] == "refuse"
    page = gate.get(body["evidence"].removeprefix(gate.url), "text/html")
    assert page.status_code == 200
    assert refused in page.text
    assert "code-decode-exec" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_refused_file_leaves_the_listing_once_judged(gate: Gate, refused: str) -> None:
    project = ProjectName(refused.rpartition("-")[0])
    assert gate.listed(project) == [refused]
    gate.get(gate.file_path(refused))
    assert gate.listed(project) == []


def test_html_and_json_list_the_same_files(gate: Gate, upstream: Upstream) -> None:
    for version in ("1.0", "2.0"):
        upstream.add(*make_wheel("harbour", version))
    html = gate.get("/simple/harbour/", "text/html")
    listed = gate.listed("harbour")

    assert len(listed) == 2
    assert html.headers["content-type"].startswith("text/html")
    assert all(f">{filename}</a>" in html.text for filename in listed)
    assert html.text.count("#sha256=") == 2


def test_json_keeps_what_upstream_says(gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("harbour", "1.0", requires_python=">=3.9")
    upstream.add(filename, data, yanked="broken", requires_python=">=3.9")

    answer = gate.get("/simple/harbour/", JSON)

    assert answer.headers["content-type"] == JSON
    file = answer.json()["files"][0]
    assert file["size"] == len(data)
    assert file["upload-time"].endswith("Z")
    assert file["yanked"] == "broken"
    assert file["requires-python"] == ">=3.9"
    assert answer.json()["versions"] == ["1.0"]


def test_names_are_redirected_to_their_one_spelling(gate: Gate, upstream: Upstream) -> None:
    upstream.add(*make_wheel("harbour-pilot", "1.0"))

    answer = gate.get("/simple/Harbour_Pilot/")

    assert answer.status_code == 301
    assert answer.headers["location"] == "/simple/harbour-pilot/"


def test_unknown_project_is_404_and_invalid_name_too(gate: Gate) -> None:
    assert gate.get("/simple/nothing-here/").status_code == 404
    assert gate.get("/simple/-/").status_code == 404
    assert gate.get("/simple/a%00b/").status_code == 404


def test_accepting_nothing_that_there_is_gives_406(gate: Gate, upstream: Upstream) -> None:
    upstream.add(*make_wheel("harbour", "1.0"))

    assert gate.get("/simple/harbour/", "image/png").status_code == 406


def test_file_supports_ranges_and_conditions(gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    gate.listed("harbour")
    url = f"{gate.url}{gate.file_path(filename)}"
    whole = httpx.get(url, timeout=60)
    part = httpx.get(url, headers={"range": "bytes=0-9"})
    same = httpx.get(url, headers={"if-none-match": whole.headers["etag"]})

    assert whole.content == data
    assert part.status_code == 206
    assert part.content == data[:10]
    assert same.status_code == 304


def test_file_without_upload_time_is_held(gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("undated", "1.0")
    upstream.add(filename, data)
    upstream.fault("/simple/undated/", Fault.NO_UPLOAD_TIME)
    gate.listed("undated")

    answer = gate.file(filename)

    assert answer.status_code == 403
    assert "hold" in answer.headers["airlock-verdict"]


def test_waiver_lets_a_held_file_pass_until_it_is_revoked(gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("waived-one", "1.0")
    upstream.add(filename, data)
    upstream.fault("/simple/waived-one/", Fault.NO_UPLOAD_TIME)
    gate.listed("waived-one")
    assert gate.file(filename).status_code == 403

    waived = airlock(
        "waive", "add", "Waived_One", "--reason", "known to us", "--by", "Ada", "--data", gate.data
    )
    assert waived.returncode == 0, waived.stderr
    assert gate.file(filename).status_code == 200
    assert gate.listed("waived-one") == [filename]

    waiver = waived.stdout.split()[1].rstrip(":")
    airlock("waive", "revoke", waiver, "--reason", "no more", "--by", "Ada", "--data", gate.data)
    assert gate.file(filename).status_code == 403
    assert gate.listed("waived-one") == []
