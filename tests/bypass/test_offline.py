"""What is offline asks nobody, whatever else is set."""

import os
from pathlib import Path

import pytest

from airlock import assembly
from airlock.gate.settings import GateSettings


def test_a_gate_that_is_offline_resolves_no_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRLOCK_RESOLVER", "127.0.0.1:1")
    parts = assembly.gate_parts(GateSettings(data_folder=tmp_path, offline=True))
    try:
        # The processes that examine inherit the environment, and make their own adapters of it.
        assert "AIRLOCK_RESOLVER" not in os.environ
    finally:
        parts.records.store.close()
        parts.blobs.close()
