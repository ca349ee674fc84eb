"""What the commands of ``airlock trust`` share: the folder, passphrases, what people read."""

import os
from pathlib import Path

import click

folder = click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), envvar="AIRLOCK_TRUST"
)
passphrase_file = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Holds the passphrase of the keys. Default: you are asked.",
)
public_key = click.Path(exists=True, dir_okay=False, path_type=Path)


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
