"""Yanks, statuses and deletions: by the API and by the command, for what is hosted and for more."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.conftest import Gate, Installer, airlock
from tests.functional.hosting import TOKEN, api, send
from tests.simulators.packages import make_wheel
from tests.simulators.upstream import Upstream

JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def gate(start_gate: Callable[..., Gate], tmp_path: Path) -> Gate:
    (tmp_path / "token").write_text(TOKEN)
    return start_gate("--admin-token-file", tmp_path / "token", "--listing-age", "0")


def yanked(gate: Gate, project: str) -> dict[str, object]:
    files = gate.get(f"/simple/{project}/", JSON).json()["files"]
    return {file["filename"]: file["yanked"] for file in files}


def test_yank_and_its_undo_reach_installers(gate: Gate, installer: Installer) -> None:
    name = f"acme-{secrets.token_hex(4)}"
    for version in ("1.0", "2.0"):
        made = make_wheel(name, version)
        assert send(gate, made, name, version=version).status_code == 200
    newest = made[0]
    stem = newest.split("-")[0]

    answer = api(gate, "POST", f"{name}/yanks", version="2.0", reason="loses data")
    assert answer.status_code == 200, answer.text
    assert yanked(gate, name)[newest] == "loses data"
    assert 'data-yanked="loses data"' in gate.get(f"/simple/{name}/", "text/html").text
    installer.install(gate.simple, name)
    assert f"{stem}-1.0.dist-info" in installer.installed()
    installer.install(gate.simple, f"{name}==2.0")
    assert f"{stem}-2.0.dist-info" in installer.installed()

    assert api(gate, "DELETE", f"{name}/yanks", version="2.0").status_code == 200
    assert yanked(gate, name)[newest] is False


def test_commands_say_the_same(gate: Gate, upstream: Upstream) -> None:
    for version in ("1.0", "2.0"):
        said = "upstream says" if version == "1.0" else None
        upstream.add(*make_wheel("harbour", version), yanked=said)
    gate.listed("harbour")
    more = ("--by", "Ada", "--data", gate.data)

    done = airlock("project", "yank", "Harbour", "2.0.0", "--reason", "no good", *more)
    assert done.returncode == 0, done.stderr
    assert set(yanked(gate, "harbour").values()) == {"upstream says", "no good"}
    airlock("project", "unyank", "harbour", "1.0", *more)
    assert set(yanked(gate, "harbour").values()) == {False, "no good"}
    unknown = airlock("project", "yank", "harbour", "7.0", *more)
    assert (unknown.returncode, "knows no harbour 7" in unknown.stderr) == (2, True)


def test_quarantined_project_offers_no_files_and_says_why(gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    assert gate.listed("harbour") == [filename]
    assert gate.file(filename).status_code == 200

    marked = api(gate, "PUT", "harbour/status", status="quarantined", reason="stolen account")

    assert marked.status_code == 200, marked.text
    told = gate.get("/simple/harbour/", JSON).json()
    assert told["files"] == []
    assert told["project-status"] == {"status": "quarantined", "reason": "stolen account"}
    assert filename not in gate.get("/simple/harbour/", "text/html").text
    refused = gate.file(filename)
    assert refused.status_code == 403
    assert "stolen account" in refused.headers["airlock-verdict"]
    api(gate, "PUT", "harbour/status", status="active")
    assert gate.listed("harbour") == [filename]


def test_quarantine_of_an_upstream_is_passed_on(gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    upstream.status("harbour", "quarantined", "malware")

    assert gate.listed("harbour") == []
    assert gate.file(filename).status_code == 403
    upstream.status("harbour", "archived", "done")
    assert gate.listed("harbour") == [filename]
    assert gate.get("/simple/harbour/", JSON).json()["project-status"]["status"] == "archived"


def test_archived_project_takes_no_uploads(gate: Gate) -> None:
    name = f"acme-{secrets.token_hex(4)}"
    send(gate, make_wheel(name, "1.0"), name)
    airlock("project", "status", name, "archived", "--reason", "moved", "--data", gate.data)

    answer = send(gate, make_wheel(name, "2.0"), name, version="2.0")

    assert answer.status_code == 403
    assert "archived" in answer.text
    assert "moved" in answer.text


def test_deleted_file_is_gone_and_its_name_stays_taken(gate: Gate) -> None:
    name = f"acme-{secrets.token_hex(4)}"
    made = make_wheel(name, "1.0")
    send(gate, made, name)
    url = gate.get(f"/simple/{name}/", JSON).json()["files"][0]["url"].removeprefix("../..")
    assert gate.get(url).status_code == 200

    assert api(gate, "DELETE", f"{name}/files/{made[0]}").status_code == 200

    assert gate.listed(name) == []
    assert gate.get(url).status_code == 404
    assert send(gate, made, name).status_code == 400


@pytest.mark.parametrize("token", ["x", "not-the-token-of-anybody"])
def test_strangers_change_nothing(gate: Gate, upstream: Upstream, token: str) -> None:
    upstream.add(*make_wheel("harbour", "1.0"))
    gate.listed("harbour")
    assert api(gate, "POST", "harbour/yanks", token, version="1.0").status_code == 401
    assert api(gate, "PUT", "harbour/status", token, status="quarantined").status_code == 401
    assert yanked(gate, "harbour") == {"harbour-1.0-py3-none-any.whl": False}


def test_nonsense_is_told_as_such(gate: Gate) -> None:
    assert api(gate, "PUT", "harbour/status", status="asleep").status_code == 400
    assert api(gate, "POST", "harbour/yanks", version="one").status_code in {400, 404}
    assert api(gate, "POST", "harbour/yanks", version="1.0").status_code == 404
    assert api(gate, "DELETE", "harbour/files/harbour-1.0.tar.gz").status_code == 404
