"""``airlock audit``."""

from pathlib import Path
from typing import TextIO

import click

from airlock import assembly
from airlock.audit.sources import AuditRequest
from airlock.cli import options
from airlock.report.audit import FORMATS, audit_exit_code, render_audit

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
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to report.",
)
@click.option(
    "-o",
    "--output",
    type=click.File("w", encoding="utf-8", lazy=False),
    default="-",
    help="Where to report; standard output without it.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show what is clean and what is ignored, too.")
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
@click.option("--offline", is_flag=True, help="Ask no index: what pins no version stays unaudited.")
@options.policy
@options.index
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - one parameter per option
    ctx: click.Context,
    targets: tuple[Path, ...],
    requirement_files: tuple[Path, ...],
    environments: tuple[Path, ...],
    form: str,
    output: TextIO,
    *,
    verbose: bool,
    project: Path | None,
    max_age_days: int | None,
    offline: bool,
    policy_file: Path | None,
    index_url: str | None,
) -> None:
    """Audit every TARGET: a file that says what a project depends on, or a folder of such files.

    Requirements files, pyproject.toml, lock files (pylock.toml, uv.lock, poetry.lock, pdm.lock,
    Pipfile.lock), scripts with metadata (PEP 723), bills of materials (CycloneDX, SPDX) and wheels.
    Nothing is built or run.

    Exits with 1 if something is vulnerable, 3 if something could not be looked at, 0 if all is
    clean.
    """
    request = AuditRequest(
        targets=(*targets, *requirement_files), environments=environments, project=project
    )
    audit = assembly.audit(
        request, policy_file, index_url, max_age_days=max_age_days, offline=offline
    )
    click.echo(render_audit(form, audit, verbose=verbose), file=output, nl=False)
    ctx.exit(audit_exit_code(audit))
