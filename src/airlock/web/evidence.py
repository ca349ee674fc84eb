"""Findings as a page shows them: by file, with what was peeled out of each file inside it."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlencode

from airlock.model import Finding, Sha256
from airlock.report.frame import Line, highlighted
from airlock.report.lettering import Lettering, lettering

_LAYER = re.compile(r"!/(layer[0-9]+)")
AT_ONCE = 40
"""Findings on one page."""
_LONGEST_EVIDENCE = 4_000
_MOST_EVIDENCE = 12_000
"""Characters of evidence on one page; of what comes after, the file itself tells."""


class Shown(NamedTuple):
    """One finding."""

    finding: Finding
    lines: list[Line]
    """Of its evidence."""
    drawings: list[Lettering]
    source: str
    """The address of the place in the file; empty if there is none."""


class Group:
    """The findings in one file, or in one layer of it.

    Attributes:
        path: of the file, or the name of the layer; empty for the artifact as a whole.
        findings: the worst first.
        layers: what was peeled out of it.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Shown] = []
        self.layers: dict[str, Group] = {}

    @property
    def number(self) -> int:
        """How many findings there are, those in its layers included."""
        return len(self.findings) + sum(layer.number for layer in self.layers.values())


def grouped(findings: Iterable[Finding], sha256: Sha256) -> list[Group]:
    """Return the findings by file, in the order of the worst of each.

    Args:
        findings: of one page, the worst first.
        sha256: of the artifact.
    """
    groups: dict[str, Group] = {}
    room = _MOST_EVIDENCE
    for finding in findings:
        path, *layers = _LAYER.split(finding.path)
        place = groups.setdefault(path, Group(path))
        for layer in filter(None, layers):
            place = place.layers.setdefault(layer, Group(layer))
        source = "" if layers else _source(sha256, path, finding.line)
        evidence = finding.evidence[: min(_LONGEST_EVIDENCE, room)].strip("\n")
        room -= len(evidence)
        place.findings.append(_shown(finding, path, source, evidence))
    return list(groups.values())


def _shown(finding: Finding, path: str, source: str, evidence: str) -> Shown:
    lines = highlighted(evidence, path=path) if evidence else []
    return Shown(finding, lines, lettering(finding), source)


def _source(sha256: Sha256, path: str, line: int) -> str:
    if not path:
        return ""
    asked = {"path": path} | ({"line": str(line)} if line else {})
    query = urlencode(asked, errors="surrogatepass")
    return f"/verdicts/{sha256}/source?{query}{f'#L{line}' if line else ''}"
