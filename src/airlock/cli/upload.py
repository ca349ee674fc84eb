"""``airlock upload``: sends a release that its developers signed, all or nothing."""

from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.report import printable

_DOCUMENT = ".airlock.json"


@click.command("upload")
@click.argument("files", nargs=-1, required=True, type=options.existing_file, metavar="FILE…")
@click.option(
    "--index",
    "server_url",
    required=True,
    metavar="URL",
    envvar="AIRLOCK_UPSTREAM",
    help="The Airlock server: the URL of its simple API.",
)
@click.option(
    "--token-file",
    type=options.existing_file,
    envvar="AIRLOCK_TOKEN_FILE",
    help="Holds a token of yours that may upload. Default: AIRLOCK_TOKEN, or the URL's password.",
)
@click.option("--token", envvar="AIRLOCK_TOKEN", hidden=True)
def command(
    files: tuple[Path, ...], *, server_url: str, token_file: Path | None, token: str | None
) -> None:
    r"""Send FILEs of one project and the document that `airlock sign` wrote for them.

    Either all of it is published, or nothing is. twine works for projects that nobody has claimed.

    \b
    airlock upload dist/*
    """
    documents = [file for file in files if file.name.endswith(_DOCUMENT)]
    if len(documents) != 1:
        raise click.UsageError(
            "Name one document, PROJECT.airlock.json, with the files: airlock sign writes it. "
            "Without one, twine upload takes projects that nobody has claimed."
        )
    if token_file is not None:
        token = token_file.read_text(encoding="utf-8").strip()
    others = [file for file in files if file not in documents]
    published = assembly.upload_release(others, documents[0], server_url, token)
    for filename in published.files:
        click.echo(f"{printable(filename)} is in.")
    if published.snapshot is None:
        click.echo("It counts once a ceremony has brought the new keys in.")
    else:
        click.echo(f"Signed and published, in snapshot {published.snapshot}.")
