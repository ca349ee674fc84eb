"""``airlock export``."""

from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.gate.settings import GateSettings, PolicyUse


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@options.data
@options.policy
@options.index
@click.option(
    "--trust",
    "trust_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="AIRLOCK_TRUST",
    help="The trust folder: carry what developers signed, and who vouches for their keys.",
)
def command(
    folder: Path,
    data_folder: Path,
    policy_file: Path | None,
    index_url: str | None,
    trust_folder: Path | None,
) -> None:
    """Write what the gate serves into FOLDER, for a gate or a pip without a network.

    Provenance and signatures of files lie beside them.

    pip installs from it as it is: pip install --index-url file:///…/FOLDER/simple/ NAME
    """
    settings = GateSettings(
        data_folder=data_folder,
        upstreams=(index_url,) if index_url else (),
        policy_file=policy_file,
        trust_folder=trust_folder,
        policy_use=PolicyUse.of_command(policy_file),
        offline=True,
    )
    count = sum(1 for _ in assembly.take_out(settings, folder))
    click.echo(f"{count} files are in {folder}.")
