"""What is known of code after it was read: acts, mentions, oddities and gaps.

An *act* is one thing that code does to the world, with where its data came from; checks look for
chains of acts. A *mention* is a literal that names something of note. An *oddity* is something
about the spelling of a file that hides code from readers. A *gap* is code that nobody looked at.

- Contexts are weights, never exclusions: dormant code is analysed like any other.
- ``path`` is the member's, with ``!/layer…`` behind it for code that was peeled out of other code.
"""

import enum

import msgspec


class Context(enum.IntEnum):
    """When code runs, ordered by how little a victim must do for it."""

    DORMANT = 0
    """In tests, documentation, examples and tools: someone has to start it on purpose."""
    CALLED = 1
    """In a function of an installed module that nothing seen calls."""
    SCRIPT = 2
    """When an entry point, a script or ``python -m`` is started."""
    IMPORT = 3
    """When an installed module is imported."""
    STARTUP = 4
    """Whenever the interpreter starts: ``.pth`` and ``.start`` files, ``sitecustomize``."""
    BUILD = 5
    """When pip builds or installs: ``setup.py``, in-tree backends and all that they reach."""


class Deed(enum.StrEnum):
    """What an act does."""

    EXECUTE = "execute"
    """Runs data as Python: ``exec``, ``eval``, code objects, unmarshalling, unpickling."""
    PROCESS = "process"
    """Starts a process; ``text`` is the command line."""
    REQUEST = "request"
    """Talks HTTP, or another protocol with an address; ``text`` is the URL or host."""
    CONNECT = "connect"
    """Opens a socket; ``text`` is the address."""
    SEND = "send"
    """Sends data over an open connection, by mail or by name resolution."""
    WRITE = "write"
    """Writes or moves a file; ``text`` is its path."""
    READ = "read"
    """Reads a file that is worth stealing; ``text`` is its path."""
    DELETE = "delete"
    """Removes files; ``text`` is the path."""
    LOAD = "load"
    """Loads a native library or calls into one; ``text`` is its path or function."""
    REDIRECT = "redirect"
    """Puts a socket in the place of a standard stream (``dup2``)."""
    PERSIST = "persist"
    """Registers itself to run again."""
    COLLECT = "collect"
    """Watches the user: keyboard, clipboard, screen, camera, browser."""
    HOOK = "hook"
    """Replaces a command of the build; ``text`` is the command."""


class Origin(enum.StrEnum):
    """Where data came from."""

    NETWORK = "network"
    PAYLOAD = "payload"
    """Decoded from a literal, or from a file of the artifact."""
    DECODED = "decoded"
    """Decoded from something unknown."""
    ENVIRON = "environ"
    """All of the environment."""
    VARIABLE = "variable"
    """One environment variable that names no secret."""
    SECRET = "secret"
    """A credential: a file, variable or store that is known to hold one."""
    IDENTITY = "identity"
    """Who and where the victim is: host and user names, addresses, hardware ids."""
    FILE = "file"
    OUTPUT = "output"
    """What a process printed."""
    WATCHED = "watched"
    """Keys, clipboard, screen, camera."""
    ENTRUSTED = "entrusted"
    """What callers hand to a function of another package that was replaced by one of this."""
    INPUT = "input"
    """Given by the user at the terminal or on the command line."""


class Source(msgspec.Struct, frozen=True, order=True):
    """One place that data came from."""

    origin: Origin
    what: str
    """The call, variable or path."""
    line: int = 0


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that code does."""

    deed: Deed
    path: str
    line: int
    context: Context
    target: str
    """The dotted name of what is called, such as ``subprocess.run``."""
    text: str = ""
    """The command, address or path, folded as far as known; ``{}`` stands for what is unknown."""
    sources: tuple[Source, ...] = ()
    """Where the data came from, sorted."""
    evidence: str = ""
    """The line of code; for executed data the data itself."""
    scope: str = ""
    """The function that it stands in, dotted; empty at the top level of a module."""
    options: frozenset[str] = frozenset()
    """What else a check may ask: ``shell``, ``hidden``, ``detached``, ``post``, ``body``…"""

    def origins(self) -> frozenset[Origin]:
        """Return the kinds of places that the data came from."""
        return frozenset(source.origin for source in self.sources)


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A literal that names something of note, in code or in what was peeled out of it."""

    topic: str
    """Such as ``discord-webhook`` or ``browser-store``; see ``syntax.mentions``."""
    path: str
    line: int
    text: str
    context: Context


class Oddity(msgspec.Struct, frozen=True, kw_only=True):
    """Something about the spelling of a file that hides code from readers."""

    code: str
    """A stable word: ``bidi-control``, ``hidden-column``, ``strange-encoding``, ``nul-byte``…"""
    message: str
    path: str
    line: int
    context: Context
    evidence: str = ""
    suspicious: bool = False
    """True if the prefilter saw words in the file that an attack needs."""


class Gap(msgspec.Struct, frozen=True):
    """Code that was not looked at."""

    path: str
    line: int
    reason: str
    context: Context
