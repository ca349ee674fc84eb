"""New code that runs whenever the interpreter starts."""

from collections.abc import Iterator

from airlock.model import Confidence, Severity
from airlock.profiles.difference import Change, Difference
from airlock.profiles.pair import Pair
from airlock.profiles.profile import Startup
from airlock.syntax.facts import Context


def judge(pair: Pair) -> Iterator[Difference]:
    """Yield a difference for every start-up file whose code was not in the old one."""
    known = {startup.digest for startup in pair.old.startups}
    for startup in pair.new.startups:
        if startup.digest not in known:
            severity, confidence = _weight(pair, startup)
            yield pair.difference(
                Change.STARTUP,
                severity,
                confidence,
                _message(pair),
                path=startup.path,
                line=1,
                evidence=startup.text,
                of="startups",
            )


def _message(pair: Pair) -> str:
    if pair.old.startups:
        return "The code that this project runs whenever Python starts is another one now."
    return "This release is the first of the project to run code whenever Python starts."


def _weight(pair: Pair, startup: Startup) -> tuple[Severity, Confidence]:
    if _acts(pair, startup):
        return Severity.HIGH, Confidence.HIGH
    if pair.old.startups:
        return Severity.MEDIUM, Confidence.MEDIUM if pair.small else Confidence.LOW
    return (Severity.HIGH if pair.small else Severity.MEDIUM), Confidence.MEDIUM


def _acts(pair: Pair, startup: Startup) -> bool:
    """Tell whether the file does more than the old one did at that time."""
    new = (trait for trait in pair.new_traits if trait.context >= Context.STARTUP)
    return any(trait.path.partition("!/")[0] == startup.path for trait in new)
