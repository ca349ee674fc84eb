"""Who comes in, as whom, and what an endpoint learns of it."""

import asyncio
import base64
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from airlock.errors import AirlockError, Forbidden, Unauthenticated, UsageError
from airlock.gate.access import Access, Credentials
from airlock.gate.access.operator import OPERATOR, OperatorAccess, read_token
from airlock.gate.index import answers
from airlock.gate.index.entrance import Entrance, credentials, require
from airlock.model.access import ANONYMOUS, Action

TOKEN = "0123456789abcdef"


def basic(user: str, secret: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{secret}'.encode()).decode()}"


async def _read(request: Request) -> Response:
    return PlainTextResponse((await require(request, Action.READ)).label)


async def _change(request: Request) -> Response:
    return PlainTextResponse((await require(request, Action.ADMIN)).label)


def application(access: Access) -> Starlette:
    return Starlette(
        routes=[Route("/read", _read), Route("/change", _change, methods=["POST"])],
        middleware=[Middleware(Entrance, access=access)],
        exception_handlers={AirlockError: answers.of_error},
    )


def ask(method: str, path: str, headers: dict[str, str], token: str | None = TOKEN) -> Response:
    app = application(OperatorAccess(token))

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gate.example") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(asked())  # type: ignore[return-value]  # both have status, headers, text


@pytest.mark.parametrize(
    "header",
    [f"Bearer {TOKEN}", f"bearer  {TOKEN} ", basic("__token__", TOKEN)],
)
def test_operator_is_let_in(header: str) -> None:
    answer = ask("POST", "/change", {"authorization": header})
    assert (answer.status_code, answer.text) == (200, "operator")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN}0",
        f"Bearer {TOKEN.upper()}",
        f"Basic {TOKEN}",
        TOKEN,
        basic("ada", TOKEN),
        basic("", TOKEN),
        basic("__token__", ""),
        f"Digest {TOKEN}",
        "Bearer " + "x" * 100_000,
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/read"), ("POST", "/change")])
def test_wrong_credentials_open_nothing_not_even_what_is_open(
    method: str, path: str, header: str
) -> None:
    answer = ask(method, path, {"authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")


def test_without_credentials_there_is_reading_only() -> None:
    assert ask("GET", "/read", {}).status_code == 200
    assert ask("POST", "/change", {}).status_code == 401


@pytest.mark.parametrize("header", ["Bearer None", "Bearer x", basic("__token__", "None")])
def test_without_a_token_nobody_is_the_operator(header: str) -> None:
    assert ask("POST", "/change", {"authorization": header}, None).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://gate.example.evil.example"},
    ],
)
def test_page_of_another_site_changes_nothing(headers: dict[str, str]) -> None:
    known = {"authorization": basic("__token__", TOKEN)}
    assert ask("POST", "/change", known | headers).status_code == 403
    own = {"sec-fetch-site": "same-origin", "origin": "http://gate.example"}
    assert ask("POST", "/change", known | own).status_code == 200


def test_require_fails_where_no_entrance_was() -> None:
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": []})
    with pytest.raises(Forbidden):
        asyncio.run(require(request, Action.READ))


def test_header_of_a_token() -> None:
    assert credentials("Bearer abc") == Credentials("abc")
    assert credentials(basic("ada", "a:b")) == Credentials("a:b", "ada")
    with pytest.raises(Unauthenticated):
        credentials("Basic ÿ")


def test_operator_may_everything_and_anonymous_may_read() -> None:
    access = OperatorAccess(TOKEN)
    for action in Action:
        access.require(OPERATOR, action)
    access.require(ANONYMOUS, Action.READ)
    for action in set(Action) - {Action.READ}:
        with pytest.raises(Unauthenticated):
            access.require(ANONYMOUS, action)


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
