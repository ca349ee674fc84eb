"""A trace told as scenes: what happened in each phase, as much of it as people can read."""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from airlock.behaviour.events import (
    AnyEvent,
    Asked,
    Began,
    Connected,
    Ended,
    Looked,
    Lost,
    Marked,
    Phase,
    Ran,
    Reached,
    Said,
    Sent,
    Slept,
    Spawned,
    Touched,
    Trace,
)
from airlock.behaviour.places import at_home, is_noise, runs_again

_LONGEST_BODY = 2_000
_MOST_LINES = 400


class Line(msgspec.Struct, frozen=True):
    """One thing that happened."""

    at: float
    what: str
    """``program``, ``file``, ``name``, ``connection``, ``request``, ``bytes``, ``wait``, ``code``,
    ``module`` or ``gap``."""
    text: str
    detail: str = ""
    pid: int = 0


class Scene(msgspec.Struct, frozen=True):
    """One phase."""

    phase: Phase
    seconds: float
    ended: str
    lines: tuple[Line, ...]
    more: int = 0
    """How many lines are not shown."""
    output: str = ""


class Process(msgspec.Struct):
    """A process, with those that it started."""

    pid: int
    text: str
    children: list["Process"] = []


def scenes(trace: Trace) -> list[Scene]:
    """Return every phase that took place."""
    found = []
    for phase in Phase:
        events = trace.of(phase)
        if events:
            lines = list(_told(events, trace.header.home))
            found.append(_scene(phase, events, lines))
    return found


def _scene(phase: Phase, events: Sequence[AnyEvent], lines: list[Line]) -> Scene:
    end = next((event for event in events if isinstance(event, Ended)), None)
    output = "".join(event.text for event in events if isinstance(event, Said))
    ended = "it did not end" if end is None else end.cut or (f"code {end.code}" if end.code else "")
    return Scene(
        phase=phase,
        seconds=end.seconds if end else 0.0,
        ended=ended,
        lines=tuple(lines[:_MOST_LINES]),
        more=max(0, len(lines) - _MOST_LINES),
        output=output,
    )


def _told(events: Sequence[AnyEvent], home: str) -> Iterator[Line]:
    """Yield a line for each event that a reader wants to see, repeated ones once."""
    seen: Counter[tuple[str, str]] = Counter()
    for event in events:
        line = _line(event, home)
        if line is not None:
            seen[line.what, line.text] += 1
            if seen[line.what, line.text] == 1:
                yield line


def _line(event: AnyEvent, home: str) -> Line | None:  # noqa: C901, PLR0911 - one case an event
    match event:
        case Ran(failed=""):
            return Line(event.at, "program", " ".join(event.argv) or event.path, "", event.pid)
        case Touched(failed=""):
            return _file(event, home)
        case Looked():
            answer = f" → {event.answer}" if event.answer else ""
            return Line(event.at, "name", f"{event.name} {event.record}{answer}")
        case Reached():
            tls = " over TLS" if event.tls else ""
            name = f" ({event.name})" if event.name else ""
            return Line(event.at, "connection", f"{event.address}:{event.port}{name}{tls}")
        case Connected():
            text = f"{event.address}:{event.port} was asked for"
            return Line(event.at, "connection", text, "", event.pid)
        case Asked():
            return Line(event.at, "request", f"{event.method} {event.url}", _request(event))
        case Sent():
            place = f"{event.name or event.address}:{event.port}"
            return Line(event.at, "bytes", f"{len(event.data):,} to {place}", _text(event.data))
        case Slept() if event.seconds >= 1:
            return Line(event.at, "wait", f"{event.seconds:,.1f} s, passed at once", "", event.pid)
        case Marked():
            return Line(event.at, "code", "what was downloaded is run", "", event.pid)
        case Began() if event.what:
            return Line(event.at, "module", event.what)
        case Lost():
            return Line(event.at, "gap", event.what)
        case _:
            return None


def _file(event: Touched, home: str) -> Line | None:
    path = at_home(event.path, home)
    target = f" → {at_home(event.to, home)}" if event.to else ""
    if is_noise(path) and not runs_again(at_home(event.to, home) if event.to else path):
        return None
    return Line(event.at, "file", f"{event.how} {path}{target}", "", event.pid)


def _request(event: Asked) -> str:
    head = "\n".join(f"{name}: {value}" for name, value in event.headers)
    return f"{head}\n\n{_text(event.body)}".strip()


def _text(data: bytes) -> str:
    return data[:_LONGEST_BODY].decode("utf-8", "backslashreplace")


def processes(trace: Trace, phase: Phase) -> list[Process]:
    """Return the processes of a phase as trees; a process bears the last program that it ran."""
    nodes: dict[int, Process] = {}
    roots: list[Process] = []
    for event in trace.of(phase):
        if isinstance(event, Spawned):
            child = nodes.setdefault(event.child, Process(event.child, ""))
            parent = nodes.get(event.pid)
            if parent is None:
                roots.append(child)
            elif child is not parent:
                parent.children.append(child)
        elif isinstance(event, Ran) and not event.failed:
            if event.pid not in nodes:
                nodes[event.pid] = Process(event.pid, "")
                roots.append(nodes[event.pid])
            nodes[event.pid].text = " ".join(event.argv) or event.path
    return [root for root in _named(roots) if root.text or root.children]


def _named(found: list[Process], depth: int = 0) -> list[Process]:
    """Return processes without those that ran nothing; their children take their place."""
    kept: list[Process] = []
    for process in found:
        children = _named(process.children, depth + 1) if depth < _MOST_DEPTH else []
        if process.text:
            kept.append(Process(process.pid, process.text, children))
        else:
            kept += children
    return kept


_MOST_DEPTH = 40
