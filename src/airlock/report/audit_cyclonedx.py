"""An audit as a CycloneDX 1.6 bill of materials with vulnerabilities, by cyclonedx-python-lib.

Every dependency is a component, also one that nobody could look up: it has a property that says why
(``airlock:unauditable``), so that a reader does not take it for clean.
"""

import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from airlock import __version__
from airlock.model import Severity
from airlock.model.advisory import Advisory
from airlock.model.audit import Audit, Audited, Ignored
from airlock.report.plain import printable

if TYPE_CHECKING:
    from cyclonedx.model import Property
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component
    from cyclonedx.model.vulnerability import (
        Vulnerability,
        VulnerabilityAnalysis,
        VulnerabilityRating,
    )

_NAMESPACE = uuid.UUID("6f2f6f4e-7c1b-5c55-9d1c-6a2b0b7d7f11")
# OpenVEX's labels in the words of CycloneDX, where it has them.
_JUSTIFICATIONS = {
    "component_not_present": "code_not_present",
    "vulnerable_code_not_present": "code_not_present",
    "vulnerable_code_not_in_execute_path": "code_not_reachable",
    "inline_mitigations_already_exist": "protected_by_mitigating_control",
}
_METHODS = {"CVSS:4.": "CVSSv4", "CVSS:3.1": "CVSSv31", "CVSS:3.0": "CVSSv3"}


def render_audit_cyclonedx(audit: Audit) -> str:
    """Return an audit as JSON, with a final line feed.

    The same audit gives the same document: its serial number is made of its content.
    """
    from cyclonedx.output.json import JsonV1Dot6

    return JsonV1Dot6(_bom(audit)).output_as_string(indent=2) + "\n"


def _bom(audit: Audit) -> "Bom":
    from cyclonedx.model import Property
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.tool import ToolRepository

    tool = Component(type=ComponentType.APPLICATION, name="airlock", version=__version__)
    components = [_component(one, number) for number, one in enumerate(audit.audited)]
    said = [("airlock:coverage", audit.coverage), ("airlock:decision", audit.decision.word)]
    said += [("airlock:note", note) for note in audit.notes]
    return Bom(
        serial_number=_serial(audit),
        metadata=BomMetaData(
            tools=ToolRepository(components=[tool]),
            timestamp=audit.made_at,
            properties=[Property(name=name, value=printable(text)) for name, text in said],
        ),
        components=components,
        vulnerabilities=list(_vulnerabilities(audit)),
    )


def _serial(audit: Audit) -> uuid.UUID:
    database = audit.database.sha256 if audit.database else ""
    what = [f"{one.dependency.requirement} {one.dependency.origin}" for one in audit.audited]
    text = "\n".join([audit.made_at.isoformat(), database, *what])
    return uuid.uuid5(_NAMESPACE, text.encode("utf-8", "backslashreplace").decode())


def _ref(number: int) -> str:
    return f"dependency-{number}"


def _component(one: Audited, number: int) -> "Component":
    from cyclonedx.model.component import Component, ComponentType
    from packageurl import PackageURL

    dependency = one.dependency
    purl = (
        PackageURL("pypi", None, str(dependency.project), dependency.version)
        if dependency.project is not None and dependency.version is not None
        else None
    )
    return Component(
        type=ComponentType.LIBRARY,
        name=printable(dependency.name),
        version=dependency.version,
        purl=purl,
        bom_ref=_ref(number),
        properties=list(_said(one)),
    )


def _said(one: Audited) -> "Iterator[Property]":
    from cyclonedx.model import Property

    yield Property(name="airlock:status", value=one.status.value)
    yield Property(name="airlock:where", value=printable(one.dependency.origin))
    if one.reason:
        yield Property(name="airlock:unauditable", value=printable(one.reason))
    if one.reach is not None and one.reach.imported is not None:
        where = ", ".join(one.reach.where) if one.reach.imported else "no"
        yield Property(name="airlock:imported", value=printable(where))


