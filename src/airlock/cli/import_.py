"""``airlock import``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airlock import assembly
from airlock.cli import options
from airlock.errors import AirlockError, NotVerified
from airlock.gate.settings import GateSettings, PolicyUse
from airlock.report import printable

if TYPE_CHECKING:
    from airlock.gate.airgap.taking_in import Carried

_REFUSED, _HELD, _FAILED = 1, 3, 4


@click.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-j", "--jobs", type=click.IntRange(1, 256), help="Examinations at once.")
@options.data
@options.policy
@options.index
@click.option(
    "--root",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The root of the server that FOLDER is from: verify what developers signed.",
)
@click.option(
    "--trust",
    "trust_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="AIRLOCK_TRUST",
    help="The trust folder of this gate: developers' signatures count here, too.",
)
@click.option(
    "--developer-identities",
    is_flag=True,
    help="Let developers' keys be identities at an OIDC issuer.",
)
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - one parameter per option
    ctx: click.Context,
    folder: Path,
    jobs: int | None,
    data_folder: Path,
    policy_file: Path | None,
    index_url: str | None,
    root: Path | None,
    trust_folder: Path | None,
    developer_identities: bool,  # noqa: FBT001 - a flag
) -> None:
    """Take in a FOLDER that `airlock export` wrote; everything in it is examined again.

    So is whatever vouches for it: what does not verify here is refused.

    Exit codes: 0 everything was let in, 1 something was refused, 3 held, 4 not taken in.
    """
    settings = GateSettings(
        data_folder=data_folder,
        upstreams=(index_url,) if index_url else (),
        policy_file=policy_file,
        policy_use=PolicyUse.of_command(policy_file),
        examinations=jobs or assembly.cores(),
        trust_folder=trust_folder,
        developer_identities=developer_identities,
        offline=True,
    )
    codes: list[int] = []

    def tell(carried: "Carried") -> None:
        codes.append(_code(carried))
        said = carried.ruling.headline if carried.ruling else _told(carried.trouble)
        click.echo(f"  {printable(carried.filename)}: {printable(said)}")

    assembly.take_in(settings, folder, tell, root)
    click.echo(f"{codes.count(0)} files are in {data_folder}.")
    ctx.exit(max(codes, default=0))


def _told(trouble: AirlockError | None) -> str:
    hint = f"; {trouble.hint}" if trouble is not None and trouble.hint else ""
    return f"{'refuse: ' if isinstance(trouble, NotVerified) else ''}{trouble}{hint}"


def _code(carried: "Carried") -> int:
    from airlock.model import Decision

    if isinstance(carried.trouble, NotVerified):
        return _REFUSED
    if carried.ruling is None:
        return _FAILED
    if carried.ruling.serves:
        return 0
    return _REFUSED if carried.ruling.decision is Decision.REFUSE else _HELD
