"""Code that is written so that people or tools do not see it.

Bidirectional controls show source in another order than it runs (CVE-2021-42574), code behind
hundreds of spaces lies outside every window, encodings that nobody uses hide the whole file, and a
NUL byte ends the file for some readers. Obfuscators call everything by long names of two or three
letters that look alike (`lIlIIl`, `OO0O0O`, underscores), or by names in letters of another script
that look like ours. Whether code is honest cannot be told from its spelling, so these weigh by
where they stand and by what else is in the file; only code that runs something and was pushed out
of sight leaves no doubt.

What could not be read although it would run and has words of code in it makes this check fail: code
that was not looked at is never clean. A line that no Python can parse and that only names something
of note is told (medium).
"""

import re
from collections.abc import Iterator

from airlock.checks.code._weights import WHEN
from airlock.checks.interface import Check, Subject
from airlock.errors import NotExamined
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Context, Gap, Oddity

_WEIGHTY = frozenset(
    {"hidden-column", "strange-encoding", "unknown-encoding", "invisible", "confusing-names"}
)
# What code that somebody pushed out of sight is for.
_ACTING = re.compile(
    r"\b(exec|eval|compile|__import__|getattr|globals|system|popen|subprocess|marshal|b64decode|"
    r"fromhex|decompress|urlopen|requests|socket|Fernet|import)\b"
)


class Readable(Check):
    """Can the code be read, by people and by us?"""

    id = "code-readable"
    version = 5

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield what hides code.

        Raises:
            NotExamined: if code that would run could not be looked at.
        """
        for oddity in subject.program.oddities:
            yield _finding(oddity)
        unread = [gap for gap in subject.program.gaps if gap.context > Context.DORMANT]
        if unread:
            raise NotExamined(_told(unread))


def _finding(oddity: Oddity) -> Finding:
    runs = oddity.context >= Context.SCRIPT
    severity, confidence = Severity.LOW, Confidence.LOW
    if oddity.code == "hidden-column" and runs and _is_pushed_aside(oddity.evidence):
        severity = Severity.CRITICAL if oddity.context >= Context.IMPORT else Severity.HIGH
        confidence = Confidence.HIGH
    elif oddity.code in _WEIGHTY and oddity.suspicious:
        severity = Severity.HIGH if runs else Severity.MEDIUM
        confidence = Confidence.MEDIUM if runs else Confidence.LOW
    elif oddity.suspicious and runs:
        severity, confidence = Severity.MEDIUM, Confidence.MEDIUM
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"{oddity.message} It runs {WHEN[oddity.context]}.",
        path=oddity.path,
        line=oddity.line,
        evidence=oddity.evidence,
    )


def _is_pushed_aside(code: str) -> bool:
    """Tell a statement that somebody put behind another one, out of sight, from odd lay-out."""
    return code.startswith(";") or bool(_ACTING.search(code))


def _told(gaps: list[Gap]) -> str:
    first = gaps[0]
    more = f", and {len(gaps) - 1} more" if len(gaps) > 1 else ""
    return f"{first.path}, line {first.line}: {first.reason}{more}"
