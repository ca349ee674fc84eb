"""``airlock trust key`` and ``airlock trust sign``: on each machine that has a key."""

from pathlib import Path

import click

from airlock import assembly
from airlock.cli import trust_options as options


@click.command("key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@options.passphrase_file
@click.option(
    "--identity", help="No file, but who you are at --issuer: a mail address, a workflow."
)
@click.option("--issuer", help="The URL of the OIDC issuer that vouches for --identity.")
def key(
    file: Path, *, passphrase_file: Path | None, identity: str | None, issuer: str | None
) -> None:
    """Make an Ed25519 key in FILE, encrypted, and its public part in FILE.pub.

    Only the public part leaves the machine. An identity has a public part only: it signs with
    `--key sigstore: --public FILE.pub`, in a CI job, or with `sigstore:?ambient=false`, by way of a
    browser.
    """
    keys = assembly.trust_keys()
    if bool(identity) != bool(issuer):
        raise click.UsageError("--identity and --issuer go together.")
    if identity and issuer:
        _share(file, keys.public_document(keys.identity_key(identity, issuer)))
        return
    secret = options.passphrase(passphrase_file, file.name, new=True)
    public = keys.new_key_file(file, secret)
    click.echo(f"private: {file} (encrypted; never copy it to the server)")
    _share(file, keys.public_document(public))
    click.echo(f"id:      {public.keyid}")


def _share(file: Path, document: bytes) -> None:
    shared = file.with_name(file.name + ".pub")
    shared.write_bytes(document)
    click.echo(f"public:  {shared}")


@click.command("sign")
@options.folder
@click.option("--key", "place", required=True, help="The private key: a file, or a signer's URI.")
@click.option("--public", type=options.public_key, help="Its public part, for a URI.")
@options.passphrase_file
def sign(folder: Path, place: str, public: Path | None, passphrase_file: Path | None) -> None:
    """Sign what waits in FOLDER for this key.

    FOLDER may be a copy: carry its `pending` and `metadata` to the machine of the key, and
    `pending` back.
    """
    keys = assembly.trust_keys()
    signer = keys.open_key(
        place,
        keys.read_public(public) if public else None,
        lambda name: options.passphrase(passphrase_file, name),
    )
    workspace = assembly.trust_workspace(folder, needs_online=False)
    signed = workspace.sign_waiting(signer)
    for name in signed:
        click.echo(f"signed {name}")
    if not signed:
        click.echo(f"nothing waits for the key {signer.public_key.keyid[:12]}")
    for one in workspace.standings():
        state = "complete" if one.complete else f"lacks {one.missing}"
        click.echo(f"{one.version}.{one.role}.json: {state}")
