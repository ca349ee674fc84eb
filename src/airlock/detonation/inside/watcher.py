"""Runs a command and writes down what it asks of the kernel: seccomp's user notifications.

``watcher.py LOG WAITS FIRST COMMAND…``; it is started by an interpreter of the system and uses
nothing but the standard _LIBRARY. It stands outside of the sandbox, in the cell. Every process of
the command carries a filter in the kernel that stops the calls below until this program has looked
at their arguments; then the kernel does what it would have done (seccomp_unotify(2)). Waits are
answered here, and take no time unless WAITS is 1. Nothing is written before an interpreter begins
the script FIRST: until then it is the sandbox that is being built.

A line of the log is JSON: the process, the call, and what it is about. A process with two threads
can show this program one argument and the kernel another; such a race cannot be excluded with
this mechanism, and the documentation says so.
"""

import ctypes
import errno
import fcntl
import json
import os
import platform
import select
import signal
import socket
import struct
import sys

_CALLS = {
    "x86_64": {
        59: "execve", 322: "execveat", 2: "open", 257: "openat", 437: "openat2", 85: "creat",
        87: "unlink", 263: "unlinkat", 84: "rmdir", 82: "rename", 264: "renameat",
        316: "renameat2", 86: "link", 265: "linkat", 88: "symlink", 266: "symlinkat",
        90: "chmod", 268: "fchmodat", 452: "fchmodat2", 76: "truncate", 42: "connect",
        35: "nanosleep", 230: "clock_nanosleep",
    },
    "aarch64": {
        221: "execve", 281: "execveat", 56: "openat", 437: "openat2", 35: "unlinkat",
        38: "renameat", 276: "renameat2", 37: "linkat", 36: "symlinkat", 53: "fchmodat",
        452: "fchmodat2", 45: "truncate", 203: "connect", 101: "nanosleep",
        115: "clock_nanosleep",
    },
}  # fmt: skip
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_FOREIGN = 0x40000000
# io_uring does what calls do, and no filter sees it: here, the kernel has none.
_IO_URING_SETUP = 425
_ALLOW, _NOTIFY, _REFUSE = 0x7FFF0000, 0x7FC00000, 0x00050000 | errno.ENOSYS
_RECEIVE, _SEND, _VALID = 0xC0502100, 0xC0182101, 0x40082102
_CONTINUE = 1
_NO_NEW_PRIVILEGES = 38
_NEW_LISTENER = 8
_AT_CURRENT = -100
_LONGEST_TEXT, _MOST_WORDS = 4096, 64
_ADDRESSES = {socket.AF_INET: slice(4, 8), socket.AF_INET6: slice(8, 24)}
_CREATES = 0o100
_WRITES = 0o1 | 0o2 | _CREATES | 0o1000
_PAGE = 4096


_LIBRARY = ctypes.CDLL(None, use_errno=True)


class Vector(ctypes.Structure):
    """A piece of memory, as ``struct iovec``."""

    _fields_ = [("where", ctypes.c_void_p), ("size", ctypes.c_size_t)]


class Filter(ctypes.Structure):
    """A program for the kernel, as ``struct sock_fprog``."""

    _fields_ = [("length", ctypes.c_ushort), ("program", ctypes.c_char_p)]


