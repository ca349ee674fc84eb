"""What users read, compared with what was approved.

``AIRLOCK_UPDATE_SNAPSHOTS=1 pytest tests/unit/report`` writes the files anew; read the difference
before you commit it.
"""

import os
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "snapshots"
UPDATE = "AIRLOCK_UPDATE_SNAPSHOTS"


def assert_snapshot(name: str, text: str) -> None:
    """Compare a text with the stored one."""
    path = FOLDER / name
    if os.environ.get(UPDATE):
        path.write_text(text, encoding="utf-8")
    stored = path.read_text(encoding="utf-8") if path.exists() else ""
    assert text == stored, f"{path} differs; {UPDATE}=1 writes it anew"
