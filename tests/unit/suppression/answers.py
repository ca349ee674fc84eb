"""A suppression to change where a test has to."""

import datetime as dt
from typing import Any

from airlock.model import Sha256
from airlock.policy import Suppression

TODAY = dt.date(2026, 11, 23)
CONTENT = Sha256.of(b"the content that was looked at")


def suppression(**changes: Any) -> Suppression:
    """Return one that covers every severity of ``code-example`` in one content of ``setup.py``."""
    fields: dict[str, Any] = {
        "check": "code-example",
        "reason": "our own loader",
        "expires": TODAY + dt.timedelta(days=30),
        "path": "*/setup.py",
        "sha256": CONTENT,
    }
    return Suppression(**(fields | changes))
