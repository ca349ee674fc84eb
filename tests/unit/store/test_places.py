"""Where the data of a gate is: by default, by a file, by the environment."""

from pathlib import Path

import pytest

from airlock.errors import UsageError
from airlock.store.places import places


def test_folder_is_the_place_of_everything(tmp_path: Path) -> None:
    found = places(tmp_path, {})
    assert found.database == f"sqlite:///{tmp_path}/airlock.db"
    assert found.blobs == tmp_path / "blobs"
    assert not found.exist
    (tmp_path / "airlock.db").write_bytes(b"")
    assert places(tmp_path, {}).exist


def test_settings_of_the_folder_and_then_of_the_environment(tmp_path: Path) -> None:
    (tmp_path / "storage.toml").write_text(
        'database = "postgresql://airlock@db.example/airlock"\nblobs = "s3://bucket/gate"\n'
    )
    found = places(tmp_path, {})
    assert found.database == "postgresql+psycopg://airlock@db.example/airlock"
    assert (found.blobs, found.exist) == ("s3://bucket/gate", True)
    environ = {"AIRLOCK_DATABASE": "postgresql+psycopg://other.example/x", "AIRLOCK_BLOBS": ""}
    assert places(tmp_path, environ).database == "postgresql+psycopg://other.example/x"
    assert places(tmp_path, environ).blobs == "s3://bucket/gate"


@pytest.mark.parametrize(
    "text",
    [
        "database = 1",
        'databse = "postgresql://x/y"',
        'database = "mysql://x/y"',
        'database = "/srv/airlock.db"',
        'blobs = "bucket"',
        'database = ""',
        "database",
        "\xff",
    ],
)
def test_settings_that_make_no_sense(tmp_path: Path, text: str) -> None:
    (tmp_path / "storage.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError):
        places(tmp_path, {})
