"""``airlock audit`` beside pip-audit, uv audit and pysentry, in one run over a loopback stub.

The stub speaks OSV's API from the same export that Airlock compiles, matched by ``packaging``
alone.
What is compared comes from the environment:

- ``BENCHMARK_EXPORT``, ``BENCHMARK_PINS``: an export of OSV records in YAML or JSON (tar), and a
  requirements file of pins; without them both are made up.
- ``BENCHMARK_PEERS``: the ``bin`` folder of an environment with pip-audit, uv and pysentry-rs;
  without it only Airlock is measured.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from airlock.evidence.advisories.compiling import Compiler, Origin
from airlock.evidence.advisories.exports import open_export
from airlock.evidence.advisories.files import DatabaseAdvisories
from airlock.evidence.advisories.format import Database
from airlock.model import ProjectName
from benchmarks.measuring import BIN, Figure, clean_environment, heading, measure, median, row
from tests.simulators import advisories

RUNS = 5
MANY = 1_000


def main() -> None:
    """Print the figures; CPU of a command includes all its children, not the stub."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export, pins = _inputs(folder)
        _in_process(export, pins)
        _commands(folder, export, pins)


def _inputs(folder: Path) -> tuple[Path, Path]:
    export, pins = os.environ.get("BENCHMARK_EXPORT"), os.environ.get("BENCHMARK_PINS")
    if export and pins:
        return Path(export), Path(pins)
    made = folder / "export.zip"
    records = (
        advisories.osv(
            f"PYSEC-2026-{n}", f"example-{n % 600}", advisories.between("0", f"{n % 9}.{n % 7}.1")
        )
        for n in range(2_600)
    )
    made.write_bytes(advisories.exported(records))
    listed = folder / "pins.txt"
    listed.write_text("".join(f"example-{n}=={n % 9}.{n % 5}\n" for n in range(61)))
    return made, listed


def _in_process(export: Path, pins: Path) -> None:
    heading("in this process")
    wall, begun = time.monotonic(), time.process_time()
    data = _compiled(export, None)
    row("compile the export", _since(begun, wall), f"{len(data):,} bytes; bar 20 s")
    before = Database(data, "a benchmark's")
    wall, begun = time.monotonic(), time.process_time()
    _compiled(export, before)
    row("compile it again: nothing is new", _since(begun, wall))
    releases = [line.partition("==")[::2] for line in pins.read_text().split()]
    answers = DatabaseAdvisories(before, advisories.MAX_AGE)
    for label in ("ask about the pins, cold", "ask about the pins, warm"):
        wall, begun = time.monotonic(), time.process_time()
        known = [answers.known(ProjectName(name), version) for name, version in releases]
        row(label, _since(begun, wall), "bar 0.050 s" if "warm" in label else "")
    found = sum(len(one.records) for each in known for one in each.advisories)
    print(f"{found} matches in {sum(bool(one.advisories) for one in known)} of {len(known)} pins")


def _since(cpu: float, wall: float) -> Figure:
    return Figure(time.process_time() - cpu, time.monotonic() - wall, 0)


def _compiled(export: Path, before: Database | None) -> bytes:
    compiler = Compiler(advisories.NOW, before)
    with open_export(export) as opened:
        compiler.add(opened, Origin(export.name))
    return compiler.finish()


def _commands(folder: Path, export: Path, pins: Path) -> None:
    database = {"AIRLOCK_DB": str(folder / "db")}
    heading(f"the command, {RUNS} runs in turn")
    update = measure([BIN / "airlock", "db", "update", export], clean_environment(**database))
    row("airlock db update", update, f"exit {update.exit_code}")
    many = folder / "many.txt"
    known = pins.read_text().split()
    many.write_text("\n".join([*known, *(f"filler-{n}==1.{n}" for n in range(MANY - len(known)))]))
    asked: dict[str, Callable[[], Figure]] = {
        "airlock audit": lambda: _airlock(pins, database),
        f"airlock audit, {MANY} pins": lambda: _airlock(many, database),
    }
    with contextlib.ExitStack() as running:
        if peers := os.environ.get("BENCHMARK_PEERS"):
            url = running.enter_context(_stub(export))
            asked |= _peers(folder, Path(peers), pins, url)
        figures: dict[str, list[Figure]] = {name: [] for name in asked}
        for _ in range(RUNS):
            for name, run in asked.items():
                figures[name].append(run())
    bars = {"airlock audit": "; bar 0.35 s CPU", f"airlock audit, {MANY} pins": "; bar 0.5 s CPU"}
    for name, measured in figures.items():
        middle = median(measured)
        row(name, middle, f"exit {middle.exit_code}{bars.get(name, '')}")


