"""Names with a history.

Some names are known before anything under them is read: projects that carried malware and were
taken down, names that were registered to see who installs them, and names that no project should
have because they are something else. Whoever installs one of these made a mistake, and whoever
publishes one counts on it.

- **Carried malware** (high, sure), such as `acqusition` or `python3-dateutil`: the name is on
  record, with the advisory or the collection that says so. The index has removed the files; another
  index, a mirror or an old environment may still have them.
- **Some releases carried malware** (medium, unsure): an advisory database says so of some versions;
  the project may be an honest one that was taken over. Its releases are judged one by one.
- **Registered to fish** (high): `ztz`, `python-dev`.
- **A mistyped command** (high): `pip install requirements.txt`, where `-r` was forgotten, installs
  a project of that name. All spellings of it are known: `requirements-txt`, `rrequirements`,
  `requirement.txt`.
- **A package of the operating system** (medium): `libpq-dev`, `python3-venv`, `build-essential`.
- **Invented by language models** (medium): `huggingface-cli`.

It spares everything else; it says nothing about names that merely look like a known one. The list
is small and comes with Airlock; `airlock name` and the gate, before it fetches anything, also know
the names of the records of malware (`MAL-…`) in the advisory database (`airlock db update`).
"""

from collections.abc import Iterator

from airlock.checks.interface import Check, Subject
from airlock.checks.name._index import require_index_name
from airlock.errors import NotExamined
from airlock.evidence.known_names import Kind, KnownName
from airlock.model import Confidence, Finding, Severity

_GRAVITY = {
    Kind.MALICIOUS: (Severity.HIGH, Confidence.HIGH),
    Kind.TAINTED: (Severity.MEDIUM, Confidence.LOW),
    Kind.FISHED: (Severity.HIGH, Confidence.MEDIUM),
    Kind.MISTYPED: (Severity.HIGH, Confidence.MEDIUM),
    Kind.SYSTEM: (Severity.MEDIUM, Confidence.MEDIUM),
    Kind.INVENTED: (Severity.MEDIUM, Confidence.MEDIUM),
}
_TOLD = {
    Kind.MALICIOUS: "a project of the name {name} carried malware",
    Kind.TAINTED: "some releases of {name} carried malware",
    Kind.FISHED: "the name {name} was registered to see who installs it",
    Kind.MISTYPED: "{name} is what remains of a mistyped command",
    Kind.SYSTEM: "{name} is a package of an operating system, which pip cannot install",
    Kind.INVENTED: "language models invent the name {name}",
}


class Known(Check):
    """Has the name a history?"""

    id = "name-known"
    version = 2
    needs = frozenset({"known_names"})

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each source that knows the name."""
        require_index_name(subject)
        if subject.facts.known_names is None:
            raise NotExamined("there is no list of known names")
        for record in subject.facts.known_names.of(subject.release.project):
            yield _finding(record)


def _finding(record: KnownName) -> Finding:
    severity, confidence = _GRAVITY[record.kind]
    told = _TOLD[record.kind].format(name=record.name)
    meant = f"; what its users mean is {record.meant}" if record.meant else ""
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"{told[0].upper()}{told[1:]}{meant}.",
        evidence=f"{record.name} ({record.kind}): {record.source}",
    )
