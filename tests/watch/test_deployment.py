"""The units are ones that systemd reads, the compose file has what it refers to, both call us."""

import configparser
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from airlock.cli import airlock

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def understood(words: list[str]) -> bool:
    """Tell whether every word of a command is one that Airlock knows."""
    assert Path(words[0]).name == "airlock"
    return CliRunner().invoke(airlock, [*words[1:], "--help"]).exit_code == 0


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_unit_is_one_and_calls_us(path: Path, tmp_path: Path) -> None:
    unit = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    unit.optionxform = str  # type: ignore[assignment]  # names are case-sensitive
    unit.read_string(path.read_text())
    command = unit["Service"]["ExecStart"]
    assert understood(shlex.split(command))
    assert unit["Service"]["Restart"] == "on-failure"
    program = shutil.which("systemd-analyze")
    if program is not None:
        copy = tmp_path / path.name
        text = path.read_text().replace(shlex.split(command)[0], "/bin/true")
        copy.write_text(text.replace("User=airlock\n", ""))
        done = subprocess.run(
            [program, "verify", copy], capture_output=True, text=True, check=False
        )
        assert f"{path.name}:" not in done.stderr, done.stderr


def test_compose_file_is_whole() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    document: dict[str, Any] = yaml.safe_load(text)
    services = document["services"]
    assert set(services) == {"database", "watch", "worker"}
    for name in ("watch", "worker"):
        assert understood(services[name]["command"])
        assert set(services[name]["depends_on"]) <= set(services)
        volumes = {volume.partition(":")[0] for volume in services[name]["volumes"]}
        assert volumes <= set(document["volumes"])
    assert "${POSTGRES_PASSWORD:?" in text
