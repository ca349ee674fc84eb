"""Modules that name, or read, where loot lies, beside where it is taken to."""

from collections.abc import Iterator

from airlock.checks.code._addresses import collector, is_hard_coded
from airlock.checks.code._weights import WHEN
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Context, Deed, Mention, Origin, Program

_COLLECTION_TOPICS = ("discord-webhook", "telegram-bot", "callback-host")
_LOOT_TOPICS = ("browser-store", "chat-token", "wallet-store")
# A tool for one browser names the stores of one; a thief's list is long.
_THIEFS_LIST = 4


def harvested(program: Program) -> Iterator[Finding]:
    """Yield modules that name stores of browsers, wallets or chats and what takes them away."""
    loot = _loot(program)
    places = _places(program)
    for path, found in loot.items():
        texts = list(dict.fromkeys(mention.text for mention in found))
        topics = {mention.topic for mention in found}
        line = found[0].line
        if path in places:
            told = "Stores of browsers, wallets or chats are named beside a place to send to."
            sure = Confidence.HIGH if len(texts) > 1 else Confidence.MEDIUM
            yield _finding(path, line, told, sure, [places[path], *texts])
        elif "chat-token" in topics and len(texts) > _THIEFS_LIST:
            told = "Tokens of chats are looked for in the stores of many browsers."
            yield _finding(path, line, told, Confidence.HIGH, texts)


def _loot(program: Program) -> dict[str, list[Mention]]:
    loot: dict[str, list[Mention]] = {}
    for mention in program.mentioned(*_LOOT_TOPICS, least=Context.CALLED):
        loot.setdefault(mention.path, []).append(mention)
    return loot


def _places(program: Program) -> dict[str, str]:
    """Return where each module sends to, if that is a place which takes anything."""
    places: dict[str, str] = {}
    for act in program.of(Deed.REQUEST, Deed.SEND, least=Context.CALLED):
        hidden = "hidden-address" in act.options
        if is_hard_coded(act.text) or (hidden and (collector(act.text) or "post" in act.options)):
            places.setdefault(act.path, act.text)
    for mention in program.mentioned(*_COLLECTION_TOPICS, least=Context.CALLED):
        places.setdefault(mention.path, mention.text)
    return places


def named(program: Program) -> Iterator[Finding]:
    """Yield addresses whose secret is written down, and stores that are read beside them."""
    told: set[tuple[str, str]] = set()
    for mention in program.mentioned(*_COLLECTION_TOPICS, least=Context.CALLED):
        key = (mention.path, mention.topic)
        whole = mention.topic == "telegram-bot" and ":AA" in mention.text
        if key in told or not (whole or is_hard_coded(mention.text)):
            continue
        told.add(key)
        severity, confidence = _weight(mention, program)
        yield Finding(
            severity=severity,
            confidence=confidence,
            message=(
                "A place that everything sent to reaches a stranger is written down in code that "
                f"runs {WHEN[mention.context]}."
            ),
            path=mention.path,
            line=mention.line,
            evidence=mention.text,
        )


def _weight(mention: Mention, program: Program) -> tuple[Severity, Confidence]:
    if mention.context is Context.BUILD or _reads_secrets(program, mention.path):
        return Severity.CRITICAL, Confidence.HIGH
    # Documentation shows addresses of call-back services; nobody shows their own bot's token.
    if mention.context >= Context.IMPORT and mention.topic != "callback-host":
        return Severity.HIGH, Confidence.MEDIUM
    return Severity.MEDIUM, Confidence.MEDIUM


def _reads_secrets(program: Program, path: str) -> bool:
    reads = program.of(Deed.READ, least=Context.CALLED)
    return any(act.path == path and Origin.SECRET in act.origins() for act in reads)


def _finding(path: str, line: int, told: str, sure: Confidence, evidence: list[str]) -> Finding:
    return Finding(
        severity=Severity.CRITICAL,
        confidence=sure,
        message=told,
        path=path,
        line=line,
        evidence="\n".join(dict.fromkeys(evidence)),
    )
