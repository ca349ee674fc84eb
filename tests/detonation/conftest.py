"""What tests of detonations need, or else are skipped by name; on CI nothing may be missing."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from airlock import vetting
from airlock.behaviour import Judgement, Trace, judge
from airlock.detonation import Detonator, Limits, Profile, Request
from tests.sandboxes import require_sandbox
from tests.simulators.packages import make_sdist, make_wheel

Run = Callable[..., tuple[Trace, Judgement]]
_BACKEND = Path(__file__).parent.parent / "simulators" / "example_backend.py"
_PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


@pytest.fixture(scope="session", autouse=True)
def sandbox() -> None:
    """Skip the tests where nothing can be detonated, and say what is missing."""
    require_sandbox()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Pack some code and detonate it."""

    def detonate(
        code: str,
        where: str = "import",
        limits: Limits | None = None,
        *,
        deep: bool = False,
        tracer: str = "",
    ) -> tuple[Trace, Judgement]:
        path = packed(tmp_path, code, where)
        detonator = Detonator(limits or Limits(linger_seconds=5), lambda: dt.datetime.now(dt.UTC))
        profile = Profile.DEEP if deep else Profile.QUICK
        artifact = vetting.identify(path)
        request = Request(artifact=artifact, path=path, profile=profile, tracer=tracer)
        watched = detonator.run(request, lambda _: None)
        return watched.trace, judge(watched.trace)

    return detonate


def packed(folder: Path, code: str, where: str = "import", version: str = "1.0") -> Path:
    """Return an artifact that runs some code at its time."""
    source = f"import os\n{code}\n"
    if where == "backend":
        backend = f"{source}\n{_BACKEND.read_text(encoding='utf-8')}"
        files = {"sample/__init__.py": "", "backend.py": backend, "pyproject.toml": _PYPROJECT}
        name, data = make_sdist("sample", version, files)
    elif where == "startup":
        line = code.replace("\n", "; ")
        files = {"sample/__init__.py": "", "sample.pth": f"import os; {line}\n"}
        name, data = make_wheel("sample", version, files)
    else:
        name, data = make_wheel("sample", version, {"sample/__init__.py": source})
    path = folder / name
    path.write_bytes(data)
    return path
