"""``airlock mirror``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airlock import assembly
from airlock.cli import options
from airlock.gate.settings import GateSettings, PolicyUse
from airlock.report import printable

if TYPE_CHECKING:
    from airlock.gate.mirroring import Brought, Wish

_REFUSED, _HELD, _FAILED = 1, 3, 4


@click.command("mirror")
@click.argument("requirements", nargs=-1, metavar="[REQUIREMENT]...")
@click.option(
    "-r",
    "--requirement",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A requirements file; may be given several times.",
)
@click.option(
    "--every-file/--for-this-python",
    "every",
    help="All files of a release, or those that an installer here would take.",
    show_default="for this Python",
)
@click.option("--deps/--no-deps", "dependencies", default=True, help="Follow dependencies.")
@click.option("-j", "--jobs", type=click.IntRange(1, 256), help="Examinations at once.")
@options.data
@options.policy
@options.index
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - one parameter per option
    ctx: click.Context,
    requirements: tuple[str, ...],
    files: tuple[Path, ...],
    every: bool,  # noqa: FBT001 - click's signature
    dependencies: bool,  # noqa: FBT001 - click's signature
    jobs: int | None,
    data_folder: Path,
    policy_file: Path | None,
    index_url: str | None,
) -> None:
    """Bring things into the gate before anybody asks for them, through the same door.

    Exit codes: 0 everything is in, 1 something was refused and nothing took its place, 3 held,
    4 something could not be fetched.
    """
    wishes, unread = _wishes(requirements, files)
    for problem in unread:
        click.echo(f"  not read: {printable(problem)}", err=True)
    if not wishes and not unread:
        raise click.UsageError("Say what to bring in: airlock mirror -r requirements.txt")
    settings = GateSettings(
        data_folder=data_folder,
        upstreams=(index_url,) if index_url else (),
        policy_file=policy_file,
        policy_use=PolicyUse.of_command(policy_file),
        examinations=jobs or assembly.cores(),
    )
    told: list[Brought] = []

    def tell(brought: "Brought") -> None:
        told.append(brought)
        click.echo(_line(brought))

    assembly.mirror(settings, wishes, every=every, dependencies=dependencies, told=tell)
    click.echo(f"{sum(one.is_in for one in told)} files are in {data_folder}.")
    ctx.exit(max(_FAILED if unread else 0, _code(told)))


def _wishes(texts: tuple[str, ...], files: tuple[Path, ...]) -> "tuple[list[Wish], list[str]]":
    from airlock.gate.mirroring import Wish
    from airlock.sources.requirements import read_requirements
    from airlock.sources.requirements_parsing import parse_entry

    wishes, unread = [], []
    for text in texts:
        entry = parse_entry(text, ())
        if entry.project is None or entry.problem:
            unread.append(f"{text}: {entry.problem}")
        elif entry.holds:
            wishes.append(Wish(entry.project, entry.specifier, entry.hashes, entry.extras))
    for path in files:
        for line in read_requirements(path):
            if line.problem and line.holds:
                unread.append(f"{line.origin}: {line.problem}")
            elif line.project is not None and line.applies:
                wishes.append(Wish(line.project, line.specifier, line.hashes, line.extras))
    return wishes, unread


def _line(brought: "Brought") -> str:
    if brought.trouble is not None:
        what = brought.filename or str(brought.wish)
        return f"  {printable(what)}: {printable(str(brought.trouble))}"
    headline = brought.ruling.headline if brought.ruling else ""
    return f"  {printable(brought.filename)}: {printable(headline)}"


def _code(told: "list[Brought]") -> int:
    """Return the exit code: of each wish, what its best file came to."""
    from airlock.model import Decision

    codes: dict[Wish, int] = {}
    for one in told:
        if one.is_in:
            code = 0
        elif one.trouble is not None:
            # Where nothing fits any more, the refusals before it are the reason.
            code = codes.get(one.wish, _FAILED)
        else:
            refused = one.ruling is not None and one.ruling.decision is Decision.REFUSE
            code = _REFUSED if refused else _HELD
        codes[one.wish] = min(code, codes.get(one.wish, code))
    return max(codes.values(), default=0)
