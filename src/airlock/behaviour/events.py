"""What can be seen of a package that runs: one typed event for each.

Events are written as lines of JSON, so that a trace can be kept, read by other tools and judged
again. Times are seconds since the detonation began; bytes are base64 in JSON.
"""

import datetime as dt
import enum

import msgspec

from airlock.behaviour.bait import Bait

LOG_SCHEMA = 1
PROGRAM = "a program"
"""What the sinkhole answers to whoever fetches something."""


class Phase(enum.StrEnum):
    """What was being done, in this order."""

    PREPARE = "prepare"
    """Dependencies are installed and imported; what happens is theirs."""
    INSTALL = "install"
    """The artifact is built and installed."""
    STARTUP = "startup"
    """Python starts, with what the artifact put where every start runs it."""
    IMPORT = "import"
    """Every module is imported."""
    EXECUTE = "execute"
    """Exported functions that need no argument are called."""

    @property
    def early(self) -> bool:
        """Whether it happens to everybody who installs and imports, without a call."""
        return self in (Phase.INSTALL, Phase.STARTUP, Phase.IMPORT)


class Touch(enum.StrEnum):
    """What was done to a file."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    RENAME = "rename"
    LINK = "link"
    MODE = "mode"


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", omit_defaults=True):
    """Anything that happened."""

    at: float = 0.0
    phase: Phase = Phase.INSTALL
    pid: int = 0
    """Of the process, as the tracer numbers it; 0 where it is not known."""


class Began(Event, frozen=True, kw_only=True, tag="began"):
    """A phase, or the import or call of something within one."""

    what: str = ""
    """A module or function; empty for the phase itself."""


class Ended(Event, frozen=True, kw_only=True, tag="ended"):
    """A phase."""

    code: int = 0
    seconds: float = 0.0
    cut: str = ""
    """Why it was ended from outside; empty if it came to its own end."""


class Spawned(Event, frozen=True, kw_only=True, tag="spawned"):
    """A process or thread."""

    child: int


class Ran(Event, frozen=True, kw_only=True, tag="ran"):
    """A program."""

    path: str
    argv: tuple[str, ...] = ()
    failed: str = ""
    """The error, as ``ENOENT``."""


class Touched(Event, frozen=True, kw_only=True, tag="touched"):
    """A file."""

    path: str
    how: Touch
    failed: str = ""
    to: str = ""
    """The new name."""


class Connected(Event, frozen=True, kw_only=True, tag="connected"):
    """A process asked for a connection; whether anything was sent, others tell."""

    address: str
    port: int


class Looked(Event, frozen=True, kw_only=True, tag="looked-up"):
    """A name was looked up."""

    name: str
    record: str = "A"
    answer: str = ""


class Reached(Event, frozen=True, kw_only=True, tag="reached"):
    """A connection arrived."""

    address: str
    port: int
    name: str = ""
    """Under which the address was looked up before."""
    tls: bool = False


class Asked(Event, frozen=True, kw_only=True, tag="asked"):
    """An HTTP request."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    answered: str = ""
    """What the answer was: ``a program``, ``JSON`` …"""


class Sent(Event, frozen=True, kw_only=True, tag="sent"):
    """Bytes that are no HTTP request."""

    address: str
    port: int
    name: str = ""
    protocol: str = "tcp"
    data: bytes = b""


class Slept(Event, frozen=True, kw_only=True, tag="slept"):
    """A process wanted to wait; it was told that the time is over."""

    seconds: float


class Marked(Event, frozen=True, kw_only=True, tag="marked"):
    """A program that was downloaded here was run: it opened what only it can know of."""


class Said(Event, frozen=True, kw_only=True, tag="said"):
    """What the processes of a phase printed, cut."""

    text: str


class Lost(Event, frozen=True, kw_only=True, tag="lost"):
    """Something was not seen, or not kept."""

    what: str


AnyEvent = (
    Began
    | Ended
    | Spawned
    | Ran
    | Touched
    | Connected
    | Looked
    | Reached
    | Asked
    | Sent
    | Slept
    | Marked
    | Said
    | Lost
)


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is needed to judge a trace, besides its events."""

    schema: int = LOG_SCHEMA
    filename: str
    sha256: str
    profile: str = "quick"
    """``quick`` or ``deep``."""
    began: dt.datetime
    """In UTC."""
    python: str = ""
    host: str = ""
    """The name that the machine had inside."""
    user: str = ""
    """The name that the user had inside."""
    home: str = ""
    tree: tuple[str, ...] = ()
    """Folders in which the artifact may do as it likes: its own, and those of the build."""
    baits: tuple[Bait, ...] = ()


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """One detonation."""

    header: Header
    events: tuple[AnyEvent, ...] = ()

    def of(self, *phases: Phase) -> tuple[AnyEvent, ...]:
        """Return the events of some phases."""
        return tuple(event for event in self.events if event.phase in phases)
