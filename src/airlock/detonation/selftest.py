"""Proves that nothing gets out, before anything is let in.

What is proven is the very sandbox that is about to be used: the same command, the same network, the
same folders. A probe inside tries to reach a service on the host's loopback, a file and the
processes of the host, a device other than loopback, a capability, a namespace of its own.
"""

from collections.abc import Iterator

import msgspec

from airlock.detonation.interface import Plan
from airlock.errors import UnsafeHost

# The first process, the probe, and a margin of one for what is just ending.
_MOST_PROCESSES = 3
_ERROR = "error: "
_ALLOWED_ROOTS = frozenset(
    "bin dev etc home lib lib32 lib64 libx32 opt proc root run sbin srv tmp usr var".split()
)


class Probed(msgspec.Struct, frozen=True):
    """What the probe could reach."""

    host_service: str
    host_file: bool
    processes: int
    capabilities: int
    no_new_privileges: bool
    devices: tuple[str, ...]
    outside: str
    writes_system: bool
    new_users: bool
    home_bytes: int
    root_entries: tuple[str, ...]
    tracer: str


def require_isolation(plan: Plan, output: str) -> None:
    """Refuse to go on unless the probe was held.

    Args:
        plan: of the detonation.
        output: of the probe.

    Raises:
        UnsafeHost: if anything of the host could be reached, or the probe did not say.
    """
    lines = [line for line in output.splitlines() if line.startswith("{")]
    try:
        probed = msgspec.json.decode(lines[-1] if lines else "", type=Probed)
    except msgspec.DecodeError as error:
        raise UnsafeHost(
            f"the probe in the sandbox did not answer: {output.strip()[-300:] or 'nothing'}"
        ) from error
    problems = list(problems_of(plan, probed))
    if problems:
        raise UnsafeHost(f"the sandbox is not tight: {'; '.join(problems)}")


def problems_of(plan: Plan, probed: Probed) -> Iterator[str]:
    """Yield everything that a probe could reach and should not."""
    devices = ", ".join(probed.devices)
    silent = plan.redirects and not probed.outside.startswith("HTTP/1.1")
    told = (
        (not probed.host_service.startswith(_ERROR), "a service on the host's loopback answers"),
        (probed.host_file, "a file of the host is visible"),
        (probed.processes > _MOST_PROCESSES, f"{probed.processes} processes are visible"),
        (probed.capabilities != 0, f"it has capabilities ({probed.capabilities:#x})"),
        (not probed.no_new_privileges, "it can gain privileges"),
        (probed.devices != ("lo",), f"it has the network devices {devices}"),
        (silent, f"the sinkhole does not answer ({probed.outside})"),
        (probed.writes_system, "it can write to the system"),
        (probed.new_users, "it can make namespaces"),
        (probed.home_bytes > plan.limits.disk_bytes, "its disk has no limit"),
        (probed.tracer != "0", "it sees its tracer"),
    )
    yield from (problem for there, problem in told if there)
    strange = [
        entry
        for entry in probed.root_entries
        if entry not in _ALLOWED_ROOTS
        and not any(f"{folder}/".startswith(f"/{entry}/") for folder in plan.readable)
    ]
    if strange:
        yield f"it sees /{', /'.join(strange)}"
