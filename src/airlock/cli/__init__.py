"""The command ``airlock``: one file per command, no logic.

The group imports a command's module only when that command is called: ``airlock scan`` does not pay
for the server.
"""

import importlib
import os
import sys

import click

from airlock import __version__
from airlock.errors import AirlockError

_COMMANDS = {
    "audit": "Known vulnerabilities and known malware in what a project depends on.",
    "backup": "Copy everything that a gate knows and keeps, while it runs.",
    "db": "What Airlock knows from elsewhere: update it, see how old it is.",
    "detonate": "Run packages in a sandbox and tell what they do.",
    "diff": "Tell what one release does that another did not.",
    "doctor": "What this installation can and cannot do, with the cure for each gap.",
    "export": "Write what the gate serves into a folder, for one without a network.",
    "gc": "Remove bytes that nothing refers to.",
    "hunt": "Search everything that was scanned; run a rule over everything that is kept.",
    "import": "Take in such a folder; everything in it is examined again.",
    "log": "Show and verify the log of every decision and change.",
    "mirror": "Bring things into the gate before anybody asks for them.",
    "name": "Judge names: what they imitate, what is near them, whose they are.",
    "fingerprints": "What is remembered of known campaigns; build a memory from a corpus.",
    "publisher": "Trusted publishers: workflows that upload without a secret.",
    "restore": "Restore a backup into a store that has nothing in it.",
    "role": "Say who may do what: readers, uploaders, owners, reviewers, administrators.",
    "proxy": "The guard as a local service, with the settings of pip and uv.",
    "review": "What was held: look, approve, refuse, ask a colleague; here or on a server.",
    "run": "Run pip, uv or pipx so that they can install only what was vetted.",
    "project": "Yank releases, mark projects, take hosted files away.",
    "sandbox": "Tell whether packages can be detonated here, and prove it.",
    "scan": "Examine wheels, sdists, folders, projects or requirements files.",
    "serve": "Run the gate: a package index that vets what it serves.",
    "sign": "Sign your files with keys of your own, so that no index can change them.",
    "team": "Teams of users, who share their roles.",
    "token": "Tokens by which machines ask: made, listed, revoked.",
    "upload": "Send a release that you signed, all or nothing.",
    "user": "The users that the gate knows.",
    "trust": "Keys and metadata by which clients verify what this index admits (TUF).",
    "verify": "Tell who vouches for files, and what changed since the releases before.",
    "watch": "Follow an index, and look at every file that appears there.",
    "worker": "Work on what a watch has found, on this machine or another.",
    "webhook": "Tell other programs of the entries of the log, signed.",
    "waive": "Let a person's decision stand above a verdict, until a date.",
}
# A word of the language cannot be the name of a module.
_MODULES = {"import": "import_"}
_WRONG_USAGE = 2
_INTERNAL_ERROR = 4
_INTERRUPTED = 130


class _Commands(click.Group):
    """Commands by name, imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name every command."""
        return sorted(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Import the module of a command."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"airlock.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="airlock")
@click.option(
    "--server",
    metavar="URL",
    envvar="AIRLOCK_SERVER",
    help="The gate that review and waive speak to, with the token in AIRLOCK_TOKEN.",
)
@click.pass_context
def airlock(context: click.Context, server: str | None) -> None:
    """Keep malicious, impersonating, vulnerable and tampered Python packages out.

    Exit codes: 0 clean or admitted, 1 refused, 2 wrong usage, 3 held or not fully examined,
    4 Airlock itself failed.
    """
    context.obj = server


def main() -> None:
    """Run the command line; every end has an exit code, none a traceback."""
    try:
        code = airlock(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        # Not its own code: click's is 1 for some, and 1 means that something was refused.
        code = _WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("airlock: interrupted", err=True)
        code = _INTERRUPTED
    except AirlockError as error:
        code = _report(error)
    except SystemExit:
        # How click ends when the reader of our output went away: with 1, which means refused.
        # Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = _INTERNAL_ERROR
    except Exception as error:  # noqa: BLE001 - the edge of the process
        code = _report_defect(error)
    sys.exit(code if isinstance(code, int) else 0)


def _report(error: AirlockError) -> int:
    from airlock.report import printable

    click.echo(f"{click.style('airlock:', fg='red', bold=True)} {printable(str(error))}", err=True)
    if error.hint:
        click.echo(f"  {printable(error.hint)}", err=True)
    return error.exit_code


def _report_defect(error: Exception) -> int:
    if os.environ.get("AIRLOCK_DEBUG"):
        raise error
    from airlock.report import printable

    click.echo(
        f"airlock: a defect in Airlock itself: {type(error).__name__}: {printable(str(error))}\n"
        "  Nothing was admitted. Set AIRLOCK_DEBUG=1 to see where, and please report it.",
        err=True,
    )
    return _INTERNAL_ERROR
