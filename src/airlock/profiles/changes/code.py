"""New combinations of acts, and new acts that run without being called."""

from collections.abc import Iterator

from airlock.model import Confidence, Severity
from airlock.profiles.commands import is_tool
from airlock.profiles.conduct import NETWORK, essence
from airlock.profiles.difference import Change, Difference
from airlock.profiles.pair import DOES, WHEN, Pair
from airlock.profiles.profile import Ploy, Ruse, Trait
from airlock.syntax.facts import Context, Deed

_GRAVE = frozenset(
    {
        Ruse.DECODED,
        Ruse.FETCHED,
        Ruse.SHELL,
        Ruse.SENDS_ENVIRONMENT,
        Ruse.SENDS_STORE,
        Ruse.SENDS_WATCHED,
    }
)


def judge(pair: Pair) -> Iterator[Difference]:
    """Yield a difference for every new combination, and for new acts of note."""
    told: set[str] = set()
    for ploy in pair.new.ploys:
        if ploy.context > Context.DORMANT and not _knew(pair, ploy):
            told.add(ploy.path)
            yield _of_ploy(pair, ploy)
    unasked = [t for t in pair.new_traits if t.context >= Context.IMPORT and _counts(t)]
    yield from _unasked(pair, [t for t in unasked if t.path not in told])
    yield from _rare(pair)


def _knew(pair: Pair, ploy: Ploy) -> bool:
    return any(
        old.ruse is ploy.ruse
        and old.context >= ploy.context
        and (
            (old.path, old.host) == (ploy.path, ploy.host)
            or essence(old.text) == essence(ploy.text)
        )
        for old in pair.old.ploys
    )


def _of_ploy(pair: Pair, ploy: Ploy) -> Difference:
    severity, confidence = _weight(pair, ploy)
    to = f" ({ploy.host})" if ploy.host else ""
    message = f"New in this release: it {DOES[ploy.ruse]} {WHEN[ploy.context]}{to}."
    return pair.difference(
        Change.RUSE,
        severity,
        confidence,
        message,
        path=ploy.path.partition("!/")[0],
        line=ploy.line,
        evidence=ploy.text,
        of="ploys",
    )


def _weight(pair: Pair, ploy: Ploy) -> tuple[Severity, Confidence]:
    unasked = ploy.context >= Context.IMPORT
    least = Context.IMPORT if unasked else Context.CALLED
    familiar = any(old.ruse is ploy.ruse and old.context >= least for old in pair.old.ploys)
    if unasked:
        return _weight_unasked(pair, ploy, familiar=familiar)
    if familiar:
        return Severity.LOW, Confidence.LOW
    if ploy.ruse is Ruse.SENDS_ENVIRONMENT:
        return Severity.HIGH, Confidence.MEDIUM
    if ploy.ruse in _GRAVE:
        if pair.small:
            return Severity.HIGH, Confidence.MEDIUM if ploy.sure else Confidence.LOW
        return Severity.MEDIUM, Confidence.MEDIUM if ploy.sure else Confidence.LOW
    return Severity.MEDIUM, Confidence.LOW


def _weight_unasked(pair: Pair, ploy: Ploy, *, familiar: bool) -> tuple[Severity, Confidence]:
    if familiar:
        return Severity.MEDIUM, Confidence.MEDIUM
    if ploy.ruse in _GRAVE:
        return Severity.HIGH, Confidence.HIGH if ploy.sure else Confidence.MEDIUM
    return (Severity.HIGH if pair.small else Severity.MEDIUM), Confidence.MEDIUM


def _counts(trait: Trait) -> bool:
    if trait.deed is Deed.PROCESS:
        return "browser" not in trait.options and not is_tool(trait.text)
    return trait.deed in NETWORK


def _unasked(pair: Pair, traits: list[Trait]) -> Iterator[Difference]:
    """Yield what is new of processes and connections that nobody asked for."""
    processes = [trait for trait in traits if trait.deed is Deed.PROCESS]
    network = [trait for trait in traits if trait.deed in NETWORK]
    first_process = processes and pair.first(Deed.PROCESS, least=Context.IMPORT)
    first_network = network and pair.first(*NETWORK, least=Context.IMPORT)
    both = bool(first_process and first_network)
    if first_process:
        yield _of_trait(pair, processes[0], "starts a process", both=both)
    if first_network:
        yield _of_trait(pair, network[0], "goes to the network", both=both)


def _of_trait(pair: Pair, trait: Trait, what: str, *, both: bool) -> Difference:
    severity, confidence = Severity.MEDIUM, Confidence.LOW
    if both:
        severity, confidence = Severity.HIGH, Confidence.MEDIUM
    elif pair.small:
        confidence = Confidence.MEDIUM
    message = f"It {what} {WHEN[trait.context]}; earlier releases did not."
    return pair.of_trait(Change.ACT, trait, severity, confidence, message)


def _rare(pair: Pair) -> Iterator[Difference]:
    """Yield what few packages do at all, where this one never did."""
    words = {
        Deed.PERSIST: "registers something to run again",
        Deed.COLLECT: "watches keyboard, clipboard, screen or camera",
        Deed.REDIRECT: "puts a connection in the place of a terminal",
        Deed.READ: "reads a store of credentials",
    }
    for deed, what in words.items():
        new = [t for t in pair.new_traits if t.deed is deed and t.context > Context.DORMANT]
        new = [trait for trait in new if "open" not in trait.options]
        if new and pair.first(deed, least=Context.CALLED):
            confidence = Confidence.MEDIUM if pair.small else Confidence.LOW
            message = f"It {what} {WHEN[new[0].context]}; earlier releases did nothing of the kind."
            yield pair.of_trait(Change.ACT, new[0], Severity.MEDIUM, confidence, message)
