"""Programs that were started, and waits that were meant to outlast whoever watches."""

import re
from collections.abc import Iterator

from airlock.behaviour.events import Event, Phase, Ran, Slept, Spawned, Trace
from airlock.behaviour.signals import Kind, Signal, Tier

_LONG_WAIT_SECONDS = 60.0
_MOST_GENERATIONS = 50
# Scripts of the system that tell what system it is; what they start is theirs. Elsewhere, a file of
# the same name is a package's own.
_ASKING = frozenset(
    f"{folder}/{name}"
    for folder in ("/bin", "/sbin", "/usr/bin", "/usr/sbin")
    for name in ("lsb_release", "ldconfig", "ldd", "pkg-config")
)
_STAYS = re.compile(r"^(crontab|systemctl|launchctl|at|batch|schtasks|update-rc\.d)$")
_FETCHES = re.compile(r"^(curl|wget|nc|ncat|netcat|socat|telnet|ssh|scp|ftp|aria2c|dig|nslookup)$")
# What asks a system for its names and versions before a build: setuptools, platform, ctypes.
_ORDINARY = re.compile(
    r"^(python[\d.]*|pip[\d.]*|uname|ldconfig(\.real)?|gcc|g\+\+|cc|c\+\+|cc1|cc1plus|as|ld|collect2|ar"
    r"|clang|cmake|make|ninja|git|hg|svn|rustc|cargo|pkg-config|lsb_release|objdump|file|locale|which"
    r"|getconf|dpkg-architecture|x86_64-linux-gnu-.*|env|true)$"
)


def see(trace: Trace) -> Iterator[Signal]:
    """Yield a signal for programs and waits that honest packages do without."""
    # A process may have run before the call that made it returned, and was told of.
    parents = {event.child: event.pid for event in trace.events if isinstance(event, Spawned)}
    asking: set[int] = set()
    for event in trace.events:
        match event:
            case Ran() if event.path in _ASKING and not event.failed:
                asking.add(event.pid)
            case Ran() if _comes_from(event.pid, asking, parents):
                # Such a script can be made to run other things: what is suspicious stays so.
                yield from (one for one in _program(event) if one.kind is not Kind.PROCESS)
            case Ran():
                yield from _program(event)
            case Slept() if (
                event.seconds >= _LONG_WAIT_SECONDS and event.phase is not Phase.PREPARE
            ):
                what = f"It wanted to wait for {event.seconds:,.0f} s."
                yield _signal(event, Kind.TIME, Tier.CONTEXT, what, "sleep")
            case _:
                continue


def _comes_from(pid: int, those: set[int], parents: dict[int, int]) -> bool:
    """Tell whether a process is one of those, or was started by one."""
    for _ in range(_MOST_GENERATIONS):
        if pid in those:
            return True
        if pid not in parents:
            return False
        pid = parents[pid]
    return False


def _name(event: Ran) -> str:
    return event.path.rpartition("/")[2]


def _program(event: Ran) -> Iterator[Signal]:
    name = _name(event)
    line = " ".join(event.argv)[:400]
    early = event.phase.early
    if _STAYS.match(name):
        tier = Tier.SUSPICION if early else Tier.CONTEXT
        what = f"It started {name}, which makes programs run again."
        yield _signal(event, Kind.PERSISTENCE, tier, what, name, line)
    elif _FETCHES.match(name):
        tier = Tier.SUSPICION if early else Tier.CONTEXT
        what = f"It started {name}, which talks to the network."
        yield _signal(event, Kind.NETWORK, tier, what, name, line)
    elif not _ORDINARY.match(name) and not event.failed:
        yield _signal(event, Kind.PROCESS, Tier.CONTEXT, f"It started {name}.", line or name, line)


def _signal(  # noqa: PLR0913, PLR0917 - the fields of a signal
    event: Event, kind: Kind, tier: Tier, message: str, key: str, evidence: str = ""
) -> Signal:
    return Signal(
        kind=kind,
        tier=tier,
        phase=event.phase,
        message=message,
        evidence=evidence,
        at=event.at,
        pid=event.pid,
        key=key,
    )
