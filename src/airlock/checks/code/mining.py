"""Programs that mine a currency on somebody else's machine.

Miners are known programs, fetched or carried, that are pointed at a pool by an address of their own
protocol (`stratum+tcp://…`). No library has business with either.

- **The address of a pool is told to a process, or asked for** (critical; where a function has to be
  called, high).
- **A miner is fetched or written** (the same).
- **A pool or a miner is named** (medium) in code that could start one.

Lists of pools in tools that watch processes or networks are spared where the module starts and
fetches nothing.
"""

import re
from collections.abc import Iterator

from airlock.checks.code._weights import WHEN, attack, firm
from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Act, Context, Deed

_POOL = re.compile(
    r"stratum\+(tcp|ssl|tls)://|\b(xmrig|xmr-stak|cpuminer|minerd|nbminer|phoenixminer|ethminer|"
    r"t-rex|lolminer|gminer|teamredminer|xmr-node-proxy)\b|--donate-level\b|--coin[ =](monero|xmr)"
    r"|\b(minexmr|nanopool|supportxmr|moneroocean|hashvault|2miners|f2pool|nicehash)\b\.\w+",
    re.IGNORECASE,
)
_DOES = (Deed.PROCESS, Deed.REQUEST, Deed.CONNECT, Deed.WRITE)


class Mining(Check):
    """Does the package mine?"""

    id = "code-mining"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield miners that are started or fetched, and those that are named beside a start."""
        program = subject.program
        told: set[str] = set()
        for act in program.of(*_DOES, least=Context.CALLED):
            if _POOL.search(act.text):
                told.add(act.path)
                weight = attack if act.context >= Context.IMPORT else firm
                yield _of_act(act, weight(act.context))
        active = {act.path for act in program.of(Deed.PROCESS, Deed.LOAD, least=Context.CALLED)}
        for mention in program.mentioned("miner", least=Context.CALLED):
            if mention.path in active and mention.path not in told:
                told.add(mention.path)
                yield Finding(
                    severity=Severity.MEDIUM,
                    confidence=Confidence.MEDIUM,
                    message="A miner or its pool is named in code that starts processes.",
                    path=mention.path,
                    line=mention.line,
                    evidence=mention.text,
                )


def _of_act(act: Act, weight: tuple[Severity, Confidence]) -> Finding:
    severity, confidence = weight
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"A miner is set to work {WHEN[act.context]}: {act.target}.",
        path=act.path,
        line=act.line,
        evidence="\n".join(filter(None, [act.evidence, act.text])),
    )
