"""What the commands of ``airlock trust`` share: the folder, passphrases, what people read."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

folder = click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), envvar="AIRLOCK_TRUST"
)
passphrase_file = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Holds the passphrase of the keys. Default: you are asked.",
)
public_key = click.Path(exists=True, dir_okay=False, path_type=Path)


def role_key(role: str) -> Callable[[_Command], _Command]:
    """Return the option for the public keys of an offline role."""
    return click.option(
        f"--{role}-key",
        role,
        multiple=True,
        type=public_key,
        help=f"A public key of {role}; several times.",
    )


def threshold(name: str, *, of: str, default: int | None = None) -> Callable[[_Command], _Command]:
    """Return the option for how many keys of a role have to sign."""
    return click.option(
        name,
        default=default,
        show_default=default is not None,
        type=click.IntRange(1),
        help=f"How many keys of {of} have to sign.",
    )


def developer_key(command: _Command) -> _Command:
    """Add the options of a developer's private key."""
    return _developer_key(command, required=True)


def developer_key_or_none(command: _Command) -> _Command:
    """Add the same options, none of which has to be given."""
    return _developer_key(command, required=False)


def _developer_key(command: _Command, *, required: bool) -> _Command:
    for option in (
        passphrase_file,
        click.option("--public", type=public_key, help="The public part of the key, for a URI."),
        click.option(
            "--key",
            "place",
            required=required,
            envvar="AIRLOCK_KEY",
            help="Your private key: a file, a signer's URI (hsm:…), or sigstore: for an identity.",
        ),
    ):
        command = option(command)
    return command


def server(command: _Command) -> _Command:
    """Add the options of an Airlock server whose metadata are verified."""
    return _server(command, required=True)


def server_or_none(command: _Command) -> _Command:
    """Add the same options, none of which has to be given."""
    return _server(command, required=False)


def _server(command: _Command, *, required: bool) -> _Command:
    for option in (
        click.option(
            "--root",
            required=required,
            type=public_key,
            envvar="AIRLOCK_ROOT",
            help="The root of its metadata.",
        ),
        click.option(
            "--index",
            "server_url",
            required=required,
            metavar="URL",
            envvar="AIRLOCK_UPSTREAM",
            help="The Airlock server: the URL of its simple API.",
        ),
    ):
        command = option(command)
    return command


def passphrase(file: Path | None, name: str, *, new: bool = False) -> str:
    """Return the passphrase of a key: from a file, else from the person at the terminal."""
    if file is not None:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    return str(
        click.prompt(f"Passphrase of {name}", hide_input=True, err=True, confirmation_prompt=new)
    )


def shown(path: Path) -> str:
    """Return a path as it is shown in a command to type."""
    return os.path.relpath(path) if path.is_absolute() else str(path)
