"""What in a pickle speaks against it: the names that it would import, held against a list.

- A file without any of the listed modules is not walked: no opcode can spell a name without its
  letters, but for escapes and computed names, whose means count as words.
- What lies behind the end of a walk is searched for the same names as text.
"""

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from airlock.binary.opcodes import Import, walk
from airlock.binary.pickle_names import (
    ALIASES,
    DISGUISING_MODULES,
    REACHING_NAMES,
    ROUNDABOUT,
    RUNNING_MODULES,
    RUNNING_NAMES,
)
from airlock.model import Confidence, Severity

_PROBE_BYTES = 1024
# Text that begins like a pickle breaks sooner.
_LEAST_OPCODES = 12
_NUMPY_HEADER_AT = 10
_NUMPY_LONG_HEADER_AT = 12


class Danger(msgspec.Struct, frozen=True, kw_only=True):
    """A name in a pickle that speaks against it."""

    severity: Severity
    confidence: Confidence
    message: str
    name: str
    offset: int
    texts: tuple[str, ...] = ()


def dangers(data: bytes) -> Iterator[Danger]:
    """Iterate over the names that speak against a file of pickles, in their order."""
    start = _start(data)
    if not _words().search(data, start):
        return
    walked = walk(data, start)
    for imported in walked.imports:
        danger = _judge(imported)
        if danger is not None:
            yield danger
    for found in _words_as_globals().finditer(data, walked.rest):
        name = ".".join(part.decode() for part in found.groups() if part)
        danger = _judge(Import(name, found.start()))
        if danger is not None:
            yield danger


def is_pickle_file(data: bytes) -> bool:
    """Tell whether bytes that begin like a pickle are one: enough opcodes, or a STOP."""
    walked = walk(data[:_PROBE_BYTES])
    return walked.pickles > 0 or walked.opcodes > _LEAST_OPCODES


def _start(data: bytes) -> int:
    """Return where the pickles of a file begin: behind the header of an array of numpy."""
    if not data.startswith(b"\x93NUMPY"):
        return 0
    long_header = data[6:7] != b"\1"
    at = _NUMPY_LONG_HEADER_AT if long_header else _NUMPY_HEADER_AT
    return at + int.from_bytes(data[8:at], "little")


def _judge(imported: Import) -> Danger | None:
    name = canonical(imported.name)
    module, _, attribute = name.rpartition(".")
    if _runs(module, attribute):
        severity, confidence = Severity.CRITICAL, Confidence.HIGH
        message = f"runs code or commands when it is loaded: it imports {name}"
    elif attribute in _REACHING.get(module, ()):
        severity, confidence = Severity.HIGH, Confidence.MEDIUM
        message = f"does more than build objects when it is loaded: it imports {name}"
    elif name in ROUNDABOUT:
        severity, confidence = Severity.LOW, Confidence.LOW
        message = f"imports {name}, by which it can reach any other name"
    elif "?" in (module, attribute):
        severity, confidence = Severity.MEDIUM, Confidence.MEDIUM
        message = "imports a name that it computes"
    else:
        return None
    return Danger(
        severity=severity,
        confidence=confidence,
        message=message,
        name=name,
        offset=imported.offset,
        texts=imported.texts,
    )


def canonical(name: str) -> str:
    """Return one spelling for each function: ``posix.system`` is ``os.system``."""
    module, _, attribute = name.rpartition(".")
    if "." in attribute or not module:
        return name
    return f"{ALIASES.get(module, module)}.{attribute}"


def _runs(module: str, attribute: str) -> bool:
    if attribute in _RUNNING.get(module, ()):
        return True
    parts = module.split(".")
    return any(".".join(parts[:count]) in RUNNING_MODULES for count in range(1, len(parts) + 1))


_RUNNING = {module: frozenset(names.split()) for module, names in RUNNING_NAMES.items()}
_REACHING = {module: frozenset(names.split()) for module, names in REACHING_NAMES.items()}


@cache
def _spelled() -> tuple[str, ...]:
    return tuple(sorted({*RUNNING_MODULES, *_RUNNING, *_REACHING, *ALIASES, *DISGUISING_MODULES}))


@cache
def _words() -> re.Pattern[bytes]:
    # A module's name as a text of its very length, or the beginning of a longer one; as a line of
    # protocol 0; and that protocol's escapes, by which it can be spelled without its letters.
    by_length: dict[int, list[str]] = {}
    for name in _spelled():
        by_length.setdefault(len(name), []).append(re.escape(name))
    counted = [
        rf"(?:[\x8cU]\x{n:02x}|[XT]\x{n:02x}\0\0\0|\x8d\x{n:02x}\0{{7}})(?:{'|'.join(names)})"
        for n, names in by_length.items()
    ]
    anything = f"(?:{'|'.join(map(re.escape, _spelled()))})"
    longer = rf"(?:[\x8cU][\x01-\x7f]|[XT\x8d][\x01-\x7f]\0\0\0\0{{0,4}}){anything}\."
    lines = rf"(?:[ciV]|S['\"]){anything}(?:\.[\w.]*)?['\"]?[ \t\r]*\n"
    escapes = r"[VS][^\n]{0,80}\\[ux0-7][^\n]{0,80}\n"
    return re.compile("|".join((*counted, longer, lines, escapes)).encode("latin-1"))


@cache
def _words_as_globals() -> re.Pattern[bytes]:
    module = f"((?:{'|'.join(map(re.escape, _spelled()))})(?:\\.[\\w.]+)?)"
    classic = rf"[ci]{module}\n([A-Za-z_][\w.]*)\n"
    stacked = rf"\x8c.{module}(?:\x94|q.)?\x8c.([A-Za-z_]\w*)(?:\x94|q.)?\x93"
    return re.compile(f"(?s:{classic}|{stacked})".encode("latin-1"))
