"""Scripts for other interpreters that fetch and run, decode and run, spy, stay or destroy.

Shell, PowerShell, batch, VBScript, AppleScript and JavaScript files, what tells a system to run
something (systemd, launchd, cron, desktop and registry files), and what builds run (make, CMake,
Meson, npm, Cargo). Comments are left out; tricks that hide words are undone: variables,
continued lines, carets, back-ticks, `${IFS}`; what a line hands to a decoder is decoded and
looked at again.

What a script does is weighed by who runs it: code of the package at installation or import (up to
critical), a command that is installed or code when it is called, nobody that could be found, or
only developers, in tests, documentation and automation. Installing a tool with `curl … | sh` is
what honest projects do in their automation, so that by itself it is for information only there;
from a bare address or a host for throw-away files it is worse everywhere.

- **Reverse shells, taking secrets away** (high where shipped).
- **Decoding and running, disabling protection, mining, complete webhooks** (high where shipped).
- **Fetching and running** (low where shipped, high from a suspicious address).
- **Staying**: cron, log-on, services (low where shipped), **destroying** (medium).
"""

import re
from collections.abc import Iterator

from airlock.binary.contents import Item, Kind
from airlock.binary.languages import Language
from airlock.binary.script_deeds import ScriptDeed, deeds
from airlock.binary.standing import stands_aside
from airlock.checks.code._reached import Reach, reach
from airlock.checks.interface import Check, Subject
from airlock.errors import ArchiveError, NotExamined
from airlock.model import ArtifactKind, Confidence, Finding, Severity
from airlock.syntax import Context

_Weight = tuple[Severity, Confidence]
_I, _L, _M, _H, _C = Severity
_l, _m, _h = Confidence
# Who runs it: only developers; nobody that was found; a command or a call; installation or import.
_WEIGHTS: dict[str, tuple[_Weight, _Weight, _Weight, _Weight]] = {
    "reverse shell": ((_M, _l), (_H, _m), (_C, _h), (_C, _h)),
    "takes secrets away": ((_M, _l), (_H, _m), (_C, _h), (_C, _h)),
    "sends to a webhook": ((_L, _l), (_H, _m), (_H, _h), (_C, _h)),
    "decode and run": ((_L, _m), (_H, _m), (_H, _h), (_C, _h)),
    "disables protection": ((_L, _m), (_H, _m), (_H, _h), (_C, _h)),
    "mines": ((_L, _m), (_H, _m), (_H, _h), (_C, _h)),
    "fetch and run": ((_I, _l), (_L, _l), (_M, _m), (_H, _h)),
    "fetch and run from a suspicious address": ((_L, _m), (_H, _m), (_H, _h), (_C, _h)),
    "starts a process": ((_I, _l), (_M, _l), (_M, _m), (_H, _m)),
    "stays": ((_I, _l), (_L, _l), (_M, _l), (_H, _m)),
    "destroys": ((_L, _l), (_M, _m), (_H, _m), (_H, _h)),
}
_ASIDE, _SHIPPED, _RUN, _EARLY = range(4)
_SUSPICIOUS = re.compile(
    r"https?://\d{1,3}(\.\d{1,3}){3}|pastebin\.com/raw|hastebin|rentry\.co|paste\.ee|termbin|ix\.io|"
    r"transfer\.sh|anonfiles?\.|gofile\.io|file\.io/|catbox\.moe|0x0\.st|temp\.sh|tmpfiles\.org|"
    r"(cdn|media)\.discordapp\.|ngrok|trycloudflare|serveo\.net|loca\.lt|\.onion\b|"
    r"\.(tk|ml|ga|cf|gq|top|xyz)/|raw\.githack|gist\.githubusercontent",
    re.IGNORECASE,
)
_SAID = {
    "reverse shell": "opens a shell for somebody else",
    "takes secrets away": "sends credentials or the environment away",
    "sends to a webhook": "spells an address that takes what it is sent",
    "decode and run": "decodes something and runs it",
    "disables protection": "switches off what protects the system",
    "mines": "mines a currency",
    "fetch and run": "fetches something and runs it",
    "fetch and run from a suspicious address": "fetches from a suspicious address and runs it",
    "starts a process": "starts a process",
    "stays": "registers something to run again",
    "destroys": "destroys files",
}
_BUILDERS = frozenset({"cmakelists.txt", "meson.build", "build.rs"})


class ShellScripts(Check):
    """Does a script that is not Python attack, and who would run it?"""

    id = "code-shell-scripts"
    version = 2

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for every kind of deed of every script."""
        lost: list[str] = []
        for item in subject.contents.of(Kind.SCRIPT):
            try:
                data = item.content()
            except ArchiveError:
                lost.append(item.path)
                continue
            found = list(deeds(data, item.language or Language.OTHER))
            if found:
                yield from _judge(item, found, subject)
        if lost:
            raise NotExamined(f"{len(lost)} scripts could not be read: {lost[0][:200]!r}")


def _judge(item: Item, found: list[ScriptDeed], subject: Subject) -> Iterator[Finding]:
    reached = reach(subject, item.path)
    level = _level(item, reached, subject)
    told: set[str] = set()
    for deed in found:
        kind = deed.kind
        if kind == "fetch and run" and _SUSPICIOUS.search(deed.text):
            kind += " from a suspicious address"
        if kind in told:
            continue
        told.add(kind)
        severity, confidence = _WEIGHTS[kind][level]
        layers = f" (below {deed.layers} encodings)" if deed.layers else ""
        yield Finding(
            severity=severity,
            confidence=confidence,
            message=f"The {item.language} script {_SAID[kind]}{layers}{_who(level, reached)}.",
            path=item.path,
            line=deed.line,
            evidence=deed.text,
        )


def _level(item: Item, reached: Reach | None, subject: Subject) -> int:
    if reached is not None and reached.context >= Context.IMPORT:
        return _EARLY if reached.direct else _RUN
    if ".data/scripts/." in item.path and _is_link_script(item.path):
        return _EARLY
    if ".data/scripts/" in item.path or (reached is not None and reached.context >= Context.CALLED):
        return _RUN
    if stands_aside(item.path, subject.artifact.name):
        return _ASIDE
    builds = subject.artifact.name.kind is ArtifactKind.SDIST
    return _RUN if builds and item.member.name.lower() in _BUILDERS else _SHIPPED


def _who(level: int, reached: Reach | None) -> str:
    if reached is not None and level >= _RUN:
        return f"; {reached.sentence}"
    return ("; only developers run it", "", "; it is installed as a command or run by a build", "")[
        level
    ]


def _is_link_script(path: str) -> bool:
    """Tell whether conda runs a script when it installs."""
    from airlock.archive.conda import LINK_SCRIPT

    return bool(LINK_SCRIPT.fullmatch(path))
