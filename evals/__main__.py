"""``python -m evals``; see the package."""

import sys
import sysconfig
import time
from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from airlock import __version__, assembly
from airlock.errors import AirlockError
from airlock.report import printable
from evals.comparing import compare as compared
from evals.corpus import Sample, read_corpus
from evals.examining import Setting, examine_all
from evals.figures import figures
from evals.peers import GuardDog, Hexora, Peer
from evals.printing import text
from evals.records import Record, Report, read_report

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--malware", type=_FILE, help="A list of malicious archives (CSV).")
@click.option("--malware-folder", type=_FOLDER, help="Where their files are.")
@click.option("--benign", type=_FILE, help="A list of benign archives (CSV).")
@click.option("--benign-folder", type=_FOLDER, help="Where their files are.")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="JSON to write.")
@click.option("-j", "--jobs", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--policy", "policy_file", type=_FILE, help="Judge by this policy (TOML).")
@click.option("--without", multiple=True, metavar="CHECK", help="Do not count what it says.")
@click.option("--since", default="2024-07-01", show_default=True, help="Recent from this day on.")
@click.option("--only", metavar="TEXT", help="Only archives whose file name or digest has it.")
@click.option("--guarddog", type=_FILE, help="The program of GuardDog, to be asked as well.")
@click.option("--hexora", type=_FILE, help="The program of hexora, to be asked as well.")
@click.pass_context
def evals(  # noqa: PLR0913 - one parameter per option
    ctx: click.Context,
    *,
    malware: Path | None,
    malware_folder: Path | None,
    benign: Path | None,
    benign_folder: Path | None,
    out: Path | None,
    jobs: int,
    policy_file: Path | None,
    without: tuple[str, ...],
    since: str,
    only: str | None,
    guarddog: Path | None,
    hexora: Path | None,
) -> None:
    """Examine corpora and print recall, false positives, errors and costs."""
    if ctx.invoked_subcommand:
        return
    samples = [
        *_corpus("malware", malware, malware_folder),
        *_corpus("benign", benign, benign_folder),
    ]
    samples = [one for one in samples if not only or only in one.filename or only in one.sha256]
    if not samples:
        raise click.UsageError("Name at least one list with its folder; see --help.")
    setting = Setting(
        policy=assembly.policy(policy_file),
        left_out=frozenset(map(_known_check, without)),
        now=assembly.now(),
        peers=_peers(guarddog, hexora),
    )
    report = _evaluate(samples, setting, jobs=jobs, since=since)
    made = figures(report.records, since)
    if out:
        whole = msgspec.structs.replace(report, figures=msgspec.to_builtins(made))
        out.write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n")
    for line in text(report, made):
        click.echo(printable(line, keep_lines=True))


@evals.command("compare")
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
def compare(before: Path, after: Path) -> None:
    """Print what changed between two reports that --out wrote."""
    reports = [read_report(path.read_bytes(), str(path)) for path in (before, after)]
    for line in compared(*reports):
        click.echo(printable(line, keep_lines=True))


@evals.command("families")
@click.option("--malware", type=_FILE, required=True, help="A list of malicious archives (CSV).")
@click.option("--malware-folder", type=_FOLDER, required=True, help="Where their files are.")
@click.option("--benign", type=_FILE, required=True, help="A list of benign archives (CSV).")
@click.option("--benign-folder", type=_FOLDER, required=True, help="Where their files are.")
@click.option("--known-good", type=_FOLDER, multiple=True, help="Harmless code of every fold.")
@click.option("--folds", type=click.IntRange(2, 50), default=5, show_default=True)
def families(  # noqa: PLR0913, PLR0917 - one parameter per option
    malware: Path,
    malware_folder: Path,
    benign: Path,
    benign_folder: Path,
    known_good: tuple[Path, ...],
    folds: int,
) -> None:
    """Print what the memory of families knows of what it was not made of."""
    from evals.families import cross_validate, table

    samples = read_corpus("malware", malware, malware_folder)
    samples += read_corpus("benign", benign, benign_folder)
    places = (Path(sysconfig.get_path("stdlib")), *known_good)
    for line in table(list(cross_validate(samples, places, folds=folds))):
        click.echo(printable(line))


def _corpus(label: str, listed: Path | None, folder: Path | None) -> list[Sample]:
    if (listed is None) != (folder is None):
        raise click.UsageError(f"--{label} and --{label}-folder belong together.")
    if listed is None or folder is None:
        return []
    return read_corpus("malware" if label == "malware" else "benign", listed, folder)


def _known_check(check: str) -> str:
    if check not in assembly.examination_kit()[0].ids:
        raise click.UsageError(f"There is no check {check!r}.")
    return check


def _peers(guarddog: Path | None, hexora: Path | None) -> tuple[Peer, ...]:
    asked: list[Peer] = []
    if guarddog:
        asked.append(GuardDog(guarddog.absolute()))
    if hexora:
        asked.append(Hexora(hexora.absolute()))
    return tuple(asked)


def _evaluate(samples: list[Sample], setting: Setting, *, jobs: int, since: str) -> Report:
    begun = time.monotonic()
    records = list(_followed(examine_all(samples, setting, jobs=jobs), len(samples)))
    records.sort(key=lambda record: (record.label, record.filename, record.sha256))
    version = setting.policy.version
    return Report(
        tool_version=__version__,
        checks_version=assembly.examination_kit()[0].version,
        policy=f"{version.name} {version.version}",
        left_out=tuple(sorted(setting.left_out)),
        since=since,
        finished_at=assembly.now().isoformat(timespec="seconds"),
        wall_seconds=round(time.monotonic() - begun, 1),
        jobs=jobs,
        records=tuple(records),
    )


def _followed(records: Iterable[Record], total: int) -> Iterable[Record]:
    for number, record in enumerate(records, start=1):
        if sys.stderr.isatty():
            click.echo(f"\r{number}/{total} {record.filename[:60]:60}", err=True, nl=False)
        yield record
    if sys.stderr.isatty():
        click.echo(err=True)


if __name__ == "__main__":
    try:
        evals()
    except AirlockError as error:
        click.echo(f"evals: {error}", err=True)
        sys.exit(error.exit_code)
