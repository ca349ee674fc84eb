"""``airlock worker``."""

import sys
from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options


@click.command("worker")
@click.option(
    "--source",
    "index_urls",
    metavar="URL",
    multiple=True,
    envvar="AIRLOCK_UPSTREAM",
    help="The indexes that are followed, as for airlock watch.",
)
@click.option(
    "-j",
    "--jobs",
    default=1,
    show_default=True,
    type=click.IntRange(1, 256),
    help="Examinations at once.",
)
@options.rate
@click.option(
    "--detonate",
    type=click.Choice(["auto", "only", "never"]),
    default="auto",
    show_default=True,
    help="Run what is held, if the policy wants that: where this host can, nothing else, never.",
)
@options.log_json
@options.data
@options.policy
def command(  # noqa: PLR0913 - one parameter per option
    index_urls: tuple[str, ...],
    jobs: int,
    rate: float,
    detonate: str,
    *,
    log_json: bool,
    data_folder: Path,
    policy_file: Path | None,
) -> None:
    """Work on what a watch has found, on this machine or another.

    Any number of workers share a store. SIGTERM ends one after what is under way; what a killed
    one worked on goes to another within half a minute.
    """
    from airlock.gate.settings import GateSettings
    from airlock.gate.watch.settings import WorkSettings

    gate = GateSettings(
        data_folder=data_folder,
        upstreams=index_urls,
        policy_file=policy_file,
        examinations=jobs,
    )
    assembly.log_to_terminal(json=log_json or not sys.stderr.isatty())
    runs = detonate == "only" or (detonate == "auto" and assembly.can_detonate())
    settings = WorkSettings(
        examinations=jobs,
        ahead=jobs + 2,
        rate=rate,
        examines=detonate != "only",
        detonations=runs,
    )
    assembly.work(gate, settings)
