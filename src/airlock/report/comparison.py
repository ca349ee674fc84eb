"""What came of comparing two artifacts."""

import msgspec

from airlock.model import Artifact, Verdict
from airlock.profiles import Contrast
from airlock.profiles.source import Origin


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact beside an older one, or a wheel beside its source distribution."""

    old: Artifact
    verdict: Verdict
    """On the newer one, for its changes alone."""
    contrast: Contrast | None
    """``None`` if the examination ended before it: the verdict says so."""
    origin: Origin | None = None
    """Where the source tree was taken from, if the older one is a source tree."""

    @property
    def headline(self) -> str:
        """What is compared with what."""
        if self.origin is not None:
            return f"{self.verdict.artifact.name.filename} beside {self.origin.described}"
        old, new = self.old.name, self.verdict.artifact.name
        if old.kind is not new.kind:
            return f"{new.filename} beside {old.filename}"
        if old.project != new.project:
            return f"{old.filename} → {new.filename}"
        return f"{new.project} {old.version} → {new.version} ({new.kind})"