def main(log, waits, first, command):
    """Run the command; return its exit code."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if not child:
        ours.close()
        become_watched(theirs, command)
    theirs.close()
    _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
    if descriptors:
        with open(log, "w", buffering=1) as lines:
            Watcher(descriptors[0], lines, waits == "1", first).run()
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code < 0 else code


def become_watched(channel, command):
    """Put the filter on this process, hand its listener over, and become the command."""
    try:
        listener = install()
        socket.send_fds(channel, [b"x"], [listener])
        os.close(listener)
        channel.close()
        os.execvp(command[0], command)
    finally:
        os._exit(127)


def install():
    """Put the filter on this process and all that it will start; return the listener."""
    machine = platform.machine()
    program = packed(machine)
    filtered = Filter(len(program) // 8, program)
    if _LIBRARY.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    number = ctypes.c_long(_SECCOMP[machine])
    listener = _LIBRARY.syscall(number, 1, _NEW_LISTENER, ctypes.byref(filtered))
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return listener


def packed(machine):
    """Return the filter: calls of this machine that are looked at, none of another machine."""

    def step(code, true, false, value):
        return struct.pack("=HBBI", code, true, false, value)

    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    numbers = list(_CALLS[machine])
    parts = [step(load, 0, 0, 4), step(equal, 1, 0, _ARCHITECTURE[machine])]
    parts += [step(give, 0, 0, _REFUSE), step(load, 0, 0, 0)]
    parts += [step(at_least, 0, 1, _FOREIGN), step(give, 0, 0, _REFUSE)]
    parts += [step(equal, 0, 1, _IO_URING_SETUP), step(give, 0, 0, _REFUSE)]
    for number in numbers:
        parts += [step(equal, 0, 1, number), step(give, 0, 0, _NOTIFY)]
    parts.append(step(give, 0, 0, _ALLOW))
    return b"".join(parts)


class Watcher:
    """Answers the kernel, and writes down what it asked about."""

    def __init__(self, listener, lines, waits, first):
        self.listener = listener
        self.lines = lines
        self.waits = waits
        self.first = first
        self.names = _CALLS[platform.machine()]
        self.begun = False
        self.known = set()

    def run(self):
        """Answer until every process that carries the filter is gone."""
        poll = select.poll()
        poll.register(self.listener, select.POLLIN)
        while True:
            for _, what in poll.poll():
                if what & select.POLLIN:
                    self.answer()
                elif what & (select.POLLHUP | select.POLLERR):
                    return

    def answer(self):
        """Take one call, look at it, and let the kernel go on."""
        asked = bytearray(80)
        try:
            fcntl.ioctl(self.listener, _RECEIVE, asked)
        except OSError:
            return
        key, pid, _, number = struct.unpack_from("=QIIi", asked)
        arguments = struct.unpack_from("=6Q", asked, 32)
        name = self.names.get(number, "")
        told, skipped = None, False
        try:
            told = look(name, pid, arguments)
            fcntl.ioctl(self.listener, _VALID, struct.pack("=Q", key))
        except (OSError, ValueError, struct.error) as error:
            told = {"call": name, "lost": str(error)}
        if name in ("nanosleep", "clock_nanosleep") and not self.waits:
            skipped = True
        self.tell(pid, told)
        flags = 0 if skipped else _CONTINUE
        try:
            fcntl.ioctl(self.listener, _SEND, struct.pack("=QqiI", key, 0, 0, flags))
        except OSError:
            # It was killed in the meantime.
            return

    def tell(self, pid, told):
        """Write a line, once the sandbox is built."""
        if not self.begun:
            words = told.get("words", ())
            self.begun = len(words) > 1 and words[1] == self.first
            self.known.add(pid)
            return
        for older, younger in self.unknown(pid)[::-1]:
            self.lines.write(json.dumps({"pid": older, "child": younger}) + "\n")
        self.lines.write(json.dumps({"pid": pid, **told}) + "\n")

    def unknown(self, pid):
        """Return a process that was not seen before with its parent, and so on upwards."""
        found = []
        while pid and pid not in self.known:
            self.known.add(pid)
            found.append((parent(pid), pid))
            pid = found[-1][0]
        return found


def look(name, pid, given):
    """Return what a call is about."""
    if name in ("execve", "execveat"):
        place = 1 if name == "execveat" else 0
        path = absolute(pid, given[0] if place else None, text(pid, given[place]))
        told = {"call": "execve", "path": path, "words": words(pid, given[place + 1])}
        return told | absence(pid, path)
    if name in ("open", "openat", "openat2", "creat"):
        return opened(name, pid, given)
    if name == "connect":
        return {"call": name, **address(read(pid, given[1], min(given[2], 128)))}
    if name in ("nanosleep", "clock_nanosleep"):
        return waited(name, pid, given)
    return changed(name, pid, given)


def waited(name, pid, given):
    """Return how long a process wants to wait, or until when on which clock."""
    place = 2 if name == "clock_nanosleep" else 0
    seconds, parts = struct.unpack("=qq", read(pid, given[place], 16))
    clock = signed(given[0]) if place and given[1] & 1 else -1
    return {"call": name, "seconds": seconds + parts / 1e9, "clock": clock}


def opened(name, pid, given):
    """Return which file is opened, and whether to be written."""
    place = 1 if name in ("openat", "openat2") else 0
    asked = text(pid, given[place])
    if name == "openat2":
        (flags,) = struct.unpack("=Q", read(pid, given[2], 8))
    else:
        flags = _WRITES if name == "creat" else given[place + 1]
    path = absolute(pid, given[0] if place else None, asked)
    told = {"call": "open", "path": path, "writes": bool(flags & _WRITES)}
    return told if flags & _CREATES else told | absence(pid, path)


def absence(pid, path):
    """Return that a file is not there; what becomes of the call itself, nobody is told."""
    return {} if os.path.lexists(f"/proc/{pid}/root{path}") else {"failed": "ENOENT"}


def changed(name, pid, given):
    """Return which files are changed without being opened."""
    if name in ("unlink", "rmdir", "chmod", "truncate"):
        return {"call": name, "path": absolute(pid, None, text(pid, given[0]))}
    if name in ("unlinkat", "fchmodat", "fchmodat2"):
        return {"call": name, "path": absolute(pid, given[0], text(pid, given[1]))}
    if name in ("rename", "link"):
        old, new = text(pid, given[0]), text(pid, given[1])
        return {"call": name, "path": absolute(pid, None, old), "to": absolute(pid, None, new)}
    if name == "symlink":
        new = absolute(pid, None, text(pid, given[1]))
        return {"call": name, "path": text(pid, given[0]), "to": new}
    if name == "symlinkat":
        new = absolute(pid, given[1], text(pid, given[2]))
        return {"call": name, "path": text(pid, given[0]), "to": new}
    old = absolute(pid, given[0], text(pid, given[1]))
    return {"call": name, "path": old, "to": absolute(pid, given[2], text(pid, given[3]))}


def absolute(pid, folder, path):
    """Return a path as the process means it; an empty one is the folder itself."""
    if path.startswith("/"):
        return path
    at = _AT_CURRENT if folder is None else signed(folder)
    base = os.readlink(f"/proc/{pid}/cwd" if at == _AT_CURRENT else f"/proc/{pid}/fd/{at}")
    return f"{base.rstrip('/')}/{path}" if path else base


def signed(value):
    """Return an argument as the 32 bits with a sign that the kernel takes it for."""
    return ctypes.c_int32(value & 0xFFFFFFFF).value


def address(data):
    """Return where a socket is to lead, if it is to lead to another machine or port."""
    place = _ADDRESSES.get(struct.unpack_from("=H", data)[0])
    if place is None:
        return {}
    where = socket.inet_ntop(struct.unpack_from("=H", data)[0], data[place])
    return {"address": where, "port": struct.unpack_from("!H", data, 2)[0]}


def words(pid, where):
    """Return a list of texts, as a program's arguments."""
    found: list[str] = []
    while len(found) < _MOST_WORDS and where:
        (at,) = struct.unpack("=Q", read(pid, where + 8 * len(found), 8))
        if not at:
            break
        found.append(text(pid, at)[:512])
    return found


