"""Build backends inside the source distribution itself (PEP 517, `backend-path`).

An in-tree backend is code of the package that pip runs to build it: a `setup.py` under another
name. Honest projects wrap a well-known backend in a few lines. One that talks to the network,
starts hidden things or decodes its own code is judged by the checks that are about those; this one
tells that there is one, and flags a backend that fetches or sends anything itself.
"""

from collections.abc import Iterator

from airlock.archive.interface import NESTED
from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Deed

_OUTWARD = (Deed.REQUEST, Deed.CONNECT, Deed.SEND, Deed.PERSIST, Deed.COLLECT)


class BuildBackend(Check):
    """Is there a build backend in the tree, and what does it do?"""

    id = "code-build-backend"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield one finding for each member that is a backend."""
        if subject.artifact.name.kind.is_built:
            raise NotApplicable("a wheel is not built")
        for path in _members(subject):
            outward = [
                act
                for act in subject.program.of(*_OUTWARD)
                if act.path.partition(NESTED)[0] == path
            ]
            if outward:
                act = outward[0]
                yield Finding(
                    severity=Severity.HIGH,
                    confidence=Confidence.MEDIUM,
                    message=f"The package's own build backend reaches out: {act.target}.",
                    path=act.path,
                    line=act.line,
                    evidence="\n".join(filter(None, [act.evidence, act.text])),
                )
            else:
                yield Finding(
                    severity=Severity.INFO,
                    confidence=Confidence.HIGH,
                    message="The package brings its own build backend.",
                    path=path,
                )


def _members(subject: Subject) -> Iterator[str]:
    """Yield the members that are backends; the program names them within the top folder."""
    backends = set(subject.program.backends)
    for member in subject.reading.files():
        if member.path.partition("/")[2] in backends:
            yield member.path
