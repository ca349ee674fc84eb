"""Who may change what names belong to over HTTP."""

from pathlib import Path

import pytest
from starlette.requests import Request

from airlock.errors import UsageError
from airlock.gate.index.admin import Admin, read_token

TOKEN = "0123456789abcdef"


def asking(*authorization: bytes) -> Request:
    headers = [(b"authorization", value) for value in authorization]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers})


def test_without_a_token_nobody_is_let_in() -> None:
    for request in (asking(), asking(b"Bearer "), asking(b"Bearer None"), asking(b"")):
        refusal = Admin(None).refusal(request)
        assert refusal is not None
        assert refusal.status_code == 403


@pytest.mark.parametrize("header", [b"Bearer 0123456789abcdef", b"bearer  0123456789abcdef "])
def test_bearer_of_the_token_is_let_in(header: bytes) -> None:
    assert Admin(TOKEN).refusal(asking(header)) is None


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer 0123456789abcde",
        b"Bearer 0123456789abcdef0",
        b"Bearer 0123456789ABCDEF",
        b"Basic 0123456789abcdef",
        b"0123456789abcdef",
        b"Bearer \xff\xfe",
    ],
)
def test_everybody_else_is_not(header: bytes) -> None:
    refusal = Admin(TOKEN).refusal(asking(header))
    assert refusal is not None
    assert (refusal.status_code, refusal.headers["www-authenticate"]) == (401, "Bearer")


def test_token_is_read_without_its_line_feed(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert read_token(tmp_path / "token") == TOKEN


@pytest.mark.parametrize("text", [b"", b"\n", b"short", b"two words of a sentence", b"\xff" * 20])
def test_token_that_is_none(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "token").write_bytes(text)
    with pytest.raises(UsageError):
        read_token(tmp_path / "token")
    with pytest.raises(UsageError):
        read_token(tmp_path / "missing")
