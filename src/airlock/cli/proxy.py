"""``airlock proxy``: the guard as a local service."""

import datetime as dt
import os
import shlex
import sys
from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.gate.settings import GateSettings, PolicyUse

_OF_THE_USER = ("pip", "uv")
_CLIENTS = (*_OF_THE_USER, "poetry")
_PORT = 8471

_clients = click.option(
    "--client",
    "clients",
    multiple=True,
    type=click.Choice(_CLIENTS),
    help="Whose settings; pip's and uv's without it. Poetry's are those of the project here.",
)
_port = click.option(
    "--port",
    default=_PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where it listens, on loopback.",
)


@click.group("proxy")
def command() -> None:
    """Vet or verify for every command of pip and uv of yours, by a service on loopback."""


@command.command("serve")
@_port
@click.option("--hook", help="A command that gets every file before it is used.")
@click.option(
    "--root",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="AIRLOCK_ROOT",
    help="The root of the metadata of the Airlock server at --index: verify instead of vetting.",
)
@options.guard_data
@options.policy
@options.index
def serve(  # noqa: PLR0913 - one parameter per option
    port: int,
    *,
    hook: str | None,
    root: Path | None,
    data_folder: Path,
    policy_file: Path | None,
    index_url: str | None,
) -> None:
    """Run the service until it is stopped."""
    if root is not None and index_url is None:
        raise click.UsageError("--root goes with --index, the server whose root it is.")
    rules = assembly.guard_rules(policy_file, shlex.split(hook) if hook else ())
    settings = GateSettings(
        port=port,
        data_folder=data_folder,
        upstreams=(index_url,) if index_url else (),
        policy_file=policy_file,
        policy_use=PolicyUse.OWN,
        examinations=assembly.cores(),
        listing_age=dt.timedelta(minutes=5),
        client_networks=False,
    )
    app = assembly.proxy(settings, root, rules)
    listener = assembly.listen(settings)
    click.echo(f"Airlock's proxy: {settings.url}/simple/  (data in {data_folder})")
    click.echo("In another terminal:  airlock proxy enable")
    sys.stdout.flush()
    assembly.serve(app, listener, log_json=not sys.stderr.isatty())


@command.command("enable")
@_port
@_clients
@options.guard_data
def enable(port: int, clients: tuple[str, ...], data_folder: Path) -> None:
    """Write into the settings of pip, uv or Poetry that the proxy is their index."""
    from airlock.gate.guard import client_settings

    for client in clients or _OF_THE_USER:
        url = f"http://127.0.0.1:{port}/simple/"
        path = client_settings.enable(client, url, os.environ, data_folder / "proxy")
        click.echo(f"{client}: {path}")


@command.command("disable")
@_clients
@options.guard_data
def disable(clients: tuple[str, ...], data_folder: Path) -> None:
    """Put the settings back as they were."""
    from airlock.gate.guard import client_settings

    for client in clients or _OF_THE_USER:
        path = client_settings.disable(client, os.environ, data_folder / "proxy")
        click.echo(f"{client}: {path}, as it was" if path else f"{client}: nothing was changed")


@command.command("unloop")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=options.existing_file)
@options.guard_data
@options.index
def unloop(files: tuple[Path, ...], data_folder: Path, index_url: str | None) -> None:
    """Take the proxy's address out of lock files: upstream's take its place, by digest."""
    for path in files:
        changed = assembly.unlooped(path, data_folder, index_url)
        click.echo(f"{path}: {'written' if changed else 'names no proxy'}")
