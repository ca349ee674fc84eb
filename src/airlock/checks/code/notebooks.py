"""Notebooks whose cells decode and run, fetch and run, or send away.

Nobody runs a notebook by installing a package; somebody has to open it and ask for it. That is why
only whole chains count here, and count less than anywhere else: medium at most. Cells in Python go
through the checks for decoded payloads, downloads and exfiltration; lines and cells that go to a
shell (`!command`, `%%bash`) through the expressions for scripts.

It spares `pip install`, downloads of data, and whatever a notebook shows as its output. An ordinary
`curl … | sh` is for information.
"""

from collections.abc import Iterator

import msgspec

from airlock.binary.contents import Kind
from airlock.binary.languages import Language
from airlock.binary.notebook_cells import Cells, read_cells
from airlock.binary.overlay import Overlay
from airlock.binary.script_deeds import deeds
from airlock.checks.code.decode_exec import DecodeExec
from airlock.checks.code.download_run import DownloadRun
from airlock.checks.code.exfiltration import Exfiltration
from airlock.checks.interface import Check, Subject
from airlock.errors import ArchiveError, NotExamined
from airlock.model import Confidence, Finding, Severity

_ASKED = (DecodeExec, DownloadRun, Exfiltration)
_GRAVE = frozenset({"reverse shell", "takes secrets away", "decode and run", "mines", "destroys"})


class Notebooks(Check):
    """Does a notebook's cell attack whoever runs it?"""

    id = "code-notebooks"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield the findings of every notebook."""
        lost: list[str] = []
        read: dict[str, Cells] = {}
        for item in subject.contents.of(Kind.NOTEBOOK):
            try:
                cells = read_cells(item.content())
            except ArchiveError:
                lost.append(item.path)
                continue
            if cells is not None:
                read[item.path] = cells
        for path, cells in read.items():
            yield from _of_commands(path, cells)
        yield from _of_python(read, subject)
        if lost:
            raise NotExamined(f"{len(lost)} notebooks could not be read: {lost[0][:200]!r}")


def _of_commands(path: str, cells: Cells) -> Iterator[Finding]:
    for deed in deeds(cells.commands.encode(), Language.SHELL):
        grave = deed.kind in _GRAVE
        yield Finding(
            severity=Severity.MEDIUM if grave else Severity.INFO,
            confidence=Confidence.MEDIUM if grave else Confidence.LOW,
            message=f"A cell of the notebook gives a shell a command of the kind «{deed.kind}».",
            path=path,
            evidence=deed.text,
        )


def _of_python(read: dict[str, Cells], subject: Subject) -> Iterator[Finding]:
    """Ask the checks of source text about the cells in Python."""
    texts = {f"{path}.py": cells.python for path, cells in read.items() if cells.python.strip()}
    if not texts:
        return
    retold = Subject(subject.artifact, Overlay(subject.reading, texts, alone=True), subject.facts)
    for check in _ASKED:
        for finding in check().artifact(retold):
            if finding.severity >= Severity.LOW:
                yield msgspec.structs.replace(
                    finding,
                    path=finding.path.replace(".ipynb.py", ".ipynb", 1),
                    line=0,
                    message=f"A notebook's cell: {finding.message}",
                    severity=min(finding.severity, Severity.MEDIUM),
                    confidence=min(finding.confidence, Confidence.MEDIUM),
                )
