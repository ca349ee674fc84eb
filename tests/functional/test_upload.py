"""Uploads by twine and uv, unmodified, and byte by byte where tools differ."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.conftest import Gate, Installer, airlock, run
from tests.functional.hosting import BIN, TOKEN, keep, send, twine
from tests.simulators import hostile
from tests.simulators.packages import make_sdist, make_wheel
from tests.simulators.upstream import Upstream

JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture(scope="module")
def hosting(_shared_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    folder = tmp_path_factory.mktemp("hosting")
    (folder / "token").write_text(TOKEN)
    options = ("--admin-token-file", folder / "token", "--largest-upload", "1")
    gate = Gate(_shared_upstream, folder, *options, "--listing-age", "0")
    gate.start()
    yield gate
    gate.kill()


@pytest.fixture
def gate(hosting: Gate, upstream: Upstream) -> Gate:
    assert hosting.upstream is upstream
    return hosting


@pytest.fixture
def name() -> str:
    """A project that no test has used."""
    return f"acme-{secrets.token_hex(4)}"


def test_twine_uploads_and_pip_and_uv_install(
    gate: Gate, name: str, tmp_path: Path, installer: Installer
) -> None:
    wheel = keep(tmp_path, make_wheel(name, "1.0", requires_python=">=3.9"))
    sdist = keep(tmp_path, make_sdist(name, "1.0"))

    done = twine(gate, wheel, sdist)

    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(gate.listed(name)) == sorted([wheel.name, sdist.name])
    installed = installer.install(gate.simple, name)
    assert installed.returncode == 0, installed.stderr
    assert f"{wheel.name.split('-')[0]}-1.0.dist-info" in installer.installed()
    files = gate.get(f"/simple/{name}/", JSON).json()["files"]
    (told,) = [file for file in files if file["filename"] == wheel.name]
    assert (told["requires-python"], told["size"]) == (">=3.9", wheel.stat().st_size)
    metadata = gate.get(f"/files/{told['hashes']['sha256']}/{wheel.name}.metadata")
    assert hashlib.sha256(metadata.content).hexdigest() == told["core-metadata"]["sha256"]
    assert f"Name: {name}".encode() in metadata.content


def test_uv_publishes(gate: Gate, name: str, tmp_path: Path) -> None:
    wheel = keep(tmp_path, make_wheel(name, "1.0"))
    command = (BIN / "uv", "publish", "--publish-url", f"{gate.url}/legacy/", "--token", TOKEN)

    first, again = (run(*command, wheel) for _ in range(2))

    assert first.returncode == 0, first.stderr
    assert again.returncode == 0, again.stderr
    assert gate.listed(name) == [wheel.name]


def test_same_file_again_is_no_error_and_other_bytes_are_refused(
    gate: Gate, name: str, tmp_path: Path
) -> None:
    made = make_wheel(name, "1.0")
    assert send(gate, made, name).status_code == 200
    assert send(gate, made, name).status_code == 200
    other = keep(tmp_path, make_wheel(name, "1.0", {"other.py": "x = 1\n"}))

    plain, answer = twine(gate, other), send(gate, (other.name, other.read_bytes()), name)

    assert plain.returncode != 0
    assert "File already exists" in plain.stdout + plain.stderr
    # twine --skip-existing is only for the public index; these are the words that it waits for.
    assert answer.status_code == 400
    assert "already exist" in answer.text
    assert gate.get(f"/files/{hashlib.sha256(made[1]).hexdigest()}/{made[0]}").content == made[1]


def test_harmful_upload_is_refused_and_its_name_stays_free(
    gate: Gate, name: str, tmp_path: Path
) -> None:
    bad = keep(tmp_path, make_sdist(name, "1.0", setup_py=hostile.DECODE_EXEC))

    done = twine(gate, bad)

    assert done.returncode != 0
    assert "Airlock refuse" in done.stdout + done.stderr
    assert gate.get(f"/simple/{name}/", JSON).status_code == 404
    sha256 = hashlib.sha256(bad.read_bytes()).hexdigest()
    assert gate.get(f"/files/{sha256}/{bad.name}").status_code in {403, 404}
    mended = make_sdist(name, "1.0")
    assert send(gate, mended, name).status_code == 200
    assert gate.listed(name) == [mended[0]]


def test_waived_upload_is_let_in(gate: Gate, name: str) -> None:
    bad = make_sdist(name, "1.0", setup_py=hostile.DECODE_EXEC)
    assert send(gate, bad, name).status_code == 403
    digest = hashlib.sha256(bad[1]).hexdigest()

    airlock("waive", "add", digest, "--reason", "read", "--by", "Ada", "--data", gate.data)

    assert send(gate, bad, name).status_code == 200
    assert gate.listed(name) == [bad[0]]


@pytest.mark.parametrize("token", [None, "not-the-token-of-anybody"])
def test_who_may_not_upload_is_told_before_anything_is_kept(
    gate: Gate, name: str, token: str | None
) -> None:
    answer = send(gate, make_wheel(name, "1.0"), name, token=token)

    assert answer.status_code == 401
    assert "www-authenticate" in answer.headers
    assert gate.get(f"/simple/{name}/", JSON).status_code == 404


def test_name_that_upstream_has_is_not_taken_from_it(
    gate: Gate, upstream: Upstream, name: str
) -> None:
    upstream.add(*make_wheel(name, "9.0"))

    answer = send(gate, make_wheel(name, "1.0"), name)

    assert answer.status_code == 409
    assert upstream.url in answer.text


def test_name_is_not_taken_while_nobody_can_tell_whether_upstream_has_it(
    gate: Gate, upstream: Upstream, name: str
) -> None:
    upstream.fault(f"/simple/{name}/", "status", 403)

    assert send(gate, make_wheel(name, "1.0"), name).status_code == 409


def test_reserved_prefix_is_409_and_told_as_a_namespace(gate: Gate) -> None:
    """PEP 752, as accepted."""
    for prefix in ("corp-*", "corp-lab-*", "corp-lab-x-*"):
        claimed = airlock(
            *("name", "owner", "claim", prefix, "--organisation", "Corp"),
            *("--by", "Ada", "--reason", "ours", "--data", gate.data),
        )
        assert claimed.returncode == 0, claimed.stderr

    answer = send(gate, make_wheel("corp-tool", "1.0"), "corp-tool")

    assert answer.status_code == 409
    assert "reserved for Corp" in answer.text
    told = gate.get("/simple/namespaces").json()
    assert [one["name"] for one in told] == ["corp", "corp-lab", "corp-lab-x"]
    answer = gate.get("/simple/namespace/Corp")
    assert answer.status_code == 200, answer.text
    corp = answer.json()
    assert corp == {"name": "corp", "parent": None, "children": ["corp-lab"], "owner": "Corp"}
    assert gate.get("/simple/namespace/corp-lab-x").json()["parent"] == "corp-lab"
    assert gate.get("/simple/namespace/corp-tool").status_code == 404
    upload = send(gate, make_wheel("open-lab", "1.0"), "open-lab")
    assert upload.status_code == 200, upload.text
    assert gate.get("/simple/open-lab/", JSON).json()["namespaces"] is None


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({":action": "submit"}, ":action"),
        ({"protocol_version": "2"}, "protocol_version"),
        ({"version": "one"}, "version"),
        ({"version": "2.0"}, "is of version 1.0"),
        ({"name": "-"}, "name"),
        ({"filetype": "sdist"}, "filetype"),
        ({"sha256_digest": "0" * 64}, "sha256_digest"),
        ({"blake2_256_digest": "0" * 64}, "blake2_256_digest"),
        ({"md5_digest": "0" * 32}, "md5_digest"),
        ({"attestations": "{}"}, "attestations"),
        ({"metadata_version": "7.0"}, "metadata-version"),
        ({"requires_python": "three"}, "requires-python"),
        ({"requires_dist": ["anchor>>1"]}, "requires-dist"),
        ({"description_content_type": "text/word"}, "description-content-type"),
    ],
)
def test_each_broken_rule_is_named(
    gate: Gate, name: str, fields: dict[str, Any], told: str
) -> None:
    wanted = str(fields.pop("name", name))
    answer = send(gate, make_wheel(name, "1.0"), wanted, **fields)

    assert answer.status_code == 400
    assert told in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


def test_all_broken_rules_of_metadata_are_named_at_once(gate: Gate, name: str) -> None:
    answer = send(
        gate,
        make_wheel(name, "1.0"),
        name,
        requires_python="three",
        summary="two\nlines",
        requires_dist=["anchor>>1"],
    )

    assert answer.status_code == 400
    assert all(field in answer.text for field in ("requires-python", "summary", "requires-dist"))


@pytest.mark.parametrize("filename", ["{}-1.0-py3.9.egg", "{}-1.0.win32.exe", "{}.rpm"])
def test_what_no_installer_takes_is_not_taken(gate: Gate, name: str, filename: str) -> None:
    answer = send(gate, (filename.format(name), b"x"), name)

    assert answer.status_code == 400
    assert "PEP 715" in answer.text


@pytest.mark.parametrize(
    "filename", ["{dash}-1.0.tar.gz", "{under}-1.0.zip", "{under}-1.0.0.tar.gz"]
)
def test_source_distributions_are_named_by_pep_625(gate: Gate, name: str, filename: str) -> None:
    under = name.replace("-", "_")
    _, data = make_sdist(name, "1.0")

    answer = send(gate, (filename.format(dash=name, under=under), data), name)

    assert answer.status_code == 400
    assert f"{under}-1.0.tar.gz" in answer.text


def test_metadata_in_the_file_count_too(gate: Gate, name: str) -> None:
    _, data = make_wheel(name, "1.0")
    other = f"{name}-other"
    filename = f"{other.replace('-', '_')}-1.0-py3-none-any.whl"

    answer = send(gate, (filename, data), other)

    assert answer.status_code in {400, 403}
    assert gate.get(f"/simple/{other}/", JSON).status_code == 404


def test_too_large_an_upload_is_413(gate: Gate, name: str) -> None:
    made = (f"{name.replace('-', '_')}-1.0-py3-none-any.whl", bytes(1024**2 + 1))

    assert send(gate, made, name).status_code == 413


def test_form_that_is_none_is_400(gate: Gate) -> None:
    import httpx

    for headers, body in (
        ({"content-type": "application/json"}, b"{}"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"nothing of the kind"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--\r\n"),
    ):
        answer = httpx.post(
            f"{gate.url}/legacy/", content=body, headers=headers, auth=("__token__", TOKEN)
        )
        assert answer.status_code == 400, answer.text


def test_attestations_that_do_not_verify_are_400(gate: Gate, name: str) -> None:
    given = [{"version": 1, "envelope": {"statement": "e30=", "signature": "AA=="}}]

    answer = send(gate, make_wheel(name, "1.0"), name, attestations=json.dumps(given))

    assert answer.status_code == 400
    assert "attestations: this is no list of attestations of PEP 740" in answer.text
