"""Code that looks for those who would watch it: debuggers, sandboxes, virtual machines.

Malware stays quiet where it may be analysed. It looks for the programs of analysts among the
processes, for the drivers and registry keys of virtual machines, for the names that sandboxes give
to machines and users, and ends there.

- **Tools of analysts and drivers of virtual machines are looked for by name** (high): several of
  them, in code that an import runs or may run.
- **A debugger is asked for** through the system (medium), as `IsDebuggerPresent`.

One such name is nothing: tools of virtual machines name their own. Lists of names for other ends,
such as those of a process monitor, look alike; a person can tell.
"""

from collections.abc import Iterator

from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Context, Mention

_MANY = 4
_ASKS = ("isdebuggerpresent", "checkremotedebuggerpresent")
_NAMES = (
    *("vmtoolsd", "vboxservice", "vboxtray", "vmwareuser", "vmwaretray", "vmsrvc", "vmusrvc"),
    *("sandboxie", "sbiedll", "wireshark", "fiddler", "httpdebugger", "processhacker", "procmon"),
    *("procexp", "ollydbg", "x64dbg", "x32dbg", "x96dbg", "ida64", "windbg", "dnspy", "pestudio"),
    *("dumpcap", "joeboxcontrol", "joeboxserver", "cuckoo", "qemu-ga", "xenservice", "prl_cc"),
    *("vmmouse.sys", "vmhgfs", "vboxguest", "vboxmouse", "wdagutilityaccount", "0prgv9"),
)


class Analysis(Check):
    """Does code look for those who would watch it?"""

    id = "code-analysis"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each module that looks for analysts."""
        modules: dict[str, list[Mention]] = {}
        for mention in subject.program.mentioned("anti-analysis", least=Context.CALLED):
            modules.setdefault(mention.path, []).append(mention)
        for path, found in modules.items():
            text = "\n".join(mention.text.lower() for mention in found)
            names = [name for name in _NAMES if name in text]
            if len(names) >= _MANY:
                told = "Tools of analysts and traces of virtual machines are looked for"
                yield _finding(found[0], told, Severity.HIGH, Confidence.MEDIUM, names, path)
            elif any(asked in text for asked in _ASKS):
                told = "A debugger is asked for"
                yield _finding(found[0], told, Severity.MEDIUM, Confidence.MEDIUM, names, path)


def _finding(  # noqa: PLR0913, PLR0917 - one parameter per field
    mention: Mention,
    told: str,
    severity: Severity,
    confidence: Confidence,
    names: list[str],
    path: str,
) -> Finding:
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"{told}.",
        path=path,
        line=mention.line,
        evidence=", ".join(names) or mention.text,
    )
