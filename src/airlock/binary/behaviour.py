"""From what a program imports and spells to what it seems to do, as signs with weights.

Single signs have many innocent reasons: a debugger injects code, an updater downloads, a cloud
client spells the address of its metadata. Weights therefore come from complete marks (``marks``)
and from combinations across roles: collect and send, download and run.

- Size lowers confidence: a browser or a language runtime spells nearly everything.
- A program that none of the signs fits has none, whatever it is.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from airlock.binary.marks import Mark
from airlock.binary.native import Native
from airlock.model import Confidence, Severity

_LARGE_BYTES = 32 * 1024**2
_SMALL_BYTES = 512 * 1024
_LAUNCHER_BYTES = 512 * 1024

_COLLECT = frozenset(
    {"browser store", "chat token", "wallet store", "secret file", "cloud metadata"}
)
_SEND = frozenset(
    {"webhook", "bot token", "call-back host", "webhook address", "drop host", "bare address"}
)
_STAY = frozenset({"persistence", "disabled protection"})
_HIDE = frozenset({"anti-analysis", "packer"})
_RUN = frozenset({"reverse shell", "encoded command", "download and run"})
_INJECTING = """
VirtualAllocEx WriteProcessMemory CreateRemoteThread NtUnmapViewOfSection QueueUserAPC
SetThreadContext NtCreateThreadEx RtlCreateUserThread NtWriteVirtualMemory
"""
_SPAWNING = """
system popen execl execlp execle execv execve execvp execvpe posix_spawn posix_spawnp WinExec
ShellExecute ShellExecuteEx CreateProcess wsystem wpopen
"""
_INJECT = frozenset(_INJECTING.split())
_LEAST_INJECT = 3
_SPAWN = frozenset(_SPAWNING.split())
_FETCH = frozenset({"URLDownloadToFile", "URLDownloadToCacheFile", "URLOpenBlockingStream"})
# What every library exports: where it begins and ends.
_LEAST_EXPORTS = 2
_NETWORK_LIBRARIES = ("ws2_32", "wsock32", "wininet", "winhttp", "urlmon", "libcurl", "dnsapi")
_LEAST_ROLES = 3
_MOST_EVIDENCE = 12


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that speaks against a program."""

    severity: Severity
    confidence: Confidence
    message: str
    """The rest of a sentence whose subject is the program."""
    evidence: str = ""


def is_launcher(native: Native, marks: Sequence[Mark], size: int) -> bool:
    """Tell whether it is one of the stubs that start a Python script on Windows.

    By what it is made of: small, in plain code, of no use for anything but starting a process, and
    spelling a launcher's messages. Its name and where it lies are not asked.
    """
    return (
        native.system == "windows"
        and native.program
        and size <= _LAUNCHER_BYTES
        and {mark.topic for mark in marks} == {"Windows launcher"}
        and not (native.packed or native.problem or native.appended_bytes or native.managed)
        and not native.imports & (_INJECT | _FETCH)
        and not any(name.startswith(_NETWORK_LIBRARIES) for name in native.libraries)
    )


def signs(native: Native, marks: Sequence[Mark], size: int) -> Iterator[Sign]:
    """Iterate over what speaks against a program, in no order."""
    topics = _topics(native, marks)
    large = size > _LARGE_BYTES
    yield from _of_strong(marks, topics, large=large)
    yield from _of_roles(marks, topics, large=large)
    yield from _of_imports(native, size)
    yield from _of_shape(native, marks)


def _topics(native: Native, marks: Sequence[Mark]) -> frozenset[str]:
    topics = {mark.topic for mark in marks}
    if "CryptUnprotectData" in native.imports and "browser store" not in topics:
        topics.add("protected data")
    if native.imports & _FETCH and native.imports & _SPAWN:
        topics.add("download and run")
    return frozenset(topics)


