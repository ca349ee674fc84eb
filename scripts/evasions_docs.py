"""Writes ``docs/reference/evasions.md`` from the suite of evasions; ``--check`` only compares."""

import sys
from itertools import groupby

from made import ROOT, write_or_compare

_HEAD = (
    "# Evasions\n\n"
    "What was tried to get past the detector, with harmless payloads. The suite is\n"
    "`tests/bypass/evasions/`; a test asks the checks of code, archives and metadata about each,\n"
    "without the memory of families, and fails if one that is listed as held is admitted, or one\n"
    "that is listed as missed no longer is. Written by `scripts/evasions_docs.py`.\n"
)
_GROUPS = {
    "layers": "Payloads under encodings",
    "names": "Calls under other names",
    "places": "Places that nobody opens",
    "sending": "Data that leaves, commands that come in",
    "spelling": "Spellings that read otherwise than they run",
    "taps": "Functions of others that are replaced",
}


def page() -> str:
    """Return the page."""
    sys.path.insert(0, str(ROOT))
    from tests.bypass.evasions.suite import evasions

    lines = [_HEAD]
    found = evasions()
    missed = sum(bool(one.missed) for one in found)
    lines.append(f"{len(found)} evasions, {missed} of them missed.\n")
    for group, members in groupby(found, key=lambda one: one.group):
        lines.append(f"## {_GROUPS[group]}\n")
        lines += [
            f"- {one.name}" + (f": **missed**, {one.missed}" if one.missed else "")
            for one in members
        ]
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    """Write or compare the page."""
    return write_or_compare("docs/reference/evasions.md", page())


if __name__ == "__main__":
    sys.exit(main())
