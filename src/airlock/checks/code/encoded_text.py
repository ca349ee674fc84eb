"""Addresses, commands and code that are written down encoded.

Whoever reads a package looks for addresses and for words such as `curl`; whoever has something to
hide writes them down as base64, as hexadecimal digits, as escapes, or backwards, and decodes them
just before use. A literal that decodes to such a thing is reported, whether or not it could be seen
where it is used:

- **the address of a webhook, a bot, a call-back service or a bare host** (high; critical where the
  secret of the place is written down, or where the code runs at installation);
- **a command of a shell** that fetches or starts something, or **code that runs data** (high);
- **any other address, any other code** (medium): there are tests and puzzles.

Pictures, certificates, tokens and data are no text and are spared; so is whatever lies in tests and
documentation. What is seen to be executed is `code-decode-exec`'s matter. Text that is encrypted,
or encoded twice, is not seen here.
"""

import base64
import binascii
import codecs
import re
from collections.abc import Iterator

from airlock.checks.code._addresses import collector, is_hard_coded, is_throwaway
from airlock.checks.code._weights import WHEN
from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Context, Deed, Mention

_ADDRESS = re.compile(r"(https?|ftp|wss?|stratum\+\w+)://[\w.-]+", re.IGNORECASE)
_COMMAND = re.compile(
    r"\s*(curl|wget|powershell|cmd(\.exe)?\s+/c|/bin/(ba)?sh|(ba)?sh\s+-c|certutil|mshta)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\s*(#[^\n]*\n\s*)*(import|from)\s+\w+|\s*(exec|eval|__import__)\s*\(")
_RUNS = re.compile(
    r"\b(exec|eval|os\.system|popen|subprocess|urlopen|requests\.(get|post)|socket\.socket|"
    r"__import__|marshal|ctypes|winreg)\b"
)
_PRINTABLE = 0.95
_BEGINNING = 20

Verdict = tuple[Severity, Confidence, str]


class EncodedText(Check):
    """Is something written down so that its readers do not see what it is?"""

    id = "code-encoded-text"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each encoded text, each once."""
        told: set[str] = set()
        executed = [act.evidence for act in subject.program.of(Deed.EXECUTE)]
        for mention in subject.program.mentioned("encoded-text", least=Context.CALLED):
            text = _decoded(mention.text)
            judged = _judged(text, mention)
            seen = any(evidence.startswith(text[:_BEGINNING]) for evidence in executed)
            if judged is not None and not seen and text not in told:
                told.add(text)
                yield _finding(mention, text, judged)


def _decoded(text: str) -> str:
    """Return what an encoded text stands for; empty if it stands for nothing that people read."""
    if "//:" in text:
        return text[::-1]
    raw = _raw(text)
    plain = raw.decode("utf-8", "replace").rstrip("\ufffd")
    letters = sum(letter.isprintable() or letter in "\r\n\t" for letter in plain)
    return plain if plain and letters >= _PRINTABLE * len(plain) else ""


def _raw(text: str) -> bytes:
    try:
        if text.startswith("\\x"):
            return codecs.decode(text, "unicode_escape").encode("latin-1", "replace")
        if re.fullmatch(r"[0-9a-fA-F]+", text):
            return bytes.fromhex(text[: len(text) // 2 * 2])
        whole = text.rstrip("=")[: len(text.rstrip("=")) // 4 * 4]
        return base64.b64decode(whole.replace("-", "+").replace("_", "/"))
    except (binascii.Error, ValueError):
        return b""


def _judged(text: str, mention: Mention) -> Verdict | None:
    early = mention.context >= Context.STARTUP
    if _ADDRESS.match(text.strip()):
        return _of_address(text, early=early)
    runs = Severity.CRITICAL if early else Severity.HIGH
    sure = Confidence.HIGH if early else Confidence.MEDIUM
    if mention.text.startswith("\\x"):
        # Some write down bytes, and some all their text, as escapes.
        runs, sure = Severity.HIGH, Confidence.MEDIUM
    if _COMMAND.match(text):
        return runs, sure, "A command"
    if _CODE.match(text):
        dangerous = bool(_RUNS.search(text))
        return (runs, sure, "Code") if dangerous else (Severity.MEDIUM, Confidence.MEDIUM, "Code")
    return None


def _of_address(text: str, *, early: bool) -> Verdict:
    place = collector(text)
    if is_hard_coded(text) or (early and (place or is_throwaway(text))):
        return Severity.CRITICAL, Confidence.HIGH, f"The address of {place or 'a drop'}"
    if place or is_throwaway(text) or early:
        return Severity.HIGH, Confidence.MEDIUM, f"The address of {place or 'a host'}"
    return Severity.MEDIUM, Confidence.MEDIUM, "An address"


def _finding(mention: Mention, text: str, judged: Verdict) -> Finding:
    severity, confidence, what = judged
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"{what} is written down encoded in code that runs {WHEN[mention.context]}.",
        path=mention.path,
        line=mention.line,
        evidence=f"{mention.text}\n{text}",
    )
