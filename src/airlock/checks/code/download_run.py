"""Code that is fetched from the network and run.

What a package downloads and runs was not in the package when it was looked at. Three chains are
followed: data from the network that reaches `exec`, `eval` or an unpickler; a file that is written
from the network and then started, loaded or executed; and shell commands that do both at once
(`curl … | sh`, `powershell -enc …`, `mshta`, `certutil -urlcache`).

What is certain to be an attack, such as a program from a place for leftovers, weighs the same
wherever it is called; the rest weighs more in a package that hardly does anything else.

Build scripts that download a compiler, a model or a library are common and are not run by the
download itself; they are reported only where the chain to running it is closed.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from airlock.checks.code._addresses import is_dropper, is_throwaway
from airlock.checks.code._weights import WHEN, alone, attack, certain, firm, suspicion
from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import HOLE, Act, Context, Deed, Origin

_PIPELINE = re.compile(
    r"\b(curl|wget|fetch)\b.{1,300}(\|\s*(sudo\s+)?(ba|z|da|k)?sh\b|\|\s*(sudo\s+)?python"
    r"|(&&|;).{0,80}(chmod\s+\+x|chmod\s+[0-7]*[157]|\bsh\s|\bbash\s|\./))"
    r"|(ba|z|da)?sh\s+(-c\s+)?[\"'$(<]+\s*(curl|wget)\b"
    r"|\bpowershell(\.exe)?\b.{0,300}(-e(nc|ncodedcommand|c)?\s|iex\b|invoke-expression"
    r"|downloadstring|downloadfile|invoke-webrequest|\biwr\b|start-bitstransfer|hidden)"
    r"|\bmshta(\.exe)?\s+\S*(http|javascript|vbscript)"
    r"|\bcertutil(\.exe)?\b.{0,100}-urlcache|\bbitsadmin\b.{0,100}/transfer"
    r"|\bpip[0-9.]*\s+install\b.{0,200}https?://"
    r"|\b(deno|bun)\s+(run|x|install)\b.{0,200}https?://|\b(uvx|pipx\s+run|npx|bunx)\b.{0,200}https?://"
    r"|\bnode(js)?(\.exe)?\s+(-e|--eval|-p)\b.{0,400}(fetch\s*\(|https?\.get|child_process|https?://)"
    r"|\bexec\s+sh\s+-c\s+\{\s*(curl|wget)\b",
    re.IGNORECASE | re.DOTALL,
)
_EXECUTABLE = re.compile(
    r"\.(exe|scr|msi|bat|cmd|ps1|vbs|hta|dll|elf|apk|pyw?|sh|bin|jar)(\?|\s|$)", re.IGNORECASE
)
_SEPARATORS = re.compile(r"&&|\|\||[;|&\n]")
# What runs the file that it is given.
_INTERPRETERS = re.compile(
    r"(.*[/\\])?(ba|z|da|k)?sh|(.*[/\\])?python[0-9.w]*(\.exe)?|\{\}|start|cmd(\.exe)?|/[cb]|//\w+|-[a-z]+|sudo|nohup"
    r"|powershell(\.exe)?|pwsh|wscript|cscript|open|xdg-open|node|perl|ruby|java|rundll32|regsvr32|env",
    re.IGNORECASE,
)
# Interpreters that are given nothing but what was received.
_HANDED_ON = re.compile(
    r"(cmd(\.exe)?\s+/c|(ba|z|da)?sh\s+-c|powershell(\.exe)?\b.{0,80}?|python[\d.]*\s+(-c|-))\s*(\{\})?",
    re.IGNORECASE,
)
_TUCKED_AWAY = re.compile(
    r"(%(APPDATA|LOCALAPPDATA|TEMP|TMP|PROGRAMDATA)%|AppData|[/\\]Temp[/\\]|^/tmp/|[/\\]\.\w)"
    r".*\.(exe|scr|bat|cmd|ps1|vbs|dll|pyw?|sh)$",
    re.IGNORECASE,
)
# A shorter path would be found in every command.
_SHORTEST_PATH = 4


Weight = Callable[[Context], tuple[Severity, Confidence]]


class DownloadRun(Check):
    """Is something fetched and run?"""

    id = "code-download-run"
    version = 5

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for every closed chain from the network to execution."""
        program = subject.program
        for act in program.of(Deed.EXECUTE):
            if Origin.NETWORK in act.origins():
                told = "What the network answers is executed"
                yield _finding(act, told, _of_answer(act)(act.context))
        for act in program.of(Deed.PROCESS):
            if _PIPELINE.search(act.text):
                weight = certain if _is_thrown(act) else firm if _is_left(act) else alone(program)
                what = "A command fetches something and runs it"
                yield _finding(act, what, weight(act.context))
            elif Origin.NETWORK in act.origins() and _is_answered(act):
                what = "What the network answers is run as a command"
                weight = certain if _is_thrown(act) else firm
                yield _finding(act, what, weight(act.context))
        starts = list(program.of(Deed.PROCESS, Deed.LOAD))
        starts += (act for act in program.of(Deed.EXECUTE) if _is_of_file(act))
        yield from _dropped(_carried(list(program.of(Deed.WRITE))), starts, alone(program))
        yield from _programs(list(program.of(Deed.REQUEST, least=Context.SCRIPT)), starts)


