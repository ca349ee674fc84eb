"""The formats of an audit; each is imported when it is asked for."""

from pathlib import Path

from airlock.model.audit import Audit
from airlock.report.results import code_of

FORMATS = ("text", "json", "sarif", "cyclonedx", "openvex", "markdown")


def render_audit(form: str, audit: Audit, *, verbose: bool, author: str = "airlock") -> str:
    """Return an audit in one of its formats, with a final line feed.

    Args:
        form: one of ``FORMATS``.
        audit: to be shown.
        verbose: in a text, show what is clean, too.
        author: of an OpenVEX document.
    """
    if form == "json":
        from airlock.report.audit_json import render_audit_json

        return render_audit_json(audit)
    if form == "sarif":
        from airlock.report.audit_sarif import render_audit_sarif

        return render_audit_sarif(audit, root=Path.cwd())
    if form == "cyclonedx":
        from airlock.report.audit_cyclonedx import render_audit_cyclonedx

        return render_audit_cyclonedx(audit)
    if form == "openvex":
        from airlock.report.openvex import render_openvex

        return render_openvex(audit, author)
    if form == "markdown":
        from airlock.report.audit_markdown import render_audit_markdown

        return render_audit_markdown(audit)
    from airlock.report.audit_text import render_audit_text

    return render_audit_text(audit, verbose=verbose)


def audit_exit_code(audit: Audit) -> int:
    """Return 0 for clean or tolerated, 1 for vulnerable, 3 if not everything could be looked at."""
    return code_of(audit.decision)
