"""The namespaces of a cell, made from within the process that becomes it.

The order matters: first the user of the host is given up, for good; then a namespace of users makes
that powerless user the master of namespaces that hold nothing. Whoever breaks out of them is
nobody.

Linux only: user_namespaces(7), network_namespaces(7), mount_namespaces(7), pid_namespaces(7).
"""

import ctypes
import os
import resource
import signal
from pathlib import Path

from airlock.detonation.interface import Limits
from airlock.errors import DetonationError

NEW_MOUNTS, NEW_UTS, NEW_IPC = 0x00020000, 0x04000000, 0x08000000
NEW_USERS, NEW_PIDS, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 2, 4, 8, 0x4000, 0x40000
_libc = ctypes.CDLL(None, use_errno=True)


def give_up(uid: int) -> None:
    """Become another user of the host, without groups and without a way back.

    Raises:
        DetonationError: if the process is still what it was.
    """
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    # A process that changed its user may not write its own map otherwise.
    _call("prctl", _PR_SET_DUMPABLE, 1, 0, 0, 0)
    if os.getresuid() != (uid, uid, uid) or os.getgroups():
        raise DetonationError("the cell could not give up the user that started it")


def enter() -> None:
    """Enter new namespaces of users, mounts, network, processes, hosts and messages, as their root.

    The process itself stays in its namespace of processes; its next child is the first of the new.

    Raises:
        DetonationError: if the kernel or its settings do not allow it.
    """
    uid, gid = os.getuid(), os.getgid()
    _call("unshare", NEW_USERS | NEW_MOUNTS | NEW_NETWORK | NEW_PIDS | NEW_UTS | NEW_IPC)
    try:
        Path("/proc/self/setgroups").write_bytes(b"deny")
        Path("/proc/self/uid_map").write_bytes(b"0 %d 1" % uid)
        Path("/proc/self/gid_map").write_bytes(b"0 %d 1" % gid)
    except OSError as error:
        raise DetonationError(f"the users of a new namespace cannot be mapped: {error}") from error


def own_mounts() -> None:
    """Keep mounts to this namespace, and show its processes under ``/proc``.

    Raises:
        DetonationError: if the kernel does not allow it.
    """
    _mount("none", "/", "", _MS_REC | _MS_PRIVATE, "")
    _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, "")


def mount_memory(folder: Path, size_bytes: int) -> None:
    """Mount a file system in memory, of a size that it cannot exceed.

    Raises:
        DetonationError: if the kernel does not allow it.
    """
    options = f"size={size_bytes},nr_inodes=200000,mode=0755"
    _mount("tmpfs", str(folder), "tmpfs", _MS_NOSUID | _MS_NODEV, options)


def die_with_parent() -> None:
    """Be killed when the process that made this one ends."""
    _call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def confine(limits: Limits) -> None:
    """Lay limits on this process and all that come from it."""
    for kind, most in (
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        _, hard = resource.getrlimit(kind)
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (value, value))


def _mount(source: str, target: str, kind: str, flags: int, options: str) -> None:
    _call("mount", source.encode(), target.encode(), kind.encode(), flags, options.encode())


def _call(name: str, *arguments: int | bytes) -> None:
    values = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    if getattr(_libc, name)(*values) != 0:
        number = ctypes.get_errno()
        raise DetonationError(
            f"{name} is refused by this system: {os.strerror(number)}",
            hint="Detonation needs unprivileged user namespaces: "
            "sysctl kernel.unprivileged_userns_clone=1 and user.max_user_namespaces above 0; "
            "in a container, allow them, or run on a host of its own.",
        )