def text(pid, where):
    """Return the text at an address."""
    data = b""
    while len(data) < _LONGEST_TEXT and where:
        part = read(pid, where + len(data), _PAGE - (where + len(data)) % _PAGE)
        data += part
        if b"\0" in part:
            break
    return data.split(b"\0")[0][:_LONGEST_TEXT].decode("utf-8", "backslashreplace")


def read(pid, where, size):
    """Return bytes of a process, even of one that is not dumpable.

    Raises:
        OSError: if it has none there.
    """
    data = ctypes.create_string_buffer(size)
    here, there = Vector(ctypes.addressof(data), size), Vector(where, size)
    taken = _LIBRARY.process_vm_readv(
        pid, ctypes.byref(here), ctypes.c_ulong(1), ctypes.byref(there), ctypes.c_ulong(1), 0
    )
    if taken < 0:
        raise OSError(ctypes.get_errno(), "process_vm_readv")
    return data.raw[:taken]


def parent(pid):
    """Return the process that started another, or 0."""
    try:
        with open(f"/proc/{pid}/status") as status:
            fields = dict(line.split(":\t", 1) for line in status if ":\t" in line)
    except OSError:
        return 0
    group = int(fields.get("Tgid", "0"))
    return group if group != pid else int(fields.get("PPid", "0"))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
