"""Runs one check over one example: the tests of the checks, and their only way in.

An example is the unpacked tree of an artifact under ``tests/checks/<id>/<flags|spares>/<case>/``.
Beside it, ``<case>.toml`` may say more (``Settings`` lists every key; an unknown key is an error).
A ``.toml`` without a folder is an artifact that holds nothing but its metadata. What a tree cannot
express is ``<case>.py`` with ``build(folder: Path) -> Path``, which writes an archive and returns
its path; its file name is then the artifact's.

- An example is packed, opened with ``open_archive`` and asked through ``run_checks``: the same way
  that a release goes.
- Examples are read, never imported; pytest does not descend into them (``conftest.py``).
"""

import datetime as dt
import importlib.util
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from airlock.archive import open_archive
from airlock.checks import Check, CheckSet, Subject, run_checks
from airlock.checks.registry import load_check
from airlock.evidence import Facts
from airlock.evidence.fingerprints.memory import FileFingerprints
from airlock.evidence.history import History, NoHistory
from airlock.evidence.known_names.builtin import BuiltinKnownNames
from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.model import (
    Artifact,
    ArtifactName,
    Confidence,
    Finding,
    ListedFile,
    Outcome,
    ProjectName,
    Release,
    Severity,
    Sha256,
    Status,
)
from airlock.model.provenance import Provenance
from airlock.profiles.source.tree import Tree
from tests.checks import past, watched
from tests.checks.known_releases import example_advisories
from tests.checks.packing import pack_sdist, pack_wheel
from tests.simulators.mail_domains import MemoryMailDomains

__all__ = [
    "EXAMPLES",
    "NOW",
    "Case",
    "Settings",
    "complaints",
    "examine",
    "load_cases",
    "pack_sdist",
    "pack_wheel",
    "read_tree",
    "run_case",
]

EXAMPLES = Path(__file__).parent
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
"""The time of every examination in these tests."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``<case>.toml`` may say."""

    filename: str = "example-1.0.tar.gz"
    """Of the packed artifact; its ending decides what is packed."""
    complete: bool = True
    """Whether the packer adds the metadata (PKG-INFO; METADATA, WHEEL, RECORD) that is missing."""
    project: str | None = None
    """Of the release; by default what the file name says."""
    version: str | None = None
    """Of the release; by default what the file name says."""
    source: str | None = None
    """The base URL of the index that announced the file; none is a local file."""
    upload_time: dt.datetime | None = None
    """What the index announces, in UTC; asks for ``source``."""
    yanked: str | None = None
    """What the index announces; asks for ``source``."""
    project_since: dt.datetime | None = None
    """When the index received the first file of the project, in UTC."""
    status: str = "active"
    """The project's status marker (PEP 792)."""
    previous: str | None = None
    """The tree of the release before, as a folder below ``tests/checks/<id>``, such as
    ``before/quiet``; without it no earlier release is known."""
    previous_filename: str = "example-0.9.tar.gz"
    sibling: str | None = None
    """The tree of the other form of the same release, likewise."""
    sibling_filename: str = "example-1.0.tar.gz"
    throw_away: tuple[str, ...] = ()
    """Domains of mail that are thrown away."""
    gone: tuple[str, ...] | None = None
    """Domains that take no mail; without them no resolver is asked."""
    tree: str | None = None
    """The source tree that it is said to be built from, likewise."""
    trace: tuple[str, ...] | None = None
    """What it did in a sandbox: events as lines of JSON (``airlock.behaviour.events``); without
    them nobody watched it."""
    provenance: Provenance | None = None
    """What is known of where the file comes from (``airlock.model.provenance``), as a table."""
    severity: Severity = Severity.INFO
    """The least that one finding of a flagged case must have, together with ``confidence``."""
    confidence: Confidence = Confidence.LOW
    path: str | None = None
    """The member that this finding must name."""
    line: int | None = None
    """The line that this finding must name."""
    evidence: str = ""
    """A text that this finding's evidence must hold."""
    message: str = ""
    """A text that this finding's message must hold."""
    at_most: Severity | None = None
    """No finding of a flagged case may be worse than this."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One example of one check."""

    check: str
    expects: Literal["flags", "spares"]
    name: str
    folder: Path | None = None
    """The tree; ``None`` for a built archive or one that holds nothing but metadata."""
    builder: Path | None = None
    """The module with ``build``."""
    settings: Settings = Settings()

    @property
    def id(self) -> str:
        """Names the case in the output of pytest."""
        return f"{self.check}/{self.expects}/{self.name}"


def load_cases(root: Path = EXAMPLES) -> list[Case]:
    """Return every example under a folder, sorted by check and name.

    Raises:
        ValueError: if a folder holds something that is no example.
    """
    checks = sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] not in "._")
    return [case for check in checks for case in _cases_of(check)]


def _cases_of(check: Path) -> Iterator[Case]:
    expectations: tuple[Literal["flags", "spares"], ...] = ("flags", "spares")
    for expects in expectations:
        folder = check / expects
        for stem in sorted({_case_name(path) for path in folder.glob("*")}):
            yield _case(folder / stem, check.name, expects)


def _case_name(path: Path) -> str:
    if path.is_dir():
        return path.name
    if path.suffix not in {".toml", ".py"}:
        raise ValueError(f"{path} is no example: put the file into the tree of a case")
    return path.stem


