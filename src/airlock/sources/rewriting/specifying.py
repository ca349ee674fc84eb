"""The text of one requirement, with another version."""

import re
from typing import TYPE_CHECKING

import msgspec

from airlock.errors import UsageError
from airlock.model import ProjectName

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

# Name and extras, the specifiers with or without parentheses, the marker (PEP 508).
_PARTS = re.compile(
    r"(?P<head>\s*[A-Za-z0-9][A-Za-z0-9._-]*(?:\s*\[[^\]]*\])?)"
    r"(?P<space>\s*)(?P<open>\(?)(?P<specifiers>[^;()@#]*?)(?P<close>\)?)(?P<tail>\s*(?:;.*)?)",
    re.DOTALL,
)
# Those whose version is a lower bound, or the only one.
_RAISED = re.compile(r"(?P<operator>===?|~=|>=)(?P<space>\s*)(?P<version>[^,\s]+)")


class NotRewritten(UsageError):
    """A requirement that is left as it is; the message says why."""


class NotAsked(NotRewritten):
    """A file that does not ask for what is to be changed."""


class Upgrade(msgspec.Struct, frozen=True, kw_only=True):
    """What to change."""

    project: ProjectName
    old: str
    """The version that is asked for, or was resolved."""
    new: str
    digests: tuple[str, ...] = ()
    """The SHA-256 of every file of the new version; for requirements with hashes."""
    pins_only: bool = False
    """Whether requirements that leave the version open are left as they are."""

    def is_asked_by(self, specifier: str) -> bool:
        """Return whether a requirement (PEP 440) asks for the old version, or may mean it."""
        from packaging.specifiers import SpecifierSet

        allowed = SpecifierSet(specifier)
        pins = any(_pins(one.operator, one.version) for one in allowed)
        return allowed.contains(self.old, prereleases=True) and (pins or not self.pins_only)


def respecified(text: str, upgrade: Upgrade) -> str:
    """Return a requirement that asks for the new version.

    A pin becomes a pin on it; a lower bound is raised to it; where there is none, one is added.

    Raises:
        NotRewritten: if what it allows excludes the new version, or it cannot be taken apart.
    """
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise NotRewritten(f"{text.strip()!r} cannot be taken apart")
    before = _parsed(text)
    specifiers = _raised(parts["specifiers"], before.specifier, upgrade)
    middle = [parts["space"], parts["open"], specifiers, parts["close"]]
    if not (parts["open"] or parts["specifiers"]):
        middle = [specifiers, parts["space"]]
    changed = "".join([parts["head"], *middle, parts["tail"]])
    after = _parsed(changed)
    same = (before.name, before.extras, str(before.marker), before.url) == (
        after.name,
        after.extras,
        str(after.marker),
        after.url,
    )
    if not same or not after.specifier.contains(upgrade.new, prereleases=True):
        raise NotRewritten(f"{text.strip()!r} cannot be changed with certainty")
    return changed


def _parsed(text: str) -> "Requirement":
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement as error:
        raise NotRewritten(f"{text.strip()!r} is not a requirement") from error


def _raised(text: str, specifiers: "SpecifierSet", upgrade: Upgrade) -> str:
    """Return the specifiers with the new version in place of the pin, or as lower bound."""
    pin = next((one for one in specifiers if _pins(one.operator, one.version)), None)
    others = [one for one in specifiers if one is not pin]
    bound = next((one for one in others if one.operator in {">=", "~="}), None)
    kept = [one for one in others if pin is not None or one is not bound]
    for one in kept:
        if not one.contains(upgrade.new, prereleases=True):
            raise NotRewritten(f"{one} excludes {upgrade.new}; widen it by hand")
    target = pin or bound
    if bound is not None and bound.operator == "~=" and target is bound:
        # ~= takes the precision of its version: with another one it would allow more, or less.
        if not bound.contains(upgrade.new, prereleases=True):
            raise NotRewritten(f"{bound} excludes {upgrade.new}; widen it by hand")
        target = bound if bound.version.count(".") == upgrade.new.count(".") else None
    if target is None:
        return f">={upgrade.new},{text}" if text.strip() else f">={upgrade.new}{text}"
    return _replaced(text, target.operator, target.version, upgrade.new)


def _pins(operator: str, version: str) -> bool:
    return operator in {"==", "==="} and not version.endswith(".*")


def _replaced(text: str, operator: str, old: str, new: str) -> str:
    found = [
        match
        for match in _RAISED.finditer(text)
        if match["operator"] == operator and match["version"] == old
    ]
    if len(found) != 1:
        raise NotRewritten(f"{text.strip()!r} cannot be taken apart")
    at = found[0]
    return text[: at.start("version")] + new + text[at.end("version") :]
