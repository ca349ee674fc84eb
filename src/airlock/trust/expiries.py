"""Until when what is published can be trusted: what a page shows, without reading the bins."""

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from airlock.errors import AirlockError
from airlock.model.database import Condition, PartStatus
from airlock.trust import roles

if TYPE_CHECKING:
    from airlock.trust.workspace import Workspace

_PART = "signatures"
_SOON_OFFLINE = dt.timedelta(days=60)
_SOON_ONLINE = dt.timedelta(hours=4)


class _Signed(msgspec.Struct):
    expires: dt.datetime


class _Document(msgspec.Struct):
    signed: _Signed


def status(workspace: "Workspace", now: dt.datetime) -> PartStatus:
    """Return how the signatures are, as one part of what a gate depends on; never raises."""
    try:
        found = _expiries(workspace)
    except (AirlockError, OSError, msgspec.MsgspecError) as error:
        return PartStatus(
            part=_PART, condition=Condition.BROKEN, message=str(error), cure="airlock trust doctor"
        )
    if not found:
        return PartStatus(
            part=_PART,
            condition=Condition.ABSENT,
            message="nothing was published yet",
            cure="airlock trust doctor",
        )
    late = [role for role, expires in found.items() if expires - now < _soon(role)]
    told = ", ".join(f"{role} until {expires:%Y-%m-%d %H:%M}" for role, expires in found.items())
    return PartStatus(
        part=_PART,
        condition=Condition.STALE if late else Condition.CURRENT,
        message=f"{told} UTC",
        cure="airlock trust doctor" if late else "",
    )


def _soon(role: str) -> dt.timedelta:
    return _SOON_OFFLINE if role in roles.OFFLINE else _SOON_ONLINE


def _expiries(workspace: "Workspace") -> dict[str, dt.datetime]:
    documents = dict(workspace.current())
    if not documents:
        return {}
    documents[roles.TIMESTAMP] = workspace.metadata.get("timestamp.json") or b""
    return {
        role: msgspec.json.decode(documents[role], type=_Document).signed.expires
        for role in (roles.ROOT, roles.TARGETS, roles.TIMESTAMP)
    }


def unsigned() -> PartStatus:
    """Return that nothing is signed, where no trust folder is in use."""
    return PartStatus(
        part=_PART,
        condition=Condition.ABSENT,
        message="what is admitted is not signed",
        cure="airlock serve --trust FOLDER",
    )
