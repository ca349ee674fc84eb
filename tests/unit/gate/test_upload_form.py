"""The form of an upload, piece by piece."""

import io
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airlock.errors import InvalidUpload, UploadTooLarge
from airlock.gate.upload.form import UploadForm

TYPE = "multipart/form-data; boundary=b"
BODY = (
    b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nacme\r\n'
    b'--b\r\nContent-Disposition: form-data; name="gpg_signature"; filename="x.asc"\r\n\r\nsig\r\n'
    b'--b\r\nContent-Disposition: form-data; name="content"; filename="a-1.0.tar.gz"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\nbytes\r\n--not a boundary\r\n"
    b'--b\r\nContent-Disposition: form-data; name="classifiers"\r\n\r\none\r\n'
    b'--b\r\nContent-Disposition: form-data; name="classifiers"\r\n\r\ntwo\r\n--b--\r\n'
)


def fed(*pieces: bytes, most: int = 1000) -> tuple[UploadForm, bytes]:
    into = io.BytesIO()
    form = UploadForm(TYPE, into, most_bytes=most)
    for piece in pieces:
        form.feed(piece)
    return form, into.getvalue()


@settings(max_examples=40)
@given(st.lists(st.integers(0, len(BODY)), max_size=6))
def test_form_is_the_same_however_it_is_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(BODY)]
    form, data = fed(*(BODY[a:b] for a, b in itertools.pairwise(edges)))
    assert data == b"bytes\r\n--not a boundary"
    assert form.fields == {
        "name": ["acme"],
        "gpg_signature": ["sig"],
        "classifiers": ["one", "two"],
    }
    assert (form.filename, form.size, form.begun, form.ended) == (
        "a-1.0.tar.gz",
        len(data),
        True,
        True,
    )


def test_file_has_a_limit() -> None:
    with pytest.raises(UploadTooLarge):
        fed(BODY, most=5)


def test_field_that_counts_is_given_once() -> None:
    form, _ = fed(BODY)
    with pytest.raises(InvalidUpload, match="classifiers: given 2 times"):
        form.one("classifiers")


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace(b'name="content"', b'name="other"'),
        BODY.replace(b'name="name"', b'name="content"; filename="b"'),
        BODY.replace(b'name="name"', b"x=1"),
        BODY.replace(b"acme", b"\xff"),
        b"--c--\r\n",
    ],
)
def test_form_that_breaks_a_rule(body: bytes) -> None:
    with pytest.raises(InvalidUpload):
        fed(body)


@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data"])
def test_body_that_is_no_form(kind: str) -> None:
    with pytest.raises(InvalidUpload):
        UploadForm(kind, io.BytesIO(), most_bytes=1)


def test_too_many_fields() -> None:
    field = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n'
    with pytest.raises(InvalidUpload, match="more than"):
        fed(field * 5001)
