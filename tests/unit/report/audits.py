"""Audits of every kind, to be reported."""

import datetime as dt
from pathlib import Path

from airlock.model import Decision, Dependency, PolicyVersion, ProjectName, Severity
from airlock.model.advisory import Advisory, AdvisoryDatabase
from airlock.model.audit import Audit, Audited, AuditEvidence, AuditStatus, Ignored, Reach

NOW = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
POLICY = PolicyVersion("test", "0123456789abcdef")
DATABASE = AdvisoryDatabase(
    sha256="b" * 64, date=dt.date(2026, 5, 1), made_at=NOW, records=10, projects=5
)
HOSTILE = "</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) `|` \x1b[31m\u202e@all"


def advisory(name: str = "PYSEC-2026-1", **more: object) -> Advisory:
    given: dict[str, object] = {
        "aliases": ("CVE-2026-1", "GHSA-aaaa-bbbb-cccc"),
        "summary": "Cookies leak",
        "details": "Long **story**.",
        "severity": Severity.HIGH,
        "score": 7.5,
        "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
        "fixed_in": ("2.3.2",),
        "references": ("https://advisories.example/PYSEC-2026-1",),
    }
    return Advisory(id=name, **(given | more))  # type: ignore[arg-type]


def dependency(folder: Path, name: str, version: str | None, line: int = 1) -> Dependency:
    return Dependency(
        project=ProjectName(name),
        version=version,
        path=str(folder / "requirements.txt"),
        line=line,
        requirement=f"{name}=={version}",
        unauditable="" if version else "no version is pinned",
    )


def vulnerable(folder: Path, *advisories: Advisory, **more: object) -> Audited:
    given: dict[str, object] = {
        "dependency": dependency(folder, "flask", "2.0.1", 3),
        "status": AuditStatus.VULNERABLE,
        "decision": Decision.REFUSE,
        "advisories": advisories or (advisory(),),
        "upgrade": "2.3.2",
        "evidence": AuditEvidence.DATABASE,
    }
    return Audited(**(given | more))  # type: ignore[arg-type]


def clean(folder: Path, **more: object) -> Audited:
    given: dict[str, object] = {
        "dependency": dependency(folder, "idna", "3.7", 4),
        "status": AuditStatus.CLEAN,
        "decision": Decision.ADMIT,
        "evidence": AuditEvidence.DATABASE,
    }
    return Audited(**(given | more))  # type: ignore[arg-type]


def unauditable(folder: Path) -> Audited:
    return Audited(
        dependency=dependency(folder, "open", None, 5),
        status=AuditStatus.UNAUDITABLE,
        decision=Decision.HOLD,
        reason="no version is pinned",
    )


def ignored(folder: Path) -> Audited:
    one = Ignored(
        advisory=advisory("PYSEC-2026-2", aliases=()),
        reason="only in debug mode",
        origin="pyproject.toml",
        until="2026-12-31",
    )
    return clean(folder, ignored=(one,))


def audit(*audited: Audited, **more: object) -> Audit:
    given: dict[str, object] = {
        "audited": audited,
        "database": DATABASE,
        "policy": POLICY,
        "origins": ("requirements.txt",),
        "made_at": NOW,
    }
    return Audit(**(given | more))  # type: ignore[arg-type]


def everything(folder: Path) -> Audit:
    """Return an audit with something of every kind, hostile texts included."""
    nasty = advisory(
        HOSTILE,
        summary=HOSTILE,
        details=HOSTILE * 200,
        references=("javascript:alert(1)", "https://x.example/ [a](b)"),
        severity=None,
        score=None,
        vector="",
        fixed_in=(),
    )
    malware = advisory("MAL-2026-1", malware=True, fixed_in=(), epss=0.5, exploited=True)
    return audit(
        vulnerable(folder, reach=Reach(imported=True, where=("src/app.py:3",))),
        vulnerable(folder, nasty, upgrade="", reach=Reach(imported=False)),
        vulnerable(folder, malware, reach=Reach(imported=None, reason="no sources")),
        clean(folder),
        ignored(folder),
        unauditable(folder),
        notes=(HOSTILE,),
    )
