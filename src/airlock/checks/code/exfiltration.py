"""Something about the user is collected and sent away.

Credentials, the whole environment, browser and wallet stores, chat tokens, the clipboard and the
screen have no business leaving a machine because a package was installed or imported. The data is
followed from where it is read, through encoding, to a request, a socket, a mail or a name look-up.

What says only who and where the user is (host and user name, addresses) weighs less, unless it goes
to an address that takes anything from anybody: a webhook, a bot, a call-back service, a bare IP
address; or unless so much of it is gathered that it tells the victim apart from everybody else.
Clients that send a token which their user gave them to the service it is for are spared, because
that is read in a function, from one variable.

A function that is put in the place of one of another package's sees what callers entrust to that
one: keys, passwords, requests. One that sends it to an address of its own is a tap; one that only
hands it on to what it replaced, or to where its caller says, is not. The key of a wallet, or the
words that it is made of, has no business anywhere but where it signs.

An address weighs by itself where its secret is written down, so that all that is sent reaches its
author (a whole webhook, a bot's token, a name below a call-back service), and where it is hidden:
no honest program decodes the address that it sends to.
"""

import re
from collections.abc import Iterator

from airlock.checks.code._addresses import collector, is_hard_coded
from airlock.checks.code._loot import harvested, named
from airlock.checks.code._sendings import by_command
from airlock.checks.code._taps import of_tapped, tapped
from airlock.checks.code._weights import WHEN, attack, certain, firm, suspicion
from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import HOLE, Act, Context, Deed, Origin

_SECRETS = frozenset({Origin.ENVIRON, Origin.SECRET, Origin.WATCHED})
_TRACES = frozenset({Origin.IDENTITY, Origin.OUTPUT, Origin.FILE})
# A name with so many dots is one below somebody's own domain.
_LABELS = 2
# A host that the environment names, as those of clusters and of build services.
_NAMED_BY_USER = re.compile(r"\w+://%\w+%[:/]?")
_UNNAMED = re.compile(r"\w+://\{\}[:/]?")
# This machine, and the service that tells a machine of a cloud what it is.
_NEAR = re.compile(
    r"(\w+://)?(127\.|localhost\b|\[?::1\b|169\.254\.|100\.100\.100\.200|metadata\.google\.internal)"
)
_CALLERS = re.compile(r"(\w+://)?\{\}")
# So many different facts about a machine make a profile of its user.
_PROFILE = 3


