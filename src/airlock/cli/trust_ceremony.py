"""``airlock trust init``, ``rotate`` and ``rebin``: what begins a ceremony."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airlock import assembly
from airlock.cli import trust_options as options
from airlock.errors import UsageError

if TYPE_CHECKING:
    from airlock.trust.workspace import Workspace

_ROLE_KEYS = ("root", "targets", "bins")


@click.command("init")
@options.folder
@click.option("--root-key", "root", multiple=True, type=options.public_key, help="Public key.")
@click.option("--targets-key", "targets", multiple=True, type=options.public_key)
@click.option("--bins-key", "bins", multiple=True, type=options.public_key)
@click.option("--root-threshold", default=2, show_default=True, type=click.IntRange(1))
@click.option("--targets-threshold", default=2, show_default=True, type=click.IntRange(1))
@click.option("--bins-threshold", default=2, show_default=True, type=click.IntRange(1))
@click.option("--online-key", "place", help="A signer's URI. Default: a new file on this machine.")
@click.option("--online-public", type=options.public_key, help="Its public part, for a URI.")
@click.option("--files", default=1000, show_default=True, help="About how many files there are.")
def init(  # noqa: PLR0913 - one parameter per option
    folder: Path,
    *,
    root: tuple[Path, ...],
    targets: tuple[Path, ...],
    bins: tuple[Path, ...],
    root_threshold: int,
    targets_threshold: int,
    bins_threshold: int,
    place: str | None,
    online_public: Path | None,
    files: int,
) -> None:
    """Begin the key ceremony: write what the offline keys have to sign.

    Make each offline key with `airlock trust key` on a machine of its own, and name the public
    parts here. Keys of targets and bins default to those of root.
    """
    if not root:
        raise click.UsageError("Name the public keys: --root-key ada.pub --root-key ben.pub …")
    given = {
        "root": (root, root_threshold),
        "targets": (targets or root, targets_threshold),
        "bins": (bins or targets or root, bins_threshold),
    }
    if bool(place) != bool(online_public):
        raise click.UsageError("--online-key and --online-public go together.")
    online = (place, online_public) if place and online_public else None
    workspace = assembly.new_trust_workspace(folder, given, online, files)
    click.echo(f"The online key signs as {workspace.online()[0].keyid[:12]}.")
    _next_steps(workspace, folder)


@click.command("rotate")
@options.folder
@click.option("--root-key", "root", multiple=True, type=options.public_key)
@click.option("--targets-key", "targets", multiple=True, type=options.public_key)
@click.option("--bins-key", "bins", multiple=True, type=options.public_key)
@click.option("--root-threshold", type=click.IntRange(1))
@click.option("--targets-threshold", type=click.IntRange(1))
@click.option("--bins-threshold", type=click.IntRange(1))
@click.option("--online", is_flag=True, help="A new online key, in a file on this machine.")
@click.option(
    "--compromised",
    is_flag=True,
    help="With --online: the old key signs nothing of what `publish` brings in.",
)
@click.option("--renew", multiple=True, type=click.Choice(_ROLE_KEYS), help="Only a new expiry.")
def rotate(  # noqa: PLR0913 - one parameter per option
    folder: Path,
    *,
    root: tuple[Path, ...],
    targets: tuple[Path, ...],
    bins: tuple[Path, ...],
    root_threshold: int | None,
    targets_threshold: int | None,
    bins_threshold: int | None,
    online: bool,
    compromised: bool,
    renew: tuple[str, ...],
) -> None:
    """Replace keys: name all the keys that a role is to have from now on.

    Writes what has to be signed; `airlock trust publish` brings it in.
    """
    given = {
        role: (paths, threshold)
        for role, paths, threshold in (
            ("root", root, root_threshold),
            ("targets", targets, targets_threshold),
            ("bins", bins, bins_threshold),
        )
        if paths
    }
    if not (given or online or renew):
        raise click.UsageError("Say what is to change: --online, --root-key …, or --renew ROLE.")
    workspace = assembly.trust_workspace(folder)
    from airlock.trust import operations

    operations.rotate(workspace, given, renew, online=online, compromised=compromised)
    _next_steps(workspace, folder)


@click.command("rebin")
@options.folder
@click.option("--files", type=click.IntRange(1), help="Default: as many as are signed now.")
def rebin(folder: Path, files: int | None) -> None:
    """Give the bins another number, if the number of files asks for it."""
    workspace = assembly.trust_workspace(folder)
    from airlock.trust import operations

    before, after = operations.rebin(workspace, files)
    if before == after:
        click.echo(f"{2**before} bins are right.")
        return
    click.echo(f"{2**before} bins become {2**after}.")
    _next_steps(workspace, folder)


def _next_steps(workspace: "Workspace", folder: Path) -> None:
    standings = workspace.standings()
    if not standings:
        raise UsageError("nothing has to be signed")
    for one in standings:
        who = ", ".join(keyid[:12] for keyid in one.may_sign)
        click.echo(f"{one.version}.{one.role}.json needs {one.missing} of: {who}")
    click.echo("With each key:  airlock trust sign " + f"{options.shown(folder)} --key FILE")
    click.echo(f"At the end:     airlock trust publish {options.shown(folder)}")
