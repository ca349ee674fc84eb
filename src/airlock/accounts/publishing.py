"""How a trusted publisher is made known."""

import datetime as dt
import secrets

from airlock.model import ProjectName
from airlock.model.publishing import Provider, Publisher

_ID_BYTES = 6


def new_publisher(  # noqa: PLR0913 - a publisher has that many parts
    *,
    project: ProjectName,
    provider: Provider,
    issuer: str,
    repository: str,
    workflow: str,
    environment: str,
    owner_id: str,
    now: dt.datetime,
) -> Publisher:
    """Return a publisher with an id of its own; by the public service's issuer, if none is named.

    Raises:
        UsageError: if it does not name one workflow of one repository.
    """
    return Publisher(
        id=secrets.token_hex(_ID_BYTES),
        project=project,
        provider=provider,
        issuer=issuer.rstrip("/") or provider.issuer,
        repository=repository,
        workflow=workflow,
        environment=environment,
        owner_id=owner_id,
        created_at=now,
    )
