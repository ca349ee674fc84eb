"""Holds the matcher against an independent one, on a real export and real pins.

``python -m evals.advisories --export EXPORT --pins PINS``

The independent matcher is ``benchmarks.osv_stub``: OSV's algorithm on versions of ``packaging``,
sharing nothing with the database but the reading of the container. Exit code 1 says that they
differ.
"""

import argparse
import sys
from pathlib import Path

import click

from airlock.evidence.advisories.compiling import Compiler, Origin
from airlock.evidence.advisories.exports import open_export
from airlock.evidence.advisories.files import DatabaseAdvisories
from airlock.evidence.advisories.format import Database
from airlock.model import ProjectName
from benchmarks import osv_stub
from tests.simulators.advisories import MAX_AGE, NOW

Match = tuple[str, str]


def main(arguments: list[str]) -> int:
    """Print both counts and every difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--export", type=Path, required=True)
    parser.add_argument("--pins", type=Path, required=True, help="one name==version a line")
    asked = parser.parse_args(arguments)
    pins = [line.partition("==")[::2] for line in asked.pins.read_text().split()]
    ours, theirs = _ours(asked.export, pins), _theirs(asked.export, pins)
    click.echo(f"airlock: {len(ours)} matches in {len({name for name, _ in ours})} projects")
    click.echo(f"packaging: {len(theirs)} matches in {len({name for name, _ in theirs})} projects")
    for name, record in sorted(ours ^ theirs):
        click.echo(
            f"only {'airlock' if (name, record) in ours else 'packaging'}: {record} in {name}"
        )
    return 1 if ours != theirs else 0


def _ours(export: Path, pins: list[tuple[str, str]]) -> set[Match]:
    compiler = Compiler(NOW)
    with open_export(export) as opened:
        compiler.add(opened, Origin(export.name))
    answers = DatabaseAdvisories(Database(compiler.finish(), "an evaluation's"), MAX_AGE)
    return {
        (name, record)
        for name, version in pins
        for advisory in answers.known(ProjectName(name), version).advisories
        for record in advisory.records
    }


def _theirs(export: Path, pins: list[tuple[str, str]]) -> set[Match]:
    osv_stub.load(export)
    return {
        (name, record["id"]) for name, version in pins for record in osv_stub.matches(name, version)
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
