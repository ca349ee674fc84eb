"""Runs one command with an index of its own on loopback, and tells how it ended.

- The index listens before the command starts and until it has ended; nobody else is told its port.
- Signals go to the command; the guard ends when the command has.
- The exit code is the command's own where nothing was refused. Where something was, and the command
  failed, it is 1, or 3 if everything was only held. A command that succeeded in
  spite of a refusal found another way that was vetted: the refusal is told, and the code stays 0.
"""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from socket import socket

import uvicorn
from starlette.types import ASGIApp

from airlock.errors import AirlockError, UsageError
from airlock.gate.guard.barrier import Barrier
from airlock.gate.guard.environment import Guarded, environment
from airlock.gate.guard.witness import Refusals
from airlock.gate.index.server import configured
from airlock.policy.guard import GuardRules

_REFUSED = 1
_HELD = 3
_HOLD = "Airlock hold"
_TICK_SECONDS = 0.01
_SIGNALLED = 128


class Ended:
    """How a command ended.

    Args:
        code: its own exit code; above 128 for a signal.
        refusals: what was refused meanwhile.
    """

    def __init__(self, code: int, refusals: Sequence[str]) -> None:
        self.code = code
        self.refusals = refusals

    @property
    def exit_code(self) -> int:
        """The exit code for the user's shell."""
        if not self.refusals or not self.code:
            return self.code
        return _HELD if all(_HOLD in one for one in self.refusals) else _REFUSED


def run(  # noqa: PLR0913 - what a run is made of
    words: Sequence[str],
    environ: Mapping[str, str],
    app: ASGIApp,
    listener: socket,
    *,
    rules: GuardRules,
    refusals: Refusals,
) -> Ended:
    """Run a command to its end.

    Args:
        words: of the command.
        environ: the user's variables.
        app: the index.
        listener: where the index listens.
        rules: of the policy.
        refusals: where the application notes what it refuses.

    Raises:
        UsageError: if the command cannot be started.
        AirlockError: if the index cannot be.
    """
    return asyncio.run(_run(words, environ, app, listener, rules, refusals))


async def _run(  # noqa: PLR0913, PLR0917 - as above
    words: Sequence[str],
    environ: Mapping[str, str],
    app: ASGIApp,
    listener: socket,
    rules: GuardRules,
    refusals: Refusals,
) -> Ended:
    server = _Server(configured(app))
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    index = f"http://127.0.0.1:{listener.getsockname()[1]}/simple/"
    try:
        await _started(server, serving)
        async with Barrier(rules, refusals.note) as barrier:
            code = await _command(words, environment(environ, Guarded(index, barrier)))
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
    return Ended(code, refusals.messages)


async def _started(server: uvicorn.Server, serving: "asyncio.Future[None]") -> None:
    while not server.started:
        if serving.done():
            raise AirlockError("the guard's index did not start")
        await asyncio.sleep(_TICK_SECONDS)


async def _command(words: Sequence[str], environ: Mapping[str, str]) -> int:
    try:
        command = await asyncio.create_subprocess_exec(*words, env=dict(environ))
    except OSError as error:
        raise UsageError(f"{words[0]} cannot be run: {error.strerror}") from error
    with _signals_to(command.send_signal):
        code = await command.wait()
    return code if code >= 0 else _SIGNALLED - code


@contextlib.contextmanager
def _signals_to(send: Callable[[int], None]) -> Iterator[None]:
    """Hand SIGTERM on; Ctrl-C reaches the command by itself, as it is in the same group."""

    def hand_on(number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            send(number)

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, hand_on, signal.SIGTERM)
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        loop.remove_signal_handler(signal.SIGINT)


class _Server(uvicorn.Server):
    """uvicorn's server without handlers for signals: they are the command's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
