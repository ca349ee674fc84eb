"""Functions put in the place of another package's, that send away what those are given."""

import re

from airlock.checks.code._addresses import is_hard_coded
from airlock.checks.code._weights import attack, certain, firm
from airlock.model import Confidence, Severity
from airlock.syntax import HOLE, Act, Origin

# What makes, holds or asks for a secret.
_KEEPERS = re.compile(
    r"keypair|account|wallet|private|secret|mnemonic|seed|signer|getpass|passw|credential|token"
    r"|builtins\.(open|input)|keyring|\bcrypt",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"\w*:?/*(127\.|localhost|0\.0\.0\.0|\[?::1)")


def tapped(act: Act) -> set[str]:
    """Return the functions whose arguments go somewhere that neither they nor callers chose."""
    verb = act.target.rpartition(".")[2]
    given = {source.what for source in act.sources if source.origin is Origin.ENTRUSTED}
    if "client" in act.options:
        # Instruments of a client hand what they see on to the client.
        others = {one for one in given if one.rpartition(".")[2] != verb and " " not in one}
        return {target for target in others if _KEEPERS.search(target)}
    given = {target for target in given if " " not in target or _is_sent(act)}
    fixed = not act.text.startswith(HOLE) and "://" in act.text and not _LOCAL.match(act.text)
    return given if fixed else set()


def _is_sent(act: Act) -> bool:
    """Tell whether a request hands something over, in its body or in its address."""
    return bool(act.options & {"body", "post"}) or HOLE in act.text.partition("://")[2]


def of_tapped(act: Act, targets: set[str]) -> tuple[Severity, Confidence]:
    """Weigh a tap: at what makes or asks for secrets there is no innocent one."""
    functions = {target for target in targets if " " not in target}
    if is_hard_coded(act.text) or any(map(_KEEPERS.search, functions)):
        return certain(act.context)
    return firm(act.context) if "://" in act.text else attack(act.context)
