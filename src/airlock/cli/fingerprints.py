"""``airlock fingerprints``."""

import sysconfig
from pathlib import Path

import click

from airlock import assembly
from airlock.report import printable

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_BROKEN = 4


@click.group("fingerprints")
def command() -> None:
    """Tell what is remembered of known campaigns, or build a memory from a corpus.

    A memory holds hashes and labels, never code.
    """


@command.command("status")
@click.option("--families", type=_FILE, envvar="AIRLOCK_FAMILIES", help="Another memory.")
@click.pass_context
def status(ctx: click.Context, families: Path | None) -> None:
    """Tell what the memory holds, and whether it knows its test specimen."""
    from airlock.evidence.fingerprints.specimen import is_known_to

    chosen = assembly.fingerprints(families)
    memory = chosen.memory
    click.echo(f"{printable(str(chosen.path))}")
    click.echo(f"made on {memory.made_on} of {memory.specimens} archives, method {memory.method}")
    click.echo(
        f"{len(memory.families)} families, {len(memory.grams) // 8} grams, "
        f"{len(memory.wholes) // 8} whole files"
    )
    known = is_known_to(chosen)
    click.echo("The test specimen is known." if known else "The test specimen is NOT known.")
    ctx.exit(0 if known else _BROKEN)


@command.command("build")
@click.option("--corpus", type=_FILE, required=True, help="A list of malicious archives (CSV).")
@click.option("--folder", type=_FOLDER, required=True, help="Where their files are.")
@click.option(
    "--known-good",
    type=_FOLDER,
    multiple=True,
    help="A folder of harmless archives or Python files; may be given several times. The standard "
    "library is always known.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write.",
)
def build(corpus: Path, folder: Path, known_good: tuple[Path, ...], output: Path) -> None:
    """Build a memory from a corpus: what is in no harmless code, as hashes.

    Archives are read, not unpacked to disk; nothing is run.
    """
    from airlock.evidence.fingerprints.corpus import build_memory
    from airlock.evidence.fingerprints.memory import write_memory

    places = (Path(sysconfig.get_path("stdlib")), *known_good)
    built = build_memory(corpus, folder, places, made_on=assembly.now().date().isoformat())
    data = write_memory(built.memory)
    output.write_bytes(data)
    for one in built.unread:
        click.echo(f"not read: {printable(one.name)}: {printable(one.reason)}", err=True)
    memory = built.memory
    click.echo(
        f"{len(memory.families)} families of {memory.specimens} archives: {len(data):,} bytes"
    )
    click.echo(f"Taken out was what {built.harmless} harmless files hold.")
    if built.weak:
        click.echo(f"Nothing of their own have: {', '.join(built.weak)}")