def _vulnerabilities(audit: Audit) -> "Iterator[Vulnerability]":
    for number, one in enumerate(audit.audited):
        for advisory in one.advisories:
            yield _vulnerability(one, number, advisory, None)
        for ignored in one.ignored:
            yield _vulnerability(one, number, ignored.advisory, ignored)


def _vulnerability(
    one: Audited, number: int, advisory: Advisory, ignored: Ignored | None
) -> "Vulnerability":
    from cyclonedx.model import Property, XsUri
    from cyclonedx.model.vulnerability import (
        BomTarget,
        Vulnerability,
        VulnerabilityAdvisory,
        VulnerabilityReference,
        VulnerabilitySource,
    )

    return Vulnerability(
        bom_ref=f"{_ref(number)}/{printable(advisory.id)}",
        id=printable(advisory.id),
        description=printable(advisory.summary) or None,
        detail=printable(advisory.details, keep_lines=True) or None,
        recommendation=f"Upgrade to {one.upgrade}." if one.upgrade else None,
        ratings=list(_ratings(advisory)),
        references=[
            VulnerabilityReference(
                id=printable(alias), source=VulnerabilitySource(name=_source(alias))
            )
            for alias in advisory.aliases
        ],
        advisories=[VulnerabilityAdvisory(url=XsUri(url)) for url in advisory.references],
        affects=[BomTarget(ref=_ref(number))],
        analysis=_analysis(ignored) if ignored is not None else None,
        properties=[Property(name=name, value=value) for name, value in _ranks(advisory) if value],
    )


def _analysis(ignored: Ignored) -> "VulnerabilityAnalysis":
    from cyclonedx.model.impact_analysis import (
        ImpactAnalysisJustification,
        ImpactAnalysisResponse,
        ImpactAnalysisState,
    )
    from cyclonedx.model.vulnerability import VulnerabilityAnalysis

    detail = printable(f"{ignored.reason} ({ignored.origin}, until {ignored.until})")
    if not ignored.status:
        # To accept a risk is not to be free of it.
        return VulnerabilityAnalysis(
            state=ImpactAnalysisState.EXPLOITABLE,
            responses=[ImpactAnalysisResponse.WILL_NOT_FIX],
            detail=detail,
        )
    word = _JUSTIFICATIONS.get(ignored.justification)
    return VulnerabilityAnalysis(
        state=ImpactAnalysisState("resolved" if ignored.status == "fixed" else "not_affected"),
        justification=ImpactAnalysisJustification(word) if word else None,
        detail=detail,
    )


def _ranks(advisory: Advisory) -> Iterator[tuple[str, str]]:
    yield "airlock:malware", "true" if advisory.malware else ""
    yield "airlock:exploited", "true" if advisory.exploited else ""
    yield "airlock:epss", f"{advisory.epss:.5f}" if advisory.epss is not None else ""
    yield "airlock:fixed-in", ", ".join(advisory.fixed_in)


def _ratings(advisory: Advisory) -> "Iterator[VulnerabilityRating]":
    from cyclonedx.model.vulnerability import (
        VulnerabilityRating,
        VulnerabilityScoreSource,
        VulnerabilitySeverity,
    )

    if advisory.severity is None and advisory.score is None:
        return
    severity = advisory.severity or Severity.INFO
    method = next(
        (name for start, name in _METHODS.items() if advisory.vector.startswith(start)),
        "CVSSv2" if advisory.vector else "other",
    )
    yield VulnerabilityRating(
        severity=VulnerabilitySeverity(severity.value),
        score=Decimal(str(advisory.score)) if advisory.score is not None else None,
        method=VulnerabilityScoreSource(method),
        vector=advisory.vector or None,
    )


def _source(identifier: str) -> str:
    return {"CVE": "NVD", "GHSA": "GitHub Advisories"}.get(identifier.partition("-")[0], "OSV")
