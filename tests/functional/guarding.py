"""``airlock run --root`` as its user runs it."""

import subprocess
import sys
from pathlib import Path

from tests.functional.conftest import clean_environment

BIN = Path(sys.executable).parent
SECONDS = 240


class Guard:
    """``airlock run --root``."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self.root = root
        self.runs = 0

    def __call__(self, index: str, client: str, *wanted: str) -> subprocess.CompletedProcess[str]:
        self.runs += 1
        self.target = self.folder / f"installed-{self.runs}"
        words = {
            "pip": [sys.executable, "-m", "pip", "install", "--no-build-isolation"],
            "uv": [str(BIN / "uv"), "pip", "install"],
        }[client]
        before = [str(BIN / "airlock"), "run", "--index", index, "--root", str(self.root)]
        before += ["--data", str(self.folder / "data"), "--"]
        return subprocess.run(
            [*before, *words, "--target", str(self.target), *wanted],
            env=clean_environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def installed(self) -> set[str]:
        return {one.name for one in self.target.iterdir()} if self.target.exists() else set()
