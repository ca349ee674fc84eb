"""``airlock detonate``."""

from pathlib import Path
from typing import TextIO

import click

from airlock import assembly
from airlock.cli import options, shown
from airlock.model import PolicyVersion
from airlock.report import Unexamined
from airlock.report.detonations import Detonated, exit_code


@click.command("detonate")
@click.argument("targets", nargs=-1, metavar="TARGET…")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="How to report.",
)
@options.output
@click.option(
    "--deep",
    is_flag=True,
    help="Watch longer: real waits, a date two years ahead, a machine that looks like CI's.",
)
@click.option("--no-dependencies", is_flag=True, help="Install nothing that it depends on.")
@click.option(
    "--tracer",
    type=click.Choice(["strace", "seccomp"]),
    default=None,
    help="Who watches; the first of them that this host has.",
)
@click.option(
    "--log",
    "log_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was seen to this file, a line of JSON for each event.",
)
@click.option(
    "--replay",
    "replayed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Judge such a file again, and run nothing.",
)
@click.option(
    "--against",
    default="",
    metavar="OLD",
    help="Compare with another release: its log, a TARGET, or 'previous' for the one before. "
    "What it did as well is no news.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every event.")
@click.option("--no-progress", is_flag=True, help="Show no progress.")
@options.guard_data
@options.policy
@options.index
@click.pass_context
def command(  # noqa: PLR0913 - one parameter per option
    ctx: click.Context,
    targets: tuple[str, ...],
    form: str,
    output: TextIO,
    *,
    deep: bool,
    no_dependencies: bool,
    tracer: str | None,
    log_file: Path | None,
    replayed: Path | None,
    against: str,
    verbose: bool,
    no_progress: bool,
    data_folder: Path,
    policy_file: Path | None,
    index_url: str | None,
) -> None:
    """Run every TARGET in a sandbox and tell what it does: a wheel, an sdist or NAME==VERSION.

    It is built, installed, imported and called where there is no network but a sinkhole and no
    file but copies; the credentials in there are made up, and it is told when they leave. Nothing
    is run where nobody can prove that nothing gets out (airlock sandbox test).
    """
    if bool(targets) == bool(replayed):
        raise click.UsageError("Name a TARGET, or a log with --replay.")
    detonations, policy = assembly.detonations(policy_file, index_url, data_folder)
    results: list[Detonated | Unexamined]
    if replayed:
        results = [assembly.replay(replayed, against)]
    else:
        request = assembly.detonation_request(
            targets,
            deep=deep,
            with_dependencies=not no_dependencies,
            against=against,
            tracer=tracer or "",
        )
        with shown.steps(hidden=no_progress) as progress:
            results = list(detonations.run(request, progress))
    if log_file:
        assembly.keep_traces(results, log_file)
    click.echo(_rendered(results, form, policy.version, verbose=verbose), file=output, nl=False)
    ctx.exit(exit_code(results))


def _rendered(
    results: list[Detonated | Unexamined], form: str, version: PolicyVersion, *, verbose: bool
) -> str:
    if form == "json":
        from airlock.report.detonations.json import render_json

        return render_json(results, version)
    if form == "html":
        from airlock.report.detonations.html import render_html

        return render_html(results)
    from airlock.report.detonations.text import render_text

    return render_text(results, verbose=verbose)
