"""``airlock trust status``, ``verify`` and ``doctor``: what is so."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airlock import assembly
from airlock.cli import trust_options as options
from airlock.report import printable

if TYPE_CHECKING:
    from airlock.trust.verification import Examined
    from airlock.trust.workspace import Workspace

_REFUSED = 1


@click.command("status")
@options.folder
def status(folder: Path) -> None:
    """Tell versions, expiries, the number of targets, and what waits for signatures."""
    workspace = assembly.trust_workspace(folder, needs_online=False)
    if workspace.current():
        _show(_examined(workspace))
    else:
        click.echo("nothing was published yet")
    for one in workspace.standings():
        who = ", ".join(keyid[:12] for keyid in one.may_sign)
        state = "signed" if one.complete else f"lacks {one.missing} of {who}"
        click.echo(f"waits: {one.version}.{one.role}.json: {state}")


@click.command("verify")
@options.folder
@click.pass_context
def verify(ctx: click.Context, folder: Path) -> None:
    """Look at all metadata as a client would; exit with 1 if anything would be refused."""
    workspace = assembly.trust_workspace(folder, needs_online=False)
    found = _examined(workspace)
    _show(found)
    ctx.exit(_REFUSED if any(not one.soon for one in found.problems) else 0)


@click.command("doctor")
@options.folder
@click.pass_context
def doctor(ctx: click.Context, folder: Path) -> None:
    """Tell what is wrong or soon will be, with the cure for each."""
    workspace = assembly.trust_workspace(folder, needs_online=False)
    from airlock.trust import operations

    answers = list(operations.diagnosis(workspace))
    for good, message, cure in answers:
        mark = click.style("✔", fg="green") if good else click.style("✘", fg="red")
        click.echo(f"{mark} {printable(message)}")
        if cure:
            click.echo(f"    {printable(cure)}")
    ctx.exit(0 if all(good for good, _, _ in answers) else _REFUSED)


def _examined(workspace: "Workspace") -> "Examined":
    from airlock.trust import verification

    return verification.examine(workspace.metadata, workspace.clock())


def _show(found: "Examined") -> None:
    for role, version in found.versions.items():
        expires = found.expires[role]
        click.echo(f"{role:16} {version:6}  expires {expires:%Y-%m-%d %H:%M} UTC")
    click.echo(f"{found.targets} targets in {found.bins} bins")
    click.echo(f"{found.claimed} projects signed by their developers")
    for problem in found.problems:
        mark = "soon" if problem.soon else "wrong"
        click.echo(f"{mark}: {problem.document}: {printable(problem.message)}")
