"""Fetches wheels through the guard, in a process of its own: whoever asks may be a thread.

The guard of ``airlock run`` sets signal handlers and says where logs go, which is nobody's right in
the middle of a gate.
"""

import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from airlock.errors import TargetNotFound

_SECONDS = 600.0


class GuardedDownload:
    """Fetches requirements and all that they need as wheels, each of them vetted.

    Args:
        policy_file: that vets, or ``None`` for the built-in one.
        data_folder: where the guard keeps what it has vetted.
        environ: of the guard. The URL of its index is here, and no argument: it may hold a
            password, and whoever lists processes reads arguments.
    """

    def __init__(
        self, policy_file: Path | None, data_folder: Path, environ: Mapping[str, str]
    ) -> None:
        self._options = ["--data", str(data_folder)]
        self._options += ["--policy", str(policy_file)] if policy_file else []
        self._environ = environ
        self._stopped = threading.Event()
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, requirements: Sequence[str], folder: Path) -> Sequence[Path]:
        """Fetch requirements into a folder; return the wheels in it.

        Raises:
            TargetNotFound: if they cannot be had, or some are not let in.
        """
        guard = [sys.executable, "-m", "airlock", "run", *self._options, "--"]
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
        download += ["--only-binary", ":all:", "-d", str(folder), *requirements]
        try:
            self._run([*guard, *download])
        except (OSError, subprocess.TimeoutExpired) as error:
            raise TargetNotFound(f"what it needs could not be fetched: {error}") from error
        return sorted(folder.iterdir())

    def stop(self) -> None:
        """End what is under way, from any thread, and fetch nothing more."""
        self._stopped.set()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()

    def _run(self, command: Sequence[str]) -> None:
        process = subprocess.Popen(  # noqa: S603 - a command of our own
            command,
            env=dict(self._environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        self._process = process
        with process:
            try:
                if self._stopped.is_set():
                    process.terminate()
                _, told = process.communicate(timeout=_SECONDS)
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            lines = (line.partition("airlock: ")[2] for line in told.splitlines())
            raise TargetNotFound("; ".join(filter(None, lines)) or "not to be had as wheels")
