"""Compositions of a client of a gate: on another machine, or of its data on this one."""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from airlock.assembly.base import extra
from airlock.assembly.storing import existing_records
from airlock.errors import UsageError

if TYPE_CHECKING:
    from airlock.gate.settings import GateSettings
    from airlock.remote import Server

_NOWHERE = "http://localhost"


def server(url: str | None) -> "Server":
    """Return the gate that the user means, with the token of ``AIRLOCK_TOKEN`` or of a file.

    Raises:
        UsageError: if it is not said which, or there is no token.
    """
    from airlock.remote import Server

    if url is None:
        raise UsageError(
            "which gate?", hint="Say it: airlock --server URL …, or set AIRLOCK_SERVER."
        )
    return Server(url, _token())


def _token() -> str:
    token = os.environ.get("AIRLOCK_TOKEN", "")
    path = os.environ.get("AIRLOCK_TOKEN_FILE", "")
    if not token and path:
        try:
            token = Path(path).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"the token in {path} cannot be read: {error}") from error
    if not token.strip():
        raise UsageError(
            "a gate wants to know who asks",
            hint="Put a token that allows review into AIRLOCK_TOKEN, or its file's path into "
            "AIRLOCK_TOKEN_FILE: airlock token create YOU --allow review --on '*' …",
        )
    return token.strip()


def reviewing_here(settings: "GateSettings", by: str) -> "Server":
    """Return the review of a gate whose data is on this machine, whether it runs or not.

    Who decides is an operator: never one of two persons, for whoever sits here is anybody.

    Args:
        settings: of the gate: its data, its policy, the indexes that it asks.
        by: who decides.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the data folder cannot be used.
        UsageError: if no gate keeps its data there.
    """
    existing_records(settings.data_folder).close()
    with extra("gate"):
        from airlock.gate.index.app import reviewing_alone
    from airlock.assembly.gating import gate_parts
    from airlock.assembly.reviewing import review_routes
    from airlock.gate.access.operator import OperatorAccess
    from airlock.model.access import EVERY_RIGHT, Kind, Principal
    from airlock.remote import InProcess, Server

    who = Principal(kind=Kind.OPERATOR, name=by, rights=(EVERY_RIGHT,))
    parts = gate_parts(msgspec.structs.replace(settings, offline=True))
    token = secrets.token_urlsafe()
    app = reviewing_alone(review_routes(parts), OperatorAccess(token, who))
    return Server(_NOWHERE, token, InProcess(app))
