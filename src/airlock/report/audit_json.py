"""The JSON document of ``audit``: schema 1, described by docs/reference/audit.schema.json.

The shape is that of ``scan``: one target for each dependency, with findings and outcomes; beside
them its status and its advisories. Within a schema number fields are only ever added.
"""

from typing import Any

import msgspec

from airlock import __version__
from airlock.model import Confidence, Finding
from airlock.model.advisory import Advisory
from airlock.model.audit import Audit, Audited, AuditStatus
from airlock.report.json import encodable, judgement

SCHEMA = 1
CHECK = "audit"


def render_audit_json(audit: Audit) -> str:
    """Return the document, indented, with a final line feed."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "airlock", "version": __version__},
        "policy": {"name": audit.policy.name, "version": audit.policy.version},
        "decision": audit.decision.word,
        "coverage": audit.coverage,
        "database": msgspec.to_builtins(audit.database),
        "trouble": audit.trouble,
        "made_at": audit.made_at.isoformat(),
        "seconds": audit.seconds,
        "sources": [encodable(origin) for origin in audit.origins],
        "targets": [_target(one) for one in audit.audited],
        "notes": [encodable(note) for note in audit.notes],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _target(one: Audited) -> dict[str, Any]:
    dependency = one.dependency
    return {
        "name": encodable(dependency.name),
        "version": dependency.version or "",
        "filename": "",
        "sha256": "",
        "decision": one.decision.word,
        "score": 0.0,
        "seconds": 0.0,
        "status": one.status.value,
        "reason": encodable(one.reason),
        "path": encodable(dependency.path),
        "line": dependency.line,
        "requirement": encodable(dependency.requirement),
        "direct": dependency.direct,
        "group": encodable(dependency.group),
        "evidence": one.evidence.value,
        "upgrade": one.upgrade or None,
        "reach": msgspec.to_builtins(one.reach),
        "advisories": [_advisory(advisory) for advisory in one.advisories],
        "ignored": [
            {
                "advisory": _advisory(ignored.advisory),
                "reason": ignored.reason,
                "origin": encodable(ignored.origin),
                "until": ignored.until,
                "status": ignored.status,
                "justification": encodable(ignored.justification),
            }
            for ignored in one.ignored
        ],
        "findings": [
            *(_finding(one, advisory) for advisory in one.advisories),
            *_of_name(one, "findings"),
        ],
        "outcomes": [_outcome(one), *_of_name(one, "outcomes")],
    }


def _of_name(one: Audited, what: str) -> list[dict[str, Any]]:
    """Return the findings or outcomes of the checks of names, where they object."""
    found: list[dict[str, Any]] = judgement(one.naming)[what] if one.naming else []
    return found


def _advisory(advisory: Advisory) -> dict[str, Any]:
    return {
        "id": advisory.id,
        "aliases": list(advisory.aliases),
        "records": list(advisory.records),
        "summary": encodable(advisory.summary),
        "malware": advisory.malware,
        "severity": advisory.severity.value if advisory.severity else None,
        "score": advisory.score,
        "vector": advisory.vector,
        "epss": advisory.epss,
        "epss_percentile": advisory.epss_percentile,
        "exploited": advisory.exploited,
        "fixed_in": list(advisory.fixed_in),
        "published": advisory.published,
        "references": list(advisory.references),
    }


def _finding(one: Audited, advisory: Advisory) -> dict[str, Any]:
    dependency = one.dependency
    finding = Finding(
        check=CHECK,
        severity=advisory.gravity,
        confidence=Confidence.HIGH,
        message=encodable(advisory.told(f"{dependency.name} {dependency.version}")),
        path=encodable(dependency.path),
        line=dependency.line,
        evidence=", ".join(advisory.identifiers),
    )
    found: dict[str, Any] = msgspec.to_builtins(finding)
    return found


def _outcome(one: Audited) -> dict[str, Any]:
    failed = bool(one.reason) or one.status is AuditStatus.UNAUDITABLE
    return {
        "check": CHECK,
        "version": 1,
        "status": "failed" if failed else "saw",
        "reason": encodable(one.reason),
    }
