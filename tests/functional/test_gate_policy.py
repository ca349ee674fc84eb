"""What the policy asks at the door: ages, the date line, and looking ahead; with real clients."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.conftest import Gate, Installer, airlock, run
from tests.functional.hosting import BIN
from tests.simulators import hostile
from tests.simulators.advisories import between, exported, fresh, osv
from tests.simulators.upstream import Fault, Upstream, make_sdist, make_wheel
from tests.unit.workers.examinations import until

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)
JSON = "application/vnd.pypi.simple.v1+json"
Start = Callable[..., Gate]


@pytest.fixture
def start(start_gate: Callable[..., Gate], tmp_path: Path) -> Start:
    def started(rules: str, *options: str) -> Gate:
        policy = tmp_path / "policy.toml"
        policy.write_text(f'[policy]\nname = "test"\n{rules}')
        return start_gate("--policy", policy, "--listing-age", "0", *options)

    return started


def released(upstream: Upstream, name: str, *ages: int) -> list[str]:
    """Offer versions 1.0, 2.0, … of these ages in days; return their file names."""
    names = []
    for number, age in enumerate(ages, 1):
        filename, data = make_wheel(name, f"{number}.0")
        upstream.add(filename, data, upload_time=NOW - age * DAY)
        names.append(filename)
    return names


def test_too_young_a_release_is_left_out_and_its_address_says_until_when(
    start: Start, upstream: Upstream, installer: Installer
) -> None:
    old, young = released(upstream, "harbour", 30, 2)
    gate = start('[policy.age]\nuploaded = "7 days"\n')

    assert gate.listed("harbour") == [old]
    assert young not in gate.get("/simple/harbour/", "text/html").text
    refused = gate.file(young)
    assert refused.status_code == 403
    assert "uploaded 2 days ago, too young until" in refused.headers["airlock-verdict"]
    assert upstream.count(f"/files/{young}") == 0
    done = installer.install(gate.simple, "harbour")
    assert done.returncode == 0, done.stderr
    assert "harbour-1.0.dist-info" in installer.installed()


def test_exempt_projects_and_waived_ones_wait_for_nothing(start: Start, upstream: Upstream) -> None:
    rules = '[policy.age]\nuploaded = "7 days"\nexempt = ["acme-*"]\n'
    gate = start(rules)
    (exempt,) = released(upstream, "acme-tool", 1)
    (waived,) = released(upstream, "harbour", 1)

    assert gate.listed("acme-tool") == [exempt]
    assert gate.listed("harbour") == []
    airlock("waive", "add", "harbour", "--reason", "urgent", "--by", "Ada", "--data", gate.data)
    assert gate.listed("harbour") == [waived]
    assert gate.file(waived).status_code == 200


def test_release_that_fixes_a_vulnerability_need_not_wait(
    start: Start, upstream: Upstream, tmp_path: Path
) -> None:
    old, fix = released(upstream, "harbour", 30, 1)
    (new,) = released(upstream, "quay", 1)
    gate = start('[policy.age]\nuploaded = "7 days"\nexempt-fixes = true\n')
    assert gate.listed("harbour") == [old]
    told = gate.file(fix).headers["airlock-verdict"]
    assert "what it fixes is not known: no advisory database" in told

    export = tmp_path / "export.zip"
    export.write_bytes(exported([osv("GHSA-1", "harbour", between("0", "2.0"), modified=fresh())]))
    done = airlock("db", "update", export, AIRLOCK_DB=gate.environment["AIRLOCK_DB"])
    assert done.returncode == 0, done.stderr

    # What is ready to be sent is looked at again within a second.
    assert until(lambda: gate.listed("harbour") == [old, fix])
    assert gate.file(fix).status_code == 200
    assert gate.listed("quay") == []
    assert "too young until" in gate.file(new).headers["airlock-verdict"]


def test_clients_own_cooldown_works_through_the_gate(
    start: Start, upstream: Upstream, tmp_path: Path
) -> None:
    """uv fails where a mirror drops upload-time (PEP 700)."""
    released(upstream, "harbour", 60, 20, 2)
    gate = start("[policy.vet-ahead]\nversions = 0\n")
    line = (NOW - 10 * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")

    done = run(
        *(BIN / "uv", "pip", "install", "--no-cache", "--target", tmp_path / "there"),
        *("--default-index", gate.simple, "--exclude-newer", line, "harbour"),
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "there" / "harbour-2.0.dist-info").is_dir()


def test_unknown_time_is_held(start: Start, upstream: Upstream) -> None:
    gate = start('[policy.age]\nuploaded = "7 days"\nexempt = ["other"]\n')
    (filename,) = released(upstream, "harbour", 30)
    upstream.fault("/simple/harbour/", Fault.NO_UPLOAD_TIME)

    assert gate.listed("harbour") == []
    refused = gate.file(filename)
    assert refused.status_code == 403
    assert "nobody says when it was uploaded" in refused.headers["airlock-verdict"]


def test_date_line_stands_for_exempt_projects_too(start: Start, upstream: Upstream) -> None:
    line = (NOW - 10 * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    gate = start(f'[policy.age]\nnot-after = {line}\nexempt = ["harbour"]\n')
    old, young = released(upstream, "harbour", 30, 2)

    assert gate.listed("harbour") == [old]
    assert "date line" in gate.file(young).headers["airlock-verdict"]


def test_first_sight_counts_apart_from_what_upstream_says(start: Start, upstream: Upstream) -> None:
    gate = start('[policy.age]\nfirst-seen = "3 days"\n')
    (first,) = released(upstream, "harbour", 30)
    assert gate.listed("harbour") == [first]
    filename, data = make_wheel("harbour", "2.0")
    upstream.add(filename, data, upload_time=NOW - 300 * DAY)

    assert gate.listed("harbour") == [first]
    assert "first seen moments ago" in gate.file(filename).headers["airlock-verdict"]
    told = gate.get("/simple/harbour/", JSON).json()["files"][0]
    assert told["upload-time"].startswith((NOW - 30 * DAY).strftime("%Y-%m-%d"))


def test_first_listing_leaves_a_bad_release_out_already(
    start: Start, upstream: Upstream, installer: Installer
) -> None:
    gate = start('[policy.vet-ahead]\nwait = "1 minute"\n')
    name = f"harbour-{installer.name}"
    upstream.add(*make_wheel(name, "1.0"))
    upstream.add(*make_sdist(name, "2.0", setup_py=hostile.DECODE_EXEC))

    done = installer.install(gate.simple, name)

    assert done.returncode == 0, done.stderr
    assert f"{name.replace('-', '_')}-1.0.dist-info" in installer.installed()


def test_looking_ahead_can_be_switched_off(start: Start, upstream: Upstream) -> None:
    gate = start("[policy.vet-ahead]\nversions = 0\n")
    released(upstream, "harbour", 30, 20)

    assert len(gate.listed("harbour")) == 2
    assert upstream.count("/files/*") == 0


@pytest.mark.parametrize(
    "rules",
    [
        '[policy.age]\nuploaded = "a week"\n',
        '[policy.age]\nuploaded = "-1 days"\n',
        "[policy.age]\nnot-after = 2026-01-01T00:00:00\n",
        '[policy.age]\nexempt = ["*"]\n',
        "[policy.age]\nmaximum = 3\n",
        "[policy.vet-ahead]\nversions = 100\n",
    ],
)
def test_what_cannot_be_obeyed_is_an_error(tmp_path: Path, rules: str) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(f'[policy]\nname = "test"\n{rules}')
    done = airlock("serve", "--policy", policy, "--data", tmp_path / "data", "--port", "1")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert str(policy) in done.stderr.replace("\n", "")
