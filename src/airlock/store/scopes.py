"""Scopes in SQL: which rows are about a project that somebody may see."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.sql import SQLColumnExpression

from airlock.model.access import Scope, Within


def within(project: SQLColumnExpression[str], scopes: Within) -> ColumnElement[bool]:
    """Tell in SQL whether one of each of some scopes covers a project (``Scope.covers``).

    What is known of no project, only scopes of everything cover.
    """
    return and_(true(), *(_one_of(project, some) for some in scopes))


def _one_of(project: SQLColumnExpression[str], scopes: Iterable[Scope]) -> ColumnElement[bool]:
    scopes = tuple(scopes)
    if any(scope.is_everything for scope in scopes):
        return true()
    stems = [scope.removesuffix("-*") for scope in scopes]
    begins = [
        project.startswith(f"{stem}-", autoescape=True)
        for scope, stem in zip(scopes, stems, strict=True)
        if scope != stem
    ]
    return or_(project.in_(stems), *begins)
