"""Releases in which there is nothing.

Who registers the name of somebody's private project, or one that people mistype, does not need a
package: a `setup.py` and an empty `__init__.py` are enough to be installed, and to run something
when they are. Placeholders of honest owners look the same and do nothing.

- **No code, no data and no requirement** (medium, sure): nothing but metadata, build files,
  licences, documentation, tests, and Python files without a statement that does anything. By itself
  that is harmless. Beside a finding about what `setup.py` does, it says that there was nothing else
  to install: two families of checks agree then.

It spares metapackages, which consist of requirements, and packages of data, stubs or binaries.
"""

import ast
import re
from collections.abc import Iterator

from airlock.archive.declared import Use
from airlock.archive.interface import Member
from airlock.checks.interface import Check, Subject
from airlock.checks.metadata._requirements import requirements
from airlock.model import Confidence, Finding, Severity
from airlock.syntax.parsing import parse

_LARGEST_BYTES = 4_000
"""Of a Python file that may hold nothing."""
_FOLDERS = re.compile(r"(^|/)([^/]+\.(egg-info|dist-info)|tests?|docs?|examples|\.github)/")
_AROUND = re.compile(
    r"(readme|licen[cs]e|copying|notice|authors|change(s|log)|history|news|contributing|security"
    r"|code_of_conduct|manifest|pkg-info|requirements|makefile|dockerfile|todo)\b.*"
    r"|(setup|conftest|versioneer|noxfile|test_.*)\.py"
    r"|(setup|tox|pytest|mypy)\.(cfg|ini)|pyproject\.toml|poetry\.lock|uv\.lock|pax_global_header"
    r"|\..*|py\.typed",
    re.IGNORECASE,
)


class Empty(Check):
    """Is there anything in it?"""

    id = "archive-empty"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding if there is nothing."""
        files = list(subject.reading.files())
        if not files or any(_is_something(member) for member in files):
            return
        if any(one.use is not Use.BUILD for one in requirements(subject)):
            return
        yield Finding(
            severity=Severity.MEDIUM,
            confidence=Confidence.HIGH,
            message="There is nothing in it: no code, no data, no requirement.",
            evidence="\n".join(member.path for member in files[:20]),
        )


def _is_something(member: Member) -> bool:
    """Tell whether a file is there for its own sake."""
    if _FOLDERS.search(member.path) or _AROUND.fullmatch(member.name):
        return False
    if member.suffix != ".py":
        return member.size > 0
    if member.size > _LARGEST_BYTES:
        return True
    tree = parse(member.read().decode("utf-8", "replace"))
    return bool(tree.lost) or not all(map(_is_idle, tree.module.body))


def _is_idle(node: ast.stmt) -> bool:
    """Tell whether a statement does nothing: a text, ``pass``, a name that says what this is."""
    if isinstance(node, ast.Assign):
        named = (target for target in node.targets if isinstance(target, ast.Name))
        about = all(target.id.startswith("__") for target in named)
        return about and isinstance(node.value, ast.Constant | ast.List | ast.Tuple)
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return text or isinstance(node, ast.Pass)
