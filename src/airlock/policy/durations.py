"""Durations as people write them in a policy: ``"7 days"``, ``"36 hours"``."""

import datetime as dt
import re

from airlock.errors import InvalidPolicy

_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) (second|minute|hour|day|week)s?", re.ASCII)


def duration(setting: str, text: str) -> dt.timedelta:
    """Return the duration that a text names.

    Raises:
        InvalidPolicy: if it names none.
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise InvalidPolicy(f"{setting}: {text!r} is no duration, such as '7 days' or '36 hours'")
    return dt.timedelta(**{f"{found[2]}s": float(found[1])})
