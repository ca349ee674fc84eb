"""``airlock name``: what a name is taken for, and which names are near it."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.model import ProjectName

# Commands of the group that live in files of their own, imported when they are called.
_ELSEWHERE = {
    "owner": "airlock.cli.name_owners",
    "phantoms": "airlock.cli.name_phantoms",
}


class _Commands(click.Group):
    """Commands of this file and of others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command."""
        return sorted([*super().list_commands(ctx), *_ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; one of another file is imported."""
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(_ELSEWHERE[cmd_name])
        found: click.Command = module.command
        return found


_form = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to report.",
)
_popular = click.option(
    "--popular",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar=assembly.POPULAR_VARIABLE,
    help="A list of popular names with their downloads (JSON). Default: the built-in one.",
)


@click.group("name", cls=_Commands)
def command() -> None:
    """Judge names alone: no index is asked, nothing is fetched."""


@command.command("check")
@click.argument("names", nargs=-1, metavar="[NAME…|-]")
@click.option(
    "-r",
    "--requirement",
    "requirement_files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A requirements file; may be given several times.",
)
@click.option("--installed", is_flag=True, help="Everything that is installed in an environment.")
@click.option(
    "--env",
    "environment",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The environment, with --installed. Default: the active one.",
)
@click.option("--stdin", "from_stdin", is_flag=True, help="Read names from standard input, too.")
@click.option("-v", "--verbose", is_flag=True, help="Show the findings of admitted names, too.")
@click.option(
    "--data",
    "data_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of a gate's data: say to whom each name belongs, too.",
)
@_form
@_popular
@options.policy
@click.pass_context
def check(  # noqa: PLR0913 - one parameter per option
    ctx: click.Context,
    names: tuple[str, ...],
    requirement_files: tuple[Path, ...],
    form: str,
    *,
    installed: bool,
    environment: Path | None,
    from_stdin: bool,
    verbose: bool,
    popular: Path | None,
    policy_file: Path | None,
    data_folder: Path | None,
) -> None:
    """Judge every NAME: does it imitate another, has it a history, is it a module of Python?

    With --installed, also what is there already: its metadata are read, nothing of it is run.

    A NAME of - reads names from standard input, one a line. Exits with 1 if a name is refused, 3 if
    one is held.
    """
    if environment and not installed:
        raise click.UsageError("--env goes with --installed.")
    if not (names or requirement_files or installed or from_stdin):
        raise click.UsageError(
            "Give at least one NAME, a file with -r, - for standard input, or --installed."
        )
    from airlock.report import Unexamined, exit_code_of
    from airlock.report import examined_names as report
    from airlock.scanning.names import installed_names

    given: list[str | Unexamined] = [name for name in names if name != "-"]
    if from_stdin or "-" in names:
        given.extend(_lines_of_stdin())
    if installed:
        given.extend(installed_names(environment))
    scan, policy = assembly.name_scan(policy_file, popular, data_folder)
    results = scan.run(given, requirement_files)
    if form == "json":
        click.echo(report.names_json(results, policy.version), nl=False)
    else:
        click.echo(report.names_text(results, verbose=verbose), nl=False)
    ctx.exit(exit_code_of(result.exit_code for result in results))


def _lines_of_stdin() -> Iterator[str]:
    for line in sys.stdin:
        if text := line.partition("#")[0].strip():
            yield text


@command.command("near")
@click.argument("name")
@_form
@_popular
def near(name: str, form: str, popular: Path | None) -> None:
    """List the popular names that could be confused with NAME, the nearest first."""
    from airlock.report import examined_names as report

    project = ProjectName(name)
    found = assembly.name_scan(None, popular)[0].near(project)
    render = report.near_json if form == "json" else report.near_text
    click.echo(render(project, found), nl=False)


@command.command("generate")
@click.argument("name")
@_form
def generate(name: str, form: str) -> None:
    """List the names worth reserving beside NAME: what is typed or read instead of it."""
    from airlock.names import generate as typos_of
    from airlock.report import examined_names as report

    project = ProjectName(name)
    render = report.typos_json if form == "json" else report.typos_text
    click.echo(render(project, list(typos_of(project))), nl=False)
