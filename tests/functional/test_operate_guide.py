"""The unit in the guide is one that systemd reads, and its command one that Airlock knows."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.functional.conftest import airlock

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "operate.md"


@pytest.fixture(scope="module")
def unit() -> str:
    found = re.search(r"```ini\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


def test_unit_has_what_systemd_needs(unit: str, tmp_path: Path) -> None:
    parsed = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment]  # names are case-sensitive
    parsed.read_string(unit)
    assert parsed.sections() == ["Unit", "Service", "Install"]
    command = shlex.split(parsed["Service"]["ExecStart"])
    assert Path(command[0]).is_absolute()
    assert airlock(*command[1:], "--help").returncode == 0
    program = shutil.which("systemd-analyze")
    if program is not None:
        path = tmp_path / "airlock.service"
        path.write_text(unit.replace(command[0], "/bin/true").replace("User=airlock\n", ""))
        done = subprocess.run(
            [program, "verify", path], capture_output=True, text=True, check=False
        )
        assert "airlock.service:" not in done.stderr, done.stderr


def test_settings_of_the_guide_are_those_of_the_command(unit: str) -> None:
    shown = airlock("serve", "--help", COLUMNS="200").stdout
    rows = re.findall(
        r"^\| `(--[a-z-]+)[^|]*\| `(AIRLOCK_[A-Z_]+)`", GUIDE.read_text(), re.MULTILINE
    )
    assert len(rows) >= 6
    for option, _ in rows:
        assert option in shown, option
    named = {variable for _, variable in rows}
    assert set(re.findall(r"AIRLOCK_[A-Z_]+", unit)) <= named
