"""``airlock scan``."""

from pathlib import Path
from typing import Literal, TextIO

import click

from airlock import assembly
from airlock.cli import options, shown
from airlock.report import exit_code
from airlock.report.scan import Scanned, render_scan
from airlock.scanning import ScanRequest
from airlock.scanning.pasts import rival_at
from airlock.workers import Rival


@click.command("scan")
@click.argument("targets", nargs=-1, metavar="TARGET…")
@click.option(
    "-r",
    "--requirement",
    "requirement_files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A requirements file, or a lock file; may be given several times.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "html"]),
    default="text",
    show_default=True,
    help="How to report.",
)
@options.output
@click.option("--all-files", is_flag=True, help="All files of a release, for every platform.")
@click.option("-v", "--verbose", is_flag=True, help="Show every finding and every outcome.")
@click.option("-j", "--jobs", type=click.IntRange(1, 256), help="Examinations at once.")
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Your own project: what its pyproject.toml suppresses counts for files on the disk. "
    "Default: the current folder, for files below it.",
)
@click.option(
    "--against",
    metavar="previous|FILE",
    help="Compare with the release before, from the index, or with another file.",
)
@click.option("--no-progress", is_flag=True, help="Show no progress.")
@options.policy
@options.index
@click.pass_context
def command(  # noqa: PLR0913 - one parameter per option
    ctx: click.Context,
    targets: tuple[str, ...],
    requirement_files: tuple[Path, ...],
    form: str,
    output: TextIO,
    *,
    all_files: bool,
    verbose: bool,
    jobs: int | None,
    no_progress: bool,
    project: Path | None,
    against: str | None,
    policy_file: Path | None,
    index_url: str | None,
) -> None:
    """Examine every TARGET: a wheel, an sdist, a folder of them, NAME, NAME==VERSION, a lock file.

    Everything that a lock file pins is examined (pylock.toml, uv.lock, poetry.lock, pdm.lock,
    Pipfile.lock), or that pyproject.toml, a script or a bill of materials asks for. Of a release,
    the files are examined that an installer here would take: the best wheel and the source
    distribution. Dependencies of these are not followed. Nothing of a package is executed.
    """
    if not targets and not requirement_files:
        raise click.UsageError("Name at least one TARGET, or a requirements file with -r.")
    scan, policy = assembly.scan(policy_file, index_url, project, targets)
    request = ScanRequest(
        targets=targets,
        requirement_files=requirement_files,
        every_file=all_files,
        width=jobs or assembly.cores(),
        against=_rival(against),
    )
    with shown.progress(hidden=no_progress) as progress:
        results = scan.run(request, progress)
    report = Scanned(results, policy.version, scan.notes(results))
    text = render_scan(form, report, assembly.about_checks, assembly.now(), verbose=verbose)
    click.echo(text, file=output, nl=False)
    ctx.exit(exit_code(results))


def _rival(against: str | None) -> Rival | Literal["previous"] | None:
    if against is None:
        return None
    return "previous" if against == "previous" else rival_at(Path(against))
