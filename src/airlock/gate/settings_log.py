"""Writes down in the log by which settings and which policy a gate was started, where they changed.

Settings are decisions, too: who may read, what is let in, which indexes are asked. Secrets and
paths are none of it.
"""

import datetime as dt
from collections.abc import Iterable

from airlock.gate.settings import GateSettings
from airlock.model import PolicyVersion
from airlock.model.log import Event
from airlock.store.log import Log

KIND = "settings"


def note_settings(
    log: Log,
    settings: GateSettings,
    policy: PolicyVersion,
    upstreams: Iterable[str],
    at: dt.datetime,
) -> None:
    """Add an entry if the last one of its kind says something else.

    Args:
        log: to which it is added.
        settings: of the gate.
        policy: by which it judges.
        upstreams: the URLs of the indexes that it asks, without credentials.
        at: now.
    """
    told = {
        "reading": settings.readers.value,
        "policy": f"{policy.name} {policy.version}",
        "upstreams": " ".join(upstreams),
        "offline": str(settings.offline).lower(),
        "second-factor": "required" if settings.second_required else "",
        "sign-on": settings.sso_issuer or "",
        "audience": settings.oidc_audience or "",
        "issuers": " ".join(settings.oidc_issuers),
        "mail": "yes" if settings.mail else "",
        "operator-token": "yes" if settings.admin_token_file else "no",
    }
    details = {name: value for name, value in told.items() if value}
    last = next(iter(log.latest(1, kind=KIND)), None)
    if last is None or last.event.details != details:
        log.record(Event(kind=KIND, subject="the gate", by="operator", at=at, details=details))
