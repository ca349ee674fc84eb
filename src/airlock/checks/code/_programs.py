"""Where a native program lies and what it is called, against what it is."""

from collections.abc import Iterator, Sequence

from airlock.binary.behaviour import Sign
from airlock.binary.contents import Item
from airlock.binary.marks import Mark
from airlock.binary.native import Native
from airlock.model import Confidence, Finding, Severity

_ENDINGS = """
.png .jpg .jpeg .gif .bmp .ico .svg .webp .tif .tiff .mp3 .mp4 .wav .ogg .avi .ttf .otf .woff .woff2
.pdf .doc .docx .xls .xlsx .txt .md .rst .csv .tsv .json .yaml .yml .toml .ini .cfg .conf .xml .html
.htm .css .js .ts .py .pyi .pyx .pyc .c .h .cpp .log .lock .typed .po .mo .pem .crt .key .sql .ipynb
"""
_VAGUE_ENDINGS = ".dat .data .db .tmp .temp .cache .bak .old .res .pak .raw .blob"
_DISGUISES = frozenset(_ENDINGS.split())
_SILENT = frozenset(_VAGUE_ENDINGS.split())
_SYSTEMS = {
    "win": "windows",
    "linux": "linux",
    "manylinux": "linux",
    "musllinux": "linux",
    "macosx": "macos",
}
_COMMANDS = ("powershell", "cmd.exe", "mshta", "wscript", "cscript", "rundll32", "curl", "http")


def disguise(item: Item) -> list[Sign]:
    """Return whether a name or an encoding hides that a file is a program."""
    name, ending = item.member.name, item.member.suffix
    if item.wrapping:
        return [
            Sign(
                severity=Severity.HIGH,
                confidence=Confidence.HIGH,
                message=f"is hidden in {name!r}, encoded as {item.wrapping}",
            )
        ]
    if ending in _DISGUISES:
        message = f"is called {name!r}, as if it were something else"
        return [Sign(severity=Severity.HIGH, confidence=Confidence.HIGH, message=message)]
    if ending in _SILENT:
        message = f"is called {name!r}, which does not say that it is one"
        return [Sign(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, message=message)]
    if name.startswith("."):
        message = f"is called {name!r}, which keeps it out of listings"
        return [Sign(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, message=message)]
    return []


def placement(item: Item, native: Native, filename: str) -> Iterator[Sign]:
    """Yield what is unusual about a program among the files of this artifact."""
    systems = _systems(filename)
    if systems and native.system and native.system not in systems:
        yield Sign(
            severity=Severity.LOW,
            confidence=Confidence.MEDIUM,
            message=f"is for {native.system}, the wheel for {', '.join(sorted(systems))}",
        )
    elif native.program and ".data/scripts/" not in item.path:
        yield Sign(
            severity=Severity.LOW,
            confidence=Confidence.LOW,
            message="is started by itself, not loaded by Python",
        )


def _systems(filename: str) -> set[str]:
    """Return the systems that a wheel's tags name; none for any system, and for an sdist."""
    if not filename.endswith(".whl"):
        return set()
    tags = filename.removesuffix(".whl").rpartition("-")[2].split(".")
    return {name for tag in tags for head, name in _SYSTEMS.items() if tag.startswith(head)}


def of_shortcut(item: Item, marks: Sequence[Mark]) -> Iterator[Finding]:
    """Yield what a Windows shortcut would run."""
    text = item.content().replace(b"\0", b"").decode("latin-1").lower()
    command = next((word for word in _COMMANDS if word in text), "")
    yield Finding(
        severity=Severity.HIGH if command or marks else Severity.MEDIUM,
        confidence=Confidence.HIGH if marks else Confidence.MEDIUM,
        message="A Windows shortcut runs a command behind an icon.",
        path=item.path,
        evidence="\n".join([command, *(mark.text for mark in marks)]).strip(),
    )
