"""``airlock trust``: the keys and the metadata that clients verify (TUF; PEP 458)."""

import importlib

import click

# Commands of the group live in files of their own, imported when they are called.
_ELSEWHERE = {
    "doctor": "trust_state",
    "fetch": "trust_fetch",
    "init": "trust_ceremony",
    "key": "trust_key",
    "promote": "trust_developers",
    "publish": "trust_publish",
    "rebin": "trust_ceremony",
    "recover": "trust_publish",
    "release": "trust_developers",
    "replace": "trust_developers",
    "revoke": "trust_publish",
    "rotate": "trust_ceremony",
    "sign": "trust_key",
    "status": "trust_state",
    "verify": "trust_state",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name every command."""
        return sorted(_ELSEWHERE)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Return a command from its file."""
        if cmd_name not in _ELSEWHERE:
            return None
        module = importlib.import_module(f"airlock.cli.{_ELSEWHERE[cmd_name]}")
        found: click.Command = getattr(module, cmd_name)
        return found


@click.group("trust", cls=_Commands)
def command() -> None:
    """Keep the keys and the metadata by which clients verify what this index admits.

    FOLDER is the trust folder of the server. Offline keys never lie in it.
    """
