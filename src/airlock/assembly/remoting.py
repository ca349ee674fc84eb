"""The composition of a client of a gate on another machine."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.errors import UsageError

if TYPE_CHECKING:
    from airlock.remote import Server


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
