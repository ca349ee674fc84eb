"""How readily code runs, as severity and as words.

The same behaviour weighs more the less a victim has to do for it. Nothing is left out: code in
tests and documentation is reported, low.
"""

from collections.abc import Callable

from airlock.model import Confidence, Severity
from airlock.syntax import Context, Program

WHEN = {
    Context.DORMANT: "in tests, documentation or tools",
    Context.CALLED: "when a function is called",
    Context.SCRIPT: "when a script is started",
    Context.IMPORT: "when the package is imported",
    Context.STARTUP: "whenever Python starts",
    Context.BUILD: "when the package is built or installed",
}

_ATTACK = {
    Context.DORMANT: (Severity.LOW, Confidence.MEDIUM),
    Context.CALLED: (Severity.HIGH, Confidence.LOW),
    Context.SCRIPT: (Severity.HIGH, Confidence.LOW),
    Context.IMPORT: (Severity.CRITICAL, Confidence.HIGH),
    Context.STARTUP: (Severity.CRITICAL, Confidence.HIGH),
    Context.BUILD: (Severity.CRITICAL, Confidence.HIGH),
}
_FIRM = _ATTACK | {
    Context.CALLED: (Severity.HIGH, Confidence.MEDIUM),
    Context.SCRIPT: (Severity.HIGH, Confidence.MEDIUM),
}
_CERTAIN = _ATTACK | {
    Context.DORMANT: (Severity.MEDIUM, Confidence.MEDIUM),
    Context.CALLED: (Severity.CRITICAL, Confidence.HIGH),
    Context.SCRIPT: (Severity.CRITICAL, Confidence.HIGH),
}
_SUSPICION = {
    Context.DORMANT: (Severity.INFO, Confidence.LOW),
    Context.CALLED: (Severity.MEDIUM, Confidence.LOW),
    Context.SCRIPT: (Severity.MEDIUM, Confidence.MEDIUM),
    Context.IMPORT: (Severity.HIGH, Confidence.MEDIUM),
    Context.STARTUP: (Severity.HIGH, Confidence.HIGH),
    Context.BUILD: (Severity.HIGH, Confidence.MEDIUM),
}


def attack(context: Context) -> tuple[Severity, Confidence]:
    """Return the weight of a whole chain of an attack."""
    return _ATTACK[context]


def firm(context: Context) -> tuple[Severity, Confidence]:
    """Return the weight of a chain that honest code does not have, not even where it is called."""
    return _FIRM[context]


def certain(context: Context) -> tuple[Severity, Confidence]:
    """Return the weight of a chain that has no innocent reading, whoever has to set it off."""
    return _CERTAIN[context]


# Half of all known attacks have less than 60 lines; hardly any library that starts things has.
_FEW_LINES = 200


def alone(program: Program) -> Callable[[Context], tuple[Severity, Confidence]]:
    """Return how a chain weighs in a program: more where there is hardly anything else."""
    return firm if program.lines <= _FEW_LINES else attack


def suspicion(context: Context) -> tuple[Severity, Confidence]:
    """Return the weight of a chain that also has innocent readings."""
    return _SUSPICION[context]
