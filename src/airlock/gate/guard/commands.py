"""The user's command: which installer it is, what it does, and what its words ask for.

- A command that is not understood is not run: the guard knows which programs obey its settings.
- Every word is looked at. An option that is not known is taken to have no value, so that what
  follows it is looked at as a requirement.
"""

import enum
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath

import msgspec

from airlock.errors import UsageError

_PIP = re.compile(r"pip(?:\d+(?:\.\d+)?)?")
_PYTHON = re.compile(r"(?:python|pypy)(?:\d+(?:\.\d+)?)?t?")


class Client(enum.Enum):
    """An installer that the guard knows."""

    PIP = "pip"
    UV = "uv"
    PIPX = "pipx"
    POETRY = "poetry"


class Use(enum.Enum):
    """What an option's value is, as far as it matters here."""

    INDEX = "an index"
    LINKS = "a place of files"
    FILE = "a requirements file"
    EDITABLE = "a requirement"
    WAY = "a way to the network"
    WORDS = "options of another installer"
    OTHER = "something else"


class Option(msgspec.Struct, frozen=True):
    """An option with its value."""

    name: str
    use: Use
    value: str


class Invocation(msgspec.Struct, frozen=True, kw_only=True):
    """A command, taken apart."""

    client: Client
    program: tuple[str, ...]
    """The words before the subcommand: ``pip``, or ``python -m pip``."""
    action: str
    """The subcommand: ``install``, ``pip install``, ``sync``."""
    options: tuple[Option, ...]
    """The options that have a use here, in their order."""
    requirements: tuple[str, ...]
    """Every other word that is no option."""


_ACTIONS: dict[Client, frozenset[str]] = {
    Client.PIP: frozenset(
        "install download wheel lock list show freeze check uninstall inspect".split()
    ),
    Client.UV: frozenset(
        (
            *(f"pip {one}" for one in "install sync compile list show freeze check tree".split()),
            *("sync", "lock", "add", "remove", "export", "tree", "venv"),
            *("tool install", "tool upgrade", "tool list"),
        )
    ),
    Client.PIPX: frozenset("install inject upgrade upgrade-all reinstall list".split()),
    Client.POETRY: frozenset("install sync add update lock remove show check".split()),
}

_INDEX = ("--index-url", "--extra-index-url", "--pypi-url", "--index", "--default-index")
_USES: dict[Use, tuple[str, ...]] = {
    Use.INDEX: ("-i", *_INDEX, "--source"),
    Use.LINKS: ("-f", "--find-links"),
    Use.FILE: (
        *("-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints"),
        *("--build-constraint", "--build-constraints", "-b", "--override", "--overrides"),
        *("--exclude", "--excludes", "--with-requirements"),
    ),
    Use.EDITABLE: ("-e", "--editable", "--with", "--with-editable", "--preinstall"),
    Use.WAY: ("--proxy", "--trusted-host", "--allow-insecure-host", "--config-file", "--script"),
    Use.WORDS: ("--pip-args", "--build-option"),
}
# Options whose value is the next word and says nothing of where files come from.
_VALUED = frozenset(
    (
        *("-t", "--target", "--platform", "--python-version", "--implementation", "--abi"),
        *("--root", "--prefix", "--src", "--upgrade-strategy", "-C", "--config-settings"),
        *("--no-binary", "--only-binary", "--progress-bar", "--root-user-action", "--report"),
        *("--group", "--retries", "--timeout", "--exists-action", "--cert", "--client-cert"),
        *("--cache-dir", "--log", "-p", "--python", "--keyring-provider", "--use-feature"),
        *("-d", "--dest", "-w", "--wheel-dir", "-o", "--output-file", "--extra", "--package"),
        *("--exclude-newer", "--resolution", "--prerelease", "--directory", "--project"),
        *("--link-mode", "--color", "--index-strategy", "--upgrade-package", "-P", "--format"),
        *("--refresh-package", "--reinstall-package", "--no-build-package", "--suffix"),
        *("--no-binary-package", "--python-platform", "--torch-backend", "--fork-strategy"),
        *("--only-group", "--no-group", "--no-extra", "--config-setting", "--uploaded-prior-to"),
        *("-G", "--only", "--without", "-E", "--extras", "--dependency-group", "-m", "--marker"),
    )
)
_NAMED = {name: use for use, names in _USES.items() for name in names}
_SHORTEST = len("--i")


