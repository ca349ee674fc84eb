"""Files that a script fetches on one line and runs on another, or later on the same."""

import re
from collections.abc import Collection, Iterator

import msgspec

from airlock.binary.script_patterns import FETCH, PS_FETCH

_LONGEST_LINE = 20_000
_MOST_SAVED = 20
_SAVES = re.compile(
    rf"(?:\b{FETCH}|{PS_FETCH}|\bcertutil\b|\bbitsadmin\b)[^\n;&|]*?"
    r"(?:\s-o\s?|\s-O\s|--output[= ]|-outfile\s|-destination\s|,\s*|>\s*|\shttps?:\S+/|\s)"
    r"[\"']?(?P<file>[\w.$%:{}\\/~-]+\w)[\"']?\s*\)?\s*(?=[;&|]|$)",
    re.IGNORECASE,
)
_RUNS = (
    r"(?:^|[;&|(]|\b(?:sudo|sh|bash|zsh|exec|nohup|source|start|start-process|invoke-item|call|"
    r"cmd\s+/c|python[\d.]*|perl|node|wscript|cscript|rundll32|msiexec\s+/i|open)\b)\s*"
    r"(?:\"\"\s*)?(?:-\w+\s+|/\w+\s+)*[\"']?(?:[^\s\"';&|]*[/\\])?{}(?![\w.-])"
)


class Fetched(msgspec.Struct, frozen=True):
    """A file that is fetched and then run."""

    line: int
    """Where it is fetched, from 1."""
    text: str
    """How it is fetched, and how it is run."""


class _Saved(msgspec.Struct, frozen=True):
    line: int
    command: str
    runs: re.Pattern[str]


def fetched_then_run(lines: list[str], hinted: Collection[int]) -> Iterator[Fetched]:
    """Iterate over files that are fetched, and then run by their name.

    Args:
        lines: of a script, normalised.
        hinted: numbers of those that may fetch something, from 1.
    """
    saved: dict[str, _Saved] = {}
    worth = frozenset(hinted)
    for number, whole in enumerate(lines, 1):
        line = whole[:_LONGEST_LINE]
        for one in saved.values():
            match = one.runs.search(line)
            if match is not None:
                yield Fetched(one.line, f"{one.command} … {line[match.start() :].strip()[:120]}")
        if number not in worth:
            continue
        for match in _SAVES.finditer(line):
            name = re.split(r"[/\\]", match.group("file"))[-1]
            if name in saved or len(saved) >= _MOST_SAVED or name.startswith("."):
                continue
            runs = re.compile(_RUNS.replace("{}", re.escape(name)), re.IGNORECASE)
            saved[name] = _Saved(number, match.group()[:160], runs)
            if runs.search(line[match.end() :]):
                yield Fetched(number, line.strip()[:300])
