"""``airlock serve``."""

import datetime as dt
import sys
from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.gate.access.reading import Reading
from airlock.gate.settings import GateSettings, MailSettings, PolicyUse
from airlock.report import printable


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    default=8470,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="The port to listen on.",
)
@click.option("-j", "--jobs", type=click.IntRange(1, 256), help="Examinations at once.")
@options.log_json
@click.option(
    "--admin-token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="AIRLOCK_ADMIN_TOKEN_FILE",
    help="Holds the token of the operator, who may do everything over HTTP. Default: none.",
)
@click.option(
    "--reading",
    type=click.Choice([reading.value for reading in Reading]),
    envvar="AIRLOCK_READING",
    help="Who may read: everyone, users (whoever has an account or a token), or roles (whoever has "
    "a role on it). Default: everyone on a loopback address, else users.",
)
@click.option(
    "--trusted-proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    envvar="AIRLOCK_TRUSTED_PROXY",
    help="Believe X-Forwarded-For and -Proto from this address or network; several times.",
)
@click.option(
    "--second-factor",
    type=click.Choice(["optional", "required"]),
    default="optional",
    show_default=True,
    envvar="AIRLOCK_SECOND_FACTOR",
    help="With `required`, who signs in by a password alone may only read.",
)
@click.option(
    "--sso-issuer",
    metavar="URL",
    envvar="AIRLOCK_SSO_ISSUER",
    help="Let people sign in by this OpenID Connect issuer.",
)
@click.option(
    "--sso-client",
    default="airlock",
    show_default=True,
    envvar="AIRLOCK_SSO_CLIENT",
    help="How the issuer calls this gate.",
)
@click.option(
    "--sso-secret-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="AIRLOCK_SSO_SECRET_FILE",
    help="Holds what this gate proves to the issuer.",
)
@click.option(
    "--sso-create",
    is_flag=True,
    envvar="AIRLOCK_SSO_CREATE",
    help="Make an account, without any role, for whom the issuer knows and this gate does not.",
)
@click.option(
    "--oidc-audience",
    metavar="TEXT",
    envvar="AIRLOCK_OIDC_AUDIENCE",
    help="Do trusted publishing: workflows ask their issuer for a token for this audience, which "
    "no other index should have, such as this one's URL.",
)
@click.option(
    "--oidc-issuer",
    "oidc_issuers",
    multiple=True,
    metavar="URL",
    envvar="AIRLOCK_OIDC_ISSUERS",
    help="Also believe this issuer, such as a GitLab of your own; several times.",
)
@click.option(
    "--client-networks/--no-client-networks",
    default=True,
    show_default=True,
    help="Record from which networks (/24, /48) names are asked for that do not exist.",
)
@click.option(
    "--listing-age",
    default=300.0,
    show_default=True,
    type=click.FloatRange(0),
    help="Seconds after which a listing is asked for again.",
)
@click.option(
    "--index",
    "index_urls",
    metavar="URL",
    multiple=True,
    envvar="AIRLOCK_UPSTREAM",
    help="An index to proxy; several are asked in this order for names that nobody claimed. "
    "Default: the one in pip's configuration, or PyPI.",
)
@click.option("--offline", is_flag=True, help="Ask no index: serve what is there.")
@click.option(
    "--largest-upload",
    default=2048,
    show_default=True,
    type=click.IntRange(1),
    help="MiB that an uploaded file may have.",
)
@click.option(
    "--trust",
    "trust_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="AIRLOCK_TRUST",
    help="The trust folder: sign what is served, and serve its metadata under /tuf/.",
)
@options.mail_server("Tell reviewers by e-mail, who choose that on their account's page,")
@options.mail_from
@click.option(
    "--mail-every",
    default=60.0,
    show_default=True,
    type=click.FloatRange(1),
    envvar="AIRLOCK_MAIL_EVERY",
    help="Minutes between two mails to one person about what was held.",
)
@click.option(
    "--public-url",
    metavar="URL",
    envvar="AIRLOCK_PUBLIC_URL",
    help="The address of this gate as people reach it, for links in mail.",
)
@click.option(
    "--developer-identities",
    is_flag=True,
    help="Let developers sign as OIDC identities (sigstore); clients without it verify nothing "
    "that is recently claimed then.",
)
@options.data
@options.policy
def command(  # noqa: PLR0913 - one parameter per option
    host: str,
    port: int,
    jobs: int | None,
    *,
    log_json: bool,
    admin_token_file: Path | None,
    reading: str | None,
    proxies: tuple[str, ...],
    second_factor: str,
    sso_issuer: str | None,
    sso_client: str,
    sso_secret_file: Path | None,
    sso_create: bool,
    oidc_audience: str | None,
    oidc_issuers: tuple[str, ...],
    client_networks: bool,
    listing_age: float,
    trust_folder: Path | None,
    mail_server: str | None,
    mail_from: str | None,
    mail_every: float,
    public_url: str | None,
    developer_identities: bool,
    data_folder: Path,
    policy_file: Path | None,
    index_urls: tuple[str, ...],
    offline: bool,
    largest_upload: int,
) -> None:
    """Run the gate: an index for pip, uv, Poetry and twine that vets what it serves."""
    settings = GateSettings(
        host=host,
        port=port,
        data_folder=data_folder,
        upstreams=index_urls,
        offline=offline,
        largest_upload=largest_upload * 1024**2,
        policy_file=policy_file,
        policy_use=PolicyUse.ANNOUNCED,
        examinations=jobs or assembly.cores(),
        admin_token_file=admin_token_file,
        reading=Reading(reading) if reading else None,
        second_required=second_factor == "required",
        sso_issuer=sso_issuer.rstrip("/") if sso_issuer else None,
        sso_client=sso_client,
        sso_secret_file=sso_secret_file,
        sso_creates=sso_create,
        oidc_audience=oidc_audience or None,
        oidc_issuers=tuple(url.rstrip("/") for url in oidc_issuers),
        client_networks=client_networks,
        listing_age=dt.timedelta(seconds=listing_age),
        trust_folder=trust_folder,
        developer_identities=developer_identities,
        mail=_mail(mail_server, mail_from, public_url, mail_every),
    )
    app, upstreams = assembly.signed_gate(settings)
    # Only who listens may say so: another process may have the port.
    listener = assembly.listen(settings)
    base = settings.url
    click.echo(f"Airlock's gate: {click.style(base, bold=True)}  (data in {data_folder})")
    click.echo(f"Upstream: {', '.join(upstreams)}{' (offline)' if offline else ''}")
    click.echo(f"Reading: {settings.readers}")
    click.echo(f"Advisories: {printable(assembly.advisories_in_short(policy_file))}")
    click.echo("In another terminal:")
    click.echo(f"  pip install --index-url {base}/simple/ flask")
    click.echo(f"  uv pip install --default-index {base}/simple/ flask")
    click.echo("Ctrl-C stops it; nothing is lost.")
    sys.stdout.flush()
    assembly.serve(app, listener, log_json=log_json or not sys.stderr.isatty(), proxies=proxies)


def _mail(
    server: str | None, sender: str | None, link: str | None, minutes: float
) -> MailSettings | None:
    if server is None:
        return None
    if not sender or not link:
        raise click.UsageError("Say --mail-from and --public-url, too.")
    return MailSettings(
        server=server,
        password=options.mail_password(),
        sender=sender,
        link=link,
        every=dt.timedelta(minutes=minutes),
    )
