"""What happens when the package is built or installed.

`setup.py`, the commands it replaces (`cmdclass`) and everything they reach run with the rights of
whoever types `pip install`. Most of them compile something or read a version. What none of them
needs: to talk to the network and start processes that hide, to call home without using the answer,
to open pages, to register itself to run again, to delete what is not its own, to watch the user.

A replaced command alone is normal and is told for context only.
"""

import re
from collections.abc import Iterator

from airlock.archive.interface import NESTED
from airlock.checks.code._interpreters import IMPORTS_ONLY
from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Act, Context, Deed, Origin

_HIDDEN = re.compile(
    r"nohup\b|>\s*/dev/null.*&\s*$|start\s+/b\b|-windowstyle\s+hidden", re.IGNORECASE
)
_AGAIN = re.compile(
    r"Start Menu.{0,3}Programs.{0,3}Startup|/\.(bashrc|bash_profile|profile|zshrc|zprofile)\b"
    r"|LaunchAgents|LaunchDaemons|/etc/cron|/cron\.d/|systemd/(user|system)|autostart"
    r"|authorized_keys|(site|user)customize\.py|sudoers",
    re.IGNORECASE,
)
# What is the user's, of Windows; in homes of other systems, what only a proof is called.
_PROOF = re.compile(r"[/\\][^/\\]*(pwn|0wn|hacked|poc\b|_rce|proof)[^/\\]*$", re.IGNORECASE)
_OUTSIDE = re.compile(
    rf"{_AGAIN.pattern}|^(%(APPDATA|LOCALAPPDATA|USERPROFILE|PROGRAMDATA)%|[A-Z]:[\\/]+Users[\\/])"
    r"|^(/|~/)[^/]*(pwn|0wn|hacked|_rce|proof)[^/]*$|^/(tmp|root|home)/\S*(pwn|0wn|hacked|proof)",
    re.IGNORECASE,
)
_BARE_ADDRESS = re.compile(r"://(?!127\.|0\.0\.0\.0)\d{1,3}(\.\d{1,3}){3}\b")


class InstallHook(Check):
    """Does building or installing do what it should not?"""

    id = "code-install-hook"
    version = 4

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield what runs at build or installation and should not."""
        if subject.artifact.name.kind.is_built:
            raise NotApplicable("a wheel runs nothing when it is installed")
        program = subject.program
        keeps = any(
            Origin.NETWORK in act.origins() for act in program.of(Deed.WRITE, least=Context.BUILD)
        )
        connects = any(program.of(Deed.CONNECT, least=Context.BUILD))
        for act in program.of(*_WORDS, Deed.WRITE, least=Context.BUILD):
            if act.deed is Deed.WRITE and not _OUTSIDE.search(act.text):
                continue
            if act.deed is Deed.PERSIST and "open" in act.options:
                # To look where something is installed; keys that start things are told elsewhere.
                continue
            if act.deed is Deed.REDIRECT and not connects:
                # Builds silence their compilers so.
                continue
            severity, confidence, what = _judged(act, keeps=keeps)
            yield Finding(
                severity=severity,
                confidence=confidence,
                message=f"Building or installing {what}: {act.target}.",
                path=act.path,
                line=act.line,
                evidence="\n".join(filter(None, [act.evidence, act.text])),
            )


_WORDS = {
    Deed.PERSIST: (Severity.CRITICAL, Confidence.HIGH, "registers something to run again"),
    Deed.COLLECT: (Severity.CRITICAL, Confidence.MEDIUM, "watches the user"),
    Deed.REDIRECT: (Severity.HIGH, Confidence.HIGH, "hands a connection the standard streams"),
    Deed.CONNECT: (Severity.HIGH, Confidence.LOW, "opens a network connection"),
    Deed.REQUEST: (Severity.MEDIUM, Confidence.MEDIUM, "asks the network"),
    Deed.PROCESS: (Severity.LOW, Confidence.MEDIUM, "starts a process"),
    Deed.DELETE: (Severity.LOW, Confidence.LOW, "deletes files"),
    Deed.HOOK: (Severity.INFO, Confidence.HIGH, "replaces a command"),
}


def _judged(act: Act, *, keeps: bool) -> tuple[Severity, Confidence, str]:
    bare = bool(_BARE_ADDRESS.search(act.text))
    if act.deed is Deed.REQUEST and not keeps and not bare and _is_unasked(act):
        return Severity.HIGH, Confidence.MEDIUM, "asks the network and keeps nothing of the answer"
    if act.deed is Deed.PROCESS:
        return _of_process(act)
    if act.deed is Deed.WRITE:
        return _of_write(act)
    if act.deed is Deed.REQUEST and _BARE_ADDRESS.search(act.text):
        return Severity.HIGH, Confidence.HIGH, "asks a bare address"
    return _WORDS[act.deed]


def _of_write(act: Act) -> tuple[Severity, Confidence, str]:
    if _AGAIN.search(act.text):
        return Severity.CRITICAL, Confidence.HIGH, "puts a file where it will be run again"
    if _PROOF.search(act.text):
        return Severity.HIGH, Confidence.HIGH, "leaves a proof that it was there"
    return Severity.HIGH, Confidence.MEDIUM, "puts a file among the user's own"


def _is_unasked(act: Act) -> bool:
    """Tell what runs at every installation from a function for the project's own people."""
    return not act.scope or "." in act.scope or NESTED in act.path


def _of_process(act: Act) -> tuple[Severity, Confidence, str]:
    if "hidden" in act.options or _HIDDEN.search(act.text):
        return Severity.HIGH, Confidence.MEDIUM, "starts a process and hides it"
    if "browser" in act.options:
        return Severity.HIGH, Confidence.MEDIUM, "opens a page in a browser"
    if IMPORTS_ONLY.search(act.text):
        return Severity.HIGH, Confidence.MEDIUM, "imports something out of sight"
    return _WORDS[act.deed]
