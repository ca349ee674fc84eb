"""A verdict in Markdown, to be pasted into an issue, and as a report to the registry."""

from collections.abc import Iterator, Sequence

from airlock.behaviour import Signal
from airlock.model import Finding, Severity, Verdict
from airlock.report.markdown import code, escaped, fence_for
from airlock.report.order import worst_first
from airlock.report.plain import one_line, printable

_MOST_FINDINGS = 40
_LONGEST_EVIDENCE = 4_000
_MOST_IN_REPORT = 8


def render_verdict_markdown(verdict: Verdict, url: str) -> str:
    """Return the verdict with its findings; every text of the package is quoted or escaped.

    Args:
        verdict: to tell.
        url: of its page.
    """
    artifact = verdict.artifact
    policy = f"{code(verdict.policy.name)} ({code(verdict.policy.version)})"
    decided = f"decided {verdict.decided_at:%Y-%m-%d %H:%M} UTC by the policy {policy}"
    lines = [
        f"## {verdict.decision.word}: {escaped(artifact.name.filename)}",
        "",
        *(f"- **{one.decision.word}**: {escaped(one.message)}" for one in verdict.reasons),
        "",
        f"sha256 {code(artifact.sha256)}, {decided}, checks {code(verdict.checks_version)}.",
        "",
        f"The evidence: <{url}>",
        "",
        *_findings(worst_first(verdict)),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    for one in findings[:_MOST_FINDINGS]:
        yield f"### {escaped(one.message)}"
        yield ""
        where = f"{one.path}:{one.line}" if one.line else one.path
        place = f" in {code(where)}" if where else ""
        sure = f"{one.severity.value} severity, {one.confidence.value} confidence"
        yield f"{sure}, {code(one.check)}{place}"
        yield ""
        if one.evidence:
            text = printable(one.evidence[:_LONGEST_EVIDENCE], keep_lines=True)
            fence = fence_for(text)
            yield f"{fence}text\n{text}\n{fence}\n"
    if len(findings) > _MOST_FINDINGS:
        yield f"and {len(findings) - _MOST_FINDINGS:,} more findings."


def registry_report(verdict: Verdict, deeds: Sequence[Signal] = ()) -> str:
    """Return what to write to the people of a registry about a release, in plain text.

    It says what was seen and where, and nothing of the index that saw it.

    Args:
        verdict: on the file.
        deeds: what it did in a sandbox that honest packages do not do, the strongest first.
    """
    artifact = verdict.artifact
    grave = [one for one in worst_first(verdict) if one.severity >= Severity.HIGH]
    version = one_line(artifact.release.version, longest=80)
    lines = [
        f"Subject: {artifact.release.project} {version}: suspected malware",
        "",
        "I would like to report a release that looks malicious to us.",
        "",
        f"Project: {artifact.release.project}",
        f"Release: {version}",
        f"File:    {one_line(artifact.name.filename, longest=255)}",
        f"SHA-256: {artifact.sha256}",
    ]
    if artifact.release.source:
        lines.append(f"Index:   {one_line(artifact.release.source, longest=200)}")
    lines += ["", "What was found by reading the file, without running it:", ""]
    lines += [line for one in grave[:_MOST_IN_REPORT] for line in _told(one)]
    if len(grave) > _MOST_IN_REPORT:
        lines.append(f"and {len(grave) - _MOST_IN_REPORT} more findings of this kind.")
    if not grave:
        lines += [f"- {one_line(one.message, longest=300)}" for one in verdict.reasons]
    lines += _done(deeds)
    lines += ["", f"Airlock, checks {verdict.checks_version}."]
    return "\n".join(lines) + "\n"


def _done(deeds: Sequence[Signal]) -> Iterator[str]:
    if not deeds:
        return
    yield from ("", "What it did in a sandbox, which knows no secrets and leads nowhere:", "")
    for one in deeds[:_MOST_IN_REPORT]:
        yield f"- {one.phase}: {one_line(one.message, longest=300)}"
    if len(deeds) > _MOST_IN_REPORT:
        yield f"and {len(deeds) - _MOST_IN_REPORT} more."


def _told(one: Finding) -> Iterator[str]:
    where = f"{one.path}:{one.line}" if one.line else one.path
    yield f"- {one_line(one.message, longest=300)}"
    if where:
        yield f"  in {one_line(where, longest=300)}"
    for row in [row for row in one.evidence.splitlines() if row.strip()][:4]:
        yield f"    {one_line(row, longest=200)}"
