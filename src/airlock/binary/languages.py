"""Which interpreter a script is for: by its first line, or else by its ending.

Python is not among them: ``airlock.syntax`` reads Python, with or without an ending.
"""

import enum

from airlock.archive.interface import Member


class Language(enum.StrEnum):
    """What runs a script."""

    SHELL = "shell"
    POWERSHELL = "PowerShell"
    BATCH = "batch"
    WINDOWS_SCRIPT = "Windows script"
    """VBScript, JScript and their containers."""
    APPLESCRIPT = "AppleScript"
    JAVASCRIPT = "JavaScript"
    UNIT = "unit"
    """What tells a system to run something: systemd, launchd, cron, desktop and registry files."""
    BUILD = "build"
    """What a build system of another language runs: make, CMake, Meson, npm, Cargo."""
    OTHER = "other"
    """Perl, Ruby, PHP, awk…"""


_SHELLS = ("sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "csh", "tcsh", "busybox")
_OTHERS = ("perl", "ruby", "php", "awk", "gawk", "tclsh", "expect", "lua", "Rscript")
_BY_INTERPRETER = {
    **dict.fromkeys(_SHELLS, Language.SHELL),
    "pwsh": Language.POWERSHELL,
    "powershell": Language.POWERSHELL,
    "osascript": Language.APPLESCRIPT,
    "node": Language.JAVASCRIPT,
    "nodejs": Language.JAVASCRIPT,
    "deno": Language.JAVASCRIPT,
    "bun": Language.JAVASCRIPT,
    "make": Language.BUILD,
    **dict.fromkeys(_OTHERS, Language.OTHER),
}
_BY_SUFFIX = {
    **dict.fromkeys((".sh", ".bash", ".zsh", ".ksh", ".fish", ".csh", ".command"), Language.SHELL),
    **dict.fromkeys((".ps1", ".psm1", ".psd1"), Language.POWERSHELL),
    **dict.fromkeys((".bat", ".cmd"), Language.BATCH),
    **dict.fromkeys(
        (".vbs", ".vbe", ".wsf", ".wsh", ".jse", ".hta", ".sct"), Language.WINDOWS_SCRIPT
    ),
    **dict.fromkeys((".applescript", ".scpt"), Language.APPLESCRIPT),
    **dict.fromkeys((".js", ".mjs", ".cjs"), Language.JAVASCRIPT),
    **dict.fromkeys(
        (".service", ".timer", ".plist", ".desktop", ".reg", ".cron", ".crontab"), Language.UNIT
    ),
    **dict.fromkeys((".cmake", ".mk", ".gyp", ".gypi"), Language.BUILD),
    **dict.fromkeys((".pl", ".rb", ".php"), Language.OTHER),
}
_BY_NAME = {
    "makefile": Language.BUILD,
    "gnumakefile": Language.BUILD,
    "cmakelists.txt": Language.BUILD,
    "meson.build": Language.BUILD,
    "package.json": Language.BUILD,
    "build.rs": Language.BUILD,
    "configure": Language.SHELL,
    "crontab": Language.UNIT,
    "autorun.inf": Language.UNIT,
}


def language_of(member: Member, head: bytes) -> Language | None:
    """Return what runs a script; ``None`` for Python, and for what is no script."""
    if head[:2] == b"#!" or head[:5] == b"\xef\xbb\xbf#!":
        named = _interpreter(head[:200])
        if named in _BY_INTERPRETER:
            return _BY_INTERPRETER[named]
        if named.startswith(("python", "pypy")):
            return None
    named_by_ending = _BY_SUFFIX.get(member.suffix) or _BY_NAME.get(member.name.lower())
    if named_by_ending is None and ".data/scripts/" in member.path and b"\0" not in head[:512]:
        # Without a first line that names an interpreter, a shell runs it itself (POSIX, execvp).
        return None if head[:2] == b"#!" else Language.SHELL
    return named_by_ending


def _interpreter(line: bytes) -> str:
    """Return the name of the program that a first line asks for, through ``env`` or not."""
    words = line.split(b"\n", 1)[0].partition(b"#!")[2].decode("latin-1").split()
    names = [word.rpartition("/")[2] for word in words]
    if names[:1] == ["env"]:
        named = (name for name in names[1:] if not name.startswith("-") and "=" not in name)
        return next(named, "")
    return names[0].removesuffix(".exe") if names else ""
