"""What was upgraded, what would be, and what stays as it is and why."""

from collections.abc import Iterator

import click

from airlock.model.fixing import FixPlan
from airlock.report.plain import printable


def render_fix(plan: FixPlan, *, dry_run: bool) -> str:
    """Return the summary, one line for each upgrade; empty if there was nothing to upgrade.

    Args:
        plan: what was planned.
        dry_run: nothing was written.
    """
    return "".join(f"{line}\n" for line in _lines(plan, dry_run=dry_run))


def _lines(plan: FixPlan, *, dry_run: bool) -> Iterator[str]:
    done = "would be upgraded" if dry_run else "upgraded"
    for one in plan.mended:
        where = ", ".join(map(printable, one.paths))
        badge = click.style(done, fg="green", bold=True)
        yield f"{badge} {one.project} {printable(one.old)} to {one.new} in {where}"
    for left in plan.unmended:
        badge = click.style("left", fg="yellow", bold=True)
        yield f"{badge} {printable(left.name)} ({printable(left.origin)}): {printable(left.reason)}"
