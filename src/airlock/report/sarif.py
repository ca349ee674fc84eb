"""SARIF 2.1.0 (OASIS), for code hosts and editors that show results beside the line they are about.

One run, by Airlock. Results are about files below a folder, the root of the sources, and have a
relative URI there (``%SRCROOT%``, section 3.14.14), so that a code host finds them in its checkout.
A run that could not look at everything says so: ``executionSuccessful`` is false, and there is a
notification for each thing that was not seen (section 3.20).
"""

import enum
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from airlock import __version__
from airlock.model import Severity
from airlock.report.plain import printable

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
_LONGEST_TEXT = 1000
_LINKS = re.compile(r"([\\\[\]])")
# The scale of code hosts, which is that of CVSS: what they make of a rule without a score.
_SCORES = {
    Severity.CRITICAL: 9.5,
    Severity.HIGH: 8.0,
    Severity.MEDIUM: 5.5,
    Severity.LOW: 2.0,
    Severity.INFO: 0.0,
}


class Level(enum.StrEnum):
    """How loud a result is (section 3.27.10)."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind of result is about."""

    id: str
    title: str
    """One line."""
    text: str = ""
    """More of it, plain."""
    uri: str = ""
    """Where more is written; only ``http`` and ``https`` become links."""
    severity: Severity | None = None
    score: float | None = None
    """From 0 to 10 (CVSS); made from ``severity`` if there is none."""
    tags: tuple[str, ...] = ()


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to show at one place."""

    rule: Rule
    level: Level
    message: str
    path: str
    """Of the file, as the user named it; members of archives follow theirs with ``!/``."""
    line: int = 0
    """From 1; 0 for the file as a whole."""
    key: tuple[str, ...]
    """What stays the same from one run to the next, so that a code host knows it again."""
    suppressed: str = ""
    """The reason for which it does not count; empty if it does."""
    properties: dict[str, Any] = {}


def render_sarif(
    results: Sequence[Result], *, root: Path, unseen: Iterable[str] = (), notes: Iterable[str] = ()
) -> str:
    """Return the document, indented, with a final line feed.

    Args:
        results: in the order to be shown.
        root: the folder that paths are made relative to.
        unseen: what could not be looked at, one sentence each.
        notes: what a reader has to know besides.
    """
    rules = list({result.rule.id: result.rule for result in results}.values())
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    unseen = list(unseen)
    run = {
        "tool": {
            "driver": {
                "name": "Airlock",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not unseen,
                "toolExecutionNotifications": [
                    *({"level": "error", "message": _message(text)} for text in unseen),
                    *({"level": "note", "message": _message(text)} for text in notes),
                ],
            }
        ],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the sources."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(result, numbers[result.rule.id], root) for result in results],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    score = rule.score if rule.score is not None else _SCORES.get(rule.severity or Severity.INFO)
    properties: dict[str, Any] = {"tags": ["security", *rule.tags]}
    if rule.severity is not None or rule.score is not None:
        properties["security-severity"] = f"{score:.1f}"
    title = _plain(rule.title or rule.id)
    text = _plain(rule.text or rule.title or rule.id)
    said: dict[str, Any] = {
        "id": printable(rule.id),
        "shortDescription": {"text": title},
        "fullDescription": {"text": text},
        "help": {"text": text},
        "properties": properties,
    }
    if rule.uri.startswith(("https://", "http://")) and not set(rule.uri) & set(' "<>\\^`{|}'):
        said["helpUri"] = rule.uri
    return said


def _result(result: Result, number: int, root: Path) -> dict[str, Any]:
    said: dict[str, Any] = {
        "ruleId": printable(result.rule.id),
        "ruleIndex": number,
        "level": result.level.value,
        "message": _message(result.message),
        "locations": [{"physicalLocation": _location(result, root)}],
        "partialFingerprints": {"airlock/v1": _fingerprint(result)},
    }
    if result.properties:
        said["properties"] = result.properties
    if result.suppressed:
        # Accepted without saying so: the standard and its errata give that property two names.
        said["suppressions"] = [{"kind": "external", "justification": _plain(result.suppressed)}]
    return said


def _location(result: Result, root: Path) -> dict[str, Any]:
    # Code hosts want a line; of a file as a whole that is its first.
    return {
        "artifactLocation": _artifact(result.path, root),
        "region": {"startLine": max(result.line, 1)},
    }


def _artifact(path: str, root: Path) -> dict[str, str]:
    """Return the place of a file; a member of an archive is shown as if it were unpacked."""
    shown = Path(path.replace("!/", "/").replace("\0", ""))
    absolute = shown if shown.is_absolute() else root / shown
    # Not resolved: a link in a checkout is a file of the checkout.
    normal = Path(*_normal(absolute.parts))
    if normal.is_relative_to(root):
        return {"uri": _quoted(normal.relative_to(root).as_posix()), "uriBaseId": _ROOT}
    return {"uri": f"file://{_quoted(normal.as_posix())}"}


def _normal(parts: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for part in parts:
        if part == ".." and len(kept) > 1:
            kept.pop()
        elif part not in {"", ".", ".."}:
            kept.append(part)
    return kept


def _quoted(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe="/")


def _fingerprint(result: Result) -> str:
    text = "\0".join((result.rule.id, *result.key))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _message(text: str) -> dict[str, str]:
    # Brackets would be read as links into the document (section 3.11.6).
    return {"text": _LINKS.sub(r"\\\1", _plain(text))}


def _plain(text: str) -> str:
    line = printable(text, keep_lines=True)
    return line if len(line) <= _LONGEST_TEXT else line[: _LONGEST_TEXT - 1] + "…"
