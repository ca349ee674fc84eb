"""An audit as an OpenVEX document (0.2.0): what is known, for those who take it from here.

Each vulnerability of each dependency is one statement, ``affected`` with what to do. What somebody
ignores is ``affected`` as well, and the reason is told: to accept a risk is not to be free of it.
What an OpenVEX document said that came in is passed on in its words.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from airlock import __version__
from airlock.model.advisory import Advisory
from airlock.model.audit import Audit, Audited, Ignored
from airlock.report.plain import printable

_CONTEXT = "https://openvex.dev/ns/v0.2.0"


def render_openvex(audit: Audit, author: str) -> str:
    """Return an audit as JSON, with a final line feed.

    Args:
        audit: without any vulnerability it gives a document without statements.
        author: who answers for the document.
    """
    time = _time(audit.made_at)
    statements = [statement for one in audit.audited for statement in _statements(one, time)]
    unique = list({msgspec.json.encode(one): one for one in statements}.values())
    document = {
        "@context": _CONTEXT,
        "@id": f"urn:airlock:vex:{_digest(time, unique)}",
        "author": printable(author),
        "timestamp": time,
        "version": 1,
        "tooling": f"airlock {__version__}",
        "statements": unique,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _digest(time: str, statements: list[dict[str, Any]]) -> str:
    return hashlib.sha256(time.encode() + msgspec.json.encode(statements)).hexdigest()


def _time(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _statements(one: Audited, time: str) -> Iterator[dict[str, Any]]:
    for advisory in one.advisories:
        said = f"Upgrade to {one.upgrade}." if one.upgrade else "No version without it is known."
        yield _statement(one, advisory, time, _affected(said, time))
    for ignored in one.ignored:
        yield _statement(one, ignored.advisory, time, _answered(ignored, time))


def _affected(action: str, time: str) -> dict[str, str]:
    return {
        "status": "affected",
        "action_statement": printable(action),
        "action_statement_timestamp": time,
    }


def _answered(ignored: Ignored, time: str) -> dict[str, str]:
    if not ignored.status:
        action = f"Accepted until {ignored.until}: {ignored.reason} ({ignored.origin})"
        return _affected(action, time)
    said = {"justification": ignored.justification, "impact_statement": ignored.impact}
    return {"status": ignored.status} | {
        name: printable(text) for name, text in said.items() if text
    }


def _statement(
    one: Audited, advisory: Advisory, time: str, answer: dict[str, str]
) -> dict[str, Any]:
    from packageurl import PackageURL

    dependency = one.dependency
    purl = PackageURL("pypi", None, dependency.name, dependency.version).to_string()
    vulnerability: dict[str, Any] = {"name": advisory.id}
    if advisory.aliases:
        vulnerability["aliases"] = list(advisory.aliases)
    if advisory.summary:
        vulnerability["description"] = printable(advisory.summary)
    statement: dict[str, Any] = {
        "vulnerability": vulnerability,
        "timestamp": time,
        "products": [{"@id": purl, "identifiers": {"purl": purl}}],
        **answer,
    }
    if one.reach is not None and one.reach.imported is not None:
        where = ", ".join(one.reach.where)
        notes = f"imported at {where}" if one.reach.imported else "not imported by the project"
        statement["status_notes"] = printable(notes)
    return statement
