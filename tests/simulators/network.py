"""Machines on one wire each: network namespaces that reach one address of this machine.

    with Network(3) as network:
        network.command(0, "airlock", "worker")     # runs as on a machine of its own
        network.cut(0)                              # nothing arrives any more, and nobody is told

Each has a pair of virtual interfaces to this machine and the route to ``network.address``, and no
other: not to the world, not to one another. What a killed test left behind, the next one removes.
"""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

_PREFIX = "airlock-test-"
# For tests of networks (RFC 2544, RFC 6890): nobody else's.
_BLOCK = "198.18"


def absent() -> str:
    """Return which program is not here, or nothing."""
    return "" if shutil.which("ip") else "ip is not installed (scripts/debian-packages)"


def forbidden() -> str:
    """Return why this user may make no networks, or nothing."""
    if os.geteuid() != 0:
        return "only root makes network namespaces"
    name = f"{_PREFIX}{os.getpid()}-try"
    made = _ip("netns", "add", name)
    if made.returncode:
        return f"no network namespace can be made here: {made.stderr.strip()}"
    wired = _ip("link", "add", _link(9), "type", "veth", "peer", "name", "wire", "netns", name)
    _ip("netns", "del", name)
    return f"no interface can be made here: {wired.stderr.strip()}" if wired.returncode else ""


class Network:
    """Namespaces that exist between ``with`` and its end.

    Args:
        count: of them.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        block = os.getpid() % 250
        self.address = f"{_BLOCK}.{block}.1"
        self._addresses = [f"{_BLOCK}.{block}.{10 + number}" for number in range(count)]

    def __enter__(self) -> Self:
        _sweep()
        with contextlib.ExitStack() as made:
            made.callback(self._remove)
            for number in range(self._count):
                self._make(number)
            made.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._remove()

    def command(self, number: int, *words: str) -> list[str]:
        """Return the command that runs another one in a namespace."""
        return ["ip", "netns", "exec", _name(number), *words]

    def cut(self, number: int) -> None:
        """Cut a wire: neither side is told."""
        _must("link", "set", _link(number), "down")

    def mend(self, number: int) -> None:
        """Join it again."""
        _must("link", "set", _link(number), "up")
        self._route(number)

    def _make(self, number: int) -> None:
        name, link = _name(number), _link(number)
        _must("netns", "add", name)
        _must("link", "add", link, "type", "veth", "peer", "name", "wire", "netns", name)
        there = self._addresses[number]
        _must("-n", name, "addr", "add", there, "peer", self.address, "dev", "wire")
        for inside in ("lo", "wire"):
            _must("-n", name, "link", "set", inside, "up")
        _must("link", "set", link, "up")
        self._route(number)

    def _route(self, number: int) -> None:
        """Give this machine its address on a wire, and the way to the other end."""
        there = self._addresses[number]
        _must("addr", "replace", self.address, "peer", there, "dev", _link(number))

    def _remove(self) -> None:
        for number in range(self._count):
            _ip("link", "del", _link(number))
            _ip("netns", "del", _name(number))


def _name(number: int) -> str:
    return f"{_PREFIX}{os.getpid()}-{number}"


def _link(number: int) -> str:
    # A name of an interface has 15 characters at most.
    return f"al{os.getpid()}-{number}"


def _sweep() -> None:
    """Remove what tests left behind that were killed."""
    for line in _ip("netns", "list").stdout.splitlines():
        name = line.split()[0] if line.split() else ""
        pid = name.removeprefix(_PREFIX).partition("-")[0]
        if name.startswith(_PREFIX) and pid.isdigit() and not Path(f"/proc/{pid}").exists():
            _ip("netns", "del", name)


def _ip(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["ip", *words], capture_output=True, text=True, check=False)


def _must(*words: str) -> None:
    done = _ip(*words)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
