"""Runs git so that nothing but its own code runs, on what somebody hostile may have written.

- Its environment is made here: no settings of the system, the user or a repository are read; no
  editor, pager, credential helper or question; no trace.
- It may speak ``https`` and ``ssh``, and ``http`` to this machine itself (``GIT_ALLOW_PROTOCOL``).
  ``ext::``, ``git://`` and the like are refused, in a redirection as well.
- Hooks, filters, submodules, lazy fetches and upkeep are off. Nothing is ever checked out.
- It may use so much time, memory and disk, and write so much to us.
"""

import contextlib
import os
import resource
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec

from airlock.errors import MissingProgram, UpstreamUnavailable
from airlock.sources.urls import without_credentials

_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "core.sshCommand=ssh -oBatchMode=yes",
    "credential.helper=",
    "fetch.recurseSubmodules=no",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "http.followRedirects=initial",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
    "protocol.version=2",
    "transfer.bundleURI=false",
    "uploadpack.allowFilter=false",
)
_PASSED_ON = (
    *("PATH", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"),
    *("http_proxy", "https_proxy", "no_proxy", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"),
)
_LARGEST_ANSWER_BYTES = 64 * 1024**2
_SHOWN = 300


class GitLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of git may use."""

    seconds: float = 600.0
    cpu_seconds: int = 600
    memory_bytes: int = 4 * 1024**3
    """Private writable memory (RLIMIT_DATA)."""
    file_bytes: int = 4 * 1024**3
    """Of each file that it writes: a pack holds all that is fetched."""


class Git:
    """Git in a bare repository of our own.

    Args:
        folder: of the repository.
        protocols: that it may speak, as ``GIT_ALLOW_PROTOCOL`` has them.
        limits: of each run.
    """

    def __init__(self, folder: Path, protocols: str, limits: GitLimits | None = None) -> None:
        self._folder = folder
        self._limits = limits or GitLimits()
        kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self._environment = {
            **kept,
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "GIT_ALLOW_PROTOCOL": protocols or "none",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "false",
            "SSH_ASKPASS": "false",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_DIR": str(folder),
        }

    def begin(self, digest: str = "sha1") -> None:
        """Make the repository.

        Raises:
            UpstreamUnavailable: if git does not.
            MissingProgram: if there is no git.
        """
        self.answer("init", "--quiet", "--bare", "--template=", f"--object-format={digest}")

    def answer(self, *arguments: str) -> bytes:
        """Return what a run prints.

        Raises:
            UpstreamUnavailable: if it ends badly, prints too much or takes too long.
            MissingProgram: if there is no git.
        """
        with self.output(*arguments) as output:
            answer = output.read(_LARGEST_ANSWER_BYTES + 1)
        if len(answer) > _LARGEST_ANSWER_BYTES:
            raise UpstreamUnavailable("the repository says more than anybody can want to know")
        return answer

    @contextlib.contextmanager
    def output(self, *arguments: str, given: bytes = b"") -> Iterator[IO[bytes]]:
        """Give what a run prints, in a file at its beginning.

        Raises:
            UpstreamUnavailable: if it ends badly or takes too long.
            MissingProgram: if there is no git.
        """
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        with (
            tempfile.TemporaryFile() as said,
            tempfile.TemporaryFile() as output,
            tempfile.TemporaryFile() as asked,
        ):
            asked.write(given)
            asked.seek(0)
            self._run(["git", *settings, *arguments], asked, output, said)
            output.seek(0)
            yield output

    def _run(
        self, command: Sequence[str], asked: IO[bytes], output: IO[bytes], said: IO[bytes]
    ) -> None:
        try:
            done = subprocess.run(  # noqa: S603 - no shell, and no argument begins with a dash
                command,
                env=self._environment,
                cwd=self._folder,
                stdin=asked,
                stdout=output,
                stderr=said,
                timeout=self._limits.seconds,
                check=False,
                # No thread is alive here whose locks the fork could copy.
                preexec_fn=self._confine,
            )
        except FileNotFoundError as error:
            raise MissingProgram("git is not installed") from error
        except subprocess.TimeoutExpired as error:
            seconds = self._limits.seconds
            raise UpstreamUnavailable(f"git took longer than {seconds:.0f} seconds") from error
        if done.returncode:
            said.seek(0)
            raise UpstreamUnavailable(f"git says: {_last_line(said.read(1 << 16))}")

    def _confine(self) -> None:
        limits = self._limits
        for kind, value in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_CPU, limits.cpu_seconds),
            (resource.RLIMIT_DATA, limits.memory_bytes),
            (resource.RLIMIT_FSIZE, limits.file_bytes),
        ):
            _, hard = resource.getrlimit(kind)
            most = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (most, most))


def _last_line(said: bytes) -> str:
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
    text = told[0].removeprefix("fatal: ").removeprefix("error: ") if told else "nothing"
    return without_credentials(text)[:_SHOWN]
