"""What a command line starts, as far as its text tells."""

import re

_PROGRAM = re.compile(r"[\"']?(?:\S*/)?(?P<name>[^\s/\"']+)")
_ENDING = re.compile(r"\.(?:exe|cmd|bat)$")
_INTERPRETERS = re.compile(
    r"(?:python|pythonw|py|node|bun|deno|sh|bash|zsh|cmd|powershell|pwsh|osascript|perl|ruby|wscript|"
    r"cscript|mshta)[\d.]*"
)
_FETCHERS = r"\b(?:curl|wget)\b[^|]{0,400}\|\s*(?:sudo\s+)?"
_POWERSHELL = (r"\b(?:iwr|invoke-webrequest|downloadstring)\b", r"\b(?:iex|invoke-expression)\b")
_RUNS_FETCHED = re.compile(
    rf"{_FETCHERS}(?:(?:ba|z|da)?sh|python[\d.]*)\b|"
    rf"{_POWERSHELL[0]}.{{0,400}}{_POWERSHELL[1]}|{_POWERSHELL[1]}.{{0,400}}{_POWERSHELL[0]}",
    re.IGNORECASE | re.DOTALL,
)
# What builds and imports have always asked of the system.
_TOOLS = (
    "git hg svn uname ldconfig pkg-config pkgconf sysctl lsb_release gcc g++ cc c++ clang cl make "
    "cmake ninja meson cargo rustc swig cython nvcc brew xcrun xcode-select sw_vers getconf ldd "
    "which where locale stty tput llvm-config pg_config mysql_config python-config curl-config "
    "npm yarn pnpm node go ar nm otool install_name_tool lipo"
)
_TOOL_NAMES = frozenset(_TOOLS.split())


def program_of(command: str) -> str:
    """Return the name of the program that a command line starts; ``{}`` if it is unknown."""
    match = _PROGRAM.match(command)
    return match["name"].lower() if match else "{}"


def is_tool(command: str) -> bool:
    """Tell whether a command line asks a tool that every build and many imports ask."""
    return _ENDING.sub("", program_of(command)) in _TOOL_NAMES


def is_interpreter(program: str) -> bool:
    """Tell whether a program runs what it is given as code."""
    return bool(_INTERPRETERS.fullmatch(_ENDING.sub("", program)))


def runs_what_it_fetches(command: str) -> bool:
    """Tell whether a command line gives to an interpreter what it fetches."""
    return bool(_RUNS_FETCHED.search(command))
