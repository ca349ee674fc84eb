"""A policy that is put in force decides in every gate on the same store, without a restart."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from airlock import assembly
from airlock.model import PolicyVersion
from airlock.model.policies import Draft, Source
from tests.functional.conftest import NO_DATABASE
from tests.simulators.clocked_gate import ClockedGate
from tests.simulators.upstream import Upstream, make_wheel
from tests.unit.workers.examinations import until

JSON = {"accept": "application/vnd.pypi.simple.v1+json"}
PATIENT = '[policy]\nname = "patient"\n[policy.age]\nuploaded = "9999 days"\n'
OPEN = '[policy]\nname = "open"\n'
OF_ANOTHER_TIME = '[policy]\nname = "later"\n[policy.checks.code-of-tomorrow]\n'


@pytest.fixture(params=["sqlite", "postgresql"])
def gates(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[ClockedGate, ClockedGate, Upstream]]:
    """Two gates on one store."""
    monkeypatch.setenv("AIRLOCK_DB", str(NO_DATABASE))
    if request.param == "postgresql":
        made = request.getfixturevalue("postgresql").database()
        monkeypatch.setenv("AIRLOCK_DATABASE", made)
    with (
        Upstream() as upstream,
        ClockedGate(tmp_path, upstream.url) as one,
        ClockedGate(tmp_path, upstream.url) as other,
    ):
        yield one, other, upstream


def listed(gate: ClockedGate) -> list[str]:
    # What is ready to be sent is looked at again within a second.
    gate.later(seconds=1)
    answer = httpx.get(f"{gate.simple}harbour/", headers=JSON, timeout=60)
    return [file["filename"] for file in answer.json()["files"]] if answer.is_success else []


def put(gate: ClockedGate, text: str, after: int) -> None:
    draft = Draft(
        text=text,
        policy=PolicyVersion("test", "0" * 16),
        source=Source.PEOPLE,
        by="ada",
        reason="a test",
        at=gate.now,
    )
    with assembly.existing_records(gate.data) as records:
        records.policies.save(draft, after=after)


def test_every_gate_goes_by_what_was_saved_last(
    gates: tuple[ClockedGate, ClockedGate, Upstream],
) -> None:
    one, other, upstream = gates
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    path = f"/files/{upstream.sha256(filename)}/{filename}"

    def served(gate: ClockedGate) -> httpx.Response:
        gate.later(seconds=1)
        return httpx.get(f"{gate.url}{path}", timeout=60)

    for gate in (one, other):
        # What is asked for again is ready to be sent.
        assert [listed(gate), served(gate).status_code] == [[filename], 200]
        assert [listed(gate), served(gate).status_code] == [[filename], 200]

    put(one, PATIENT, 0)
    for gate in (one, other):
        assert until(lambda gate=gate: not listed(gate))  # type: ignore[misc]
        refused = served(gate)
        assert refused.status_code == 403
        assert "too young" in refused.headers["airlock-verdict"]

    put(other, OF_ANOTHER_TIME, 1)
    for gate in (one, other):
        assert until(lambda gate=gate: "cannot be obeyed" in served(gate).text)  # type: ignore[misc]
        assert served(gate).status_code == 403

    put(one, OPEN, 2)
    for gate in (one, other):
        assert until(lambda gate=gate: served(gate).status_code == 200)  # type: ignore[misc]
        assert listed(gate) == [filename]
