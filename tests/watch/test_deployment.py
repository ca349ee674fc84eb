"""The units are ones that systemd reads, the compose file has what it refers to, both call us.

``test_machines`` runs what a unit starts, on machines of its own.
"""

import configparser
import json
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
    *("depends_on", "command", "stop_grace_period", "deploy", "healthcheck", "build", "ports"),
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
    assert set(services) == {"database", "gate", "watch", "worker"}
    assert set(document) - {"x-airlock"} == {"services", "volumes"}
    for service in services.values():
        assert set(service) <= KEYS
        volumes = {volume.partition(":")[0] for volume in service["volumes"]}
        assert volumes <= set(document["volumes"])
    for name in ("gate", "watch", "worker"):
        service = services[name]
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        assert understood(service["command"])
        (waits_for,) = service["depends_on"].items()
        assert waits_for == ("database", {"condition": "service_healthy"})
        assert re.fullmatch(r"[0-9]+s", service["stop_grace_period"])
        assert set(service["environment"]) <= set(re.findall(r"`(AIRLOCK_\w+)`", REFERENCE))
    assert services["database"]["healthcheck"]["test"][0] == "CMD"
    assert all(port.startswith("127.0.0.1:") for port in services["gate"]["ports"])
    assert services["worker"]["deploy"] == {"replicas": 2}
    assert "${POSTGRES_PASSWORD:?" in text


def test_image_is_made_of_what_there_is_and_starts_us() -> None:
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    steps = [line.split(None, 1) for line in text.splitlines() if line and line[0] != "#"]
    copied = [words.split() for step, words in steps if step == "COPY"]
    sources = {name for *names, _ in copied for name in names if not name.startswith("--from")}
    assert all((DEPLOY.parent / name).exists() for name in sources if name != "/opt/airlock")
    installed = re.findall(r"-r /src/(\S+)", text)
    assert [name for name in installed if not (DEPLOY.parent / name).is_file()] == []
    assert "--require-hashes" in text
    assert ["USER", "airlock"] in steps
    (command,) = (json.loads(words) for step, words in steps if step == "CMD")
    assert understood(command)


def test_unit_of_the_gate_is_the_one_of_the_guide() -> None:
    guide = (DEPLOY.parent / "docs" / "guides" / "operate.md").read_text()
    assert (DEPLOY / "systemd" / "airlock-gate.service").read_text() in guide
