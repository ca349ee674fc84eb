"""Code that is fetched from the network and run.

What a package downloads and runs was not in the package when it was looked at. Three chains are
followed: data from the network that reaches `exec`, `eval` or an unpickler; a file that is written
from the network and then started, loaded or executed; and shell commands that do both at once
(`curl … | sh`, `powershell -enc …`, `mshta`, `certutil -urlcache`).

Build scripts that download a compiler, a model or a library are common and are not run by the
download itself; they are reported only where the chain to running it is closed.
"""

import re
from collections.abc import Iterable, Iterator

from airlock.checks.code._weights import WHEN, attack, suspicion
from airlock.checks.interface import Check, Subject
from airlock.model import Finding
from airlock.syntax import Act, Context, Deed, Origin

_PIPELINE = re.compile(
    r"\b(curl|wget|fetch)\b.{1,300}(\|\s*(sudo\s+)?(ba|z|da|k)?sh\b|\|\s*(sudo\s+)?python"
    r"|(&&|;).{0,80}(chmod\s+\+x|chmod\s+[0-7]*[157]|\bsh\s|\bbash\s|\./))"
    r"|(ba|z|da)?sh\s+(-c\s+)?[\"'$(<]+\s*(curl|wget)\b"
    r"|\bpowershell(\.exe)?\b.{0,300}(-e(nc|ncodedcommand|c)?\s|iex\b|invoke-expression"
    r"|downloadstring|downloadfile|invoke-webrequest|\biwr\b|start-bitstransfer|hidden)"
    r"|\bmshta(\.exe)?\s+\S*(http|javascript|vbscript)"
    r"|\bcertutil(\.exe)?\b.{0,100}-urlcache|\bbitsadmin\b.{0,100}/transfer"
    r"|\bpip[0-9.]*\s+install\b.{0,200}https?://",
    re.IGNORECASE | re.DOTALL,
)
_EXECUTABLE = re.compile(
    r"\.(exe|scr|msi|bat|cmd|ps1|vbs|hta|dll|elf|apk|pyw?|sh|bin|jar)(\?|\s|$)", re.IGNORECASE
)
_SEPARATORS = re.compile(r"&&|\|\||[;|&\n]")
# What runs the file that it is given.
_INTERPRETERS = re.compile(
    r"(.*[/\\])?(ba|z|da|k)?sh|(.*[/\\])?python[0-9.w]*(\.exe)?|\{\}|start|cmd(\.exe)?|/[cb]|-[a-z]+|sudo|nohup"
    r"|powershell(\.exe)?|pwsh|wscript|cscript|open|xdg-open|node|perl|ruby|java|rundll32|regsvr32|env",
    re.IGNORECASE,
)
# A shorter path would be found in every command.
_SHORTEST_PATH = 4


class DownloadRun(Check):
    """Is something fetched and run?"""

    id = "code-download-run"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for every closed chain from the network to execution."""
        program = subject.program
        for act in program.of(Deed.EXECUTE):
            if Origin.NETWORK in act.origins():
                sure = "pickle" not in act.options
                yield _finding(act, "What the network answers is executed", sure=sure)
        for act in program.of(Deed.PROCESS):
            if _PIPELINE.search(act.text):
                yield _finding(act, "A command fetches something and runs it", sure=True)
            elif Origin.NETWORK in act.origins():
                yield _finding(act, "What the network answers is run as a command", sure=True)
        starts = list(program.of(Deed.PROCESS, Deed.LOAD))
        yield from _dropped(list(program.of(Deed.WRITE)), starts)
        yield from _programs(list(program.of(Deed.REQUEST, least=Context.SCRIPT)), starts)


def _dropped(writes: Iterable[Act], starts: Iterable[Act]) -> Iterator[Finding]:
    """Yield what is written from the network or a payload, and started in the same module."""
    for write in writes:
        hidden = write.origins() & {Origin.NETWORK, Origin.PAYLOAD}
        if not hidden:
            continue
        for start in starts:
            if start.path == write.path and _starts(start, write):
                what = "fetched" if Origin.NETWORK in hidden else "decoded"
                yield _finding(start, f"A file is {what}, written and run", sure=True)
                break


def _programs(requests: Iterable[Act], starts: Iterable[Act]) -> Iterator[Finding]:
    """Yield requests for something executable, in a module that starts something as readily."""
    for request in requests:
        if _EXECUTABLE.search(request.text):
            for start in starts:
                if start.path == request.path and start.context >= Context.SCRIPT:
                    yield _finding(request, "A program is fetched and something is run", sure=True)
                    break


def _starts(start: Act, write: Act) -> bool:
    """Tell whether what is started is the written file, not a tool that is given it."""
    written = write.text.strip()
    if len(written) < _SHORTEST_PATH or written == "{}":
        same_place = start.scope == write.scope and start.line >= write.line
        return same_place and any("{}" in command for command in _commands(start))
    name = written.replace("\\", "/").rpartition("/")[2]
    return any(
        written in command or name in command.replace("\\", "/").split("/")
        for command in _commands(start)
    )


def _commands(start: Act) -> Iterator[str]:
    """Yield what an act runs: each program of a command line, and what an interpreter is given."""
    if start.deed is Deed.LOAD:
        yield start.text
        return
    for piece in _SEPARATORS.split(start.text):
        words = piece.split()
        while words:
            yield words[0].strip("\"'")
            if not _INTERPRETERS.fullmatch(words.pop(0).strip("\"'")):
                break
            if words:
                yield " ".join(words)


def _finding(act: Act, what: str, *, sure: bool) -> Finding:
    severity, confidence = (attack if sure else suspicion)(act.context)
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"{what} {WHEN[act.context]}: {act.target}.",
        path=act.path,
        line=act.line,
        evidence="\n".join(filter(None, [act.evidence, act.text, *_from(act)])),
    )


def _from(act: Act) -> list[str]:
    return [
        f"from {source.what} (line {source.line})"
        for source in act.sources
        if source.origin in {Origin.NETWORK, Origin.PAYLOAD}
    ]
