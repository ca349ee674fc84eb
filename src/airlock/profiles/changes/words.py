"""New hosts, new words that attacks use, and code that hides from readers for the first time."""

import re
from collections.abc import Iterator

from airlock.model import Confidence, Severity
from airlock.profiles.conduct import NETWORK
from airlock.profiles.difference import Change, Difference
from airlock.profiles.pair import Pair
from airlock.profiles.profile import Mark
from airlock.syntax.facts import Context, Deed

_SHOWN = 12
_NUMERIC = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
# What is worth stealing, or has no honest use in a library.
_GRAVE = frozenset({"miner", "reverse-shell", "wallet-store", "browser-store", "chat-token"})
# Worse where code that nobody called does something beside them.
_TELLING_TOPICS = (
    "discord-webhook telegram-bot callback-host drop-host shell-download cloud-metadata "
    "persistence anti-analysis"
)
_TELLING = frozenset(_TELLING_TOPICS.split())
_TOPICS = {
    "discord-webhook": "a chat webhook",
    "telegram-bot": "a Telegram bot",
    "callback-host": "a host that attacks report to",
    "drop-host": "a host of anonymous files",
    "bare-address": "a numeric address",
    "shell-download": "a shell command that downloads and runs",
    "browser-store": "the place where a browser keeps its secrets",
    "chat-token": "the tokens of a chat program",
    "wallet-store": "the place of a wallet",
    "persistence": "a place from which programs are started again",
    "reverse-shell": "a shell over the network",
    "host-lookup": "a service that tells the public address",
    "cloud-metadata": "the metadata service of a cloud",
    "miner": "a miner",
    "wallet-pattern": "a pattern of wallet addresses",
    "anti-analysis": "a tool of analysts",
}


def judge(pair: Pair) -> Iterator[Difference]:
    """Yield the new hosts together, and each kind of word once."""
    yield from _hosts(pair)
    yield from _words(pair)
    yield from _hidden(pair)


def _hosts(pair: Pair) -> Iterator[Difference]:
    known = {contact.host for contact in pair.old.contacts}
    new = [contact for contact in pair.new.contacts if contact.host not in known]
    if not new:
        return
    numeric = [contact for contact in new if _NUMERIC.fullmatch(contact.host)]
    odd = [contact for contact in numeric if contact.context > Context.DORMANT]
    first = (odd or new)[0]
    yield pair.difference(
        Change.HOST,
        Severity.MEDIUM if odd and pair.small else Severity.INFO,
        Confidence.LOW,
        f"It talks to {len(new)} more {'host' if len(new) == 1 else 'hosts'} than before.",
        path=first.path.partition("!/")[0],
        line=first.line,
        evidence=", ".join(contact.host for contact in new[:_SHOWN]),
        of="contacts",
    )


def _words(pair: Pair) -> Iterator[Difference]:
    known = {mark.code for mark in pair.old.marks}
    acts = [t for t in pair.new_traits if t.deed in {*NETWORK, Deed.PROCESS, Deed.READ}]
    told: set[str] = set()
    for mark in pair.new.marks:
        what = _TOPICS.get(mark.code)
        if what is None or mark.code in known | told or mark.context is Context.DORMANT:
            continue
        told.add(mark.code)
        when = [trait.context for trait in acts if trait.path == mark.path]
        severity, confidence = _weight(pair, mark, max(when, default=None))
        message = f"It names {what}; earlier releases did not."
        yield _of_mark(pair, mark, Change.WORD, severity, confidence, message)


def _weight(pair: Pair, mark: Mark, acts: Context | None) -> tuple[Severity, Confidence]:
    if mark.code in _GRAVE or (mark.code in _TELLING and (acts or 0) >= Context.IMPORT):
        if acts:
            return Severity.HIGH, Confidence.MEDIUM if pair.small else Confidence.LOW
        return Severity.MEDIUM, Confidence.MEDIUM if pair.small else Confidence.LOW
    if not pair.small:
        return Severity.INFO, Confidence.LOW
    return (Severity.MEDIUM if acts else Severity.LOW), Confidence.MEDIUM


def _hidden(pair: Pair) -> Iterator[Difference]:
    known = {mark.code for mark in pair.old.marks if mark.hides}
    told: set[str] = set()
    for mark in pair.new.marks:
        if not mark.hides or mark.code in known | told or mark.context is Context.DORMANT:
            continue
        told.add(mark.code)
        severity = (
            Severity.HIGH if pair.small or mark.context >= Context.IMPORT else Severity.MEDIUM
        )
        severity = min(severity, Severity.MEDIUM) if known else severity
        message = f"For the first time its code is hidden from readers: {mark.text}"
        yield _of_mark(pair, mark, Change.OBFUSCATION, severity, Confidence.MEDIUM, message)


def _of_mark(  # noqa: PLR0913, PLR0917 - the fields of a difference
    pair: Pair,
    mark: Mark,
    change: Change,
    severity: Severity,
    confidence: Confidence,
    message: str,
) -> Difference:
    return pair.difference(
        change,
        severity,
        confidence,
        message,
        path=mark.path.partition("!/")[0],
        line=mark.line,
        evidence=mark.text,
        of="marks",
    )
