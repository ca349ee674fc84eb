"""Code that destroys what is the user's.

Whole trees of the user's or the system's files are removed, files are overwritten one by one with
what a cipher made of them and the originals removed, or a disk is written over. A library removes
what it made, in its own folders and in temporary ones.

- **A tree of somebody's home, of the system or of a whole disk is removed** (critical at import or
  installation; high where a function has to be called).
- **Files are walked through, encrypted and removed or replaced** (high; critical early): what
  ransomware does. Tools that encrypt one file, or an archive, are spared.

Commands of shells that destroy are `code-command`'s.
"""

import re
from collections.abc import Iterator

from airlock.checks.code._weights import WHEN, firm
from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Act, Context, Deed, Origin, Program, Source

# The root, a drive, a home, what lies at the top of one, or what a system is made of.
_PRECIOUS = re.compile(
    r"^(/|~/?|[A-Za-z]:[\\/]*|%(USERPROFILE|HOME|HOMEPATH|SYSTEMROOT|WINDIR)%[\\/]*"
    r"|(~|%(USERPROFILE|HOME)%)[\\/]+(Documents|Desktop|Downloads|Pictures|Music|Videos)[\\/]*"
    r"|/(etc|home|root|usr|var|boot|bin|lib|Users|System|Library|sdcard|storage)/?"
    r"|[A-Za-z]:[\\/]+(Windows|Users)([\\/]+System32)?[\\/]*)(\*\S*)?$",
    re.IGNORECASE,
)


class Destruction(Check):
    """Is destroyed what is the user's?"""

    id = "code-destruction"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield trees that are removed, and modules that encrypt what they find."""
        program = subject.program
        for act in program.of(Deed.DELETE, least=Context.CALLED):
            text = act.text.strip()
            # What a program is told to remove may well be spelled so by nobody.
            sure = act.context >= Context.IMPORT or text.strip("/")
            if sure and _PRECIOUS.match(text):
                yield _finding(act, "What is the user's is removed", firm(act.context))
        yield from _ransom(program)


def _ransom(program: Program) -> Iterator[Finding]:
    for act in program.of(Deed.WRITE, least=Context.CALLED):
        if "encrypted" in act.options and any(map(_is_precious, act.sources)):
            yield _finding(
                act, "Files are walked through, encrypted and replaced", firm(act.context)
            )
            return


def _is_precious(source: Source) -> bool:
    return source.origin is Origin.FILE and bool(_PRECIOUS.match(source.what.strip()))


def _finding(act: Act, told: str, weight: tuple[Severity, Confidence]) -> Finding:
    severity, confidence = weight
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"{told} {WHEN[act.context]}: {act.target}.",
        path=act.path,
        line=act.line,
        evidence="\n".join(filter(None, [act.evidence, act.text])),
    )
