"""Combinations of acts that attacks are made of, found among the acts of one program.

What ``syntax`` followed from one act to the next is sure. Two acts that merely stand together, a
download and the start of a process in one function, are not.
"""

import re
from collections.abc import Iterable, Iterator

from airlock.profiles.bounds import plain
from airlock.profiles.commands import is_interpreter, program_of, runs_what_it_fetches
from airlock.profiles.conduct import LONGEST_TEXT, NETWORK, hosts_of, stays_here
from airlock.profiles.pieces import Spelling
from airlock.profiles.profile import Ploy, Ruse
from airlock.syntax.catalogue import secret_path
from airlock.syntax.facts import Act, Context, Deed, Origin
from airlock.syntax.program import Program

_SENDS = {
    Origin.ENVIRON: Ruse.SENDS_ENVIRONMENT,
    Origin.SECRET: Ruse.SENDS_SECRET,
    Origin.WATCHED: Ruse.SENDS_WATCHED,
    Origin.IDENTITY: Ruse.SENDS_IDENTITY,
}
_DECODED = frozenset({Origin.PAYLOAD, Origin.DECODED})
_DECODES = re.compile(
    r"b(?:ase)?64|b85|frombase64|fromhex|unhexlify|decompress|marshal|\brot_?13|-enc(?:odedcommand)?\b",
    re.IGNORECASE,
)
_INLINE = re.compile(r"\s-(?:c|e|enc|encodedcommand|command)\s", re.IGNORECASE)
_METADATA = re.compile(r"169\.254\.169\.254|169\.254\.170\.2|metadata\.google\.internal")
_FROM_INPUT = re.compile(r"\s-(?:\s|$)|^\S+\s*$")
_NAMED_FILE = re.compile(r"[\w.-]{4,}")


def ploys_of(program: Program, spelling: Spelling) -> list[Ploy]:
    """Return the combinations, the surest and most readily run first, each once."""
    found: dict[tuple[Ruse, str, str], Ploy] = {}
    scene = _Scene(program)
    for act in program.acts:
        for ruse, sure in _ruses(act, scene):
            host = next(hosts_of(act), "") or scene.host(act)
            ploy = _ploy(ruse, act, host, spelling, sure=sure)
            known = found.get((ruse, ploy.path, host))
            if known is None or _weight(known) < _weight(ploy):
                found[ruse, ploy.path, host] = ploy
    return sorted(found.values(), key=_weight, reverse=True)


def _weight(ploy: Ploy) -> tuple[int, bool]:
    return ploy.context, ploy.sure


def _ploy(ruse: Ruse, act: Act, host: str, spelling: Spelling, *, sure: bool) -> Ploy:
    text = plain(act.text or act.evidence, LONGEST_TEXT)
    return Ploy(ruse, act.context, spelling.of(act.path), act.line, host, text, sure)


def _ruses(act: Act, scene: "_Scene") -> Iterator[tuple[Ruse, bool]]:
    if act.deed in NETWORK and not stays_here(act):
        yield from ((ruse, True) for ruse in dict.fromkeys(_sent(act)))
    elif act.deed is Deed.EXECUTE:
        yield from _executed(act)
    elif act.deed is Deed.REDIRECT and scene.connects(act):
        yield Ruse.SHELL, True
    if act.deed in {Deed.PROCESS, Deed.LOAD}:
        yield from _started(act, scene)


def _sent(act: Act) -> Iterator[Ruse]:
    for source in act.sources:
        if source.origin is Origin.SECRET and secret_path(source.what):
            yield Ruse.SENDS_STORE
        elif source.origin is Origin.NETWORK and _METADATA.search(source.what):
            # What came from there is sent on to somewhere else.
            if not _METADATA.search(act.text):
                yield Ruse.SENDS_STORE
        elif source.origin in _SENDS:
            yield _SENDS[source.origin]


def _executed(act: Act) -> Iterator[tuple[Ruse, bool]]:
    origins = act.origins()
    if "weak" in act.options:
        return
    if Origin.NETWORK in origins:
        # What unpickles an answer trusts its server; many do.
        yield Ruse.FETCHED, "pickle" not in act.options
    elif origins & _DECODED and "pickle" not in act.options:
        yield Ruse.DECODED, Origin.PAYLOAD in origins


def _started(act: Act, scene: "_Scene") -> Iterator[tuple[Ruse, bool]]:
    text = act.text.strip()
    runs_network = Origin.NETWORK in act.origins() and _runs_data(text)
    if scene.wrote(act) or runs_network or runs_what_it_fetches(text):
        yield Ruse.FETCHED, True
    elif act.deed is Deed.PROCESS and scene.beside(act):
        yield Ruse.FETCHED, False
    if act.deed is not Deed.PROCESS:
        return
    interpreter = is_interpreter(program_of(text))
    if interpreter and _INLINE.search(text) and _DECODES.search(text):
        yield Ruse.DECODED, True
    elif interpreter and act.context >= Context.IMPORT and _runs_own(act, text):
        yield Ruse.UNSEEN, bool(act.options & {"hidden", "detached"})


def _runs_data(text: str) -> bool:
    """Tell whether what is unknown of a command is the command itself."""
    name = program_of(text)
    return "{}" in name or (is_interpreter(name) and "{}" in text)


def _runs_own(act: Act, text: str) -> bool:
    """Tell whether an interpreter is started on its input, or on a file beside the code."""
    if "-m " in text or _INLINE.search(text):
        return False
    folder = act.path.rpartition("/")[0]
    return bool(_FROM_INPUT.search(text)) or bool(folder and f"{folder}/" in text)


class _Scene:
    """What else is done in the places of acts: files written from the network, connections."""

    def __init__(self, program: Program) -> None:
        self._names: set[str] = set()
        self._hosts: dict[tuple[str, str], str] = {}
        connections = program.of(Deed.CONNECT)
        self._connections = {(act.path, act.scope) for act in connections if not stays_here(act)}
        for act in _droppers(program.acts):
            name = act.text.strip().rstrip("'\"").rpartition("/")[2]
            if act.deed is Deed.WRITE and _NAMED_FILE.fullmatch(name):
                self._names.add(name)
            place = (act.path, act.scope)
            self._hosts[place] = self._hosts.get(place) or next(hosts_of(act), "")

    def wrote(self, act: Act) -> bool:
        """Tell whether an act runs a file that was written so."""
        if not self._names:
            return False
        words = re.split(r"[\s/\"']+", act.text)
        return program_of(act.text) in self._names or (
            is_interpreter(program_of(act.text)) and not self._names.isdisjoint(words)
        )

    def beside(self, act: Act) -> bool:
        """Tell whether an act starts something unknown where something is fetched into a file."""
        if (act.path, act.scope) not in self._hosts:
            return False
        name = program_of(act.text)
        return "{}" in name or is_interpreter(name) or "/" in act.text.partition(" ")[0]

    def connects(self, act: Act) -> bool:
        """Tell whether a connection is made where an act is done."""
        return (act.path, act.scope) in self._connections

    def host(self, act: Act) -> str:
        """Return where the data of an act may have come from."""
        return self._hosts.get((act.path, act.scope), "")


def _droppers(acts: Iterable[Act]) -> Iterator[Act]:
    for act in acts:
        writes = act.deed is Deed.WRITE and Origin.NETWORK in act.origins()
        if writes or (act.deed is Deed.REQUEST and "file" in act.options):
            yield act
