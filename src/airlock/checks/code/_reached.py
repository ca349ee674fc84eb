"""Which code of an artifact starts or loads a given file of it.

A file that nothing runs is a weight for a reader's attention; one that runs at installation or
import is an attack if it does anything at all. Code names files in many ways; two are recognised:

- the command of a process, or the path of a library, contains the file's name (``direct``),
- the module that starts some process spells the file's name somewhere.
"""

import msgspec

from airlock.checks.interface import Subject
from airlock.errors import ArchiveError
from airlock.syntax import Act, Context, Deed

STARTS = (Deed.PROCESS, Deed.LOAD)
# ``run``, ``a.sh``: a shorter name would be found in every command.
_SHORTEST_NAME = 4
_LARGEST_MODULE_BYTES = 4 * 1024**2


class Reach(msgspec.Struct, frozen=True):
    """How code gets at a file."""

    act: Act
    direct: bool

    @property
    def context(self) -> Context:
        """When it happens."""
        return self.act.context

    @property
    def sentence(self) -> str:
        """Say where, for a person."""
        how = "uses it" if self.direct else "spells its name beside a call that could"
        return f"{self.act.path}, line {self.act.line}, {how} ({_WHEN[self.context]})"


_WHEN = {
    Context.DORMANT: "in tests, documentation or tools",
    Context.CALLED: "when a function is called",
    Context.SCRIPT: "when a script is started",
    Context.IMPORT: "when the package is imported",
    Context.STARTUP: "whenever Python starts",
    Context.BUILD: "when the package is built or installed",
}


def reach(subject: Subject, path: str, deeds: tuple[Deed, ...] = STARTS) -> Reach | None:
    """Return how code of the artifact gets at a member: the readiest way, if there is one."""
    name = path.rpartition("/")[2]
    if len(name) < _SHORTEST_NAME:
        return None
    acts = sorted(subject.program.of(*deeds), key=lambda act: -act.context)
    direct = next((act for act in acts if name in act.text), None)
    if direct is not None:
        return Reach(direct, direct=True)
    spelling: dict[str, bool] = {}
    for act in acts:
        module = act.path.partition("!/layer")[0]
        if module not in spelling:
            spelling[module] = module != path and _spells(subject, module, name)
        if spelling[module]:
            return Reach(act, direct=False)
    return None


def _spells(subject: Subject, module: str, name: str) -> bool:
    member = subject.reading.find(module)
    if member is None or member.size > _LARGEST_MODULE_BYTES:
        return False
    try:
        return name.encode("utf-8", "replace") in member.read()
    except ArchiveError:
        return False
