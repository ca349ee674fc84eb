"""``airlock trust publish``, ``revoke`` and ``recover``: what is signed online."""

from pathlib import Path

import click

from airlock import assembly
from airlock.cli import trust_options as options


@click.command("publish")
@options.folder
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="PATH=FILE",
    help="Sign a file as a target; may be given several times.",
)
@click.option(
    "--databases",
    is_flag=True,
    help="Sign this machine's advisories, popular names and fingerprints (airlock db status), for "
    "airlock db update --from.",
)
def publish(folder: Path, targets: tuple[str, ...], *, databases: bool) -> None:
    """Bring in what was signed offline, sign TARGETS, and sign again what would expire."""
    workspace = assembly.trust_workspace(folder)
    from airlock.trust import operations

    if workspace.standings():
        snapshot = workspace.install(reason="ceremony")
        click.echo(f"brought in what was signed; snapshot {snapshot}")
    if targets:
        snapshot = operations.publish_files(workspace, targets)
        click.echo(f"signed {len(targets)} targets; snapshot {snapshot}")
    if databases:
        listed = ", ".join(assembly.deliver_databases(workspace, assembly.evidence_folder()))
        click.echo(f"signed for delivery: {listed or 'nothing is kept here: airlock db update'}")
    while signed := workspace.repository.resign():
        click.echo(f"signed {signed} bins again")
    removed = workspace.repository.collect_garbage()
    if removed:
        click.echo(f"removed {removed} old documents")


@click.command("revoke")
@options.folder
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--reason", required=True, help="For the log.")
def revoke(folder: Path, paths: tuple[str, ...], reason: str) -> None:
    """Sign PATHs no more: clients refuse them from the next refresh on."""
    workspace = assembly.trust_workspace(folder)
    from airlock.trust import operations

    snapshot = operations.revoke(workspace, paths, reason)
    click.echo(f"revoked {len(paths)} targets; snapshot {snapshot}")


@click.command("recover")
@options.folder
@click.option(
    "--from-log/--from-bins",
    "from_log",
    default=False,
    help="Which targets are right: those of the log of transactions, or those of the bins.",
)
@click.option(
    "--clear-claims",
    is_flag=True,
    help="Let no project be recently claimed: whoever had the online key may have registered keys. "
    "Developers claim their projects again; promoted projects are not touched.",
)
@click.option("--reason", required=True, help="For the log.")
def recover(folder: Path, reason: str, *, from_log: bool, clear_claims: bool) -> None:
    """Sign all bins anew, after a compromise of an online key or a loss of documents."""
    workspace = assembly.trust_workspace(folder)
    from airlock.trust import operations

    right = operations.logged_paths(workspace) if from_log else None
    snapshot = operations.recover(workspace, reason, right=right, clear_recent=clear_claims)
    click.echo(f"signed every bin anew; snapshot {snapshot}")
