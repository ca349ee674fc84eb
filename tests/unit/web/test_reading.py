"""Numbers in addresses."""

import pytest
from starlette.requests import Request

from airlock.web.reading import given_number, page_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), ("0", 1), ("", 1), ("-1", 1), ("x", 1), ("5000", 1000), ("9" * 5000, 1)],
)
def test_page_is_a_number_or_the_first(text: str, number: int) -> None:
    request = Request({"type": "http", "query_string": f"page={text}".encode(), "headers": []})
    assert page_number(request) == number


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("9" * 5000, 0), ("\u0663", 0)])
def test_number_of_a_line_is_one_or_the_default(text: str, number: int) -> None:
    assert given_number(text, 0) == number
