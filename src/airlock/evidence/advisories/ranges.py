"""Ranges of versions as intervals of keys: of OSV's events, and of PEP 440's specifiers.

OSV's algorithm ("Evaluation" in its schema): the events of a range are sorted by version; each
``introduced`` begins, each ``fixed`` ends before itself, each ``last_affected`` ends after itself;
with ``limit`` events, only what is below one of them is in the range at all.

- What cannot be placed in the order of PEP 440 is ``Unplaceable``: never left out.
- ``SEMVER`` orders some pre-releases otherwise than PEP 440, and its ``1.0.0-1`` is a pre-release
  where PEP 440 has a post-release: only what both order alike is placed.
- Specifiers are read as plain comparisons: ``<2.0`` includes 2.0rc1, which is safe here.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet
from packaging.version import Version

from airlock.evidence.advisories.keys import NotPep440, key, parsed
from airlock.evidence.advisories.records import Interval

START = b""
"""The key before all keys: where OSV says ``introduced: 0``, every version is at or above it."""

_ZERO = "0"
_UNLIMITED = "*"
_SEMVER = re.compile(
    r"v?(\d{1,18}\.\d{1,18}\.\d{1,18})(?:-(a|alpha|b|beta|c|rc)(?:\.?(\d{1,18}))?)?"
    r"(?:\+[0-9A-Za-z.-]+)?",
    re.ASCII,
)
_PLACES = {"introduced": 0, "fixed": 1, "last_affected": 1}


class Unplaceable(ValueError):
    """A range that cannot be evaluated; the text says why."""


def intervals_of_events(kind: str, events: Iterable[dict[str, str]]) -> tuple[Interval, ...]:
    """Return what a range of OSV covers.

    Args:
        kind: ``ECOSYSTEM`` or ``SEMVER``; no other is known.
        events: each with one or more of introduced, fixed, last_affected, limit.

    Raises:
        Unplaceable: if an event has no place in the order of versions, or there is none.
    """
    if kind not in {"ECOSYSTEM", "SEMVER"}:
        raise Unplaceable(f"it is of the type {kind[:40]!r}")
    placed, limits = _placed(kind, events)
    if not placed:
        raise Unplaceable("it has no events")
    if not any(name == "introduced" for _, name in placed):
        raise Unplaceable("nothing says where it begins")
    found = list(_evaluated(placed))
    if not limits or _UNLIMITED in limits:
        return tuple(found)
    highest = max(_place(kind, limit) for limit in limits)
    return tuple(_below(found, highest))


def _placed(
    kind: str, events: Iterable[dict[str, str]]
) -> tuple[list[tuple[bytes, str]], list[str]]:
    placed, limits = [], []
    for event in events:
        for name, version in event.items():
            if name == "limit":
                limits.append(version)
            elif name in _PLACES:
                begins = name == "introduced" and version == _ZERO
                placed.append((START if begins else _place(kind, version), name))
            else:
                raise Unplaceable(f"it has an event {name[:40]!r}")
    # Stable, as OSV's own: of equal versions, the order of the record decides.
    placed.sort(key=lambda one: one[0])
    return placed, limits


def _place(kind: str, version: str) -> bytes:
    try:
        return key(_as_pep440(version) if kind == "SEMVER" else version)
    except NotPep440 as error:
        raise Unplaceable(str(error)) from error


def _as_pep440(version: str) -> str:
    found = _SEMVER.fullmatch(version)
    if found is None:
        raise NotPep440(f"{version[:80]!r} has no certain place among versions by PEP 440")
    release, phase, number = found.groups()
    return f"{release}{phase}{number or 0}" if phase else release


def _evaluated(placed: Sequence[tuple[bytes, str]]) -> Iterator[Interval]:
    """Yield where OSV's algorithm says "affected": it may differ at an event and just above it."""
    low: bytes | None = None
    for place, together in itertools.groupby(placed, key=lambda one: one[0]):
        at = above = low is not None
        for _, name in together:
            if name == "last_affected":
                above = False
            else:
                at = above = name == "introduced"
        if low is None and at:
            low = place
        if low is not None and not above:
            if at or low < place:
                yield (low, place, at)
            low = None
    if low is not None:
        yield (low, None, False)


def _below(intervals: Iterable[Interval], limit: bytes) -> Iterator[Interval]:
    for low, high, inclusive in intervals:
        if low < limit:
            kept = high is not None and (high < limit)
            yield (low, high, inclusive) if kept else (low, limit, False)


def intervals_of_specifiers(text: str) -> tuple[Interval, ...]:
    """Return what a set of specifiers such as ``>=1.0,<1.2.3`` covers: one interval, or none.

    Raises:
        Unplaceable: if it is no set of specifiers, or says ``!=``.
    """
    try:
        specifiers = list(SpecifierSet(text))
    except InvalidSpecifier as error:
        raise Unplaceable(f"{text[:80]!r} is no set of versions") from error
    low: bytes = START
    high: bytes | None = None
    inclusive = False
    for specifier in specifiers:
        bound_low, bound_high, closed = _interval(specifier)
        low = max(low, bound_low)
        if bound_high is not None and (high is None or (bound_high, closed) < (high, inclusive)):
            high, inclusive = bound_high, closed
    if high is not None and (low > high or (low == high and not inclusive)):
        return ()
    return ((low, high, inclusive),)


def _interval(specifier: Specifier) -> Interval:
    operator, version = specifier.operator, specifier.version
    try:
        return _BOUNDS[operator](version)
    except NotPep440 as error:
        raise Unplaceable(str(error)) from error
    except KeyError as error:
        raise Unplaceable(f"{str(specifier)!r} cannot be said as a range") from error


def _equal(version: str) -> Interval:
    if version.endswith(".*"):
        return _within(parsed(version[:-2]))
    return (key(version), key(version), True)


def _compatible(version: str) -> Interval:
    whole = parsed(version)
    _, high, inclusive = _within(parsed(_release(whole, whole.release[:-1])))
    return (key(version), high, inclusive)


def _within(prefix: Version) -> Interval:
    """Return everything from the first development release of a prefix up to the next one's."""
    if prefix.pre or prefix.dev is not None or prefix.post is not None or prefix.local:
        raise NotPep440(f"{prefix} is no prefix of releases")
    *before, last = prefix.release
    low = _release(prefix, prefix.release)
    high = _release(prefix, (*before, last + 1))
    return (key(f"{low}.dev0"), key(f"{high}.dev0"), False)


def _release(version: Version, parts: Iterable[int]) -> str:
    return f"{version.epoch}!" + ".".join(map(str, parts))


_BOUNDS: dict[str, Callable[[str], Interval]] = {
    "<": lambda version: (START, key(version), False),
    "<=": lambda version: (START, key(version), True),
    # No key lies between one and the same with a zero behind it.
    ">": lambda version: (key(version) + b"\x00", None, False),
    ">=": lambda version: (key(version), None, False),
    "==": _equal,
    "===": lambda version: (key(version), key(version), True),
    "~=": _compatible,
}