def _airlock(pins: Path, database: dict[str, str]) -> Figure:
    command = [BIN / "airlock", "audit", pins, "--offline", "--max-age", "36500"]
    return measure([*command, "--format", "json"], clean_environment(**database))


def _peers(folder: Path, peers: Path, pins: Path, url: str) -> dict[str, Callable[[], Figure]]:
    project = _uv_project(folder, pins)
    environ = clean_environment(NO_COLOR="1")
    commands: dict[str, list[str | Path]] = {
        "pip-audit": [
            *(peers / "pip-audit", "-r", pins, "--no-deps", "--disable-pip", "-s", "osv"),
            *("--osv-url", f"{url}/v1/query", "-f", "json", "--progress-spinner", "off"),
        ],
        "uv audit": [
            *(peers / "uv", "audit", "--preview", "--frozen", "--project", project),
            *("--service-url", url, "--no-cache"),
        ],
        "pysentry": [
            *(peers / "pysentry-rs", folder, "--requirements-files", pins, "--no-resolver"),
            *("--sources", "osv", "--service-url", f"{url}/v1", "--no-cache", "--format", "json"),
            *("--no-maintenance-check", "--no-ci-detect"),
        ],
    }
    for name, command in commands.items():
        done = subprocess.run(
            [str(part) for part in command],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        told = (done.stderr or done.stdout).strip().splitlines()[-1:]
        print(f"{name}: {done.stdout.count('PYSEC-')} mentions of a record; {' '.join(told)[:100]}")
    return {
        name: (lambda command=command: measure(command, environ))
        for name, command in commands.items()
    }


def _uv_project(folder: Path, pins: Path) -> Path:
    """Write a project and its uv.lock: uv audits nothing else."""
    project = folder / "project"
    project.mkdir()
    releases = [line.partition("==")[::2] for line in pins.read_text().split()]
    wanted = ", ".join(f'"{name}=={version}"' for name, version in releases)
    head = 'name = "audited"\nversion = "1.0"\n'
    (project / "pyproject.toml").write_text(
        f'[project]\n{head}requires-python = ">=3.11"\ndependencies = [{wanted}]\n'
    )
    source = 'source = { registry = "https://packages.invalid/simple" }'
    packages = [
        f'[[package]]\nname = "{ProjectName(name)}"\nversion = "{version}"\n{source}\n'
        f'sdist = {{ url = "https://packages.invalid/{name}-{version}.tar.gz", '
        f'hash = "sha256:{"0" * 64}", size = 1 }}\n'
        for name, version in releases
    ]
    needs = ", ".join(f'{{ name = "{ProjectName(name)}" }}' for name, _ in releases)
    specifiers = ", ".join(
        f'{{ name = "{ProjectName(name)}", specifier = "=={version}" }}'
        for name, version in releases
    )
    own = (
        f'[[package]]\n{head}source = {{ virtual = "." }}\ndependencies = [{needs}]\n'
        f"[package.metadata]\nrequires-dist = [{specifiers}]\n"
    )
    lock = 'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n\n' + "\n".join([*packages, own])
    (project / "uv.lock").write_text(lock)
    return project


@contextlib.contextmanager
def _stub(export: Path) -> Iterator[str]:
    """Run the stub in a process of its own, whose cost is nobody's."""
    command = [sys.executable, "-m", "benchmarks.osv_stub", str(export)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        url = json.loads(line)["url"]
        urllib.request.urlopen(f"{url}/health", timeout=60).read()
        yield url
    finally:
        process.terminate()
        process.wait()
