"""A long life of a watch on PostgreSQL: thousands of releases, faults, and everybody is killed.

The watcher, two workers and PostgreSQL are real processes, killed as by a power cut and started
again at random; the index misbehaves and withdraws projects. It takes minutes, and fails if any
release has not exactly one verdict at the end.

``python -m benchmarks.killing [--releases N] [--seed N]``
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.simulators.postgresql import PostgreSQL
from tests.simulators.upstream import Upstream
from tests.watch.killing import Life, Terms


def main() -> int:
    """Live it, and tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--releases", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=120.0, help="that it may take")
    given = parser.parse_args()
    terms = Terms(
        releases=given.releases,
        projects=max(given.releases // 4, 1),
        killed_every=given.releases // 50 or 1,
        restarted_every=given.releases // 10 or 1,
        faulty_every=23,
        deleted_every=211,
        at_once=100,
        seconds=60 * given.minutes,
    )
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as name,
        PostgreSQL(durable=True) as server,
        Upstream() as upstream,
    ):
        lived = Life(server, upstream, Path(name), terms, given.seed).run()
    wrong = {name: lived.verdicts[name] for name in lived.published if lived.verdicts[name] != 1}
    twice = {name: count for name, count in lived.verdicts.items() if count > 1}
    print(
        f"seed {given.seed}: {len(lived.published)} releases, {len(lived.withdrawn)} withdrawn, "
        f"{lived.kills} processes and {lived.restarts} times PostgreSQL killed in "
        f"{time.monotonic() - begun:.0f} s; {len(wrong)} without exactly one verdict "
        f"{wrong or ''}, {len(twice)} with more {twice or ''}, {lived.dead} dead letters"
    )
    return 1 if wrong or twice or lived.dead else 0


if __name__ == "__main__":
    sys.exit(main())
