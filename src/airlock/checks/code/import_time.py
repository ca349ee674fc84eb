"""What importing a package does that it should not.

`import` defines things. A module that, as soon as it is imported, sends something off, starts other
interpreters behind the caller's back or opens pages in a browser does what nobody asked for. Much
of it is seen by other checks, where a chain of an attack is closed; this one asks only what an
import has no reason for, whatever for:

- **something is posted** to a fixed address (high);
- **another interpreter is started that only imports something** (high): the dependency that does
  the work does not show among the imports;
- **a package of another index is fetched and run** (high): `npx`, `uvx` and the like;
- **a command says that it be out of sight** (high): `nohup`, `start /b`, a hidden window;
- **a page is opened in a browser** (high).

What programs do when they are started is no matter here, nor what lies in tests.
"""

import re
from collections.abc import Iterator

from airlock.checks.code._interpreters import IMPORTS_ONLY
from airlock.checks.code._weights import WHEN
from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import HOLE, Act, Context, Deed

_TIMES = (Context.IMPORT, Context.STARTUP)
_OUT_OF_SIGHT = re.compile(
    r"^\s*nohup\b|\s&\s*$|start\s+/b\b|-w(indowstyle)?\s+hidden", re.IGNORECASE
)


# Runners of npm's and of PyPI's that fetch what they do not have, told not to ask.
_FOREIGN = re.compile(r"\b(npx|bunx|pnpm\s+dlx|yarn\s+dlx|uvx|pipx\s+run)\s+\S", re.IGNORECASE)


class ImportTime(Check):
    """Does an import do what nobody asked for?"""

    id = "code-import-time"
    version = 3

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield what an import has no reason to do."""
        for act in subject.program.of(Deed.REQUEST, Deed.PROCESS, least=Context.IMPORT):
            told = _told(act) if act.context in _TIMES else ""
            if told:
                yield Finding(
                    severity=Severity.HIGH,
                    confidence=Confidence.MEDIUM,
                    message=f"{told} {WHEN[act.context]}: {act.target}.",
                    path=act.path,
                    line=act.line,
                    evidence="\n".join(filter(None, [act.evidence, act.text])),
                )


def _told(act: Act) -> str:
    if act.deed is Deed.REQUEST:
        posts = act.options & {"post", "body"} and HOLE not in act.text.partition("/")[0]
        return "Something is posted" if posts and "://" in act.text else ""
    if "browser" in act.options:
        return "" if act.scope else "A page is opened"
    if IMPORTS_ONLY.search(act.text):
        return "Another interpreter is started, only to import something,"
    if _FOREIGN.search(act.text):
        return "A package of another index is run, unasked,"
    return "A process is started out of sight" if _OUT_OF_SIGHT.search(act.text) else ""
