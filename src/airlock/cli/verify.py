"""``airlock verify``."""

from pathlib import Path
from typing import TextIO

import click

from airlock import assembly
from airlock.cli import options, shown


@click.command("verify")
@click.argument("targets", nargs=-1, required=True, metavar="FILE|NAME==VERSION…")
@options.form
@options.output
@click.option("--all-files", is_flag=True, help="All files of a release, for every platform.")
@click.option(
    "--repository",
    metavar="OWNER/NAME",
    help="Whose workflow has to have signed; OWNER/* for any of theirs. Default: the identities of "
    "the policy, or the publisher that the index names.",
)
@click.option("--issuer", metavar="URL", help="Who vouches for it. Default: GitHub.")
@click.option("--workflow", metavar="FILE", help="The workflow; default: any of the repository.")
@click.option(
    "--root",
    type=options.existing_file,
    envvar="AIRLOCK_ROOT",
    help="The root of the signed metadata of the Airlock server at --index.",
)
@click.option(
    "--certificate",
    "certificates",
    multiple=True,
    type=options.existing_file,
    metavar="FILE",
    help="An OpenPGP certificate whose signatures count for what is named here.",
)
@click.option(
    "--repodata",
    metavar="FILE|URL",
    help="The index of the channel (repodata.json) that packages of conda have to be listed in.",
)
@click.option(
    "--channel-key",
    "channel_keys",
    multiple=True,
    metavar="HEX",
    help="A key of the channel's content trust that has to have signed what is listed.",
)
@click.option("--offline", is_flag=True, help="Ask no index: look at what lies beside files.")
@click.option("-v", "--verbose", is_flag=True, help="Show how every check ended.")
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
    all_files: bool,
    repository: str | None,
    issuer: str | None,
    workflow: str | None,
    root: Path | None,
    certificates: tuple[Path, ...],
    repodata: str | None,
    channel_keys: tuple[str, ...],
    offline: bool,
    verbose: bool,
    no_progress: bool,
    data_folder: Path,
    policy_file: Path | None,
    index_url: str | None,
) -> None:
    """Tell who vouches for files: attestations, signatures, and what changed since releases before.

    Exit codes: 0 something vouches for every file and nothing speaks against it, 1 a proof is false
    or the policy refuses, 3 nothing vouches for a file, or a person has to look.
    """
    if (issuer or workflow) and not repository:
        raise click.UsageError("--issuer and --workflow go with --repository.")
    if root is not None and index_url is None:
        raise click.UsageError("--root goes with --index, the server whose root it is.")
    if channel_keys and repodata is None:
        raise click.UsageError("--channel-key goes with --repodata, what it has signed.")
    if offline and repodata is not None and "://" in repodata:
        raise click.UsageError("--offline: give --repodata as a file.")
    verify, policy = assembly.verify(
        policy_file,
        None if offline else assembly.index(index_url),
        assembly.expected_identity(repository, issuer, workflow),
        assembly.signed_metadata(index_url, root, data_folder),
        certificates=certificates,
        channel=assembly.channel(repodata, channel_keys),
    )
    with shown.progress(hidden=no_progress) as progress:
        results = verify.run(targets, progress, every=all_files)
    if form == "json":
        from airlock.report.verify_json import render_verify_json

        text = render_verify_json(results, policy.version)
    else:
        from airlock.report.verify_text import render_verify_text

        text = render_verify_text(results, verbose=verbose)
    from airlock.report.proofs import verification_code

    click.echo(text, file=output, nl=False)
    ctx.exit(verification_code(results))
