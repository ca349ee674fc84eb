"""New code that runs when pip builds or installs, another way of being built, new requirements."""

import re
from collections.abc import Iterator

from airlock.model import Confidence, Severity
from airlock.profiles.commands import is_tool
from airlock.profiles.conduct import NETWORK
from airlock.profiles.difference import Change, Difference
from airlock.profiles.pair import Pair
from airlock.profiles.profile import Need, Trait
from airlock.syntax.facts import Context, Deed

# Replaced to compile or to pack, as half of all projects with a setup.py do.
_USUAL_COMMANDS = (
    "build_ext build_clib sdist bdist_wheel bdist_egg bdist_rpm test clean upload docs "
    "build_sphinx editable_wheel build_scripts lint coverage release version"
)
_SHOWN = 12
_AUTHORITY = re.compile(r"://(?:[^@/\s]*@)?([^/:\s]+)")


def judge(pair: Pair) -> Iterator[Difference]:
    """Yield what is new of building, installing and requirements."""
    yield from _hooks(pair)
    yield from _backend(pair)
    yield from _needs(pair)


def _hooks(pair: Pair) -> Iterator[Difference]:
    known = {trait.text for trait in pair.old.traits if trait.deed is Deed.HOOK}
    hooks = [t for t in pair.new.traits if t.deed is Deed.HOOK and t.text not in known]
    hooks = [hook for hook in hooks if hook.context is Context.BUILD]
    acts = [trait for trait in pair.new_traits if trait.context is Context.BUILD and _counts(trait)]
    network = [trait for trait in acts if trait.deed in NETWORK]
    if network and pair.first(*NETWORK, least=Context.BUILD):
        yield _fetching(pair, network[0], hooked=bool(hooks))
    for hook in hooks:
        severity, confidence = _weight(pair, hook, acts=bool(acts))
        message = f"It replaces the command {hook.text!r} of its build; earlier releases did not."
        yield pair.of_trait(Change.HOOK, hook, severity, confidence, message)


def _counts(trait: Trait) -> bool:
    if trait.deed is Deed.PROCESS:
        return not is_tool(trait.text)
    return trait.deed in NETWORK


def _fetching(pair: Pair, trait: Trait, *, hooked: bool) -> Difference:
    message = "It goes to the network when pip builds or installs it; earlier releases did not."
    severity, confidence = Severity.MEDIUM, Confidence.MEDIUM
    if hooked:
        severity = Severity.HIGH
        confidence = Confidence.HIGH if pair.small else Confidence.MEDIUM
        message = message.replace("It goes", "It has a new install hook and goes", 1)
    elif pair.small:
        severity = Severity.HIGH
    return pair.of_trait(Change.HOOK, trait, severity, confidence, message)


def _weight(pair: Pair, hook: Trait, *, acts: bool) -> tuple[Severity, Confidence]:
    if hook.text in _USUAL_COMMANDS.split():
        return (Severity.LOW if acts and pair.small else Severity.INFO), Confidence.MEDIUM
    if acts:
        return (Severity.HIGH if pair.small else Severity.MEDIUM), Confidence.MEDIUM
    return (Severity.MEDIUM if pair.small else Severity.LOW), Confidence.MEDIUM


def _backend(pair: Pair) -> Iterator[Difference]:
    old, new = pair.old.build, pair.new.build
    if new.in_tree and not old.in_tree:
        severity = Severity.MEDIUM if pair.small else Severity.INFO
        message = "It is built by code of its own from now on (backend-path)."
        yield pair.difference(Change.BUILD, severity, Confidence.LOW, message, evidence=new.backend)
    elif new.backend != old.backend:
        told = f"{old.backend or 'setuptools'} → {new.backend or 'setuptools'}"
        message = "It is built by another backend."
        yield pair.difference(Change.BUILD, Severity.INFO, Confidence.LOW, message, evidence=told)
    if new.setup_py and not old.setup_py:
        severity = Severity.LOW if pair.small else Severity.INFO
        message = "It has a setup.py, which pip runs; the release before had none."
        yield pair.difference(Change.BUILD, severity, Confidence.LOW, message, path="setup.py")


def _needs(pair: Pair) -> Iterator[Difference]:
    known = {(need.use, need.name) for need in pair.old.needs}
    places = {(need.name, _place(need)) for need in pair.old.needs if need.url}
    plain: list[Need] = []
    for need in pair.new.needs:
        if need.url:
            if (need.name, _place(need)) not in places:
                yield _direct(pair, need)
        elif (need.use, need.name) not in known:
            plain.append(need)
    for use in ("to run", "to be built", "for an extra"):
        new = list(dict.fromkeys(need.name for need in plain if need.use == use))
        if new:
            yield _more_needs(pair, use, new)


def _place(need: Need) -> str:
    match = _AUTHORITY.search(need.url)
    return match.group(1).lower() if match else need.url


def _direct(pair: Pair, need: Need) -> Difference:
    severity = Severity.MEDIUM if need.use == "for an extra" else Severity.HIGH
    message = f"It needs an address outside every index {need.use}; earlier releases did not."
    return pair.difference(
        Change.NEED, severity, Confidence.HIGH, message, evidence=need.text, of="needs"
    )


def _more_needs(pair: Pair, use: str, names: list[str]) -> Difference:
    # A repair that brings a new dependency is how poisoned dependencies get in.
    counts = pair.small and use != "for an extra" and bool(pair.old.needs)
    return pair.difference(
        Change.NEED,
        Severity.LOW if counts else Severity.INFO,
        Confidence.MEDIUM,
        f"It needs {len(names)} more {'project' if len(names) == 1 else 'projects'} {use}.",
        evidence=", ".join(names[:_SHOWN]),
        of="needs",
    )
