"""Something about the user is collected and sent away.

Credentials, the whole environment, browser and wallet stores, chat tokens, the clipboard and the
screen have no business leaving a machine because a package was installed or imported. The data is
followed from where it is read, through encoding, to a request, a socket, a mail or a name look-up.

What says only who and where the user is (host and user name, addresses) weighs less, unless it goes
to an address that takes anything from anybody: a webhook, a bot, a call-back service, a bare IP
address. Clients that send a token which their user gave them to the service it is for are spared,
because that is read in a function, from one variable.
"""

import re
from collections.abc import Iterator

from airlock.checks.code._addresses import collector
from airlock.checks.code._weights import WHEN, attack, firm, suspicion
from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Act, Context, Deed, Origin, Program

_SECRETS = frozenset({Origin.ENVIRON, Origin.SECRET, Origin.WATCHED})
_TRACES = frozenset({Origin.IDENTITY, Origin.OUTPUT, Origin.FILE})
# What a shell puts into a request: the output of a command, a variable, a file.
_SENDING = re.compile(
    r"\b(curl|wget|nc|ncat)\b.{0,400}"
    r"(\$\(|`|\$\{?\w+|(-d|--data\S*|-F|-T|--post-(data|file))[ =]\S*@|<\s*/)"
    r"|\b(nslookup|dig|ping|host)\b.{0,200}(\$\(|`|\$\{?[A-Za-z])",
    re.DOTALL,
)
_COLLECTION_TOPICS = ("discord-webhook", "telegram-bot", "callback-host")
_LOOT_TOPICS = ("browser-store", "chat-token", "wallet-store")


class Exfiltration(Check):
    """Is something about the user sent away?"""

    id = "code-exfiltration"
    version = 2

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for every chain from something private to the network."""
        program = subject.program
        for act in program.of(Deed.REQUEST, Deed.SEND, Deed.CONNECT):
            yield from _sent(act)
        for act in program.of(Deed.PROCESS):
            if _SENDING.search(act.text):
                yield _finding(act, "A command sends something away", attack(act.context))
        yield from _stealers(program)


def _sent(act: Act) -> Iterator[Finding]:
    origins = act.origins()
    place = collector(act.text)
    if origins & _SECRETS and (place or not _is_authorised(act)):
        yield _finding(act, "Secrets of the user are sent away", firm(act.context))
    elif origins & _TRACES and place:
        yield _finding(act, f"Facts about the user go to {place}", firm(act.context))
    elif Origin.IDENTITY in origins and ("dns" not in act.options or "." in act.text):
        weight = attack if act.context >= Context.IMPORT else suspicion
        what = "Facts about the user's machine are sent away"
        yield _finding(act, what, weight(act.context))
    elif act.context is Context.BUILD and "dns" in act.options and "." in act.text:
        yield _finding(act, "A name is looked up, which tells its owner", suspicion(act.context))
    elif place:
        yield _finding(act, f"{place[0].upper()}{place[1:]} is contacted", _contact(act, place))


def _contact(act: Act, place: str) -> tuple[Severity, Confidence]:
    """Weigh that an address is contacted which says nothing of who owns it."""
    if act.context is Context.BUILD:
        return Severity.CRITICAL, Confidence.HIGH
    if act.context >= Context.IMPORT:
        return suspicion(act.context)
    sends = bool(act.options & {"body", "post"}) and place != "a host for throw-away pages"
    known = sends or place in {"a call-back service", "a chat bot"}
    return (Severity.HIGH, Confidence.MEDIUM) if known else (Severity.MEDIUM, Confidence.MEDIUM)


def _is_authorised(act: Act) -> bool:
    """Tell a client that shows its own token, from one variable, to the service it asks."""
    private = [source for source in act.sources if source.origin in _SECRETS]
    variables = all(source.what.startswith("os.environ[") for source in private)
    return variables and len({source.what for source in private}) == 1 and "{}" not in act.text[:12]


def _stealers(program: Program) -> Iterator[Finding]:
    """Yield modules that name both where loot lies and where it is taken to."""
    loot: dict[str, list[str]] = {}
    for mention in program.mentioned(*_LOOT_TOPICS, least=Context.CALLED):
        loot.setdefault(mention.path, []).append(mention.text)
    for mention in program.mentioned(*_COLLECTION_TOPICS, least=Context.CALLED):
        found = loot.pop(mention.path, None)
        if found:
            yield Finding(
                severity=Severity.CRITICAL,
                confidence=Confidence.HIGH if len(set(found)) > 1 else Confidence.MEDIUM,
                message="Stores of browsers, wallets or chats are named beside a place to send to.",
                path=mention.path,
                line=mention.line,
                evidence="\n".join([mention.text, *dict.fromkeys(found)]),
            )


def _finding(act: Act, what: str, weight: tuple[Severity, Confidence]) -> Finding:
    severity, confidence = weight
    collected = [
        f"{source.origin.value}: {source.what} (line {source.line})" for source in act.sources
    ]
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"{what} {WHEN[act.context]}: {act.target}.",
        path=act.path,
        line=act.line,
        evidence="\n".join([act.evidence, f"to {act.text}", *collected]),
    )
