"""Commands that no package has a reason to start.

Code that starts a shell is judged by what it tells it: to open a connection back to somebody, to
send secrets away, to decode something and run it, to switch off what protects the system, to mine,
to stay, to destroy. The same expressions judge scripts of other languages (`code-shell-scripts`);
here they are asked of the command lines that Python code starts.

Two more are signs of a proof of concept: starting a calculator or an editor at installation, and
shutting the machine down. Another is to start a programmer's assistant, which has credentials and
tools, and to tell it to act without asking. Commands of build tools, version control and package
managers are no matter for this check; what is fetched and run is `code-download-run`'s.
"""

import re
from collections.abc import Callable, Iterator

from airlock.binary.languages import Language
from airlock.binary.script_deeds import deeds
from airlock.checks.code._weights import WHEN, alone, firm, suspicion
from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import HOLE, Act, Context, Deed

# What ``script_deeds`` finds that is judged elsewhere, or that starting a process is by itself.
_ELSEWHERE = frozenset({"fetch and run", "starts a process"})
_SURE = frozenset({"reverse shell", "takes secrets away", "disables protection", "mines"})
_SAID = {
    "reverse shell": "opens a shell for somebody else",
    "takes secrets away": "sends credentials or the environment away",
    "sends to a webhook": "sends something to a webhook",
    "decode and run": "decodes something and runs it",
    "disables protection": "switches off what protects the system",
    "mines": "mines a currency",
    "stays": "registers something to run again",
    "destroys": "destroys files",
}
_PUBLISHES = "publishes a package"
_TOY = (
    r"^(cmd(\.exe)?\s+/[ck]\s+)?(start\s+)?([^\s/\\]*[/\\])*"
    r"(calc|notepad|mspaint|gnome-calculator|xcalc|kcalc)(\.exe)?[\"']?$"
)
_UNASKED = (
    r"--dangerously-(skip-permissions|bypass-approvals)|\b(gemini|qwen)\b.*--yolo\b"
    r"|\bq\s+chat\b.*--trust-all-tools"
)
_EARLY = (
    (_TOY, "shows that it can"),
    (r"^open\s+(-a\s+)?\S*(calculator|textedit)", "shows that it can"),
    (r"^(sudo\s+)?(poweroff|reboot|halt|shutdown|init\s+[06])\b", "shuts the machine down"),
    (r"^(touch|echo\b.*>)\s*/tmp/\S*(pwn|hack|rce|poc|evil|own)", "shows that it can"),
    (r"\battrib\s+\+[hs]\b", "hides a file"),
    (r"^(\S*python\S*\s+-m\s+)?twine\s+upload\b|\bnpm\s+publish\b", _PUBLISHES),
    (_UNASKED, "tells an assistant to act without asking"),
    (r"\bbase64\s+(-d|--decode|-D)\b.*\|\s*(ba|z|da)?sh\b", "decodes something and runs it"),
    (r"^start\s+(\S*[/\\])?python\S*\s+%TEMP%", "starts code that it wrote, out of sight"),
    (r"\bsystemctl\s+(--user\s+)?enable\b|\bcrontab\s+-|\blaunchctl\s+load\b", "stays"),
    (r"\bschtasks\b.*/create\b|\breg\s+add\b.*\\run\b", "stays"),
)
_JOINTS = re.compile(r"&&|\|\||[;&\n]")
# What an installation that works on a machine has to show to whoever planned it, or spoils.
_PROOFS = frozenset({"shows that it can", "shuts the machine down"})
_EXPRESSIONS = tuple((re.compile(source, re.IGNORECASE), what) for source, what in _EARLY)


class Command(Check):
    """Is a command started that no package has a reason to start?"""

    id = "code-command"
    version = 5

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for every command that says by itself what it is for."""
        for act in subject.program.of(Deed.PROCESS):
            command = act.text.strip()
            if not command.replace(HOLE, "").strip():
                continue
            usual = alone(subject.program)
            found = list(_of_script(act, command, usual)) or list(_of_expressions(act, command))
            yield from found[:1]


def _of_script(
    act: Act, command: str, usual: Callable[[Context], tuple[Severity, Confidence]]
) -> Iterator[Finding]:
    for deed in deeds(command.encode("utf-8", "replace"), Language.SHELL):
        if deed.kind not in _ELSEWHERE:
            weight = firm if deed.kind in _SURE else usual
            if deed.kind in {"stays", "destroys"}:
                weight = suspicion
            what = _SAID.get(deed.kind, deed.kind)
            yield _finding(act, what, weight(act.context), deed.text)


def _of_expressions(act: Act, command: str) -> Iterator[Finding]:
    pieces = [piece.strip() for piece in _JOINTS.split(command[:4_000])]
    for expression, what in _EXPRESSIONS:
        if any(map(expression.search, (command, *pieces))):
            early = act.context >= Context.IMPORT
            weight = (Severity.HIGH, Confidence.HIGH) if early else suspicion(act.context)
            if what in _PROOFS and early:
                weight = Severity.CRITICAL, Confidence.HIGH
            elif what == _PUBLISHES and act.context is not Context.IMPORT:
                # Many a setup.py does it for its author, asked by an argument.
                weight = Severity.MEDIUM, Confidence.MEDIUM
            yield _finding(act, _SAID.get(what, what), weight, command)


def _finding(act: Act, what: str, weight: tuple[Severity, Confidence], command: str) -> Finding:
    severity, confidence = weight
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"A command that {what} is started {WHEN[act.context]}.",
        path=act.path,
        line=act.line,
        evidence="\n".join(dict.fromkeys((command, act.evidence))),
    )
