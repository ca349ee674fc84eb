"""What ``setup()`` is told that the package needs: lists, made in whatever way can be computed."""

from collections.abc import Iterator

from airlock.archive.declared import Declared, Use
from airlock.syntax.machine.invocation import Call
from airlock.syntax.machine.loops import iterable
from airlock.syntax.values import HOLE, UNKNOWN, Value

_USES = {
    "install_requires": Use.RUN,
    "requires": Use.RUN,
    "setup_requires": Use.BUILD,
    "dependency_links": Use.LINK,
}


def note_requirements(call: Call) -> None:
    """Take note of every requirement that is known; one that is made of unknown parts is not."""
    machine = call.machine
    path = machine.path.partition("!/layer")[0]
    told = [(call.keywords.get(name, UNKNOWN), use) for name, use in _USES.items()]
    told += [(value, Use.EXTRA) for value in _values(call.keywords.get("extras_require", UNKNOWN))]
    for value, use in told:
        for text in _texts(value):
            machine.host.need(Declared(text, path, use))


def _values(mapping: Value) -> Iterator[Value]:
    for one in mapping.alternatives():
        if isinstance(one.const, dict):
            yield from map(Value, one.const.values())
        elif one.parts is not None:
            yield from one.parts.values()


def _texts(value: Value) -> Iterator[str]:
    """Yield the lines of a text or of the texts in a list, whichever of them it may be."""
    for one in value.alternatives():
        whole = isinstance(one.const, str)
        elements = [one] if whole else iterable(one) or []
        for element in elements:
            for text in element.spell().splitlines() if element is not UNKNOWN else ():
                line = text.strip()
                if line and not line.startswith((HOLE, "#")):
                    yield line
