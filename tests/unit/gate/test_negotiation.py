"""Content negotiation of the simple API (PEP 691)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.gate.index.negotiation import Form, choose

PIP = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"
)
UV = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (PIP, Form.JSON),
        (UV, Form.JSON),
        (BROWSER, Form.LEGACY),
        (None, Form.LEGACY),
        ("", Form.LEGACY),
        ("  ", Form.LEGACY),
        ("*/*", Form.LEGACY),
        ("text/*", Form.LEGACY),
        ("text/html", Form.LEGACY),
        ("TEXT/HTML", Form.LEGACY),
        ("application/json", Form.JSON),
        ("application/vnd.pypi.simple.latest+json", Form.JSON),
        ("application/vnd.pypi.simple.latest+html", Form.HTML),
        ("application/vnd.pypi.simple.v1+html", Form.HTML),
        ("application/vnd.pypi.simple.v1+json;q=0.2, text/html;q=0.9", Form.LEGACY),
        ("application/vnd.pypi.simple.v1+html, application/vnd.pypi.simple.v1+json", Form.HTML),
        ("application/vnd.pypi.simple.v1+json;q=0, text/html", Form.LEGACY),
        ("application/vnd.pypi.simple.v2+json, text/html;q=0.1", Form.LEGACY),
        ("application/vnd.pypi.simple.v1+json ; Q=0.5 ; x=1, text/html;q=0.4", Form.JSON),
        ("application/vnd.pypi.simple.v1+json;charset=utf-8", Form.JSON),
    ],
)
def test_the_form_that_is_liked_best_is_given(accept: str | None, form: Form) -> None:
    assert choose(accept) is form


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        "application/vnd.pypi.simple.v2+json",
        "text/html;q=0",
        "text/html;q=nonsense",
        "text/html;q=nan",
        "text/html;q=-1",
        ",,;",
    ],
)
def test_nothing_that_there_is_gives_none(accept: str) -> None:
    assert choose(accept) is None


def test_qualities_above_one_are_one() -> None:
    assert choose("text/html;q=7, application/vnd.pypi.simple.v1+json;q=9") is Form.LEGACY


def test_only_html_before_pep_691_says_its_charset() -> None:
    assert Form.LEGACY.content_type == "text/html; charset=utf-8"
    assert Form.JSON.content_type == "application/vnd.pypi.simple.v1+json"
    assert Form.HTML.content_type == "application/vnd.pypi.simple.v1+html"


@given(st.text())
def test_no_header_is_too_strange(accept: str) -> None:
    assert choose(accept) in {None, *Form}
