"""Writes what a new check starts from: ``make check-new NAME=family-name``.

One module under ``src/airlock/checks`` and one folder of examples under ``tests/checks``. The
module imports, is registered and fails on everything that it is asked: an unfinished check holds
releases, it never admits one. The tests say what is still to be written.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASKS = {"archive": "artifact", "code": "member", "metadata": "artifact", "name": "release"}
"""What a check of a family most often asks; each check is free to ask one of the others."""

SIGNATURES = {
    "release": "self, subject: Subject",
    "artifact": "self, subject: Subject",
    "member": "self, member: Member, subject: Subject",
}

MODULE = '''\
"""Replace this line by one sentence: what it flags.

Replace this paragraph by the page that users read: what the check flags and how severe that is,
what it spares and why, and what it cannot see.
"""

from collections.abc import Iterator

{imports}
from airlock.checks.interface import Check, Subject
from airlock.errors import NotExamined
from airlock.model import Confidence, Finding, Severity


class {cls}(Check):
    """Replace this line by the question that the check asks?"""

    id = "{id}"
    version = 1

    def {asks}({signature}) -> Iterator[Finding]:
        """Yield what was seen."""
        if subject.release.project == "replace-me":
            yield Finding(
                severity=Severity.INFO,
                confidence=Confidence.LOW,
                message="Replace this line by one sentence for a person.",{place}
            )
        raise NotExamined("{id} is not written yet")
'''

EXAMPLES = {
    "flags": "Replace this file by the tree of an artifact that {id} must flag.\n",
    "spares": "Replace this file by the tree of a decent artifact that {id} must spare.\n",
}
UNWRITTEN = "replace-me"


def main(arguments: list[str]) -> int:
    """Write the files; return 0, or 2 if the name cannot be used."""
    parser = argparse.ArgumentParser(prog="make check-new", description=__doc__)
    parser.add_argument("name", help="<family>-<name>, such as code-eval; NAME=… with make")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to write into")
    asked = parser.parse_args(arguments)
    family, _, name = asked.name.partition("-")
    if problem := _problem(family, name, asked.root):
        print(f"check-new: {problem}", file=sys.stderr)
        return 2
    for path, text in _files(asked.name, family, name).items():
        (asked.root / path).parent.mkdir(parents=True, exist_ok=True)
        (asked.root / path).write_text(text, encoding="utf-8")
        print(f"wrote {path}")
    print(f"next: write them, then run  pytest tests/checks -k {asked.name}")
    return 0


def _problem(family: str, name: str, root: Path) -> str:
    if family not in ASKS:
        return f"the name must begin with one of {', '.join(f'{family}-' for family in ASKS)}"
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        return f"{family}-{name}: the name after the family needs lower-case words joined by '-'"
    if (root / _module_path(family, name)).exists():
        return f"{family}-{name} is there already"
    return ""


def _module_path(family: str, name: str) -> str:
    return f"src/airlock/checks/{family}/{name.replace('-', '_')}.py"


def _files(check_id: str, family: str, name: str) -> dict[str, str]:
    asks = ASKS[family]
    module = MODULE.format(
        id=check_id,
        cls="".join(word.capitalize() for word in name.split("-")),
        asks=asks,
        signature=SIGNATURES[asks],
        imports="from airlock.archive import Member" if asks == "member" else "",
        place="\n                path=member.path," if asks == "member" else "",
    )
    files = {_module_path(family, name): module.replace("\n\n\nfrom", "\n\nfrom")}
    for expects, text in EXAMPLES.items():
        tree = f"tests/checks/{check_id}/{expects}/{UNWRITTEN}"
        files[f"{tree}/{UNWRITTEN}.txt"] = text.format(id=check_id)
    return files


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