def _case(path: Path, check: str, expects: Literal["flags", "spares"]) -> Case:
    settings, builder = path.parent / f"{path.name}.toml", path.parent / f"{path.name}.py"
    if path.is_dir() and builder.is_file():
        raise ValueError(f"{path} has a tree and a builder; it can be only one")
    return Case(
        check=check,
        expects=expects,
        name=path.name,
        folder=path if path.is_dir() else None,
        builder=builder if builder.is_file() else None,
        settings=_read_settings(settings) if settings.is_file() else Settings(),
    )


def _read_settings(path: Path) -> Settings:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Settings)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path}: {error}") from error


def run_case(case: Case, check: Check | None = None) -> Outcome:
    """Pack, open and examine an example with its check, or with another one, and with no other."""
    with tempfile.TemporaryDirectory(prefix="airlock-example-") as folder:
        path = _pack(case, Path(folder))
        with past.opened(_source(case), Path(folder)) as source:
            history = _history(case, Path(folder), source)
            return examine(path, check or load_check(case.check), case.settings, history)


def _source(case: Case) -> dict[str, bytes] | None:
    return _tree_before(case, case.settings.tree) if case.settings.tree else None


def _history(case: Case, folder: Path, source: Tree | None) -> History:
    asked = case.settings
    return past.history(
        folder,
        (_tree_before(case, asked.previous), asked.previous_filename) if asked.previous else None,
        (_tree_before(case, asked.sibling), asked.sibling_filename) if asked.sibling else None,
        source,
    )


def _tree_before(case: Case, name: str) -> dict[str, bytes]:
    folder = EXAMPLES / case.check / name
    if not folder.is_dir():
        raise ValueError(f"{folder} is no tree of an artifact")
    return read_tree(folder)


def examine(
    path: Path, check: Check, settings: Settings | None = None, history: History | None = None
) -> Outcome:
    """Ask one check about one archive, at the time ``NOW``, with the built-in popularity list."""
    data = path.read_bytes()
    name = ArtifactName.of_file(path.name)
    artifact = Artifact(Sha256.of(data), len(data), name, _release(name, settings or Settings()))
    facts = Facts(
        now=NOW,
        popularity=BuiltinPopularity(),
        known_names=BuiltinKnownNames(),
        fingerprints=FileFingerprints(),
        advisories=example_advisories(),
    )
    facts = msgspec.structs.replace(
        facts,
        history=history or NoHistory(),
        behaviour=watched.behaviour(settings.trace if settings else None),
        mail_domains=MemoryMailDomains(
            settings.throw_away if settings else (), settings.gone if settings else None
        ),
        provenance=(settings and settings.provenance) or Provenance(),
    )
    with open_archive(path, name) as reading:
        (outcome,) = run_checks(CheckSet([check]), Subject(artifact, reading, facts))
    return outcome


def complaints(case: Case, outcome: Outcome) -> list[str]:
    """Return what is wrong with the outcome of an example; empty if it is as it should be."""
    if case.expects == "spares":
        failed = [f"failed: {outcome.reason}"] if outcome.status is Status.FAILED else []
        return failed + [f"flagged: {_told(finding)}" for finding in outcome.findings]
    wrong = [f"{_told(f)} speaks for {f.check}" for f in outcome.findings if f.check != case.check]
    if (limit := case.settings.at_most) is not None:
        wrong += [f"too severe: {_told(f)}" for f in outcome.findings if f.severity > limit]
    if not any(_satisfies(finding, case.settings) for finding in outcome.findings):
        saw = "; ".join(_told(finding) for finding in outcome.findings) or "nothing"
        wrong.append(f"no finding is as {case.id} asks; {outcome.status} {outcome.reason}: {saw}")
    return wrong


def _satisfies(finding: Finding, asked: Settings) -> bool:
    return (
        finding.severity >= asked.severity
        and finding.confidence >= asked.confidence
        and asked.path in {None, finding.path}
        and asked.line in {None, finding.line}
        and asked.evidence in finding.evidence
        and asked.message in finding.message
    )


def _told(finding: Finding) -> str:
    place = f"{finding.path}:{finding.line}"
    return (
        f"[{finding.severity}/{finding.confidence}] {place} {finding.message} «{finding.evidence}»"
    )


def _release(name: ArtifactName, settings: Settings) -> Release:
    listed = None
    if settings.source is not None:
        listed = ListedFile(
            filename=name.filename,
            url=f"{settings.source.rstrip('/')}/{name.filename}",
            upload_time=settings.upload_time,
            yanked=settings.yanked,
        )
    return Release(
        project=ProjectName(settings.project or name.project),
        version=settings.version or name.version,
        source=settings.source,
        listed=listed,
        status=settings.status,
        project_since=settings.project_since,
    )


def _pack(case: Case, folder: Path) -> Path:
    if case.builder is not None:
        return _build(case.builder, folder)
    filename = case.settings.filename
    pack = pack_wheel if filename.endswith(".whl") else pack_sdist
    tree = read_tree(case.folder) if case.folder else {}
    return pack(folder, tree, filename=filename, complete=case.settings.complete)


def _build(module_path: Path, folder: Path) -> Path:
    spec = importlib.util.spec_from_file_location("airlock_example_builder", module_path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{module_path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    built = module.build(folder)
    if not isinstance(built, Path):
        raise TypeError(f"{module_path}: build must return the path of the archive")
    return built


def read_tree(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder by their relative paths."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
