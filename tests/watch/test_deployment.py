"""The units are ones that systemd reads, the compose file has what it refers to, both call us.

``test_machines`` runs what a unit starts, on machines of its own.
"""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from airlock.cli import airlock
from tests.conftest import lacking

DEPLOY = Path(__file__).parents[2] / "deploy"
REFERENCE = "".join(
    (DEPLOY.parent / "docs" / "reference" / name).read_text()
    for name in ("commands.md", "variables.md")
)
# Of the Compose Specification, as far as it is used here: a misspelt one is refused by nobody else.
KEYS = {
    *("image", "restart", "environment", "volumes", "read_only", "tmpfs", "security_opt"),
    *("depends_on", "command", "stop_grace_period", "deploy", "healthcheck"),
}
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def understood(words: list[str]) -> bool:
    """Tell whether every word of a command is one that Airlock knows."""
    assert Path(words[0]).name == "airlock"
    return CliRunner().invoke(airlock, [*words[1:], "--help"]).exit_code == 0


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_unit_is_one_and_calls_us(path: Path) -> None:
    unit = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    unit.optionxform = str  # type: ignore[assignment]  # names are case-sensitive
    unit.read_string(path.read_text())
    command = unit["Service"]["ExecStart"]
    assert understood(shlex.split(command))
    assert unit["Service"]["Restart"] == "on-failure"


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_unit_is_one_that_systemd_takes(path: Path, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        lacking("systemd-analyze is not installed (scripts/debian-packages)")
    # A template is verified as one of its instances; our program is not where users have it.
    copy = tmp_path / path.name.replace("@.", "@1.")
    copy.write_text(path.read_text().replace("/opt/airlock/bin/airlock", "/bin/true"))
    done = subprocess.run(
        [str(program), "verify", str(copy)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert copy.name not in done.stderr


def test_compose_file_is_whole() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    document: dict[str, Any] = yaml.safe_load(text)
    services = document["services"]
    assert set(services) == {"database", "watch", "worker"}
    assert set(document) - {"x-airlock"} == {"services", "volumes"}
    for service in services.values():
        assert set(service) <= KEYS
        volumes = {volume.partition(":")[0] for volume in service["volumes"]}
        assert volumes <= set(document["volumes"])
    for name in ("watch", "worker"):
        service = services[name]
        assert understood(service["command"])
        (waits_for,) = service["depends_on"].items()
        assert waits_for == ("database", {"condition": "service_healthy"})
        assert re.fullmatch(r"[0-9]+s", service["stop_grace_period"])
        assert set(service["environment"]) <= set(re.findall(r"`(AIRLOCK_\w+)`", REFERENCE))
    assert services["database"]["healthcheck"]["test"][0] == "CMD"
    assert services["worker"]["deploy"] == {"replicas": 2}
    assert "${POSTGRES_PASSWORD:?" in text
