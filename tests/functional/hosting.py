"""A gate that takes uploads, and what is sent to it."""

import subprocess
import sys
from pathlib import Path

import httpx

from tests.functional.conftest import Gate, run

TOKEN = "a-token-that-is-long-enough"
BIN = Path(sys.executable).parent
Made = tuple[str, bytes]


def keep(folder: Path, made: Made) -> Path:
    """Write a file to upload."""
    path = folder / made[0]
    path.write_bytes(made[1])
    return path


def twine(
    gate: Gate, *arguments: str | Path, token: str = TOKEN
) -> subprocess.CompletedProcess[str]:
    """Run ``twine upload``."""
    return run(
        BIN / "twine",
        "upload",
        "--non-interactive",
        "--disable-progress-bar",
        *("--repository-url", f"{gate.url}/legacy/", "-u", "__token__", "-p", token),
        *arguments,
    )


def send(
    gate: Gate, made: Made, name: str, *, token: str | None = TOKEN, **fields: str | list[str]
) -> httpx.Response:
    """Send an upload as its tools do, with some fields in another way."""
    filename, data = made
    form: dict[str, str | list[str]] = {
        ":action": "file_upload",
        "protocol_version": "1",
        "metadata_version": "2.1",
        "name": name,
        "version": "1.0",
        "filetype": "bdist_wheel" if filename.endswith(".whl") else "sdist",
        **fields,
    }
    return httpx.post(
        f"{gate.url}/legacy/",
        data=form,
        files={"content": (filename, data)},
        auth=("__token__", token) if token else None,
        timeout=60,
    )


def api(gate: Gate, method: str, path: str, token: str = TOKEN, **body: str) -> httpx.Response:
    """Send a request to the API."""
    return httpx.request(
        method,
        f"{gate.url}/api/projects/{path}",
        json=body or None,
        headers={"authorization": f"Bearer {token}"},
        timeout=60,
    )
