"""Shells that somebody else types into.

A connection takes the place of the standard streams of a shell (`dup2`, `pty.spawn`, a process
whose input is the socket), or a loop runs whatever a socket receives and sends back what it prints.
Either gives a stranger the machine.

Servers, terminals and test tools redirect streams as well, and clients connect: only both together,
in one function or at one place of a module, are a shell for somebody else.
"""

from collections.abc import Iterator

from airlock.archive.interface import NESTED
from airlock.checks.code._weights import WHEN, certain, firm
from airlock.checks.interface import Check, Subject
from airlock.model import Finding
from airlock.syntax import HOLE, Act, Context, Deed, Origin, Program

_SHELLS = ("sh", "bash", "zsh", "dash", "cmd", "cmd.exe", "powershell", "powershell.exe", "pwsh")


class ReverseShell(Check):
    """Is a shell handed to whoever is at the other end of a connection?"""

    id = "code-reverse-shell"
    version = 3

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for every place where a connection meets a shell."""
        program = subject.program
        connected: dict[tuple[str, str], Act] = {}
        for act in _connections(program):
            connected.setdefault(_place(act), act)
            if NESTED in act.path:
                connected.setdefault((act.path, ""), act)
        told: set[tuple[str, str]] = set()
        for act in program.of(Deed.REDIRECT, Deed.PROCESS, least=Context.CALLED):
            place = _place(act)
            if place not in connected and act.deed is Deed.REDIRECT:
                # Of a hidden script, all functions are for one thing.
                place = (act.path, "")
            if place in connected and place not in told and _hands_over(act):
                told.add(place)
                yield _finding(connected[place], act)


def _connections(program: Program) -> Iterator[Act]:
    for act in program.of(Deed.CONNECT, least=Context.CALLED):
        if not act.text.startswith(("127.", "localhost", "::1")):
            yield act


def _place(act: Act) -> tuple[str, str]:
    return act.path, act.scope


def _hands_over(act: Act) -> bool:
    """Tell whether a shell is started here, or streams are replaced, or what came in is run."""
    if act.deed is Deed.REDIRECT or Origin.NETWORK in act.origins():
        return True
    words = act.text.replace("\\", "/").split()
    interactive = bool(words) and words[0].rpartition("/")[2].lower() in _SHELLS
    return interactive and len(words) <= 2  # noqa: PLR2004 - a shell and ``-i``


def _is_fixed(connection: Act) -> bool:
    """Tell whether it is written down who is at the other end."""
    host = connection.text.split()[0] if connection.text.split() else ""
    return HOLE not in host and "." in host and not host.startswith(("10.", "192.168.", "0."))


def _finding(connection: Act, act: Act) -> Finding:
    context = min(connection.context, act.context)
    weight = certain if _is_fixed(connection) else firm
    severity, confidence = weight(context)
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"A shell is handed to {connection.text[:80]} {WHEN[context]}: {act.target}.",
        path=act.path,
        line=act.line,
        evidence="\n".join(filter(None, [connection.evidence, act.evidence, act.text])),
    )
