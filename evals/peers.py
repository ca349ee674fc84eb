"""Other tools on the same archives, each a program in an environment of its own.

- What a tool says is read from its output; a tool that gives no answer has an error, not a pass.
- Thresholds are those at which the tools' users are told to act; a tool may have several.
- GuardDog unpacks archives by itself, into a folder that is gone afterwards, and confines its own
  process; no tool is given anything but the path of the archive.
"""

import os
import re
import shutil
import subprocess
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

import msgspec

from evals.records import PeerAnswer

_MOST_SECONDS = 600.0
_CONFIDENCE = re.compile(r"Confidence: (\w+)")
_LEARNED = re.compile(r"Machine learning based score for file: ([0-9.]+)")
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


class Peer(ABC):
    """A tool that judges one archive.

    Args:
        program: its path.
    """

    name: ClassVar[str]
    thresholds: ClassVar[tuple[str, ...]]

    def __init__(self, program: Path) -> None:
        self._program = program

    def ask(self, archive: Path, filename: str) -> PeerAnswer:
        """Return its answer; never raises for what the tool does.

        Args:
            archive: the file.
            filename: its proper name.
        """
        with tempfile.TemporaryDirectory(prefix="airlock-evals-peer-") as folder:
            try:
                return self._ask(archive, filename, Path(folder))
            except (OSError, subprocess.SubprocessError, msgspec.MsgspecError) as error:
                return PeerAnswer(error=f"{type(error).__name__}: {error}"[:300])

    @abstractmethod
    def _ask(self, archive: Path, filename: str, folder: Path) -> PeerAnswer:
        """Run the tool; ``folder`` is empty, private, and gone afterwards."""

    def _run(self, folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - the program is the one that the caller named
            [self._program, *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_MOST_SECONDS,
            check=False,
            cwd=folder,
            env={**os.environ, "TMPDIR": str(folder), "NO_COLOR": "1"},
        )


class _Risk(msgspec.Struct):
    score: float


class _GuardDogAnswer(msgspec.Struct):
    risk_score: _Risk | None = None
    errors: dict[str, str] = {}


class GuardDog(Peer):
    """GuardDog 3: a score from 0 to 10."""

    name = "guarddog"
    thresholds = ("score>=5", "score>=7")

    def _ask(self, archive: Path, filename: str, folder: Path) -> PeerAnswer:  # noqa: ARG002
        done = self._run(folder, "pypi", "scan", archive, "--output-format", "json")
        at = done.stdout.find("{")
        if at < 0:
            return PeerAnswer(error=_last_line(done))
        answer = msgspec.json.decode(done.stdout[at:], type=_GuardDogAnswer)
        if answer.risk_score is None:
            return PeerAnswer(error="; ".join(answer.errors.values())[:300] or "it gave no score")
        score = answer.risk_score.score
        return PeerAnswer(score=score, flagged=_reached(self.thresholds, score))


class Hexora(Peer):
    """hexora 0.3: rules with a confidence, and a learned score from 0 to 1 for each file."""

    name = "hexora"
    thresholds = ("score>=0.7", "score>=0.8", "rules>=high")

    def _ask(self, archive: Path, filename: str, folder: Path) -> PeerAnswer:
        if filename.endswith(".whl"):
            # It reads no wheels; under this name it does, which is what its users do.
            archive = shutil.copyfile(archive, folder / "wheel.zip")
        done = self._run(folder, "audit", archive)
        text = _STYLE.sub("", done.stdout)
        if not text.strip() and "No Python files found" not in done.stderr and done.stderr.strip():
            return PeerAnswer(error=_last_line(done))
        score = max(map(float, _LEARNED.findall(text)), default=0.0)
        sure = {"High", "VeryHigh"}.intersection(_CONFIDENCE.findall(text))
        flagged = _reached(self.thresholds[:2], score)
        return PeerAnswer(score=score, flagged={**flagged, "rules>=high": bool(sure)})


def _reached(thresholds: tuple[str, ...], score: float) -> dict[str, bool]:
    return {one: score >= float(one.partition(">=")[2]) for one in thresholds}


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stderr or done.stdout).strip().splitlines()
    return f"exit {done.returncode}: {lines[-1] if lines else 'no output'}"[:300]
