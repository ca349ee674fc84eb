"""Which vulnerabilities do not count because an OpenVEX document that the user gives says so.

- Of several statements on one vulnerability of one package the latest counts, so that "affected"
  takes an earlier "not affected" back.
- Nothing that anybody says makes malware harmless.
"""

from collections.abc import Iterable

from airlock.model import ProjectName
from airlock.model.advisory import Advisory
from airlock.model.audit import Ignored
from airlock.model.vex import VexProduct, VexStatement, VexStatus

_CLEARS = frozenset({VexStatus.NOT_AFFECTED, VexStatus.FIXED})


class Vex:
    """Answers by statements.

    Args:
        statements: of all documents, in the order in which they were given.
    """

    def __init__(self, statements: Iterable[VexStatement] = ()) -> None:
        # Sorting is stable: of two that were made at once, the later one stands last.
        self._statements = sorted(statements, key=lambda one: one.at)
        self._used: set[tuple[str, int]] = set()

    def ignored(self, project: ProjectName, version: str, advisory: Advisory) -> Ignored | None:
        """Return why a vulnerability of a release does not count; ``None`` if it does."""
        if advisory.malware:
            return None
        names = {name.upper() for name in (*advisory.identifiers, *advisory.records)}
        found = [
            one
            for one in self._statements
            if not names.isdisjoint(one.vulnerabilities)
            and any(_covers(product, project, version) for product in one.products)
        ]
        self._used.update((one.origin, one.number) for one in found)
        if not found or found[-1].status not in _CLEARS:
            return None
        latest = found[-1]
        return Ignored(
            advisory=advisory,
            reason=_reason(latest),
            origin=f"{latest.origin}, statement {latest.number}",
            until="the statement is taken back",
            status=latest.status.value,
            justification=latest.justification,
            impact=latest.impact,
        )

    def notes(self) -> list[str]:
        """Return how many statements of each document said nothing about what was audited."""
        documents: dict[str, list[VexStatement]] = {}
        for one in self._statements:
            documents.setdefault(one.origin, []).append(one)
        return [
            f"{origin}: {unused} of {len(them)} statements are about nothing that was found"
            for origin, them in documents.items()
            if (unused := sum((one.origin, one.number) not in self._used for one in them))
        ]


def _reason(statement: VexStatement) -> str:
    said = [
        statement.status.value.replace("_", " "),
        statement.justification.replace("_", " "),
        statement.impact,
    ]
    return ": ".join(text for text in said if text)


def _covers(product: VexProduct, project: ProjectName, version: str) -> bool:
    if product.project != project:
        return False
    if not product.version:
        return True
    from packaging.version import InvalidVersion, Version

    try:
        return Version(product.version) == Version(version)
    except InvalidVersion:
        return product.version == version
