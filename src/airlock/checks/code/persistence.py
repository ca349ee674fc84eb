"""Code that sees to it that it runs again.

A library has no business in the registry's `Run` keys, in start-up folders, in `crontab`, in user
services, in the start files of shells or in `authorized_keys`, and none in other packages' files or
in the settings that say where packages come from. Programs of others and tools of developers run
what lies in certain places, too: hooks of version control, tasks of editors, workflows, assistants.
What is put there survives the removal of the package.

Programs that offer to start at log-on do so in a function for it; there it is told, and weighs
little unless code that the package wrote or fetched is what is started.
"""

import re
from collections.abc import Callable, Iterator

from airlock.checks.code._weights import WHEN, attack, certain, firm, suspicion
from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Act, Context, Deed, Origin

_REGISTRY = re.compile(
    r"CurrentVersion\\+(Run|RunOnce|RunServices|Policies\\+Explorer\\+Run)\b|\\+Winlogon\b"
    r"|Classes\\+(ms-settings|mscfile|exefile|Folder)\\+shell\\+open\\+command|\\+InprocServer32\b"
    r"|AppInit_DLLs|\\+Command Processor\b|\\+Environment\\+UserInitMprLogonScript"
    r"|Image File Execution Options",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r"Start Menu[/\\]+Programs[/\\]+Start-?up|[/\\]\.(bashrc|bash_profile|profile|zshrc|zprofile)\b"
    r"|LaunchAgents|LaunchDaemons|/etc/(cron|init\.d|rc\.local|profile\.d|ld\.so\.preload)|/cron\.d/"
    r"|systemd/(user|system)/|\.config/autostart|authorized_keys|(site|user)customize\.py"
    r"|site-packages/[^/]+\.pth$|/sudoers|[/\\]\.(bash_login|zshenv|xprofile|xinitrc|kshrc)\b"
    r"|\.config/fish/|\.ipython/profile_\w+/startup/|\.jupyter/\w+_config\.py|\.local/share/systemd"
    r"|pip[/\\]pip\.(conf|ini)$|/\.pip/pip\.conf$|^/etc/pip\.conf$|uv[/\\]uv\.toml$",
    re.IGNORECASE,
)
# Where the tools of developers look for what they run: honest tools put things there when asked.
_TOOLS = re.compile(
    r"\.git[/\\]hooks[/\\]|\.vscode[/\\]tasks\.json|\.github[/\\]workflows[/\\]"
    r"|\.(claude|gemini|cursor)[/\\](settings|mcp|hooks)[\w.]*json|claude_desktop_config\.json"
    r"|\.kiro[/\\]|discord_desktop_core[/\\]+index\.js|[/\\]app\.asar$",
    re.IGNORECASE,
)


class Persistence(Check):
    """Does code see to it that it runs again?"""

    id = "code-persistence"
    version = 3

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for everything that is put where it will be run again."""
        for act in subject.program.of(Deed.PERSIST):
            if _REGISTRY.search(act.text) and "open" not in act.options:
                yield _finding(act, attack(act.context))
            elif _REGISTRY.search(act.text):
                yield _finding(act, _opened(act.context))
        for act in subject.program.of(Deed.WRITE):
            if _PLACES.search(act.text):
                yield _finding(act, _of_write(act)(act.context))
            elif _TOOLS.search(act.text):
                told = "Something is put where the tools of the user run it"
                yield _finding(act, _of_tool(act)(act.context), told)
            elif Origin.NETWORK in act.origins() and _OTHERS.search(act.text):
                yield _finding(act, certain(act.context), "Code is put among other packages")


def _of_write(act: Act) -> Callable[[Context], tuple[Severity, Confidence]]:
    """Weigh what is written: a program that the package carries or fetches is not a setting."""
    if act.context >= Context.IMPORT:
        return attack
    if act.origins() & {Origin.NETWORK, Origin.PAYLOAD}:
        return certain
    return firm if _PROGRAMS.search(act.text) else suspicion


def _of_tool(act: Act) -> Callable[[Context], tuple[Severity, Confidence]]:
    """Weigh what is put into a tool: what was fetched, or is put there unasked, is no setting."""
    return firm if act.origins() & {Origin.NETWORK, Origin.PAYLOAD} else suspicion


# Where programs lie that start when somebody logs on.
_PROGRAMS = re.compile(
    r"Start-?up[/\\]+[^/\\]+\.(pyw?|exe|bat|cmd|vbs|ps1|js|lnk|url|hta|scr)$", re.IGNORECASE
)
_OTHERS = re.compile(r"(site|dist)-packages[/\\].*\.(py|pth|pyd|so|start)$", re.IGNORECASE)


def _opened(context: Context) -> tuple[Severity, Confidence]:
    """Weigh a key that is opened: reading it is common in tools that list what starts."""
    return suspicion(context) if context >= Context.IMPORT else (Severity.MEDIUM, Confidence.MEDIUM)


def _finding(
    act: Act,
    weight: tuple[Severity, Confidence],
    what: str = "Something is put where it runs again",
) -> Finding:
    severity, confidence = weight
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"{what} {WHEN[act.context]}: {act.target}.",
        path=act.path,
        line=act.line,
        evidence="\n".join(filter(None, [act.evidence, act.text])),
    )
