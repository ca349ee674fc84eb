"""Files that run whenever the interpreter starts.

Every line of a `.pth` file in site-packages that begins with `import` is executed at every start of
Python, whether or not anybody imports the package; PEP 829 gives `.start` files the same power. A
few tools need that, for one short line. Code that decodes, fetches, starts processes or sends
anything from there is an attack. One that lies deep in a package is run when code names its folder
(`site.addsitedir`) or copies it: there it may do as little (high).
"""

from collections.abc import Iterator

from airlock.archive.interface import NESTED
from airlock.binary.standing import stands_aside
from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Act, Context, Deed, Origin, Program, StartupFile

_DOING = (
    Deed.PROCESS,
    Deed.REQUEST,
    Deed.CONNECT,
    Deed.SEND,
    Deed.PERSIST,
    Deed.COLLECT,
    Deed.READ,
    Deed.WRITE,
    Deed.DELETE,
)
# The longest that well-known tools write there has about 350 characters (namespace packages).
_LONG_LINE = 1_000


class StartupPth(Check):
    """Does a start-up file do more than a start-up file should?"""

    id = "code-startup-pth"
    version = 2

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding for each start-up file that executes something."""
        for file in subject.program.startup_files:
            if not file.lines:
                continue
            done = _done(subject.program, file)
            if file.context > Context.DORMANT:
                yield _finding(file, done)
            elif done and not stands_aside(file.path, subject.artifact.name):
                yield _hidden_deep(file, done[0])


def _done(program: Program, file: StartupFile) -> list[Act]:
    return [
        act
        for act in program.acts
        if act.path.partition(NESTED)[0] == file.path
        and (act.deed in _DOING or (act.deed is Deed.EXECUTE and _hidden(act)))
    ]


def _hidden(act: Act) -> bool:
    return bool(act.origins() & {Origin.PAYLOAD, Origin.DECODED, Origin.NETWORK, Origin.FILE})


def _hidden_deep(file: StartupFile, act: Act) -> Finding:
    return Finding(
        severity=Severity.HIGH,
        confidence=Confidence.MEDIUM,
        message=f"A start-up file lies deep in a package, for code to put it to use: {act.target}.",
        path=file.path,
        line=act.line,
        evidence="\n".join(filter(None, [act.evidence, act.text])),
    )


def _finding(file: StartupFile, done: list[Act]) -> Finding:
    number, text = file.lines[0]
    if done:
        act = done[0]
        return Finding(
            severity=Severity.CRITICAL,
            confidence=Confidence.HIGH,
            message=f"Code that runs at every start of Python does more: {act.target}.",
            path=file.path,
            line=act.line,
            evidence="\n".join(filter(None, [act.evidence, act.text])),
        )
    long = any(len(line) > _LONG_LINE for _, line in file.lines)
    return Finding(
        severity=Severity.HIGH if long else Severity.LOW,
        confidence=Confidence.MEDIUM,
        message="Code runs at every start of Python.",
        path=file.path,
        line=number,
        evidence=text,
    )
