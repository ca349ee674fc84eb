"""The phases of a detonation, one after the other, each with a tracer, limits and an end."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import BinaryIO

from airlock.behaviour.events import Began, Ended, Lost, Phase, Said
from airlock.detonation.bubblewrap import FIRST, PACKAGES, TOOLS
from airlock.detonation.interface import Plan, Reports, Sandbox, Tracer
from airlock.detonation.selftest import require_isolation
from airlock.detonation.watching import Watch
from airlock.detonation.world import installed_modules, trust_within, write_steps

_PATH = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
_PROBE_SECONDS = 30.0


class Phases:
    """Runs a plan.

    Args:
        plan: of the detonation.
        world: with everything that can be written inside.
        sandbox: that runs.
        tracer: that watches.
        reports: takes events; its ``phase`` is set here.
        authority: the sinkhole's certificate.
        steps: a path below which imports are announced.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each is a port or a value of its own
        self,
        plan: Plan,
        world: Path,
        sandbox: Sandbox,
        tracer: Tracer,
        reports: Reports,
        authority: bytes,
        steps: str,
    ) -> None:
        self._plan = plan
        self._world = world
        self._sandbox = sandbox
        self._tracer = tracer
        self._reports = reports
        self._authority = authority
        self._steps = steps

    def run(self) -> None:
        """Run the self-test and every phase.

        Raises:
            UnsafeHost: if the self-test fails; nothing was run then.
        """
        self._prove()
        self._reports.proven = True
        if self._plan.proof_only:
            return
        if self._plan.requirements:
            self._phase(Phase.PREPARE, self._pip(*self._plan.requirements))
            trust_within(self._world, self._authority)
        self._phase(Phase.INSTALL, self._pip(self._plan.artifact))
        trust_within(self._world, self._authority)
        self._phase(Phase.STARTUP, [self._plan.python, "-c", "pass"])
        modules = installed_modules(self._world, self._plan.user_site, self._plan.project)
        self._phase(Phase.IMPORT, self._modules(modules, execute=False))
        self._phase(Phase.EXECUTE, self._modules(modules, execute=True))

    def _pip(self, *files: str) -> list[str]:
        return [
            *(self._plan.python, "-m", "pip", "install", "--user", "--no-index", "--no-compile"),
            *("--find-links", PACKAGES, "--disable-pip-version-check", "--no-warn-script-location"),
            *("--quiet", "--no-cache-dir", "--progress-bar", "off", "--no-color"),
            "--no-deps",
            *(["--break-system-packages"] if self._plan.readable == () else []),
            *(f"{PACKAGES}/{name}" for name in files),
        ]

    def _modules(self, modules: list[str], *, execute: bool) -> list[str]:
        name = write_steps(self._world, modules, self._steps, execute=execute)
        return [self._plan.python, f"{TOOLS}/modules.py", f"{TOOLS}/{name}"]

    def _prove(self) -> None:
        command = self._sandbox.command(
            self._plan,
            self._world,
            [
                *(self._plan.python, FIRST, "0", self._plan.python),
                *(f"{TOOLS}/probe.py", str(self._plan.probe_port), self._plan.probe_file),
            ],
        )
        try:
            done = subprocess.run(  # noqa: S603 - a command of our own
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                timeout=_PROBE_SECONDS,
                check=False,
                env=_PATH,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            require_isolation(self._plan, str(error))
            return
        require_isolation(self._plan, done.stdout.decode("utf-8", "replace"))

    def _phase(self, phase: Phase, inner: list[str]) -> None:
        self._reports.phase = phase
        self._reports(Began())
        begun = time.monotonic()
        linger = str(self._plan.limits.linger_seconds)
        inside = [self._plan.python, FIRST, linger, *inner]
        code, cut = self._traced(phase, self._sandbox.command(self._plan, self._world, inside))
        self._reports(Ended(code=code, seconds=round(time.monotonic() - begun, 3), cut=cut))

    def _traced(self, phase: Phase, command: list[str]) -> tuple[int, str]:
        """Run a command under the tracer; return its code, and why it was ended if it was."""
        log = Path(self._plan.work) / f"trace-{phase}"
        os.mkfifo(log, 0o600)
        reading = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
        writing = os.open(log, os.O_WRONLY)
        os.set_blocking(reading, True)
        process = subprocess.Popen(  # noqa: S603 - a command of our own
            self._tracer.command(command, log),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_PATH,
            start_new_session=True,
        )
        watch = Watch(process, self._plan.limits)
        readers = [
            threading.Thread(target=self._follow, args=(os.fdopen(reading, "rb"), phase, watch)),
            threading.Thread(target=self._listen, args=(process.stdout,)),
        ]
        for reader in readers:
            reader.start()
        code, cut = watch.wait(self._plan.limits.seconds[phase])
        end_everything()
        os.close(writing)
        for reader in readers:
            reader.join()
        log.unlink()
        return code, cut

    def _follow(self, log: BinaryIO, phase: Phase, watch: Watch) -> None:
        """Pass on what the tracer sees; read on when it is too much, so that it can end."""
        with log:
            for count, event in enumerate(self._tracer.events(log, phase)):
                if count == self._plan.limits.events:
                    self._reports(Lost(what=f"More than {count:,} events were not kept"))
                    watch.end("it did too much to be watched")
                elif count < self._plan.limits.events:
                    self._reports(event)

    def _listen(self, output: BinaryIO) -> None:
        kept = bytearray()
        with output:
            while data := output.read(65_536):
                kept += data[: max(0, self._plan.limits.output_bytes - len(kept))]
        if kept:
            self._reports(Said(text=kept.decode("utf-8", "replace")))


def end_everything() -> None:
    """Kill every process of the cell but this one, its first, and wait until they are gone."""
    while True:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            return
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)
