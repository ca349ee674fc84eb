"""New programs, commands and people, and how much of the artifact changed at all."""

import re
from collections.abc import Iterator

from airlock.model import ArtifactKind, Confidence, Severity
from airlock.profiles.commands import program_of
from airlock.profiles.difference import Change, Difference
from airlock.profiles.pair import Pair
from airlock.profiles.pieces import DORMANT
from airlock.profiles.profile import Piece, PieceKind
from airlock.syntax.facts import Deed

_SHOWN = 8
_JUMP = 3
_LEAST_JUMP_BYTES = 1024**2
_MODULE = re.compile(r"\.(?:so|pyd|dylib|dll)(?:\.[\d.]+)?$")
# Commands of others: whoever types one would start this project instead.
_TAKEN = (
    "python python3 pip pip3 uv git ssh scp sudo su ls cat cp mv rm curl wget bash sh zsh node npm "
    "npx docker kubectl aws gcloud az terraform make gcc tar vim nano code gpg openssl"
)


def judge(pair: Pair) -> Iterator[Difference]:
    """Yield what changed of the artifact's shape."""
    yield from _programs(pair)
    yield from _commands(pair)
    yield from _people(pair)
    yield from _size(pair)
    yield from _members(pair)


def _programs(pair: Pair) -> Iterator[Difference]:
    new = [piece for piece in pair.added if piece.kind is PieceKind.NATIVE]
    if not new:
        return
    started = _started(pair)
    for piece in new:
        if piece.path.rpartition("/")[2].lower() in started:
            message = "A program came with this release, and new code starts it."
            yield _of_piece(pair, piece, Severity.HIGH, Confidence.MEDIUM, message)
    severity, confidence, message = _weight(pair, new)
    told = min(new, key=lambda piece: bool(_MODULE.search(piece.path)))
    if told.path.rpartition("/")[2].lower() not in started:
        names = ", ".join(piece.path for piece in new[:_SHOWN])
        yield _of_piece(pair, told, severity, confidence, message, evidence=names)


def _started(pair: Pair) -> set[str]:
    """Return the names of files that new code starts or loads."""
    acts = [trait for trait in pair.new_traits if trait.deed in {Deed.PROCESS, Deed.LOAD}]
    return {program_of(trait.text) for trait in acts} - {"{}"}


def _weight(pair: Pair, new: list[Piece]) -> tuple[Severity, Confidence, str]:
    before = any(piece.kind is PieceKind.NATIVE for piece in pair.old.pieces)
    message = f"It has {len(new)} compiled {'file' if len(new) == 1 else 'files'} more."
    pure = pair.new.name.filename.endswith("-any.whl")
    sdist = pair.new.name.kind is ArtifactKind.SDIST
    counts = [piece for piece in new if not DORMANT.search(piece.path)]
    programs = [piece for piece in counts if not _MODULE.search(piece.path)]
    if before or not counts or not (pure or sdist):
        return Severity.INFO, Confidence.LOW, message
    message = "It is the first release with compiled code in it."
    if pair.small and (pure or programs):
        return Severity.MEDIUM, Confidence.MEDIUM, message
    return Severity.LOW, Confidence.MEDIUM, message


def _of_piece(  # noqa: PLR0913, PLR0917 - the fields of a difference
    pair: Pair,
    piece: Piece,
    severity: Severity,
    confidence: Confidence,
    message: str,
    evidence: str = "",
) -> Difference:
    told = evidence or f"{piece.path}, {piece.size:,} bytes"
    return pair.difference(
        Change.BINARY, severity, confidence, message, path=piece.path, evidence=told, of="packed"
    )


def _commands(pair: Pair) -> Iterator[Difference]:
    known = {command.partition(" = ")[0] for command in pair.old.commands}
    new = [line for line in pair.new.commands if line.partition(" = ")[0] not in known]
    taken = [line for line in new if _takes(line, pair.new.name.project)]
    if taken:
        message = "It installs a command under the name of a well-known program."
        yield pair.difference(
            Change.COMMAND,
            Severity.HIGH,
            Confidence.MEDIUM,
            message,
            evidence=", ".join(taken),
            of="commands",
        )
    elif new:
        yield pair.difference(
            Change.COMMAND,
            Severity.INFO,
            Confidence.LOW,
            f"It installs {len(new)} more {'command' if len(new) == 1 else 'commands'}.",
            evidence=", ".join(new[:_SHOWN]),
            of="commands",
        )


def _takes(command: str, project: str) -> bool:
    name = command.partition(" = ")[0].strip().lower()
    return name in _TAKEN.split() and name != project


def _people(pair: Pair) -> Iterator[Difference]:
    old, new = set(pair.old.people), set(pair.new.people)
    if old and new and old.isdisjoint(new):
        yield pair.difference(
            Change.PEOPLE,
            Severity.LOW if pair.small else Severity.INFO,
            Confidence.LOW,
            "All its authors and maintainers are others than before.",
            evidence=f"{', '.join(sorted(old))} → {', '.join(sorted(new))}",
            of="people",
        )


def _size(pair: Pair) -> Iterator[Difference]:
    old, new = pair.old.total_bytes, pair.new.total_bytes
    if new - old < _LEAST_JUMP_BYTES or new < old * _JUMP:
        return
    largest = max(pair.added, key=lambda piece: piece.size, default=None)
    yield pair.difference(
        Change.SIZE,
        Severity.LOW if pair.small else Severity.INFO,
        Confidence.MEDIUM,
        f"It is {new / max(old, 1):.0f} times as large as before, unpacked.",
        path=largest.path if largest else "",
        evidence=f"{old:,} → {new:,} bytes",
        of="packed",
    )


def _members(pair: Pair) -> Iterator[Difference]:
    old, new = pair.old_pieces, pair.new_pieces
    parts = {
        "added": [path for path in new if path not in old],
        "removed": [path for path in old if path not in new],
        "changed": [p for p, piece in new.items() if p in old and old[p].digest != piece.digest],
    }
    if any(parts.values()):
        told = ", ".join(f"{len(paths):,} {word}" for word, paths in parts.items() if paths)
        yield pair.difference(
            Change.MEMBERS, Severity.INFO, Confidence.HIGH, f"Of its files: {told}.", of="packed"
        )
