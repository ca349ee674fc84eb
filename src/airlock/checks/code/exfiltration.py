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

from airlock.checks.code._weights import WHEN, attack, suspicion
from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Act, Context, Deed, Origin, Program

_SECRETS = frozenset({Origin.ENVIRON, Origin.SECRET, Origin.WATCHED})
_TRACES = frozenset({Origin.IDENTITY, Origin.OUTPUT, Origin.FILE})
_ANYBODYS = re.compile(
    r"/api/webhooks/|hooks\.slack\.com|api\.telegram\.org|oast\.|interact\.sh|oastify|burpcollab"
    r"|pipedream\.net|webhook\.site|requestbin|dnslog|ceye\.io|canarytokens|ngrok|beeceptor"
    r"|://\d{1,3}(\.\d{1,3}){3}|requestcatcher|hookb\.in|pastebin\.com|transfer\.sh|gofile\.io",
    re.IGNORECASE,
)
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
    version = 1

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
    anybodys = bool(_ANYBODYS.search(act.text))
    if origins & _SECRETS and (anybodys or not _is_authorised(act)):
        yield _finding(act, "Secrets of the user are sent away", attack(act.context))
    elif origins & _TRACES and anybodys:
        yield _finding(
            act, "Facts about the user go to an address for anybody", attack(act.context)
        )
    elif Origin.IDENTITY in origins:
        yield _finding(act, "Facts about the user's machine are sent away", suspicion(act.context))
    elif act.context is Context.BUILD and "dns" in act.options and "." in act.text:
        yield _finding(act, "A name is looked up, which tells its owner", suspicion(act.context))
    elif anybodys and act.context >= Context.IMPORT:
        yield _finding(act, "An address that takes anything is contacted", suspicion(act.context))


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
