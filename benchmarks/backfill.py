"""What it takes to look at a whole index: days, machines and cost, from measured constants.

``python -m benchmarks.backfill [--files N] [--days D]`` prints the plan. The constants are those of
docs/guides/watch.md; measure them on your machine with ``python -m benchmarks watch`` and
``archives``, and give yours.
"""

import argparse
import math

MIB = 1024 * 1024
TIB = 1024**4


def main() -> None:
    """Print the plan."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=7_000_000, help="of the index")
    parser.add_argument("--mean-mib", type=float, default=2.6, help="of a file")
    parser.add_argument("--cpu-ms", type=float, default=37.0, help="of a file, whatever its size")
    parser.add_argument("--cpu-ms-per-mib", type=float, default=450.0, help="besides")
    parser.add_argument("--projects", type=int, default=700_000, help="whose pages are read")
    parser.add_argument("--attested", type=float, default=0.2, help="part of files with provenance")
    parser.add_argument("--requests", type=float, default=50.0, help="a second, that are polite")
    parser.add_argument("--days", type=float, default=14.0, help="that it may take")
    parser.add_argument("--cores", type=int, default=16, help="of a machine")
    parser.add_argument("--core-hour", type=float, default=0.04, help="what it costs")
    parser.add_argument("--tib-month", type=float, default=23.0, help="what keeping costs")
    print(plan(parser.parse_args()))


def plan(given: argparse.Namespace) -> str:
    """Return the plan in a few lines."""
    each = (given.cpu_ms + given.cpu_ms_per_mib * given.mean_mib) / 1000
    core_hours = given.files * each / 3600
    # A page for each project, each file, and the provenance of each that has one: it is kept.
    asked = given.projects + given.files * (1 + given.attested)
    by_index = asked / given.requests / 86_400
    days = max(given.days, by_index)
    machines = math.ceil(core_hours / (days * 24 * given.cores))
    size = given.files * given.mean_mib * MIB / TIB
    mbit = given.files * given.mean_mib * MIB * 8 / (days * 86_400) / 1e6
    return "\n".join(
        [
            f"{given.files:,} files of {given.mean_mib:g} MiB: {size:,.1f} TiB",
            f"processor time: {each:.3f} s a file, {core_hours:,.0f} core hours",
            f"requests: {asked:,.0f}, of which {given.files * given.attested:,.0f} for provenance",
            f"the index allows them in {by_index:.1f} days at {given.requests:g} requests a second",
            f"in {days:.1f} days: {machines} machines with {given.cores} cores, {mbit:,.0f} Mbit/s",
            f"cost of the processors: {core_hours * given.core_hour:,.0f}",
            f"cost of keeping everything: {size * given.tib_month:,.0f} a month",
        ]
    )


if __name__ == "__main__":
    main()
