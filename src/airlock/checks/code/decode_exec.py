"""Data that is decoded and then executed.

Malware hides its code from readers as base64, hexadecimal, compressed or encrypted data, or spells
it out character by character, and hands the result to `exec`, `eval`, `compile`, `marshal` or a
function object. The data is decoded here without running it, layer by layer, and what comes out is
the evidence; every other check looks at it as at any code.

How bad it is depends on when it runs: at build, installation, start-up or import it is an attack;
in a function that nothing calls it is reported for a reader. Code that executes a file of its own
package, such as a version file, or a template that it fills in, is not what this is about; code out
of a picture, a sound, an archive or a database is.
"""

import re
from collections.abc import Iterator

from airlock.archive.interface import NESTED
from airlock.checks.code._weights import WHEN, attack, certain, firm, suspicion
from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Act, Context, Deed, Origin, Program

_HARM = frozenset({Deed.SEND, Deed.CONNECT, Deed.PERSIST, Deed.COLLECT, Deed.REDIRECT, Deed.LOAD})
_DOING = frozenset({Deed.PROCESS, Deed.REQUEST, Deed.EXECUTE, Deed.READ, Deed.WRITE, Deed.DELETE})
# The evidence is cut at 4,000 characters; a one-line payload is never a tool's own source.
_FEW_LINES = 40
_LONG_LINE = 400
_PLAIN_READERS = ("open", "read")
# Decoding in the very expression that is executed, of something long enough to be code.
_DECODERS = re.compile(
    r"(decrypt|b(16|32|64|85)decode|a85decode|decompress|unhexlify|fromhex|codecs\.decode"
    r"|decodebytes)\s*\(.{60,}|\[::-1\]\)*\s*\.decode"
)
# The names of a module and of a function in it, as a pickle has them.
_PICKLED = re.compile(
    r"\bc?(os|posix|nt|subprocess|builtins|__builtin__|runpy|webbrowser|socket|importlib)\b\W{1,6}"
    r"\w?\W{0,4}(system|popen|exec|eval|run|Popen|call|check_output|getattr|__import__|open|run_path)\b"
)
_ESCAPES = re.compile(r"(\\x[0-9a-fA-F]{2}|\\[0-7]{2,3}){12,}|(chr\(\w+\)\s*\+\s*){8,}")


