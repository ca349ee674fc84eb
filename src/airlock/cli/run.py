"""``airlock run``."""

import datetime as dt
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from airlock import assembly
from airlock.cli import options
from airlock.errors import UsageError
from airlock.gate.settings import GateSettings, PolicyUse
from airlock.report import exit_code, printable
from airlock.report.text import render_text
from airlock.scanning import ScanRequest, Silent

if TYPE_CHECKING:
    from airlock.gate.guard.running import Ended


@click.command(
    "run", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@click.option("--hook", help="A command that gets every file before it is used; a failure refuses.")
@click.option(
    "--root",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="AIRLOCK_ROOT",
    help="The root of the metadata of the Airlock server at --index: verify instead of vetting.",
)
@click.option(
    "--unsafely-disable-package-verification",
    "unguarded",
    is_flag=True,
    help="Run the command as it is, without any guard. This is logged.",
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="-- COMMAND…")
@options.guard_data
@options.policy
@options.index
@click.pass_context
def command(  # noqa: PLR0913 - one parameter per option
    ctx: click.Context,
    hook: str | None,
    root: Path | None,
    words: tuple[str, ...],
    *,
    unguarded: bool,
    data_folder: Path,
    policy_file: Path | None,
    index_url: str | None,
) -> None:
    r"""Run pip, uv or pipx so that nothing is installed that was not vetted.

    The command gets an index of its own on loopback for as long as it runs; its other ways to the
    network are closed. Extra indexes, direct URLs and find-links are refused unless the policy
    names them.

    \b
    airlock run -- pip install flask
    airlock run -- uv sync
    """
    if not words:
        raise click.UsageError("Say what to run: airlock run -- pip install flask")
    if unguarded:
        ctx.exit(_run_unguarded(words, data_folder))
    rules = assembly.guard_rules(policy_file, shlex.split(hook) if hook else ())
    plan = assembly.guard_plan(words, rules)
    if plan.archives and (code := _vetted(plan.archives, policy_file, index_url)):
        ctx.exit(code)
    if root is not None:
        if index_url is None:
            raise click.UsageError("--root goes with --index, the server whose root it is.")
        _end(ctx, assembly.verified_run(plan, index_url, root, data_folder, rules))
    settings = GateSettings(
        data_folder=data_folder,
        upstreams=(index_url,) if index_url else (),
        policy_file=policy_file,
        policy_use=PolicyUse.OWN,
        examinations=assembly.cores(),
        listing_age=dt.timedelta(minutes=5),
        client_networks=False,
    )
    _end(ctx, assembly.guarded_run(plan, settings, rules))


def _end(ctx: click.Context, ended: "Ended") -> NoReturn:
    for message in ended.refusals:
        click.echo(f"{click.style('airlock:', fg='red', bold=True)} {printable(message)}", err=True)
    ctx.exit(ended.exit_code)


def _vetted(archives: Sequence[Path], policy_file: Path | None, index_url: str | None) -> int:
    """Look at files on the disk that the command would install; return the exit code of it."""
    scan, _ = assembly.scan(policy_file, index_url)
    request = ScanRequest(targets=tuple(map(str, archives)), width=assembly.cores())
    results = scan.run(request, Silent())
    if code := exit_code(results):
        click.echo(render_text(results, verbose=False, notes=[]), err=True, nl=False)
        return code
    return 0


def _run_unguarded(words: Sequence[str], data_folder: Path) -> int:
    log = assembly.log_unguarded(words, data_folder)
    mark = click.style("airlock:", fg="red", bold=True)
    click.echo(f"{mark} nothing is vetted or verified; logged in {log}", err=True)
    try:
        return subprocess.run(words, check=False).returncode & 0xFF  # noqa: S603 - the user's own
    except OSError as error:
        raise UsageError(f"{words[0]} cannot be run: {error.strerror}") from error