def _is_answered(act: Act) -> bool:
    """Tell whether the command itself is what was received, not only one of its arguments."""
    text = act.text.strip()
    return text == HOLE or bool(_HANDED_ON.fullmatch(text))


def _of_answer(act: Act) -> Weight:
    """Weigh that an answer is executed: unpickling one trusts a server, as many do."""
    if "pickle" in act.options:
        return suspicion
    return certain if _is_thrown(act) else firm


def _is_of_file(act: Act) -> bool:
    """Tell whether what is executed is a file: by its path, or read first."""
    return "file" in act.options or Origin.FILE in act.origins()


def _carried(writes: Sequence[Act]) -> list[Act]:
    """Return all writes; what is moved was written from where its first place was."""
    hidden = {
        _name(write.text): write
        for write in writes
        if "copy" not in write.options and write.origins() & {Origin.NETWORK, Origin.PAYLOAD}
    }
    found = list(writes)
    for write in writes:
        if "copy" in write.options:
            moved = [_name(one.what) for one in write.sources if one.origin is Origin.FILE]
            known = (name for name in moved if HOLE not in name and len(name) >= _SHORTEST_PATH)
            first = next((hidden[name] for name in known if name in hidden), None)
            if first is not None and first.path == write.path:
                sources = tuple(sorted({*write.sources, *first.sources}))
                found.append(msgspec.structs.replace(write, sources=sources))
    return found


def _name(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]


def _is_thrown(act: Act) -> bool:
    """Tell whether what is fetched was left where nobody leaves their own programs."""
    sources = [source.what for source in act.sources if source.origin is Origin.NETWORK]
    return any(map(is_throwaway, (act.text, *sources)))


def _is_left(act: Act) -> bool:
    """Tell whether what is fetched was left where anybody can leave things."""
    sources = [source.what for source in act.sources if source.origin is Origin.NETWORK]
    return any(map(is_dropper, (act.text, *sources)))


def _dropped(writes: Iterable[Act], starts: Iterable[Act], usual: Weight) -> Iterator[Finding]:
    """Yield what is written from the network or a payload, and started in the same module."""
    for write in writes:
        hidden = write.origins() & {Origin.NETWORK, Origin.PAYLOAD}
        if not hidden:
            continue
        for start in starts:
            if start.path == write.path and _starts(start, write):
                what = "fetched" if Origin.NETWORK in hidden else "decoded"
                weight = _of_drop(write, start, usual)
                text = f"A file is {what}, written and run"
                yield _finding(start, text, weight(start.context))
                break


def _of_drop(write: Act, start: Act, usual: Weight) -> Weight:
    if _is_thrown(write):
        return certain
    if not _is_tucked_away(write, start):
        return firm if _is_left(write) or _is_script(write) else usual
    decoded = Origin.PAYLOAD in write.origins() and Origin.NETWORK not in write.origins()
    return certain if decoded or _is_left(write) else firm


def _is_script(write: Act) -> bool:
    """Tell a script for Windows that nobody distributes programs as."""
    fetched = [source.what for source in write.sources if source.origin is Origin.NETWORK]
    return any(map(_SCRIPT.search, (write.text, *fetched)))


_SCRIPT = re.compile(r"\.(vbs|vbe|hta|scr|pif|jse|wsf)(\?|\s|$)", re.IGNORECASE)


def _is_tucked_away(write: Act, start: Act) -> bool:
    """Tell whether a program is put where a user does not look, or started out of sight."""
    return "hidden" in start.options or bool(_TUCKED_AWAY.search(write.text))


def _programs(requests: Iterable[Act], starts: Iterable[Act]) -> Iterator[Finding]:
    """Yield requests for something executable, in a module that starts something as readily."""
    for request in requests:
        if _EXECUTABLE.search(request.text):
            for start in starts:
                if start.path == request.path and start.context >= Context.SCRIPT:
                    what = "A program is fetched and something is run"
                    yield _finding(request, what, attack(request.context))
                    break


def _starts(start: Act, write: Act) -> bool:
    """Tell whether what is started is the written file, not a tool that is given it."""
    written = write.text.strip()
    if start.deed is Deed.EXECUTE:
        read = [source.what for source in start.sources if source.origin is Origin.FILE]
        return _name(written) in map(_name, (start.text, *read)) and written != HOLE
    if len(written) < _SHORTEST_PATH or written == "{}":
        same_place = start.scope == write.scope and start.line >= write.line
        return same_place and any("{}" in command for command in _commands(start))
    name = written.replace("\\", "/").rpartition("/")[2]
    name = name if len(name) >= _SHORTEST_PATH else written
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


def _finding(act: Act, what: str, weight: tuple[Severity, Confidence]) -> Finding:
    severity, confidence = weight
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
