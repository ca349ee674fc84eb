"""Files that are in a package of conda and in no release at an index, recognised.

- conda's own description of the package, which nobody runs: recipes were run elsewhere.
- Commands that only call a function, as installers write them.
- What Python compiled: from which file of the package it says, and nobody compares here.
"""

import re
from collections.abc import Collection

from airlock.archive.conda import INFO_ENDING
from airlock.archive.interface import Member
from airlock.profiles.source.alike import text_of
from airlock.profiles.source.inert import is_entry_point

_COMPILED = re.compile(
    r"(?P<folder>.*/)?__pycache__/(?P<stem>[^/]+)\.cpython-\d+(?:\.opt-[12])?\.pyc"
)
_DESCRIPTION = re.compile(
    rf"[^/]+{re.escape(INFO_ENDING)}/(?:(?:recipe|tests?|licenses)/.*|[^/]+\.(?:json|yaml|txt|md)"
    r"|files|has_prefix|no_link|no_softlink|git)"
)


def how_conda_made(path: str, member: Member, known: Collection[str]) -> str:
    """Return what wrote a member of a package of conda; empty if that is unknown.

    Args:
        path: as in a profile.
        member: that the release has not as it is.
        known: the paths of the package.
    """
    if _DESCRIPTION.fullmatch(path):
        return "the description of the package"
    if match := _COMPILED.fullmatch(path):
        source = f"{match['folder'] or ''}{match['stem']}.py"
        return f"Python's compiler, from {source}" if source in known else ""
    if path.startswith("*.data/scripts/"):
        data = text_of(member)
        if data is not None and is_entry_point(data):
            return "a command that calls a function"
    return ""