def read(words: Sequence[str]) -> Invocation:
    """Take a command apart.

    Raises:
        UsageError: if it is not one of an installer that the guard knows.
    """
    client, program, rest = _client(words)
    before, action, after = _action(client, rest)
    if action not in _ACTIONS[client]:
        raise _unknown(client, action)
    if client is Client.POETRY and "--no-plugins" in words:
        raise UsageError("--no-plugins would keep Poetry from asking the guard")
    options, requirements = _sorted(client, [*before, *after])
    return Invocation(
        client=client,
        program=tuple(program),
        action=action,
        options=tuple(options),
        requirements=tuple(requirements),
    )


def _client(words: Sequence[str]) -> tuple[Client, Sequence[str], Sequence[str]]:
    name = PurePath(words[0]).name if words else ""
    if _PYTHON.fullmatch(name) and list(words[1:2]) == ["-m"] and len(words) > 2:  # noqa: PLR2004
        module = {one.value: one for one in Client}.get(words[2])
        if module is not None:
            return module, words[:3], words[3:]
    elif _PIP.fullmatch(name):
        return Client.PIP, words[:1], words[1:]
    elif name in {"uv", "pipx", "poetry"}:
        return Client(name), words[:1], words[1:]
    raise UsageError(
        f"the guard does not know how to run {' '.join(words)[:80]!r}",
        hint="It runs pip, uv, pipx and Poetry: airlock run -- pip install flask",
    )


def _action(client: Client, words: Sequence[str]) -> tuple[list[str], str, list[str]]:
    """Return the options before the subcommand, the subcommand, and what follows it."""
    at, found = 0, list[str]()
    before = list[str]()
    wanted = 1
    while at < len(words) and len(found) < wanted:
        word = words[at]
        if word.startswith("-"):
            before.append(word)
            if word in _VALUED or word in _NAMED:
                at += 1
                before.extend(words[at : at + 1])
        else:
            found.append(word)
            wanted = 2 if client is Client.UV and found[0] in {"pip", "tool"} else 1
        at += 1
    return before, " ".join(found), list(words[at:])


def _unknown(client: Client, action: str) -> UsageError:
    name = f"{client.value} {action}".strip()
    hint = f"It runs: {', '.join(sorted(_ACTIONS[client]))}."
    if client in {Client.UV, Client.PIPX, Client.POETRY} and "run" in action.split():
        hint = "Install with the guard first, then run: a program needs no guard to be started."
    return UsageError(f"the guard does not run {name!r}", hint=hint)


def _sorted(client: Client, words: Sequence[str]) -> tuple[list[Option], list[str]]:
    options, requirements = list[Option](), list[str]()
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "-":
            requirements.append(word)
            continue
        if word == "--":
            requirements.extend(rest)
            break
        options.extend(_option(client, word, rest))
    return options, requirements


def _option(client: Client, word: str, rest: Iterator[str]) -> Iterator[Option]:
    name, use, joined = _named(client, word)
    if use is Use.OTHER:
        # What is joined to an option may still be an address; a separate value of one that is
        # not known is looked at as a requirement.
        if name in _VALUED and joined is None:
            next(rest, None)
        return
    value = joined if joined is not None else next(rest, "")
    yield Option(name, use, value)


def _named(client: Client, word: str) -> tuple[str, Use, str | None]:
    """Return the name of an option, its use, and the value that is joined to it."""
    if not word.startswith("--"):
        short, joined = word[:2], word[2:].removeprefix("=")
        return short, _NAMED.get(short, Use.OTHER), joined or None
    name, equals, value = word.partition("=")
    use = _NAMED.get(name, Use.OTHER)
    if use is Use.OTHER and name not in _VALUED and client is Client.PIP:
        use = _abbreviated(name)
    return name, use, value if equals else None


def _abbreviated(name: str) -> Use:
    """Return the use of an option that pip accepts in part: ``--extra-index`` (optparse)."""
    if len(name) <= _SHORTEST:
        return Use.OTHER
    uses = [use for known, use in _NAMED.items() if known.startswith(name)]
    return uses[0] if uses else Use.OTHER
