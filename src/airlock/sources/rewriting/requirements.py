"""A requirements file, with another version of one project and the hashes of that version."""

import itertools
import re
from collections.abc import Iterator

import msgspec

from airlock.errors import InvalidRequirement
from airlock.sources.requirements_lines import decode, logical_lines
from airlock.sources.requirements_options import BadOptions, split_options
from airlock.sources.requirements_parsing import Entry, parse_entry
from airlock.sources.rewriting.specifying import NotAsked, NotRewritten, Upgrade, respecified

_COMMENT = re.compile(r"(?:^|\s)#")
_BREAK = re.compile(r"[ \t]*(?:\\[ \t]*(?:\r\n|\r|\n)[ \t]*)?")
_HASH = re.compile(r"--hash(?:=|[ \t]+)[A-Za-z0-9]+:[0-9A-Fa-f]+")
_END = re.compile(r"[ \t]*\\[ \t]*[\r\n]|[\r\n]")
_OPTION = re.compile(r"\s(?:\\\s*)?--?[A-Za-z]")


class _Block(msgspec.Struct, frozen=True):
    """The physical lines of one logical line."""

    start: int
    end: int
    text: str
    logical: str


def rewrite_requirements(data: bytes, origin: str, upgrade: Upgrade) -> bytes:
    """Return a file that asks for the new version wherever it asked for the old one.

    Args:
        data: the file.
        origin: what to call it.
        upgrade: what to change; with ``digests`` if any of these lines has hashes.

    Raises:
        NotRewritten: if that cannot be done with certainty.
        InvalidRequirement: if the file cannot be read.
    """
    text = decode(data, origin)
    blocks = [block for block in _blocks(text) if _is_about(block, upgrade)]
    if not blocks:
        raise NotAsked(f"{origin} does not ask for {upgrade.project} {upgrade.old} itself")
    changed = text
    for block in reversed(blocks):
        anew = _rewritten(block, upgrade)
        _compare(block, anew, upgrade)
        changed = changed[: block.start] + anew + changed[block.end :]
    return _encoded(data, text, changed)


def _encoded(data: bytes, text: str, changed: str) -> bytes:
    """Return the text in the encoding that the file was in, with its byte order mark."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "latin-1"):
        raw = text.encode(encoding, "replace")
        if data.endswith(raw) and data.removesuffix(raw) in _MARKS:
            return data.removesuffix(raw) + changed.encode(encoding)
    raise NotRewritten("its encoding is not written, only read")


_MARKS = (b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff")


def _blocks(text: str) -> Iterator[_Block]:
    """Yield what says something, with where it stands in the text."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    numbers = [number for number, _ in logical_lines(text)]
    said = [logical for _, logical in logical_lines(text)]
    for number, logical in zip(numbers, said, strict=True):
        last = number - 1
        while last < len(lines) - 1 and _goes_on(lines[last]):
            last += 1
        start, end = starts[number - 1], starts[last + 1]
        yield _Block(start, end, text[start:end], logical)


def _goes_on(line: str) -> bool:
    stripped = line.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
    return stripped.endswith("\\") and not stripped.lstrip().startswith("#")


def _entry(logical: str) -> Entry | None:
    try:
        options = split_options(logical)
        if options.requirement:
            return parse_entry(options.requirement, options.hashes)
    except (BadOptions, InvalidRequirement) as error:
        raise NotRewritten(f"{logical[:80]!r} cannot be read") from error
    return None


def _is_about(block: _Block, upgrade: Upgrade) -> bool:
    entry = _entry(block.logical)
    return (
        entry is not None
        and entry.project == upgrade.project
        and not entry.by_url
        and upgrade.is_asked_by(entry.specifier)
    )


def _rewritten(block: _Block, upgrade: Upgrade) -> str:
    """Return the physical lines with the new version and its hashes."""
    end = _end_of_requirement(block.text)
    requirement, rest = block.text[:end], block.text[end:]
    if "\\" in requirement:
        raise NotRewritten("its version and its name stand on different lines")
    trailing = len(requirement) - len(requirement.rstrip())
    core = requirement.rstrip()
    changed = respecified(core, upgrade) + requirement[len(requirement) - trailing :]
    return changed + _with_hashes(rest, upgrade)


def _end_of_requirement(text: str) -> int:
    """Return where the requirement ends: before its options, a comment or the end of the line."""
    found = [pattern.search(text) for pattern in (_OPTION, _COMMENT, _END)]
    return min((match.start() for match in found if match), default=len(text))


def _with_hashes(rest: str, upgrade: Upgrade) -> str:
    hashes = list(_HASH.finditer(rest))
    if not hashes:
        return rest
    if not upgrade.digests:
        raise NotRewritten(f"the hashes of {upgrade.project} {upgrade.new} are not known")
    first, last = hashes[0], hashes[-1]
    between = [rest[one.end() : other.start()] for one, other in itertools.pairwise(hashes)]
    if not all(_BREAK.fullmatch(text) for text in between):
        raise NotRewritten("something stands between its hashes")
    separator = between[0] if between else _before(rest[: first.start()])
    anew = separator.join(f"--hash=sha256:{digest}" for digest in sorted(upgrade.digests))
    return rest[: first.start()] + anew + rest[last.end() :]


def _before(text: str) -> str:
    """Return what separates hashes: what stands before the first of them."""
    separator = text[len(text.rstrip("\\ \t\r\n")) :]
    if not _BREAK.fullmatch(separator):
        raise NotRewritten("its hashes are not where they are expected")
    return separator or " "


def _compare(block: _Block, anew: str, upgrade: Upgrade) -> None:
    """Read what was written: nothing else may have changed."""
    said = [logical for _, logical in logical_lines(anew)]
    before, after = _entry(block.logical), _entry(said[0]) if len(said) == 1 else None
    if before is None or after is None:
        raise NotRewritten("it cannot be changed with certainty")
    wanted = tuple(f"sha256:{digest}" for digest in sorted(upgrade.digests))
    expected = msgspec.structs.replace(
        before, specifier=after.specifier, hashes=wanted if before.hashes else ()
    )
    if after != expected or _options(block.logical) != _options(said[0]):
        raise NotRewritten("it cannot be changed with certainty")


def _options(logical: str) -> list[str]:
    """Return the words of a line behind its requirement that are no hashes."""
    without = _HASH.sub(" ", logical)
    at = _OPTION.search(without)
    return without[at.start() :].split() if at else []
