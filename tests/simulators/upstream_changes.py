"""What the simulated index tells of its changes: by XML-RPC, in feeds, in its list of projects."""

import datetime as dt
import json
import xmlrpc.client
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

import msgspec

FEED = "application/rss+xml"
XML = "text/xml"
_IN_A_FEED = 100


class Told(msgspec.Struct, frozen=True):
    """One entry of the changelog."""

    project: str
    version: str
    at: dt.datetime
    action: str
    serial: int


def render_changelog(question: bytes, shown: Sequence[Told]) -> bytes:
    """Answer ``changelog_last_serial`` and ``changelog_since_serial``; others with a fault."""
    arguments, method = xmlrpc.client.loads(question)
    if method == "changelog_last_serial":
        answer: object = max((entry.serial for entry in shown), default=0)
    elif method == "changelog_since_serial":
        answer = [
            [one.project, one.version, int(one.at.timestamp()), one.action, one.serial]
            for one in shown
            if one.serial > int(str(arguments[0]))
        ]
    else:
        fault = xmlrpc.client.Fault(-32601, "no such method")
        return xmlrpc.client.dumps(fault, methodresponse=True).encode()
    return xmlrpc.client.dumps((answer,), methodresponse=True).encode()  # type: ignore[arg-type]


def render_feed(journal: Sequence[Told], root: str, *, packages: bool) -> bytes:
    """Return the feed of the newest releases, or of the newest projects."""
    wanted = "create" if packages else "new release"
    newest = [entry for entry in journal if entry.action == wanted][: -_IN_A_FEED - 1 : -1]
    items = "".join(
        f"<item><title>{escape(one.project)} {escape(one.version)}</title>"
        f"<link>{escape(root)}/project/{one.project}/{one.version}/</link>"
        f"<pubDate>{one.at:%a, %d %b %Y %H:%M:%S GMT}</pubDate></item>"
        for one in newest
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()


def render_serials(serials: Mapping[str, int], *, version: str) -> bytes:
    """Return the list of projects with the serial of each."""
    projects = [{"name": name, "_last-serial": serial} for name, serial in serials.items()]
    meta = {"api-version": version, "_last-serial": max(serials.values(), default=0)}
    return json.dumps({"meta": meta, "projects": projects}).encode()
