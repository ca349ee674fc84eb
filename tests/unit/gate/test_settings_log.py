"""The settings of a gate are in the log when they change, and only then."""

import datetime as dt
from pathlib import Path

import msgspec

from airlock.gate.access.reading import Reading
from airlock.gate.settings import GateSettings
from airlock.gate.settings_log import note_settings
from airlock.model import PolicyVersion
from airlock.store import open_records

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
POLICY = PolicyVersion("default", "policy-1")


def test_settings_are_noted_when_they_change(tmp_path: Path) -> None:
    settings = GateSettings(data_folder=tmp_path, admin_token_file=tmp_path / "secret-place")
    closed = msgspec.structs.replace(settings, reading=Reading.USERS)
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as records:
        for one in (settings, settings, closed, closed):
            note_settings(records.log, one, POLICY, ["https://index.example/simple/"], NOW)
        note_settings(records.log, closed, PolicyVersion("default", "policy-2"), [], NOW)
        found = records.log.entries(0, 10)
    assert [entry.event.details["reading"] for entry in found] == ["everyone", "users", "users"]
    assert found[2].event.details["policy"] == "default policy-2"
    assert found[0].event.details["operator-token"] == "yes"
    assert b"secret-place" not in b"".join(entry.document for entry in found)
