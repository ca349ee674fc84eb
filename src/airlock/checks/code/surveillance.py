"""Code that watches the user: keys, screen, camera, microphone, clipboard.

A library that writes down what is typed, or looks at the screen, and talks to somebody, is a spy;
programs for remote help, tests of user interfaces and assistants watch as well, but do not send
from the place where they watch, do not hide that they run, and rarely watch in every way at once.

- **A clipper** (critical): the clipboard is read and set in a module that knows what addresses of
  wallets look like, or an address of a wallet is put into it.
- **A keylogger** (critical): what is typed is collected in a module that also sends something away.
- **A spy** (high): the user is watched in three ways or more, or in two by a package that also sees
  to it that it runs again, and the package talks to somebody.
- **Watching begins at import or installation** (high), without that anybody asked for it.

What is watched and then sent, where the data itself can be followed, is `code-exfiltration`'s.
"""

import re
from collections.abc import Iterator

from airlock.checks.code._weights import WHEN
from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Act, Context, Deed, Program

_WATCHING = frozenset({"keys", "screen", "camera", "microphone", "clipboard"})
_WAYS = 3
_WALLET = re.compile(
    r"^(0x[0-9a-fA-F]{40}|bc1[0-9a-z]{25,59}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|T[1-9A-HJ-NP-Za-km-z]{33}"
    r"|4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}|ltc1[0-9a-z]{25,59}|[LM][1-9A-HJ-NP-Za-km-z]{26,33})$"
)
_RUN_KEY = re.compile(r"CurrentVersion\\+Run", re.IGNORECASE)


class Surveillance(Check):
    """Is the user watched?"""

    id = "code-surveillance"
    version = 2

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield clippers, keyloggers, spies, and watching that nobody asked for."""
        program = subject.program
        acts = list(program.of(Deed.COLLECT, least=Context.CALLED))
        if not acts:
            return
        modules: dict[str, list[Act]] = {}
        for act in acts:
            modules.setdefault(act.path, []).append(act)
        for path, watching in modules.items():
            found = _clipper(watching, program) or _keylogger(path, watching, program)
            if found is not None:
                yield found
        spy = _spy(acts, program)
        if spy is not None:
            yield spy
        yield from _unasked(acts)


def _ways(acts: list[Act]) -> set[str]:
    return {option for act in acts for option in act.options & _WATCHING}


def _clipper(acts: list[Act], program: Program) -> Finding | None:
    setting = next((act for act in acts if "set-clipboard" in act.options), None)
    if setting is None:
        return None
    if _WALLET.match(setting.text.strip()):
        told = "An address of a wallet is put into the clipboard"
        return _finding(setting, told, Severity.CRITICAL, Confidence.HIGH)
    patterns = program.mentioned("wallet-pattern", least=Context.CALLED)
    knows = any(mention.path == setting.path for mention in patterns)
    if knows and "clipboard" in _ways(acts):
        told = "The clipboard is read for addresses of wallets and set"
        return _finding(setting, told, Severity.CRITICAL, Confidence.HIGH)
    return None


def _keylogger(path: str, acts: list[Act], program: Program) -> Finding | None:
    typed = next((act for act in acts if "keys" in act.options), None)
    if typed is None or not any(act.path == path for act in _sendings(program)):
        return None
    told = "What is typed is collected, and something is sent"
    return _finding(typed, told, Severity.CRITICAL, Confidence.HIGH)


def _spy(acts: list[Act], program: Program) -> Finding | None:
    ways = _ways(acts)
    stays = any(_RUN_KEY.search(act.text) for act in program.of(Deed.PERSIST))
    talks = any(program.of(Deed.REQUEST, Deed.CONNECT, Deed.SEND, least=Context.CALLED))
    if not talks or len(ways) < _WAYS - stays:
        return None
    told = f"The user is watched in several ways ({', '.join(sorted(ways))}), and somebody told"
    return _finding(acts[0], told, Severity.HIGH, Confidence.MEDIUM)


def _unasked(acts: list[Act]) -> Iterator[Finding]:
    for act in acts:
        if act.context >= Context.IMPORT and act.options & _WATCHING:
            ways = ", ".join(sorted(act.options & _WATCHING))
            yield _finding(act, f"Watching begins ({ways})", Severity.HIGH, Confidence.MEDIUM)


def _sendings(program: Program) -> Iterator[Act]:
    for act in program.of(Deed.REQUEST, Deed.SEND, least=Context.CALLED):
        if act.deed is Deed.SEND or act.options & {"post", "body"}:
            yield act


def _finding(act: Act, told: str, severity: Severity, confidence: Confidence) -> Finding:
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"{told} {WHEN[act.context]}: {act.target}.",
        path=act.path,
        line=act.line,
        evidence="\n".join(filter(None, [act.evidence, act.text])),
    )
