"""Two profiles beside each other: what every judge of a change asks about them."""

from functools import cached_property

from airlock.model import Confidence, Severity
from airlock.profiles.conduct import essence
from airlock.profiles.difference import Change, Difference, Step, step_between
from airlock.profiles.profile import Piece, Profile, Ruse, Trait
from airlock.syntax.facts import Context, Deed


class Pair:
    """An older and a newer artifact of one project, of the same form."""

    def __init__(self, old: Profile, new: Profile) -> None:
        self.old = old
        self.new = new

    @cached_property
    def step(self) -> Step:
        """How far the versions are apart."""
        return step_between(self.old.name.version, self.new.name.version)

    @cached_property
    def small(self) -> bool:
        """Whether the authors announce nothing new."""
        return self.step.small

    @cached_property
    def new_traits(self) -> tuple[Trait, ...]:
        """What the new one does that the old one did not, or did less readily."""
        return tuple(trait for trait in self.new.traits if not self._knew(trait))

    def _knew(self, trait: Trait) -> bool:
        return self._known.get(_key(trait), -1) >= trait.context

    @cached_property
    def _known(self) -> dict[tuple[Deed, str, str], int]:
        known: dict[tuple[Deed, str, str], int] = {}
        for trait in self.old.traits:
            key = _key(trait)
            known[key] = max(known.get(key, -1), trait.context)
        return known

    def first(self, *deeds: Deed, least: Context) -> bool:
        """Tell whether the old one did nothing of the kind so readily."""
        return not any(t.deed in deeds and t.context >= least for t in self.old.traits)

    @cached_property
    def old_pieces(self) -> dict[str, Piece]:
        """The files of the old one by their paths."""
        return {piece.path: piece for piece in self.old.pieces}

    @cached_property
    def new_pieces(self) -> dict[str, Piece]:
        """The files of the new one by their paths."""
        return {piece.path: piece for piece in self.new.pieces}

    @cached_property
    def added(self) -> tuple[Piece, ...]:
        """Files whose path and whose content the old one had not."""
        contents = {piece.digest for piece in self.old.pieces if piece.digest}
        return tuple(
            piece
            for piece in self.new.pieces
            if piece.path not in self.old_pieces and piece.digest not in contents
        )

    def difference(  # noqa: PLR0913 - the fields of a difference
        self,
        change: Change,
        severity: Severity,
        confidence: Confidence,
        message: str,
        *,
        path: str = "",
        line: int = 0,
        evidence: str = "",
        of: str = "",
    ) -> Difference:
        """Return a difference; ``of`` names the list of the profile that it was found in.

        If that list of the old profile was cut, what looks new may be old.
        """
        if of in self.old.cut:
            confidence = Confidence.LOW
        return Difference(
            change=change,
            severity=severity,
            confidence=confidence,
            message=message,
            path=self.new.member_path(path) if path else "",
            line=line,
            evidence=evidence,
        )

    def of_trait(
        self,
        change: Change,
        trait: Trait,
        severity: Severity,
        confidence: Confidence,
        message: str,
    ) -> Difference:
        """Return the difference that a trait is which the old profile has not."""
        return self.difference(
            change,
            severity,
            confidence,
            message,
            path=trait.path.partition("!/")[0],
            line=trait.line,
            evidence=f"{trait.target}: {trait.text or trait.evidence}",
            of="traits",
        )


def _key(trait: Trait) -> tuple[Deed, str, str]:
    return trait.deed, trait.target, essence(trait.text)


WHEN = {
    Context.DORMANT: "if somebody starts it",
    Context.CALLED: "when it is called",
    Context.SCRIPT: "when its command is started",
    Context.IMPORT: "when it is imported",
    Context.STARTUP: "whenever Python starts",
    Context.BUILD: "when pip builds or installs it",
}
"""When code runs, in words."""
DOES = {
    Ruse.DECODED: "runs code that it decodes first",
    Ruse.FETCHED: "runs what it fetched from elsewhere",
    Ruse.UNSEEN: "starts an interpreter of its own in the background",
    Ruse.SHELL: "hands a shell to somebody elsewhere",
    Ruse.SENDS_STORE: "sends what a store of credentials holds",
    Ruse.SENDS_ENVIRONMENT: "sends all of the environment away",
    Ruse.SENDS_SECRET: "sends credentials away",
    Ruse.SENDS_IDENTITY: "sends away who and where the user is",
    Ruse.SENDS_WATCHED: "sends away what it saw the user do",
}
"""What a ruse does, in words."""
