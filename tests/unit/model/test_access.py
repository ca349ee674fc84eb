"""What roles, scopes and limits of tokens come to."""

import pytest

from airlock.errors import InvalidName
from airlock.model import ProjectName
from airlock.model.access import (
    ANONYMOUS,
    EVERY_RIGHT,
    EVERYTHING,
    Action,
    Kind,
    Principal,
    Right,
    Role,
    Scope,
)

ACME = ProjectName("acme-tool")


def user(*rights: Right, limits: tuple[Right, ...] | None = None) -> Principal:
    return Principal(kind=Kind.USER, name="ada", rights=rights, limits=limits)


@pytest.mark.parametrize("spelled", ["acme-tool", "Acme_Tool", "ACME.tool", "acme--tool"])
def test_every_spelling_is_the_same_project(spelled: str) -> None:
    right = Right(Role.UPLOADER.actions, Scope(spelled))
    assert user(right).may(Action.UPLOAD, ACME)
    assert not user(right).may(Action.UPLOAD, ProjectName("acmetool"))


@pytest.mark.parametrize(
    ("scope", "project", "covered"),
    [
        ("acme-*", "acme", True),
        ("acme-*", "Acme_x", True),
        ("acme-*", "acmes", False),
        ("acme", "acme-x", False),
        ("*", "anything", True),
        ("*", None, True),
        ("acme-*", None, False),
        ("acme", None, False),
    ],
)
def test_what_a_scope_covers(scope: str, project: str | None, covered: bool) -> None:
    assert Scope(scope).covers(ProjectName(project) if project else None) is covered


@pytest.mark.parametrize(
    ("inner", "outer", "within"),
    [
        ("*", "*", True),
        ("acme", "*", True),
        ("*", "acme-*", False),
        ("acme-x", "acme-*", True),
        ("acme", "acme-*", True),
        ("acme-x-*", "acme-*", True),
        ("acme-*", "acme-x-*", False),
        ("acmes", "acme-*", False),
        ("acme-*", "acme", False),
        ("acme", "acme", True),
    ],
)
def test_scope_within_a_scope(inner: str, outer: str, within: bool) -> None:
    assert Scope(inner).within(Scope(outer)) is within


@pytest.mark.parametrize("text", ["", "**", "acme*", "-*", "a b", "*-acme"])
def test_what_is_no_scope(text: str) -> None:
    with pytest.raises(InvalidName):
        Scope(text)


def test_anonymous_may_nothing() -> None:
    assert not any(ANONYMOUS.may(action, project) for action in Action for project in (None, ACME))


def test_token_gives_no_more_than_its_account() -> None:
    limits = (Right(frozenset(Action), EVERYTHING),)
    assert not user(Right(Role.READER.actions, EVERYTHING), limits=limits).may(Action.UPLOAD, ACME)


def test_account_gives_no_more_than_its_token() -> None:
    limits = (Right(frozenset({Action.UPLOAD}), Scope("acme-tool")),)
    token = user(EVERY_RIGHT, limits=limits)
    assert token.may(Action.UPLOAD, ACME)
    assert not token.may(Action.UPLOAD, ProjectName("acme-tools"))
    assert not token.may(Action.YANK, ACME)
    assert not token.may(Action.UPLOAD)
    assert not user(EVERY_RIGHT, limits=()).may(Action.READ)


def test_owner_of_a_project_cannot_wave_it_through() -> None:
    owner = user(Right(Role.OWNER.actions, Scope("acme-tool")))
    assert owner.may(Action.ADMIN, ACME)
    assert not owner.may(Action.ADMIN)
    assert not owner.may(Action.REVIEW, ACME)


def test_creator_does_not_upload_what_is_there() -> None:
    creator = user(Right(Role.CREATOR.actions, EVERYTHING))
    assert creator.may(Action.CREATE, ACME)
    assert not creator.may(Action.UPLOAD, ACME)


def test_label_is_one_line_for_records() -> None:
    assert ANONYMOUS.label == "anonymous"
    token = Principal(kind=Kind.USER, name="ada", token="0a1b")
    assert token.label == "user ada by token 0a1b"
