"""The formats of a scan; each is imported when it is asked for."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from airlock.model import PolicyVersion
from airlock.report.results import Result


class Scanned(msgspec.Struct, frozen=True):
    """What there is to report of a scan."""

    results: Sequence[Result]
    policy: PolicyVersion
    notes: Sequence[str]
    """On suppressions that have ended or cover nothing."""


def render_scan(
    form: str,
    scanned: Scanned,
    about: Callable[[], Mapping[str, str]],
    now: dt.datetime,
    *,
    verbose: bool,
) -> str:
    """Return a scan in one of its formats, with a final line feed.

    Args:
        form: ``text``, ``json``, ``sarif`` or ``html``.
        scanned: what there is to report.
        about: gives the documentation of each check by its id.
        now: the time, in UTC.
        verbose: in a text, show every finding and every outcome.
    """
    if form == "json":
        from airlock.report.json import render_json

        return render_json(scanned.results, scanned.policy, scanned.notes)
    if form == "sarif":
        from airlock.report.scan_sarif import render_scan_sarif

        return render_scan_sarif(
            scanned.results, root=Path.cwd(), about=about(), notes=scanned.notes
        )
    if form == "html":
        from airlock.report.scan_html import render_scan_html

        return render_scan_html(
            scanned.results, scanned.policy, now=now, about=about(), notes=scanned.notes
        )
    from airlock.report.text import render_text

    return render_text(scanned.results, verbose=verbose, notes=scanned.notes)
