"""``airlock export``."""

from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.gate.settings import GateSettings


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@options.data
@options.policy
@options.index
def command(
    folder: Path, data_folder: Path, policy_file: Path | None, index_url: str | None
) -> None:
    """Write what the gate serves into FOLDER, for a gate or a pip without a network.

    pip installs from it as it is: pip install --index-url file:///…/FOLDER/simple/ NAME
    """
    settings = GateSettings(
        data_folder=data_folder,
        upstreams=(index_url,) if index_url else (),
        policy_file=policy_file,
        offline=True,
    )
    count = sum(1 for _ in assembly.take_out(settings, folder))
    click.echo(f"{count} files are in {folder}.")
