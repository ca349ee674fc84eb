"""``airlock name`` as its user runs it: verdicts, neighbours, typos, exit codes; all offline."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from airlock import assembly
from tests.functional.conftest import airlock, clean_environment

SCHEMA = Path(__file__).parents[2] / "docs/reference/name-check.schema.json"
NOWHERE = "http://127.0.0.1:9/simple/"


def checked(*arguments: str | Path, code: int) -> list[dict[str, Any]]:
    """Return the targets of a check that must end with a code."""
    done = airlock("name", "check", "--format", "json", *arguments, AIRLOCK_UPSTREAM=NOWHERE)
    assert done.returncode == code, done.stderr
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(document)
    targets: list[dict[str, Any]] = document["targets"]
    return targets


def test_a_slip_is_held_and_told() -> None:
    (target,) = checked("Reqeusts", code=3)
    assert target["name"] == "reqeusts"
    assert (target["decision"], target["target"]) == ("hold", "requests")
    assert target["technique"] == "transposition"
    assert [finding["check"] for finding in target["findings"]] == ["name-lookalike"]
    asked = {outcome["check"] for outcome in target["outcomes"]}
    assert asked >= {"name-known", "name-lookalike", "name-stdlib"}


@pytest.mark.parametrize(
    ("name", "target", "technique"),
    [
        ("requirements.txt", "-r requirements.txt", "mistyped"),
        ("acqusition", "acquisition", "malicious"),
        ("secrets", "secrets", "standard-library"),
        ("xml-etree", "xml.etree", "standard-library"),
        ("openvc", "opencv-python", "transposition"),
    ],
)
def test_what_else_is_held(name: str, target: str, technique: str) -> None:
    (found,) = checked(name, code=3)
    assert found["decision"] == "hold"
    assert (found["target"], found["technique"]) == (target, technique)


def test_popular_and_ordinary_names_are_admitted() -> None:
    targets = checked("requests", "Flask_SQLAlchemy", "frobnicate", code=0)
    assert [target["decision"] for target in targets] == ["admit"] * 3
    assert all(target["target"] == "" for target in targets)


def test_a_denied_name_is_refused_whatever_else_is_held(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[policy]\nname = "team"\ndeny = ["frobnicate"]\n')
    targets = checked("reqeusts", "Frob_nicate", "frobnicate", "--policy", policy, code=1)
    assert [target["decision"] for target in targets] == ["hold", "admit", "refuse"]


def test_a_requirements_file_is_read_with_what_it_includes(tmp_path: Path) -> None:
    (tmp_path / "base.txt").write_text("flask>=2  # a comment\ndjnago==4.2\n")
    path = tmp_path / "requirements.txt"
    path.write_text("-r base.txt\nrequests[socks]==2.32.0\nflask\nhttps://example.invalid/x.whl\n")
    targets = {target["name"]: target for target in checked("-r", path, code=3)}
    assert targets["djnago"]["target"] == "django"
    assert targets["flask"]["decision"] == targets["requests"]["decision"] == "admit"
    (odd,) = set(targets) - {"djnago", "flask", "requests"}
    assert targets[odd]["decision"] == "hold", "what cannot be told is not clean"


def test_names_come_from_standard_input() -> None:
    program = Path(sys.executable).parent / "airlock"
    for option in ("-", "--stdin"):
        done = subprocess.run(
            [program, "name", "check", option],
            input="requests\n# a comment\n\nnunpy  # a slip\n",
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 3, done.stderr
        assert "admit   requests" in done.stdout
        assert "hold    nunpy  taken for numpy" in done.stdout
        assert "2 names: 1 held, 1 admitted." in done.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("requ\N{CYRILLIC SMALL LETTER IE}sts", "CYRILLIC SMALL LETTER IE (U+0435)"),
        ("r\N{LATIN SMALL LETTER E WITH ACUTE}quests==2.0", "LATIN SMALL LETTER E WITH ACUTE"),
        ("\N{FULLWIDTH LATIN SMALL LETTER R}equests", "FULLWIDTH LATIN SMALL LETTER R"),
    ],
)
def test_letters_that_only_look_like_ascii_are_told(text: str, told: str) -> None:
    (target,) = checked(text, code=3)
    (reason,) = target["reasons"]
    assert "it is not requests, which it looks like" in reason["message"]
    assert told in reason["message"]


def test_what_is_admitted_with_a_warning_says_so() -> None:
    done = airlock("name", "check", "commands", "mitmproxy2", "requests")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "admit   commands  perhaps taken for commands (standard-library)"
    assert "came with Python 2" in lines[1]
    assert lines[-3:-1] == ["admit   mitmproxy2", "admit   requests"]


def test_the_verdict_says_whose_the_name_is_where_a_gate_knows(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assembly.store(data).close()
    said = ("--by", "Ada", "--reason", "ours", "--data", data)
    airlock("name", "owner", "claim", "acme-*", "--organisation", "Acme", *said)

    (ours, other) = checked("Acme_X", "flask", "--data", data, code=0)
    assert (ours["owner"]["owner"], ours["owner"]["organisation"]) == ("here", "Acme")
    assert "Ada claimed acme-*" in ours["owner"]["why"]
    assert (other["owner"]["owner"], other["owner"]["claim"]) == (NOWHERE, None)
    assert checked("flask", code=0)[0]["owner"] is None
    shown = airlock("name", "check", "acme-x", "--data", data).stdout
    assert "acme-x belongs to this index" in shown
    assert airlock("name", "check", "acme-x", "--data", tmp_path / "dtaa").returncode == 2


def test_nothing_to_judge_is_wrong_usage_or_not_clean(tmp_path: Path) -> None:
    assert airlock("name", "check").returncode == 2
    empty = tmp_path / "requirements.txt"
    empty.write_text("# nothing\n")
    done = airlock("name", "check", "-r", empty)
    assert done.returncode == 3
    assert "No name was given." in done.stdout


def test_a_text_that_is_no_name_is_wrong_usage() -> None:
    (target,) = checked("no name!", code=2)
    assert target["decision"] == "hold"


def test_a_list_of_the_operator_takes_the_place_of_the_built_in_one(tmp_path: Path) -> None:
    rows = [["frobnicator", 10**9], *([f"name{number}x", 10**6 - number] for number in range(200))]
    path = tmp_path / "popular.json"
    path.write_text(json.dumps({"rows": rows}))
    (target,) = checked("frobnictaor", "--popular", path, code=3)
    assert target["target"] == "frobnicator"
    done = airlock("name", "check", "frobnictaor", AIRLOCK_POPULAR=str(path))
    assert done.returncode == 3
    assert checked("reqeusts", "--popular", path, code=0)


def test_a_list_that_cannot_be_read_holds_every_name(tmp_path: Path) -> None:
    path = tmp_path / "popular.json"
    path.write_text("{}")
    (target,) = checked("requests", "--popular", path, code=3)
    failed = [outcome for outcome in target["outcomes"] if outcome["status"] == "failed"]
    assert [outcome["check"] for outcome in failed] == ["name-import-package", "name-lookalike"]
    assert all("popular.json" in outcome["reason"] for outcome in failed)


def test_neighbours_come_the_nearest_first() -> None:
    done = airlock("name", "near", "request")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].split()[0] == "requests"
    document = json.loads(airlock("name", "near", "reqeusts", "--format", "json").stdout)
    assert document["near"][0]["target"] == "requests"
    costs = [one["cost"] for one in document["near"]]
    assert costs == sorted(costs)


def test_typos_are_listed_with_their_number_and_all_of_them_are_held() -> None:
    document = json.loads(airlock("name", "generate", "requests", "--format", "json").stdout)
    assert document["count"] == len(document["typos"]) > 100
    assert {"name": "reqests", "technique": "omission"} in document["typos"]
    text = airlock("name", "generate", "requests").stdout.splitlines()
    assert len(text) == document["count"] + 1
    assert text[-1] == f"{document['count']} names that may be typed or read for requests."


def test_names_from_anywhere_are_made_harmless() -> None:
    done = airlock("name", "check", "evil\x1b[31m name")
    assert "\x1b" not in done.stdout
    assert done.returncode == 2
    assert airlock("name", "near", "no name!").returncode == 2
