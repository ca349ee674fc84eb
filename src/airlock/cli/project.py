"""``airlock project``: what this index says of projects, beside their files."""

import getpass
from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.report import printable

_by = click.option(
    "--by", default=getpass.getuser, show_default="the current user", help="Who decides."
)
_reason = click.option("--reason", default="", help="Why; one line, shown to installers.")
_STATUSES = ("active", "archived", "quarantined", "deprecated")


@click.group("project")
def command() -> None:
    """Yank releases, mark projects, take hosted files away.

    Of a project that an upstream has, the word of this index stands above the upstream's.
    """


@command.command("yank")
@click.argument("project")
@click.argument("version")
@click.option("--file", "filename", default="", help="Only this file of the release.")
@_by
@_reason
@options.data
def yank(  # noqa: PLR0913, PLR0917 - one parameter per option
    project: str, version: str, filename: str, by: str, reason: str, data_folder: Path
) -> None:
    """Yank VERSION of PROJECT: only who pins it still gets it (PEP 592)."""
    _yank(project, version, filename, by=by, reason=reason, data=data_folder)
    click.echo(f"{project} {version} is yanked.")


@command.command("unyank")
@click.argument("project")
@click.argument("version")
@click.option("--file", "filename", default="", help="Only this file of the release.")
@_by
@_reason
@options.data
def unyank(  # noqa: PLR0913, PLR0917 - one parameter per option
    project: str, version: str, filename: str, by: str, reason: str, data_folder: Path
) -> None:
    """Take the yank of VERSION of PROJECT back."""
    _yank(project, version, filename, undo=True, by=by, reason=reason, data=data_folder)
    click.echo(f"{project} {version} is not yanked.")


@command.command("status")
@click.argument("project")
@click.argument("status", type=click.Choice(_STATUSES))
@_by
@_reason
@options.data
def status(project: str, status: str, by: str, reason: str, data_folder: Path) -> None:
    """Mark PROJECT (PEP 792): archived takes no uploads, quarantined offers no files."""
    from airlock import hosting
    from airlock.model import ProjectName
    from airlock.model.hosting import ProjectStatus

    with assembly.store(data_folder) as store:
        hosting.mark(
            store,
            ProjectName(project),
            ProjectStatus(status),
            reason=reason,
            by=by,
            at=assembly.now(),
        )
    click.echo(f"{project} is {status}.")


@command.command("delete")
@click.argument("filename")
@_by
@_reason
@options.data
def delete(filename: str, by: str, reason: str, data_folder: Path) -> None:
    """Offer the hosted file FILENAME no more; its name stays taken for ever."""
    from airlock import hosting

    with assembly.store(data_folder) as store:
        hosting.take_away(store, filename, reason=reason, by=by, at=assembly.now())
    click.echo(f"{printable(filename)} is not offered any more.")


def _yank(  # noqa: PLR0913 - what, and who says so why
    project: str,
    version: str,
    filename: str,
    *,
    undo: bool = False,
    by: str,
    reason: str,
    data: Path,
) -> None:
    from airlock import hosting
    from airlock.model import ProjectName

    with assembly.store(data) as store:
        hosting.yank(
            store,
            ProjectName(project),
            version,
            filename,
            undo=undo,
            reason=reason,
            by=by,
            at=assembly.now(),
        )
