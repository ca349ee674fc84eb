"""Detonates honest packages, and counts those that would not be let in for what they did.

``python -m evals.detonations --folder DIR [--index URL] [--out FILE] NAME-OF-FILE…``

Each is installed with its dependencies, which come from the index through the vetting, imported
and called. What decides is what was seen; a package that could not be installed is counted apart,
because nothing of it was seen.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import click

from airlock import assembly
from airlock.behaviour import Tier
from airlock.report import Unexamined
from airlock.report.detonations import Detonated
from airlock.scanning import Silent


class _Quiet(Silent):
    """Shows nothing."""

    def step(self, name: str, what: str) -> None:
        """Do nothing."""


def main(arguments: list[str]) -> int:
    """Print a line for each package and the counts; return 1 if any would be refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--data", type=Path, help="where vetted backends are kept")
    parser.add_argument("--index", default=None)
    parser.add_argument("--out", type=Path)
    parser.add_argument("names", nargs="+")
    asked = parser.parse_args(arguments)
    told = []
    with tempfile.TemporaryDirectory() as temporary:
        data = asked.data or Path(temporary)
        detonations, _ = assembly.detonations(None, asked.index, data)
        for name in asked.names:
            request = assembly.detonation_request(
                [str(asked.folder / name)], deep=False, with_dependencies=True
            )
            for result in detonations.run(request, _Quiet()):
                told.append(_line(result))
                click.echo(_shown(told[-1]))
    if asked.out:
        asked.out.write_text(json.dumps(told, indent=1))
    counts = Counter(line["seen"] for line in told)
    words = ("let pass", "held", "refused", "not seen whole")
    click.echo(", ".join(f"{counts[word]} {word}" for word in words) + f" of {len(told)}")
    return 1 if counts["refused"] else 0


def _line(result: Detonated | Unexamined) -> dict[str, Any]:
    if isinstance(result, Unexamined):
        return {"name": result.name, "seen": "not seen whole", "why": [result.reason]}
    strongest = result.judgement.tier
    seen = {Tier.PROOF: "refused", Tier.SUSPICION: "held", Tier.CONTEXT: "let pass"}[strongest]
    gaps = [*result.judgement.gaps, *result.notes]
    if result.judgement.gaps and seen == "let pass":
        seen = "not seen whole"
    return {
        "name": result.trace.header.filename,
        "seen": seen,
        "seconds": result.seconds,
        "context": sum(one.tier is Tier.CONTEXT for one in result.judgement.signals),
        "why": [
            *(one.message for one in result.judgement.signals if one.tier is not Tier.CONTEXT),
            *gaps,
        ],
    }


def _shown(line: dict[str, Any]) -> str:
    why = "".join(f"\n    {one[:200]}" for one in line["why"][:4])
    return f"{line['seen']:15} {line.get('seconds', 0):6.1f} s  {line['name']}{why}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
