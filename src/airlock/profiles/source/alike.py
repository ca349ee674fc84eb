"""Two spellings of one text: what differs is what tools write anew when they build.

Line endings and blank ends, versions in assignments, what ``git archive`` fills in, ``setup.cfg``
as setuptools writes it, the interpreter of a script. Anything else is a difference.
"""

import configparser
import difflib
import re
import tomllib
from collections.abc import Iterable

from airlock.archive.interface import Member
from airlock.errors import ArchiveError

LARGEST_BYTES = 4 * 1024**2
"""Of a text that is compared by lines."""
_MOST_LINES = 20_000
_MOST_STAMPED = 40
_VALUE = r"[\w.+!:-]{0,80}(?: [\d:.+-]{1,20}){0,2}"
_STAMPED_LINE = re.compile(
    r"\s*(?:[#;*]|//)?\s*[\"']?[\w.\[-]{0,60}"
    r"(?:version|revision|commit|git_\w+|build_?(?:date|time|number|id)|release_?(?:date|number))"
    r"[\w\]]{0,30}[\"']?\s*(?::\s*[\w\[\].]{1,30}\s*)?[:=]\s*"
    rf"(?:\"{_VALUE}\"|'{_VALUE}'|\((?:[\"']?[\w.+-]{{0,40}}[\"']?,? ?){{0,8}}\)|[\d.]{{1,40}})"
    r"\s*,?\s*(?:#[^\n]*)?",
    re.IGNORECASE,
)
"""An assignment of something like a version, in Python, TOML, INI or JSON."""
_FILLED_IN = re.compile(r"\$Format:[^$]*\$|\$(?:Id|Revision|Date)(?::[^$]*)?\$")
_FILLING = re.compile(r"[\w .,:<>@/()+$-]*")
"""What git writes there: names, hashes, dates; nothing that ends a string."""
_INTERPRETER = re.compile(rb"#![^\n]*python[^\n]*\n")


def alike(path: str, ours: Member, theirs: Member) -> str:
    """Return why two files count as one, in words; empty if they do not.

    Args:
        path: of the member, as in a profile.
        ours: the member of the artifact.
        theirs: the file of the tree.
    """
    ours_data, theirs_data = text_of(ours), text_of(theirs)
    if ours_data is None or theirs_data is None:
        return ""
    if _evened(ours_data) == _evened(theirs_data):
        return "line endings"
    if path.rpartition("/")[2] == "setup.cfg":
        return setup_cfg(ours_data, theirs_data)
    if path.rpartition("/")[2] == "pyproject.toml":
        # Never by lines: an assignment there may be a command.
        return "the version filled in" if _same_project(ours_data, theirs_data) else ""
    if path.startswith("*.data/scripts/") and _body(ours_data) == _body(theirs_data):
        return "a script for any interpreter"
    return _stamped(_evened(ours_data), _evened(theirs_data))


def text_of(member: Member) -> bytes | None:
    """Return a text, or ``None`` if it is none, too large, or cannot be read."""
    if member.size > LARGEST_BYTES or member.sha256 is None:
        return None
    try:
        data = member.read()
    except ArchiveError:
        return None
    return None if b"\0" in data else data


def _evened(data: bytes) -> bytes:
    return data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").rstrip(b"\r\n\t ")


def _body(data: bytes) -> bytes:
    evened = _evened(data)
    match = _INTERPRETER.match(evened)
    return evened[match.end() :] if match else evened


def setup_cfg(ours: bytes, theirs: bytes) -> str:
    """Return why a ``setup.cfg`` counts as the tree's, which may be empty; empty if it does not."""
    own, known = _sections(ours), _sections(theirs)
    same = own is not None and own == known
    return "setup.cfg as setuptools writes it" if same else ""


def _sections(data: bytes) -> dict[str, dict[str, str]] | None:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(data.decode())
    except (configparser.Error, UnicodeDecodeError, ValueError):
        return None
    found = {name: _evened_values(parser[name].items()) for name in parser.sections()}
    tagging = found.get("egg_info", {})
    for key, harmless in (("tag_build", ""), ("tag_date", "0"), ("tag_svn_revision", "0")):
        if tagging.get(key) == harmless:
            del tagging[key]
    return {name: values for name, values in found.items() if values}


def _evened_values(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {key.replace("-", "_"): "\n".join(value.split()) for key, value in items}


def _same_project(ours: bytes, theirs: bytes) -> bool:
    """Tell whether two ``pyproject.toml`` say the same but for the version."""
    try:
        own, known = tomllib.loads(ours.decode()), tomllib.loads(theirs.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return False
    for document in (own, known):
        for table in (document.get("project"), document.get("tool", {}).get("poetry")):
            if isinstance(table, dict):
                table.pop("version", None)
                table.pop("dynamic", None)
    return own == known


def _stamped(ours: bytes, theirs: bytes) -> str:
    """Tell whether two texts differ only in lines that state a version, or that git fills in."""
    own, known = (text.decode("utf-8", "replace").split("\n") for text in (ours, theirs))
    if max(len(own), len(known)) > _MOST_LINES:
        return ""
    changed = _changed(known, own)
    if changed is None or not all(_is_stamp(*pair) for pair in changed):
        return ""
    return "the version filled in"


def _changed(known: list[str], own: list[str]) -> list[tuple[str, str]] | None:
    """Return the lines that differ, in pairs; ``None`` if there are too many, or they do not pair.

    Only texts of equally many lines are compared: a stamp replaces what is there.
    """
    if len(known) == len(own):
        pairs = [pair for pair in zip(known, own, strict=True) if pair[0] != pair[1]]
        return pairs if len(pairs) <= _MOST_STAMPED else None
    if len(known) * len(own) > LARGEST_BYTES:
        return None
    added = [line for line in difflib.ndiff(known, own) if line[:2] in {"+ ", "- "}]
    if len(added) > _MOST_STAMPED or any(line[:2] == "- " for line in added):
        return None
    return [("", line[2:]) for line in added]


def _is_stamp(known: str, own: str) -> bool:
    if place := _FILLED_IN.search(known):
        before, after = known[: place.start()], known[place.end() :]
        framed = own.startswith(before) and own.endswith(after)
        filling = own[len(before) : len(own) - len(after)]
        return framed and bool(_FILLING.fullmatch(filling))
    if not known.strip() or _STAMPED_LINE.fullmatch(known):
        return bool(_STAMPED_LINE.fullmatch(own)) or not own.strip()
    return False
