"""Options that several commands share."""

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

policy = click.option(
    "--policy",
    "policy_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="AIRLOCK_POLICY",
    help="The policy to judge by (TOML). Default: the built-in policy.",
)

index = click.option(
    "--index",
    "index_url",
    metavar="URL",
    envvar="AIRLOCK_UPSTREAM",
    help="The index to ask for projects. Default: the one in pip's configuration, or PyPI.",
)

output = click.option(
    "-o",
    "--output",
    # Opened before anything is examined: long work must not end in a file that cannot be.
    type=click.File("w", encoding="utf-8", lazy=False),
    default="-",
    help="Where to report; standard output without it.",
)

data = click.option(
    "--data",
    "data_folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="AIRLOCK_DATA",
    default=Path("data"),
    show_default=True,
    help="The folder of the gate's database and artifacts.",
)


existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)


def _own_folder() -> Path:
    """Return the user's own data folder (XDG base directories)."""
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "airlock"


guard_data = click.option(
    "--data",
    "data_folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="AIRLOCK_DATA",
    default=_own_folder,
    show_default="~/.local/share/airlock",
    help="The folder of what the guard has vetted and of its logs.",
)

by = click.option(
    "--by", default=getpass.getuser, show_default="the current user", help="Who decides."
)

log_json = click.option("--log-json", is_flag=True, help="Log as JSON even to a terminal.")

rate = click.option(
    "--rate",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0.01, 1000),
    help="Requests to an index in a second, of all workers together.",
)

form = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to report: for people, or for programs.",
)


mail_from = click.option(
    "--mail-from", metavar="ADDRESS", envvar="AIRLOCK_MAIL_FROM", help="Whom such mail comes from."
)


def mail_server(purpose: str) -> Callable[[_Command], _Command]:
    """Return the option that names the mail server; what mail is for is a sentence's beginning."""
    return click.option(
        "--mail-server",
        metavar="URL",
        envvar="AIRLOCK_MAIL_SERVER",
        help=f"{purpose} through smtp://host:port or smtps://user@host; the password is in "
        "AIRLOCK_MAIL_PASSWORD.",
    )


def mail_password() -> str:
    """Return the password of the mail server: an option would show it to everybody."""
    return os.environ.get("AIRLOCK_MAIL_PASSWORD", "")


def number(default: int, most: int | None = None) -> Callable[[_Command], _Command]:
    """Return the option ``-n``: how many entries of a list are shown at the most."""
    return click.option(
        "-n",
        "--number",
        default=default,
        show_default=True,
        type=click.IntRange(1, most),
        help="How many to show at the most.",
    )