def _of_strong(marks: Sequence[Mark], topics: frozenset[str], *, large: bool) -> Iterator[Sign]:
    strong = [mark for mark in marks if mark.strong]
    if not strong:
        return
    spelled = ", ".join(dict.fromkeys(mark.topic for mark in strong))
    if topics & _COLLECT and topics & _SEND:
        severity, confidence = Severity.CRITICAL, Confidence.HIGH
        message = f"spells what stealers look for, and where to send it ({spelled})"
    else:
        severity, confidence = Severity.HIGH, Confidence.HIGH
        message = f"spells what few honest programs do: {spelled}"
    if large:
        confidence = Confidence.MEDIUM
    yield Sign(severity=severity, confidence=confidence, message=message, evidence=_quoted(strong))


def _of_roles(marks: Sequence[Mark], topics: frozenset[str], *, large: bool) -> Iterator[Sign]:
    roles = [role for role in (_COLLECT, _SEND, _STAY, _HIDE, _RUN) if role & topics]
    told = [mark for mark in marks if any(mark.topic in role for role in roles)]
    if not told:
        return
    named = ", ".join(dict.fromkeys(mark.topic for mark in told))
    pair = bool(topics & _COLLECT - {"cloud metadata"} and topics & _SEND)
    several = len(roles) >= _LEAST_ROLES
    severity, confidence = Severity.LOW, Confidence.LOW
    if pair or several:
        severity, confidence = Severity.HIGH, Confidence.MEDIUM
    elif topics & _RUN or len(topics & _COLLECT) > 1:
        severity, confidence = Severity.MEDIUM, Confidence.MEDIUM
    elif len(roles) > 1 or topics & (_STAY | frozenset({"wallet store", "chat token"})):
        severity, confidence = Severity.MEDIUM, Confidence.LOW
    if large:
        confidence = Confidence.LOW
    message = f"spells {named}"
    yield Sign(severity=severity, confidence=confidence, message=message, evidence=_quoted(told))


def _of_imports(native: Native, size: int) -> Iterator[Sign]:
    injects, spawns = native.imports & _INJECT, native.imports & _SPAWN
    if len(injects) >= _LEAST_INJECT and not native.python_module:
        yield Sign(
            severity=Severity.MEDIUM,
            confidence=Confidence.MEDIUM,
            message="imports what puts code into other processes",
            evidence=_listed(injects),
        )
    if native.imports & _FETCH and spawns:
        small = size <= _SMALL_BYTES
        yield Sign(
            severity=Severity.HIGH if small else Severity.MEDIUM,
            confidence=Confidence.MEDIUM,
            message="imports what downloads a file and what starts one",
            evidence=_listed(spawns | native.imports & _FETCH),
        )
    small = size <= _SMALL_BYTES
    hollow = native.exports <= _LEAST_EXPORTS and native.constructors and small
    if native.kind == "ELF" and not native.program and hollow and spawns:
        yield Sign(
            severity=Severity.HIGH,
            confidence=Confidence.MEDIUM,
            message="offers nothing to its callers, and can start a process when it is loaded",
            evidence=_listed(spawns),
        )


def _of_shape(native: Native, marks: Sequence[Mark]) -> Iterator[Sign]:
    if native.packed:
        yield Sign(
            severity=Severity.MEDIUM,
            confidence=Confidence.MEDIUM,
            message="is packed: what it does cannot be read from it",
            evidence=native.packed,
        )
    cookie = [
        mark for mark in marks if mark.topic == "frozen Python" and "MEIPASS" not in mark.text
    ]
    installers = [mark for mark in marks if mark.topic == "installer"]
    if native.program and (cookie or installers):
        what = "a Python program" if cookie else "an installer's files"
        yield Sign(
            severity=Severity.MEDIUM,
            confidence=Confidence.LOW,
            message=f"carries {what} inside, which was not looked at",
            evidence=_quoted([*cookie, *installers]),
        )


def _quoted(marks: Sequence[Mark]) -> str:
    shown = [f"{mark.topic} at {mark.offset:#x}: {mark.text}" for mark in marks[:_MOST_EVIDENCE]]
    more = len(marks) - _MOST_EVIDENCE
    return "\n".join([*shown, *([f"and {more} more"] if more > 0 else [])])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
