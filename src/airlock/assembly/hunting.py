"""Compositions of what hunts through everything that was scanned."""

from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import cores, now
from airlock.assembly.knowing import facts_loader
from airlock.assembly.storing import blobs, existing_records
from airlock.errors import TargetNotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from airlock.hunting.campaigns import Campaign
    from airlock.model.hunting import Hit, Run, Scan

_MOST_IN_CAMPAIGNS = 5_000
_NOT_IN_A_FILE = {
    "advisory": "databases of advisories: airlock audit asks them anew",
    "behaviour": "what a file did in the sandbox: airlock detonate runs it",
    "provenance": "what an index says of a file: airlock verify asks it anew",
}
"""What checks of some families ask that is not in the bytes that are kept."""


def hunt(
    folder: Path, query: str, limit: int, told: "Callable[[int], None]" = lambda _count: None
) -> "tuple[Scan, ...]":
    """Return what a query describes, the newest first.

    Args:
        folder: of the data.
        query: as the user wrote it.
        limit: to so many.
        told: is told how many verdicts were read that were not known yet.

    Raises:
        UsageError: if the query says nothing sensible, or nothing is kept in the folder.
    """
    from airlock.hunting.language import parse
    from airlock.hunting.learning import learn

    asked = parse(query)
    with existing_records(folder) as records:
        learn(records.hunting, told)
        return records.hunting.find(asked, limit)


def hunted_campaigns(
    folder: Path, query: str, told: "Callable[[int], None]" = lambda _count: None
) -> "list[Campaign]":
    """Return the campaigns among what was held or refused and a query describes.

    Args:
        folder: of the data.
        query: as the user wrote it; empty for all.
        told: as for ``hunt``.

    Raises:
        UsageError: if the query says nothing sensible, or nothing is kept in the folder.
    """
    from airlock.hunting.campaigns import TELLING, campaigns
    from airlock.hunting.language import parse
    from airlock.hunting.learning import learn
    from airlock.model.hunting import And, Not, Term

    bad = Not(Term("decision", "admit"))
    asked = And((bad, parse(query))) if query.strip() else bad
    with existing_records(folder) as records:
        learn(records.hunting, told)
        found = records.hunting.find(asked, _MOST_IN_CAMPAIGNS)
        sharing = records.hunting.shared([scan.id for scan in found], TELLING)
        return campaigns(found, sharing)


def hunt_back(
    folder: Path, what: str, told: "Callable[[Run, int], None]", *, anew: bool
) -> "tuple[Run, tuple[Hit, ...]]":
    """Run a rule or a check over everything that is kept, going on where it was stopped.

    Args:
        folder: of the data.
        what: the file of a YARA-X rule, or the id of a check.
        told: is told how far it is, and how many files there are.
        anew: forget how far it was.

    Raises:
        TargetNotFound: if there is no such file and no such check.
        UsageError: if the rule is none, or the check asks for more than the bytes of a file.
    """
    from airlock import __version__
    from airlock.checks.registry import load_check
    from airlock.errors import CheckDefect
    from airlock.hunting.retro import Retro, YaraCheck, prepare, run_id
    from airlock.model.hunting import Run

    path = Path(what)
    if path.suffix in {".yar", ".yara"}:
        try:
            source = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise TargetNotFound(f"{path} cannot be read: {error}") from error
        check, question = YaraCheck(source, str(path)), run_id("yara", source)
    else:
        try:
            check = load_check(what)  # type: ignore[assignment]
        except CheckDefect as error:
            raise UsageError(
                f"{what} is neither a file of rules (.yar) nor a check", hint="See docs/reference."
            ) from error
        _require_bytes(what)
        question = run_id("check", what, str(check.version), __version__)
    workers = prepare(check, facts_loader())
    with existing_records(folder) as records, blobs(folder) as kept:
        if anew:
            records.hunting.forget(question)
        retro = Retro(records.hunting, records.works, kept, workers, cores(), now)
        done = retro.run(Run(id=question, what=what), told)
        return done, records.hunting.hits(question)


def _require_bytes(check: str) -> None:
    """Refuse a check that would find nothing in any file, whatever is in it."""
    if other := _NOT_IN_A_FILE.get(check.partition("-")[0]):
        raise UsageError(
            f"{check} is no check of files alone",
            hint=f"It asks {other}. What it found before: airlock hunt finding:{check}",
        )
