"""What the code of an artifact does, summed up: traits, contacts and marks, each told once.

The same deed on the same thing is one trait wherever it is done; of its places, the one that runs
most readily is told.
"""

import re
from collections.abc import Iterable, Iterator

from airlock.profiles.bounds import plain
from airlock.profiles.pieces import Spelling
from airlock.profiles.profile import Contact, Mark, Trait
from airlock.syntax.facts import Act, Context, Deed
from airlock.syntax.program import Program

_TOLD = frozenset(Deed) - {Deed.WRITE, Deed.DELETE}
NETWORK = frozenset({Deed.REQUEST, Deed.CONNECT, Deed.SEND})
LONGEST_TEXT = 240
_LONGEST_PATH = 300
_LONGEST_HOST = 120
_ADDRESS = re.compile(
    r"(?:https?|ftp|wss?|tcp|stratum\+\w+)://(?P<host>[^/\s\"'<>|&;,)\\]+)", re.IGNORECASE
)
_BARE_HOST = re.compile(r"(?:[\w-]+\.)+[A-Za-z]{2,24}|\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)
_NUMBERS = re.compile(r"\d+")
# Names that stand for the machine itself, or for nothing.
_HERE = re.compile(r"localhost|127\..*|0\.0\.0\.0|\[?::1|.*\{\}.*|.*%.*|.*[A-Z]{2}", re.DOTALL)


def traits_of(acts: Iterable[Act], spelling: Spelling) -> list[Trait]:
    """Return everything that code does and that is worth comparing, most readily run first."""
    found: dict[tuple[object, ...], Trait] = {}
    for act in acts:
        if act.deed in _TOLD and "weak" not in act.options and not stays_here(act):
            trait = _trait(act, spelling)
            key = (trait.deed, trait.target, essence(trait.text), trait.origins)
            known = found.get(key)
            if known is None or known.context < trait.context:
                found[key] = trait
    return sorted(found.values(), key=lambda trait: -trait.context)


def stays_here(act: Act) -> bool:
    """Tell whether a connection is one to a socket of the machine itself, such as ``/dev/log``."""
    return act.deed in NETWORK and act.text.lstrip("'\" ").startswith("/")


def essence(text: str) -> str:
    """Return a text without what changes from release to release."""
    return _NUMBERS.sub("#", text)


def _trait(act: Act, spelling: Spelling) -> Trait:
    return Trait(
        act.deed,
        act.context,
        spelling.of(act.path),
        act.line,
        plain(act.target, LONGEST_TEXT),
        plain(act.text.strip(), LONGEST_TEXT),
        tuple(sorted(act.origins())),
        tuple(sorted(act.options)),
        plain(act.evidence.strip(), LONGEST_TEXT),
    )


def contacts_of(program: Program, spelling: Spelling) -> list[Contact]:
    """Return every host that code talks to, most readily contacted first."""
    found: dict[str, Contact] = {}
    for act in program.of(Deed.REQUEST, Deed.CONNECT, Deed.SEND, Deed.PROCESS):
        for host in hosts_of(act):
            known = found.get(host)
            if known is None or known.context < act.context:
                found[host] = Contact(host, act.context, spelling.of(act.path), act.line)
    return sorted(found.values(), key=lambda contact: (-contact.context, contact.host))


def hosts_of(act: Act) -> Iterator[str]:
    """Iterate over the hosts that an act names."""
    text = act.text[:2_000]
    named = [_host(match["host"]) for match in _ADDRESS.finditer(text)]
    if not named and act.deed is Deed.CONNECT:
        named = [match.group(0).lower() for match in _BARE_HOST.finditer(text)][:1]
    return (plain(host, _LONGEST_HOST) for host in named if host and not _HERE.fullmatch(host))


def _host(authority: str) -> str:
    name = authority.rpartition("@")[2]
    return name.partition(":")[0].lower() if not name.startswith("[") else name.lower()


def marks_of(program: Program, spelling: Spelling) -> list[Mark]:
    """Return words and spellings that honest code seldom has, most readily run first."""
    found: dict[tuple[str, str], Mark] = {}
    for mark in _all_marks(program, spelling):
        key = (mark.code, mark.path)
        known = found.get(key)
        if known is None or known.context < mark.context:
            found[key] = mark
    return sorted(found.values(), key=lambda mark: (not mark.hides, -mark.context))


def _all_marks(program: Program, spelling: Spelling) -> Iterator[Mark]:
    for odd in program.oddities:
        if odd.suspicious:
            text = plain(odd.message, LONGEST_TEXT)
            yield Mark(odd.code, odd.context, spelling.of(odd.path), odd.line, text, hides=True)
    for mention in program.mentions:
        if mention.context > Context.DORMANT:
            text = plain(mention.text, LONGEST_TEXT)
            path, hides = spelling.of(mention.path), mention.topic == "obfuscator"
            yield Mark(mention.topic, mention.context, path, mention.line, text, hides=hides)