class Exfiltration(Check):
    """Is something about the user sent away?"""

    id = "code-exfiltration"
    version = 5

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for every chain from something private to the network."""
        program = subject.program
        for act in program.of(Deed.REQUEST, Deed.SEND, Deed.CONNECT):
            if "listen" not in act.options:
                yield from _sent(act)
        for act in program.of(Deed.PROCESS):
            weight = by_command(act.text)
            if weight is not None:
                yield _finding(act, "A command sends something away", weight(act.context))
            elif "browser" in act.options and collector(act.text):
                yield from _contacted(act, collector(act.text))
        yield from harvested(program)
        yield from named(program)


def _sent(act: Act) -> Iterator[Finding]:
    place = collector(act.text)
    private = _private(act, place)
    if private is not None:
        yield private
    elif "client" not in act.options:
        yield from _told(act, place)


def _private(act: Act, place: str) -> Finding | None:
    """Return the finding if what is sent is the user's own, and nobody else's to send."""
    origins = act.origins()
    entrusted = tapped(act)
    if entrusted:
        told = "What others hand to a function of another package is sent away"
        if all(" " in one for one in entrusted):
            told = "The key of a wallet that a caller hands over is sent away"
        return _finding(act, told, of_tapped(act, entrusted))
    if origins & _SECRETS and (place or not _is_authorised(act)):
        weight = certain if is_hard_coded(act.text) else firm
        if _NAMED_BY_USER.match(act.text) or _NEAR.match(act.text):
            weight = suspicion
        elif _CALLERS.match(act.text):
            # Where it goes is for whoever calls: a client, as likely as not.
            weight = attack
        return _finding(act, "Secrets of the user are sent away", weight(act.context))
    if Origin.FILE in origins and _is_of_home(act) and not _CALLERS.match(act.text):
        weight = attack if act.context >= Context.IMPORT or is_hard_coded(act.text) else suspicion
        return _finding(act, "Files of the user's home are sent away", weight(act.context))
    return None


def _told(act: Act, place: str) -> Iterator[Finding]:
    """Yield what the place, or facts about the machine, say."""
    origins = act.origins()
    if origins & _TRACES and place and (Origin.IDENTITY in origins or not _is_users(act, place)):
        weight = certain if is_hard_coded(act.text) else firm
        yield _finding(act, f"Facts about the user go to {place}", weight(act.context))
    elif "hidden-address" in act.options and _sends(act):
        yield _finding(act, "Something is sent to a hidden address", certain(act.context))
    elif Origin.IDENTITY in origins and ("dns" not in act.options or "." in act.text):
        what = "Facts about the user's machine are sent away"
        yield _finding(act, what, _of_facts(act))
    elif act.context is Context.BUILD and "dns" in act.options and "." in act.text:
        yield _finding(act, "A name is looked up, which tells its owner", _of_name(act))
    else:
        yield from _contacted(act, place)


def _contacted(act: Act, place: str) -> Iterator[Finding]:
    if place:
        yield _finding(act, f"{place[0].upper()}{place[1:]} is contacted", _contact(act, place))
    elif "hidden-address" in act.options and act.context > Context.DORMANT:
        weight = Severity.HIGH, Confidence.MEDIUM
        yield _finding(act, "A hidden address is contacted", weight)


def _sends(act: Act) -> bool:
    """Tell whether a contact hands something over, or is with a place for that."""
    return bool(act.options & {"body", "post"}) or bool(collector(act.text))


def _of_facts(act: Act) -> tuple[Severity, Confidence]:
    """Weigh that facts about a machine are sent to somebody, by how many they are."""
    if _NAMED_BY_USER.match(act.text) or _UNNAMED.match(act.text):
        return Severity.MEDIUM, Confidence.MEDIUM
    if act.context >= Context.IMPORT:
        return attack(act.context)
    facts = {source.what for source in act.sources if source.origin is Origin.IDENTITY}
    asked = any(" " in fact or fact in {"whoami", "id", "hostname"} for fact in facts)
    many = act.text.strip() != HOLE and (asked or len(facts) >= _PROFILE)
    return firm(act.context) if many else suspicion(act.context)


def _of_name(act: Act) -> tuple[Severity, Confidence]:
    """Weigh that a name is looked up at installation: one that is put together tells something."""
    put_together = HOLE in act.text or bool(act.sources) or act.text.count(".") >= _LABELS
    telling = put_together or bool(collector(act.text))
    return attack(act.context) if telling else suspicion(act.context)


def _contact(act: Act, place: str) -> tuple[Severity, Confidence]:
    """Weigh that an address is contacted which says nothing of who owns it."""
    if act.context is Context.BUILD:
        return Severity.CRITICAL, Confidence.HIGH
    sends = _sends_to(act, place)
    if is_hard_coded(act.text) and sends:
        return certain(act.context)
    if _is_users(act, place):
        return Severity.MEDIUM, Confidence.MEDIUM
    if act.context >= Context.IMPORT:
        return suspicion(act.context)
    return (Severity.HIGH, Confidence.MEDIUM) if sends else (Severity.MEDIUM, Confidence.MEDIUM)


def _is_users(act: Act, place: str) -> bool:
    """Tell a chat of which the caller says whose it is."""
    return place.startswith("a chat") and HOLE in act.text and act.context < Context.IMPORT


def _sends_to(act: Act, place: str) -> bool:
    posts = bool(act.options & {"body", "post"}) and place != "a host for throw-away pages"
    return posts or place in {"a call-back service", "a chat bot"}


# What is found by walking through a whole home, or through what lies at its top.
_HOME = re.compile(
    r"^(~|%(USERPROFILE|HOME|HOMEPATH)%|/home|/Users|[A-Z]:[\\/]+Users)([\\/]+(Desktop|Documents|Downloads"
    r"|Pictures|OneDrive))?[\\/]*(\*\*?[\\/]?)*$",
    re.IGNORECASE,
)


def _is_of_home(act: Act) -> bool:
    sends = act.deed is Deed.SEND or bool(act.options & {"body", "post"})
    files = (source.what for source in act.sources if source.origin is Origin.FILE)
    return sends and any(map(_HOME.match, files))


def _is_authorised(act: Act) -> bool:
    """Tell a client that shows its own token, from one variable, to the service it asks."""
    private = [source for source in act.sources if source.origin in _SECRETS]
    variables = all(source.what.startswith("os.environ[") for source in private)
    return variables and len({source.what for source in private}) == 1 and "{}" not in act.text[:12]


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
