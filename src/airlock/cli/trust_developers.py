"""``airlock trust promote``, ``replace`` and ``release``: projects whose developers sign."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airlock import assembly
from airlock.cli import trust_options as options
from airlock.cli.trust_ceremony import next_steps
from airlock.model import ProjectName

if TYPE_CHECKING:
    from airlock.trust.signing_keys import RoleKeys


@click.command("promote")
@options.folder
@click.argument("projects", nargs=-1, type=ProjectName, metavar="[PROJECT…]")
@click.option(
    "--release", "released", multiple=True, type=ProjectName, help="Let it be nobody's again."
)
def promote(
    folder: Path, projects: tuple[ProjectName, ...], released: tuple[ProjectName, ...]
) -> None:
    """Begin a ceremony by which offline keys vouch for PROJECTs that were claimed recently.

    All of them without PROJECT. Brings in new keys of promoted projects, too.
    """
    workspace = assembly.trust_workspace(folder)
    from airlock.trust import operations

    wanted = projects or (() if released else None)
    for project, standing in sorted(workspace.developers.projects().items()):
        click.echo(f"{project}: {standing.role}, {_keys(standing.keys)}")
    operations.promote(workspace, wanted, released)
    next_steps(workspace, folder)


@click.command("replace")
@options.folder
@click.argument("project", type=ProjectName)
@click.option(
    "--developer-key",
    "keys",
    multiple=True,
    required=True,
    type=options.public_key,
    help="The public part of a key that counts from now on; may be given several times.",
)
@options.threshold("--threshold", of="the project", default=1)
@click.option("--reason", required=True, help="For the record: a lost or a stolen key.")
def replace(
    folder: Path, project: ProjectName, keys: tuple[Path, ...], threshold: int, reason: str
) -> None:
    """Let other keys count for PROJECT, instead of lost or stolen ones.

    Make sure, by another way than the index, that they are its developers'. The old keys count no
    more for the next document; the developers sign and upload one with the new keys. For a
    promoted project, a ceremony brings it in: airlock trust promote.
    """
    workspace = assembly.trust_workspace(folder)
    from airlock.trust import operations

    signing = operations.role_keys(keys, threshold)
    workspace.developers.replace(project, signing, reason)
    click.echo(f"{project}: the next document is to be signed by {_keys(signing)}.")


@click.command("release")
@options.folder
@click.argument("project", type=ProjectName)
@click.option("--reason", required=True, help="For the log.")
def release(folder: Path, project: ProjectName, reason: str) -> None:
    """Let a recently claimed PROJECT be nobody's again: the index signs its files."""
    workspace = assembly.trust_workspace(folder)
    snapshot = workspace.developers.release(project, reason)
    click.echo(f"{project} is not claimed any more; snapshot {snapshot}")


def _keys(signing: "RoleKeys") -> str:
    listed = ", ".join(sorted(keyid[:12] for keyid in signing.ids))
    return f"{signing.threshold} of {listed}"
