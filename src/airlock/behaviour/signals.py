"""What a judge makes of events: how much each speaks, and for what."""

import enum
import re

import msgspec

from airlock.behaviour.events import Header, Phase
from airlock.model import Confidence, Decision, Severity


class Tier(enum.IntEnum):
    """How much a signal proves. Ordered."""

    CONTEXT = 0
    """Tells a reader what the package does; honest packages do it as well."""
    SUSPICION = 1
    """Honest packages do not do it unasked; a person has to look."""
    PROOF = 2
    """The attack was seen to happen: something was stolen, or downloaded code ran."""

    @property
    def word(self) -> str:
        """``context``, ``suspicion`` or ``proof``."""
        return self.name.lower()

    @property
    def decision(self) -> Decision:
        """What the signal alone would decide."""
        return Decision(int(self))

    @property
    def weight(self) -> tuple[Severity, Confidence]:
        """The same in the words of a finding."""
        return _WEIGHTS[self]


_WEIGHTS = {
    Tier.CONTEXT: (Severity.LOW, Confidence.MEDIUM),
    Tier.SUSPICION: (Severity.HIGH, Confidence.MEDIUM),
    Tier.PROOF: (Severity.CRITICAL, Confidence.HIGH),
}


class Kind(enum.StrEnum):
    """What was done."""

    LEAK = "leak"
    IDENTITY = "identity"
    DOWNLOAD_RUN = "download-run"
    NETWORK = "network"
    SECRET = "secret"  # noqa: S105 - the name of a kind, no secret
    PERSISTENCE = "persistence"
    DESTRUCTION = "destruction"
    PROCESS = "process"
    TIME = "time"
    WRITE = "write"


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a package did, with the evidence."""

    kind: Kind
    tier: Tier
    phase: Phase
    message: str
    """One sentence for a person."""
    evidence: str = ""
    at: float = 0.0
    pid: int = 0
    key: str = ""
    """What it was done to: of one trace, signals of the same kind and key are one deed."""

    @property
    def identity(self) -> tuple[Kind, str]:
        """What makes it the same deed in another phase of the trace."""
        return self.kind, self.key

    def deed(self, header: Header) -> tuple[Kind, str]:
        """Return what makes it the same deed in another trace, of another release.

        Names that are made up for each run, the version, and names of temporary files are left out.

        Args:
            header: of the trace that it is from.
        """
        key = self.key
        for name in (header.home, header.host, header.user, _version_of(header)):
            key = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w])", "*", key) if name else key
        return self.kind, _PASSING.sub("*", key)


# Temporary names, and numbers of processes and ports.
_PASSING = re.compile(r"(?<=/tmp/)[^/\s]+|(?<![\w.])\d{4,}(?!\w)")


def _version_of(header: Header) -> str:
    """Return the version in the name of a wheel or source distribution, or nothing."""
    found = re.match(r"[^-]+-([^-]+?)(-.+\.whl|\.tar\.\w+|\.tgz|\.zip)$", header.filename)
    return found[1] if found else ""