class DecodeExec(Check):
    """Is decoded data executed?"""

    id = "code-decode-exec"
    version = 5

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for every place where decoded data is executed."""
        yield from _handed_on(subject.program)
        for act in subject.program.of(Deed.EXECUTE):
            origins = act.origins()
            if Origin.PAYLOAD in origins and _is_decoded(act):
                weight = _of_payload(act, subject.program)
                yield _finding(act, "A hidden payload is decoded and executed", weight)
            elif "assembled" in act.options and _does(act, subject.program):
                what = "Code that is put together of pieces is executed"
                yield _finding(act, what, attack(act.context))
            elif "pickle" in act.options and _PICKLED.search(act.evidence):
                what = "A pickle in the code calls functions"
                yield _finding(act, what, attack(act.context))
            elif "obfuscated" in act.options:
                yield _finding(act, "Code that nobody can read is executed", suspicion(act.context))
            elif _spelled_out(act) or _obfuscated(act, subject.program):
                what = "Code that was made unreadable is executed"
                yield _finding(act, what, attack(act.context))
            elif _of_data(act):
                what = "Code is executed out of a file that is called something else"
                yield _finding(act, what, suspicion(act.context))
            elif Origin.DECODED in origins and "pickle" not in act.options:
                weigh = attack if _is_encoding(act) else suspicion
                early = act.context >= Context.IMPORT
                yield _finding(
                    act, "Decoded data is executed", (weigh if early else suspicion)(act.context)
                )


def _handed_on(program: Program) -> Iterator[Finding]:
    """Yield interpreters that read what was decoded from their standard input."""
    for act in program.of(Deed.PROCESS, least=Context.CALLED):
        if _HANDED.fullmatch(act.text.strip()) and _is_encoding(act):
            weight = (attack if act.context >= Context.IMPORT else suspicion)(act.context)
            yield _finding(act, "Decoded data is handed to an interpreter", weight)


def _of_payload(act: Act, program: Program) -> tuple[Severity, Confidence]:
    """Weigh a payload that was decoded from a literal, by what is in it."""
    if not _harms(act, program):
        return Severity.MEDIUM, Confidence.HIGH
    readable = not act.text and _is_source(act.evidence)
    return (certain if _does(act, program) and not readable else firm)(act.context)


def _does(act: Act, program: Program) -> bool:
    return any(other.deed in _HARM | _DOING for other in _inside(act, program))


def _inside(act: Act, program: Program) -> list[Act]:
    return [other for other in program.acts if other.path.startswith(f"{act.path}{NESTED}layer")]


# Interpreters that read what they run from their standard input, or are given nothing else.
_HANDED = re.compile(
    r"(\S*[/\\])?(python[\d.w]*|(ba|z|da)?sh|node|perl|ruby|powershell|pwsh)(\.exe)?"
    r"(\s+-[a-z]*)?(\s+\{\})?",
    re.IGNORECASE,
)


def _is_encoding(act: Act) -> bool:
    """Tell an encoding or a cipher, which hide what they hold, from a format of data."""
    return any(
        source.origin is Origin.DECODED and _HIDING.search(source.what) for source in act.sources
    )


_HIDING = re.compile(r"b(16|32|64|85)|a85|hex|decrypt|fernet|rot|xor", re.IGNORECASE)


def _harms(act: Act, program: Program) -> bool:
    """Tell whether the payload could be anything but a tool's own, readable source.

    Tools that carry their own source as data execute it, too; it is written for people, and does
    nothing when it is loaded. Of a payload that could not be peeled there is no innocent reading.
    """
    if act.text or not _is_source(act.evidence):
        return True
    return any(
        other.deed in _HARM or (other.context >= Context.IMPORT and other.deed in _DOING)
        for other in _inside(act, program)
    )


def _is_source(payload: str) -> bool:
    lines = payload.splitlines()
    return len(lines) >= _FEW_LINES and max(map(len, lines)) < _LONG_LINE


# Pictures, sounds, fonts, archives, stores: nobody keeps a version number there.
_DATA = re.compile(
    r"\.(png|jpe?g|gif|bmp|ico|svg|webp|wav|mp3|ogg|flac|mp4|avi|ttf|otf|woff2?|pdf|dat|bin|db|sqlite3?"
    r"|zip|gz|xz|bz2|tar|tgz|mo|npy|parquet|log|tmp)$",
    re.IGNORECASE,
)


def _of_data(act: Act) -> bool:
    return "pickle" not in act.options and any(
        source.origin is Origin.FILE and _DATA.search(source.what) for source in act.sources
    )


def _spelled_out(act: Act) -> bool:
    """Tell code that decodes, or spells out, what it executes, beyond what could be folded."""
    return act.context >= Context.SCRIPT and bool(
        _DECODERS.search(act.evidence) or _ESCAPES.search(act.evidence)
    )


def _obfuscated(act: Act, program: Program) -> bool:
    """Tell what an obfuscator that signs its work wrote."""
    if act.context < Context.SCRIPT:
        return False
    module = act.path.partition(NESTED)[0]
    return any(mention.path == module for mention in program.mentioned("obfuscator"))


def _is_decoded(act: Act) -> bool:
    """Tell a decoder from code that reads a file of its own package."""
    return any(
        source.origin is Origin.PAYLOAD and not source.what.startswith(_PLAIN_READERS)
        for source in act.sources
    )


def _finding(act: Act, what: str, weight: tuple[Severity, Confidence]) -> Finding:
    severity, confidence = weight
    how = ", ".join(dict.fromkeys(source.what for source in act.sources if source.what))
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"{what} {WHEN[act.context]}: {act.target}({how[:120]}).",
        path=act.path,
        line=act.line,
        evidence=act.evidence,
    )
