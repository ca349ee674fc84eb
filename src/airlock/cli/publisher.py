"""``airlock publisher``."""

import json
from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options

_PROVIDERS = ["github", "gitlab"]


@click.group("publisher")
def command() -> None:
    """Trusted publishers: workflows that upload without a secret.

    The issuer of GitHub or GitLab vouches for the workflow; the gate gives it a token for fifteen
    minutes, for the projects that it publishes. Needs airlock serve --oidc-audience.
    """


@command.command("add")
@click.argument("project")
@click.option(
    "--provider", type=click.Choice(_PROVIDERS), required=True, help="Who runs the workflow."
)
@click.option(
    "--repository", required=True, metavar="OWNER/NAME", help="The repository of the workflow."
)
@click.option("--workflow", required=True, metavar="FILE", help="release.yml, .gitlab-ci.yml")
@click.option("--environment", default="", help="Only in this environment.")
@click.option("--owner-id", default="", help="Only while the owner has this number.")
@click.option("--issuer", default="", metavar="URL", help="Default: the public service's.")
@options.by
@options.data
def add(  # noqa: PLR0913, PLR0917 - one parameter per option
    project: str,
    provider: str,
    repository: str,
    workflow: str,
    environment: str,
    owner_id: str,
    issuer: str,
    by: str,
    data_folder: Path,
) -> None:
    """Let a workflow publish PROJECT."""
    from airlock.accounts.publishing import new_publisher
    from airlock.model import ProjectName
    from airlock.model.people import Stamp
    from airlock.model.publishing import Provider

    now = assembly.now()
    publisher = new_publisher(
        project=ProjectName(project),
        provider=Provider(provider),
        issuer=issuer,
        repository=repository,
        workflow=workflow,
        environment=environment,
        owner_id=owner_id,
        now=now,
    )
    with assembly.existing_records(data_folder) as records:
        records.publishers.add(publisher, Stamp(by, now))
    click.echo(f"{publisher.id}  {publisher.project} is published by {publisher.label}.")


@command.command("list")
@options.form
@options.data
def show_all(form: str, data_folder: Path) -> None:
    """List the publishers."""
    from airlock.report.people import publisher_document

    with assembly.existing_records(data_folder) as records:
        found = records.publishers.every()
    if form == "json":
        click.echo(json.dumps([publisher_document(one) for one in found], indent=2))
        return
    for one in found:
        click.echo(f"{one.id}  {one.project}: {one.label}")
    if not found:
        click.echo("There are no publishers.")


@command.command("remove")
@click.argument("publisher_id", metavar="ID")
@options.by
@options.data
def remove(publisher_id: str, by: str, data_folder: Path) -> None:
    """Take the publisher ID away; its tokens end with it."""
    from airlock.model.people import Stamp

    with assembly.existing_records(data_folder) as records:
        records.publishers.remove(publisher_id, Stamp(by, assembly.now()))
    click.echo(f"Publisher {publisher_id} is removed.")
