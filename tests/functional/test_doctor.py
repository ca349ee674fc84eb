"""``airlock doctor``: what works, what does not, and the cure."""

import json
from pathlib import Path

import pytest

from tests.functional.conftest import airlock
from tests.simulators.postgresql import PostgreSQL
from tests.simulators.s3 import S3
from tests.simulators.upstream import Fault, Upstream, make_wheel

Answers = dict[str, dict[str, str]]


@pytest.fixture(autouse=True)
def _probed(upstream: Upstream) -> None:
    """Offer the project that the doctor asks every index for."""
    upstream.add(*make_wheel("pip", "1.0"))


def diagnosed(folder: Path, *arguments: str | Path, **environment: str) -> tuple[int, Answers]:
    """Return the exit code, and the answers by subject."""
    done = airlock(
        "doctor", "--format", "json", "--data", folder / "data", *arguments, **environment
    )
    assert done.stderr == ""
    answers: list[dict[str, str]] = json.loads(done.stdout)
    for answer in answers:
        assert set(answer) == {"subject", "state", "message", "cure"}
        assert answer["state"] in {"ok", "limited", "broken"}
        assert bool(answer["cure"]) is (answer["state"] != "ok")
    return done.returncode, {answer["subject"]: answer for answer in answers}


def test_sound_installation(tmp_path: Path, upstream: Upstream) -> None:
    code, answers = diagnosed(tmp_path, "--index", upstream.url)
    assert code == 0
    states = {subject: answer["state"] for subject, answer in answers.items()}
    # What the sandbox needs is installed on some machines only.
    assert states.pop("sandbox") in {"ok", "limited"}
    assert states == {
        "platform": "ok",
        "checks": "ok",
        "popular names": "ok",
        "known campaigns": "ok",
        "advisories": "limited",
        "isolation": "ok",
        "gate": "ok",
        "data folder": "ok",
        "upstream": "ok",
        "upstream's pages": "ok",
        "pip's settings": "ok",
        "provenance": "ok",
    }
    assert not (tmp_path / "data").exists()


def test_text_has_the_same_answers_with_their_cures(tmp_path: Path) -> None:
    _, answers = diagnosed(tmp_path, "--offline")
    done = airlock("doctor", "--offline", "--data", tmp_path / "data")
    assert done.returncode == 0
    for subject, answer in answers.items():
        assert f" {subject}: " in done.stdout
        assert answer["cure"] in done.stdout


def test_offline_asks_nobody(tmp_path: Path, upstream: Upstream) -> None:
    code, answers = diagnosed(tmp_path, "--offline", "--index", upstream.url)
    assert code == 0
    assert answers["upstream"]["state"] == "limited"
    assert upstream.count("*") == 0


def test_upstream_that_is_down(tmp_path: Path) -> None:
    code, answers = diagnosed(tmp_path, "--index", "http://127.0.0.1:9/simple/")
    assert code == 4
    assert answers["upstream"]["state"] == "broken"
    assert "127.0.0.1:9" in answers["upstream"]["message"]


def test_upstream_whose_pages_say_too_little(tmp_path: Path, upstream: Upstream) -> None:
    upstream.fault("/simple/pip/", Fault.NO_UPLOAD_TIME)
    upstream.fault("/simple/pip/", Fault.NO_SIZE)
    code, answers = diagnosed(tmp_path, "--index", upstream.url)
    assert code == 0
    pages = answers["upstream's pages"]
    assert pages["state"] == "limited"
    assert "no upload times, no sizes" in pages["message"]
    assert "held" in pages["message"]


def test_credentials_of_an_index_are_not_shown(tmp_path: Path, upstream: Upstream) -> None:
    secret = upstream.url.replace("://", "://ada:lovelace@")
    for url in (secret, secret.replace("/simple/", "/nothing/")):
        done = airlock("doctor", "--index", url, "--data", tmp_path / "data")
        assert "lovelace" not in done.stdout + done.stderr


def test_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    code, answers = diagnosed(tmp_path, "--offline", "--data", "/proc/nothing")
    assert code == 4
    assert answers["data folder"]["state"] == "broken"


def test_ways_round_the_gate_are_named(tmp_path: Path) -> None:
    more = "https://more.example/simple/"
    _, answers = diagnosed(tmp_path, "--offline", PIP_EXTRA_INDEX_URL=more)
    settings = answers["pip's settings"]
    assert settings["state"] == "limited"
    assert "extra-index-url" in settings["message"]


@pytest.mark.parametrize("content", [b"", b"no memory", None])
def test_a_memory_of_campaigns_that_does_not_load(tmp_path: Path, content: bytes | None) -> None:
    memory = tmp_path / "families.bin"
    if content is not None:
        memory.write_bytes(content)
    code, answers = diagnosed(tmp_path, "--offline", AIRLOCK_FAMILIES=str(memory))
    assert code == 4
    assert answers["known campaigns"]["state"] == "broken"
    assert "families.bin" in answers["known campaigns"]["message"]


def test_a_list_of_popular_names_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "popular.json"
    path.write_text("{}")
    code, answers = diagnosed(tmp_path, "--offline", AIRLOCK_POPULAR=str(path))
    assert code == 4
    assert answers["popular names"]["state"] == "broken"
    assert "popular.json" in answers["popular names"]["message"]


def test_a_part_of_the_database_that_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "popular.json").write_text("{}")
    code, answers = diagnosed(tmp_path, "--offline", AIRLOCK_DB=str(tmp_path))
    assert code == 4
    assert answers["database: popular"]["state"] == "broken"
    assert answers["database: popular"]["cure"] == "Make it anew: airlock db update popular"


def test_servers_that_settings_name(tmp_path: Path, postgresql: PostgreSQL, s3: S3) -> None:
    url = postgresql.database().replace("postgresql+psycopg", "postgresql")
    settings = {"AIRLOCK_DATABASE": url, "AIRLOCK_BLOBS": s3.bucket(), **s3.environment}
    code, answers = diagnosed(tmp_path, "--offline", **settings)
    assert code == 0, answers
    assert "without tables yet" in answers["database"]["message"]
    assert "answers" in answers["blobs"]["message"]

    gone = "postgresql://ada:lovelace@127.0.0.1:9/airlock"
    nothing = "s3://no-such-bucket"
    settings |= {"AIRLOCK_DATABASE": gone, "AIRLOCK_BLOBS": nothing}
    code, answers = diagnosed(tmp_path, "--offline", **settings)
    assert code == 4
    assert {answers[subject]["state"] for subject in ("database", "blobs")} == {"broken"}
    assert "lovelace" not in str(answers)
