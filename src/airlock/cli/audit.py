"""``airlock audit``."""

from functools import partial
from pathlib import Path
from typing import TextIO

import click

from airlock import assembly
from airlock.audit.editing import unified_diff, write_edits
from airlock.audit.sources import AuditRequest
from airlock.cli import options
from airlock.report.audit import FORMATS, audit_exit_code, render_audit
from airlock.report.fix import render_fix

_PATH = click.Path(exists=True, path_type=Path)


@click.command("audit")
@click.argument("targets", nargs=-1, metavar="[TARGET…]", type=_PATH)
@click.option(
    "-r",
    "--requirement",
    "requirement_files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A requirements file; the same as a TARGET. May be given several times.",
)
@click.option(
    "--env",
    "environments",
    multiple=True,
    type=_PATH,
    help="An environment: its folder, or the interpreter in it. Without any TARGET or --env, the "
    "active one.",
)
@click.option(
    "--served",
    is_flag=True,
    help="What the gate in --data has handed out: each who got a file is named.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to report.",
)
@options.output
@click.option("-v", "--verbose", is_flag=True, help="Show what is clean, too.")
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Your own project: what its pyproject.toml ignores is ignored, and its imports are looked "
    "at. Default: the current folder, for what it ignores.",
)
@click.option(
    "--max-age",
    "max_age_days",
    metavar="DAYS",
    type=click.IntRange(1, 36_500),
    help="How old the database may be, instead of what the policy says.",
)
@click.option(
    "--vex",
    "vex_files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An OpenVEX document: what it says not to affect you, or to be fixed, does not count.",
)
@click.option(
    "--fix",
    "fixing",
    is_flag=True,
    help="Upgrade what is vulnerable in requirements files and pyproject.toml, then audit again.",
)
@click.option("--dry-run", is_flag=True, help="With --fix: print the patch, and write nothing.")
@options.data
@click.option("--offline", is_flag=True, help="Ask no index: what pins no version stays unaudited.")
@options.policy
@options.index
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - one parameter per option
    ctx: click.Context,
    targets: tuple[Path, ...],
    requirement_files: tuple[Path, ...],
    environments: tuple[Path, ...],
    data_folder: Path,
    form: str,
    output: TextIO,
    *,
    served: bool,
    verbose: bool,
    project: Path | None,
    max_age_days: int | None,
    vex_files: tuple[Path, ...],
    fixing: bool,
    dry_run: bool,
    offline: bool,
    policy_file: Path | None,
    index_url: str | None,
) -> None:
    """Audit every TARGET: a file that says what a project depends on, or a folder of such files.

    Requirements files, pyproject.toml, lock files (pylock.toml, uv.lock, poetry.lock, pdm.lock,
    Pipfile.lock), scripts with metadata (PEP 723), bills of materials (CycloneDX, SPDX) and wheels.
    Nothing is built or run. With --fix --dry-run, the patch is printed instead of the report.

    Exits with 1 if something is vulnerable, 3 if something could not be looked at, 0 if all is
    clean.
    """
    if (dry_run and not fixing) or (fixing and offline):
        raise click.UsageError("--dry-run goes with --fix, and --fix asks the index.")
    request = AuditRequest(
        targets=(*targets, *requirement_files),
        environments=environments,
        served=(data_folder,) if served else (),
        project=project,
        vex=vex_files,
    )
    run = partial(
        assembly.audit, request, policy_file, index_url, max_age_days=max_age_days, offline=offline
    )
    audit = run()
    if fixing:
        plan = assembly.fix(audit, index_url)
        click.echo(render_fix(plan, dry_run=dry_run), err=True, nl=False)
        if dry_run:
            click.echo(unified_diff(plan.edits), file=output, nl=False)
            ctx.exit(audit_exit_code(audit))
        write_edits(plan.edits)
        audit = run()
    click.echo(render_audit(form, audit, verbose=verbose), file=output, nl=False)
    ctx.exit(audit_exit_code(audit))
