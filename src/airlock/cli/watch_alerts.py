"""``airlock watch alerts``, ``report`` and ``osv``."""

from pathlib import Path
from typing import IO

import click

from airlock import assembly
from airlock.cli import options, shown
from airlock.model import Severity


@click.command("alerts")
@click.option(
    "--severity",
    type=click.Choice([one.value for one in Severity]),
    default="info",
    show_default=True,
    help="The least severe that are shown.",
)
@options.number(50)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "atom"]),
    default="text",
    show_default=True,
    help="How to report; atom is a feed for readers of news.",
)
@click.option("--address", default="urn:airlock:alerts", help="Of the feed, for Atom.")
@options.output
@options.data
def alerts(  # noqa: PLR0913, PLR0917 - one parameter per option
    severity: str, number: int, form: str, address: str, output: IO[str], data_folder: Path
) -> None:
    """Show what was held and refused, of a severity or worse; the newest first."""
    from airlock.report.alerts import alert_document, alert_text, atom

    lowest = Severity(severity)
    found = assembly.alerts(data_folder, lowest, number)
    if form == "atom":
        output.write(atom(found, lowest, address, assembly.now()).decode())
    elif form == "json":
        output.write(shown.json_text([alert_document(alert) for alert in found]) + "\n")
    else:
        output.writelines(f"{alert_text(alert)}\n" for alert in found)


@click.command("report")
@click.argument("targets", nargs=-1, required=True, metavar="SHA256|PROJECT…")
@options.output
@options.data
def report(targets: tuple[str, ...], output: IO[str], data_folder: Path) -> None:
    """Write what the people of a registry need to act: file, line and reason."""
    from airlock.report.alerts import registry_report

    output.write("\n".join(map(registry_report, assembly.verdicts_on(data_folder, targets))))


@click.command("osv")
@click.argument("targets", nargs=-1, required=True, metavar="SHA256|PROJECT…")
@options.output
@options.data
def osv(targets: tuple[str, ...], output: IO[str], data_folder: Path) -> None:
    """Write OSV records of malware, ready to be published; only of what is refused."""
    from airlock.report.osv_malware import osv_records

    output.write(osv_records(assembly.verdicts_on(data_folder, targets), assembly.now()))
