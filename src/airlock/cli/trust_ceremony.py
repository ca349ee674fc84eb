"""``airlock trust init``, ``rotate`` and ``rebin``: what begins a ceremony."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airlock import assembly
from airlock.cli import trust_options as options
from airlock.errors import UsageError

if TYPE_CHECKING:
    from airlock.trust.workspace import Workspace

_ROLE_KEYS = ("root", "targets", "bins", "claimed")
_ONLINE_ROLES = ("timestamp", "snapshot", "bin", "recently-claimed")


@click.command("init")
@options.folder
@options.role_key("root")
@options.role_key("targets")
@options.role_key("bins")
@options.role_key("claimed")
@options.threshold("--root-threshold", of="root", default=2)
@options.threshold("--targets-threshold", of="targets", default=2)
@options.threshold("--bins-threshold", of="bins", default=2)
@options.threshold("--claimed-threshold", of="claimed", default=2)
@click.option(
    "--online-key",
    "places",
    multiple=True,
    metavar="[ROLE=]URI",
    help="A signer's URI for timestamp, snapshot, bin or recently-claimed; without ROLE for all of "
    "them. Default: new files on this machine, one for each.",
)
@click.option(
    "--online-public",
    "publics",
    multiple=True,
    metavar="[ROLE=]FILE",
    help="The public parts of these keys.",
)
@click.option("--files", default=1000, show_default=True, help="About how many files there are.")
def init(  # noqa: PLR0913 - one parameter per option
    folder: Path,
    *,
    root: tuple[Path, ...],
    targets: tuple[Path, ...],
    bins: tuple[Path, ...],
    claimed: tuple[Path, ...],
    root_threshold: int,
    targets_threshold: int,
    bins_threshold: int,
    claimed_threshold: int,
    places: tuple[str, ...],
    publics: tuple[str, ...],
    files: int,
) -> None:
    """Begin the key ceremony: write what the offline keys have to sign.

    Make each offline key with `airlock trust key` on a machine of its own, and name the public
    parts here. Keys of targets default to those of root, keys of bins and claimed to those of
    targets.
    """
    if not root:
        raise click.UsageError("Name the public keys: --root-key ada.pub --root-key ben.pub …")
    given = {
        "root": (root, root_threshold),
        "targets": (targets or root, targets_threshold),
        "bins": (bins or targets or root, bins_threshold),
        "claimed": (claimed or targets or root, claimed_threshold),
    }
    workspace = assembly.new_trust_workspace(folder, given, _online(places, publics), files)
    for one in workspace.keyring.listed():
        click.echo(f"{', '.join(one.roles)}: signed by {one.keyid[:12]}, online")
    next_steps(workspace, folder)


@click.command("rotate")
@options.folder
@options.role_key("root")
@options.role_key("targets")
@options.role_key("bins")
@options.role_key("claimed")
@options.threshold("--root-threshold", of="root")
@options.threshold("--targets-threshold", of="targets")
@options.threshold("--bins-threshold", of="bins")
@options.threshold("--claimed-threshold", of="claimed")
@click.option("--online", is_flag=True, help="New online keys, in files on this machine.")
@click.option(
    "--online-role",
    "online_roles",
    multiple=True,
    type=click.Choice(_ONLINE_ROLES),
    help="A new online key for this role only.",
)
@click.option(
    "--compromised",
    is_flag=True,
    help="With either: the old keys sign nothing of what `publish` brings in.",
)
@click.option("--renew", multiple=True, type=click.Choice(_ROLE_KEYS), help="Only a new expiry.")
def rotate(  # noqa: PLR0913 - one parameter per option
    folder: Path,
    *,
    root: tuple[Path, ...],
    targets: tuple[Path, ...],
    bins: tuple[Path, ...],
    claimed: tuple[Path, ...],
    root_threshold: int | None,
    targets_threshold: int | None,
    bins_threshold: int | None,
    claimed_threshold: int | None,
    online: bool,
    online_roles: tuple[str, ...],
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
            ("claimed", claimed, claimed_threshold),
        )
        if paths
    }
    online_roles = _ONLINE_ROLES if online else online_roles
    if not (given or online_roles or renew):
        raise click.UsageError("Say what is to change: --online, --root-key …, or --renew ROLE.")
    workspace = assembly.trust_workspace(folder)
    from airlock.trust import operations

    operations.rotate(workspace, given, renew, online=online_roles, compromised=compromised)
    next_steps(workspace, folder)


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
    next_steps(workspace, folder)


def _online(places: tuple[str, ...], publics: tuple[str, ...]) -> dict[str, tuple[str, Path]]:
    """Return the online keys that are elsewhere, by role."""
    at = {role: one for text in places for role, one in _named(text)}
    public = {role: one for text in publics for role, one in _named(text)}
    if at.keys() != public.keys():
        raise click.UsageError("--online-key and --online-public go together, role by role.")
    if missing := next((path for path in public.values() if not Path(path).is_file()), None):
        raise click.UsageError(f"{missing} is no file.")
    return {role: (place, Path(public[role])) for role, place in at.items()}


def _named(text: str) -> list[tuple[str, str]]:
    """Return the roles that a text is for, those of ``ROLE=…`` or all, with the rest of it."""
    role, equals, rest = text.partition("=")
    if equals and role in _ONLINE_ROLES:
        return [(role, rest)]
    return [(role, text) for role in _ONLINE_ROLES]


def next_steps(workspace: "Workspace", folder: Path) -> None:
    """Tell what has to be signed, and how.

    Raises:
        UsageError: if nothing has.
    """
    standings = workspace.standings()
    if not standings:
        raise UsageError("nothing has to be signed")
    for one in standings:
        who = ", ".join(keyid[:12] for keyid in one.may_sign)
        click.echo(f"{one.version}.{one.role}.json needs {one.missing} of: {who}")
    click.echo("With each key:  airlock trust sign " + f"{options.shown(folder)} --key FILE")
    click.echo(f"At the end:     airlock trust publish {options.shown(folder)}")
