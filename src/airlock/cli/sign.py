"""``airlock sign``: developers sign their files with keys of their own."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airlock import assembly
from airlock.cli import options, trust_options
from airlock.model import ProjectName
from airlock.report import printable

if TYPE_CHECKING:
    from airlock.assembly.developing import SignedDocument

_DOCUMENT = ".airlock.json"


@click.command("sign")
@click.argument("files", nargs=-1, type=options.existing_file, metavar="FILE…")
@click.option(
    "--openpgp",
    "openpgp_key",
    type=options.existing_file,
    metavar="KEY",
    help="Your secret key of OpenPGP, as gpg exports it: write FILE.asc beside each FILE.",
)
@trust_options.developer_key_or_none
@trust_options.server_or_none
@click.option("--project", type=ProjectName, help="Whose document, if no file is added.")
@click.option(
    "--developer-key",
    "keys",
    multiple=True,
    type=trust_options.public_key,
    metavar="FILE.pub",
    help="A key that shall count from now on; name all of them. Default: as before; for a new "
    "claim, the key that signs.",
)
@click.option(
    "--threshold", type=click.IntRange(1), help="How many keys have to sign. Default: as before, 1."
)
@click.option("--withdraw", "withdrawn", multiple=True, metavar="NAME", help="Sign it no more.")
@click.option("--adopt", is_flag=True, help="Claim what the index has already, too.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The document to write. Default: PROJECT.airlock.json beside the first file.",
)
@options.guard_data
def command(  # noqa: PLR0913 - one parameter per option
    files: tuple[Path, ...],
    *,
    openpgp_key: Path | None,
    place: str | None,
    public: Path | None,
    passphrase_file: Path | None,
    server_url: str | None,
    root: Path | None,
    project: ProjectName | None,
    keys: tuple[Path, ...],
    threshold: int | None,
    withdrawn: tuple[str, ...],
    adopt: bool,
    output: Path | None,
    data_folder: Path,
) -> None:
    r"""Sign FILEs of one project, or a document that waits for one key more.

    Writes PROJECT.airlock.json: what the project's developers vouch for (PEP 480). With the first
    document that the index takes, the project is claimed: from then on clients accept only files
    that these keys have signed, whatever the index says. Nothing is sent before `airlock upload`.

    \b
    airlock sign dist/* --key ada --index https://index.example/simple/ --root root.json
    airlock sign dist/acme-tool.airlock.json --key ben …

    With --openpgp alone, it only writes detached signatures, which `airlock verify` and gpg verify.

    \b
    airlock sign dist/* --openpgp ada.secret.asc
    """
    if openpgp_key is not None:
        _sign_openpgp(files, openpgp_key, passphrase_file)
        if place is None:
            return
    place, server_url, root = _required(place, server_url, root)
    server = assembly.Server(url=server_url, root=root, data_folder=data_folder)
    key = assembly.KeyPlace(
        place=place,
        public=public,
        passphrase=lambda name: trust_options.passphrase(passphrase_file, name),
    )
    documents = [file for file in files if file.name.endswith(_DOCUMENT)]
    if documents and len(files) == 1:
        _show(assembly.sign_again(documents[0], key, server))
        return
    request = assembly.SigningRequest(
        files=tuple(file for file in files if file not in documents),
        project=project,
        withdrawn=withdrawn,
        keys=keys,
        threshold=threshold,
        adopt=adopt,
        output=output,
    )
    _show(assembly.sign_release(request, key, server))


def _required(
    place: str | None, server_url: str | None, root: Path | None
) -> tuple[str, str, Path]:
    given = {"--key": place, "--index": server_url, "--root": root}
    missing = [name for name, value in given.items() if value is None]
    if place is None or server_url is None or root is None:
        raise click.UsageError(f"Missing option '{missing[0]}'.")
    return place, server_url, root


def _sign_openpgp(files: tuple[Path, ...], key: Path, passphrase_file: Path | None) -> None:
    if not files:
        raise click.UsageError("Name the files that are to be signed.")
    signed = [path for path in files if not path.name.endswith((_DOCUMENT, ".asc"))]
    ask = functools.partial(trust_options.passphrase, passphrase_file, key.name)
    for beside, fingerprint in assembly.sign_openpgp(signed, key, ask):
        shown = printable(trust_options.shown(beside))
        click.echo(f"{shown} is by the key {fingerprint}.")


def _show(signed: "SignedDocument") -> None:
    document = signed.document
    click.echo(f"{document.project}, document {document.version}: {len(document.files)} files")
    for filename, target in sorted(document.files.items()):
        click.echo(f"  {printable(filename)}  sha256:{target.sha256}")
    if signed.claims:
        click.echo(f"It claims {document.project}: only what its keys sign will be accepted.")
    path = trust_options.shown(signed.path)
    if signed.lacking:
        listed = ", ".join(keyid[:12] for keyid in signed.lacking)
        click.echo(f"{path} lacks {max(signed.lacking.values())} of: {listed}")
        click.echo(f"With another key:  airlock sign {path} --key FILE …")
    else:
        click.echo(f"{path} is complete.")
