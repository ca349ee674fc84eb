"""Nothing gets out, nothing takes more than it may, and nothing is left behind."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from airlock.behaviour.events import Asked, Ended, Lost, Phase, Said, Trace
from airlock.detonation import Limits
from airlock.detonation.interface import MEBIBYTE
from airlock.model import Decision
from tests.detonation.conftest import Run, packed
from tests.detonation.samples import POST
from tests.sandboxes import running_in

_SECONDS = {
    Phase.PREPARE: 60.0,
    Phase.INSTALL: 60.0,
    Phase.STARTUP: 60.0,
    Phase.IMPORT: 6.0,
    Phase.EXECUTE: 6.0,
}
SMALL = Limits(
    memory_bytes=300 * MEBIBYTE,
    disk_bytes=48 * MEBIBYTE,
    processes=96,
    events=5_000,
    output_bytes=20_000,
    seconds=_SECONDS,
    linger_seconds=0.5,
)


def told(trace: Trace) -> str:
    """Return what a sample sent to the sinkhole about where it is."""
    asked = (event for event in trace.of(Phase.IMPORT) if isinstance(event, Asked))
    return "".join(event.body.decode() for event in asked)


def ended(trace: Trace, phase: Phase) -> Ended:
    """Return how a phase ended."""
    return next(e for e in trace.events if isinstance(e, Ended) and e.phase is phase)


def _telling(expression: str) -> str:
    return POST.format(data=f"repr({expression}).encode()")


def test_services_of_the_host_cannot_be_reached(run: Run) -> None:
    banner = secrets.token_hex(8).encode()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    connection.sendall(banner)
                    connection.close()

        threading.Thread(target=greet, daemon=True).start()
        port = listener.getsockname()[1]
        code = (
            "import socket\ngot = b''\n"
            f"try: got = socket.create_connection(('127.0.0.1', {port}), 3).recv(99)\n"
            "except OSError as error: got = str(error)\n" + _telling("got")
        )
        trace, _ = run(code)
    assert "refused" in told(trace)
    assert banner.decode() not in told(trace)


def test_files_of_the_host_are_not_there(run: Run, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("of the host", encoding="utf-8")
    looks = f"(os.path.exists({str(secret)!r}), os.listdir('/tmp'), os.path.exists('/root/.ssh'))"
    trace, _ = run(_telling(looks))
    assert told(trace).startswith("(False, [")
    assert told(trace).endswith("False)")


def test_processes_of_the_host_are_out_of_sight_and_reach(run: Run) -> None:
    code = (
        "n = [p for p in os.listdir('/proc') if p.isdigit()]\n"
        f"try: os.kill({os.getpid()}, 9); k = 'killed'\n"
        "except OSError as error: k = error.errno\n" + _telling("(len(n) < 6, k)")
    )
    trace, _ = run(code)
    assert told(trace) == "(True, 3)"


def test_it_has_no_privilege_and_sees_no_tracer(run: Run) -> None:
    code = (
        "rows = open('/proc/self/status').read().split('\\n')\n"
        "s = dict(row.split(':\\t') for row in rows if ':\\t' in row)\n"
        + _telling("(s['CapEff'], s['NoNewPrivs'], s['TracerPid'], 'LD_PRELOAD' in os.environ)")
    )
    trace, _ = run(code)
    assert told(trace) == "('0000000000000000', '1', '0', False)"


def test_a_fork_bomb_ends(run: Run) -> None:
    trace, judgement = run(
        "while True:\n    try: os.fork()\n    except OSError: pass", limits=SMALL
    )
    assert ended(trace, Phase.IMPORT).cut
    assert judgement.decision is Decision.HOLD


def test_memory_has_an_end(run: Run) -> None:
    code = "kept = []\nwhile True: kept.append(bytearray(os.urandom(1 << 20)) * 8)"
    trace, _ = run(code, limits=SMALL)
    end = ended(trace, Phase.IMPORT)
    assert end.cut or end.code


def test_the_disk_has_an_end(run: Run) -> None:
    code = (
        "written, why = 0, ''\n"
        "try:\n"
        "    for n in range(400):\n"
        "        open('/tmp/' + str(n), 'wb').write(b'x' * (1 << 20)); written += 1\n"
        "except OSError as error: why = error.errno\n"
        "for n in range(written + 1): os.path.exists('/tmp/%d' % n) and os.remove('/tmp/%d' % n)\n"
        + _telling("(written < 60, why)")
    )
    trace, _ = run(code, limits=SMALL)
    assert told(trace) == "(True, 28)"


def test_a_flood_of_events_is_cut_and_told(run: Run) -> None:
    trace, judgement = run(
        "for n in range(60_000): open(os.path.expanduser('~/.bashrc')).close()",
        limits=SMALL,
    )
    assert len(trace.events) < 12_000
    assert any(isinstance(event, Lost) for event in trace.events)
    assert judgement.decision is Decision.HOLD


def test_a_flood_of_output_is_cut(run: Run) -> None:
    trace, _ = run("for n in range(20_000): print('x' * 1000)", limits=SMALL)
    said = [event for event in trace.events if isinstance(event, Said)]
    assert all(len(event.text) <= SMALL.output_bytes for event in said)
    assert any(event.phase is Phase.IMPORT for event in said)


def test_who_ignores_signals_ends_all_the_same(run: Run) -> None:
    code = (
        "import signal\n"
        "for n in range(1, 60):\n"
        "    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\n"
        "while True: pass"
    )
    trace, judgement = run(code, limits=SMALL)
    assert "more than 6 s" in ended(trace, Phase.IMPORT).cut
    assert judgement.gaps


def test_interrupted_it_leaves_nothing_behind(tmp_path: Path) -> None:
    path = packed(tmp_path, "import sys\nwhile True: pass")
    with tempfile.TemporaryDirectory(prefix="airlock-test-", dir="/tmp") as name:
        mark = Path(name)
        # The user that the cell becomes has to get there.
        mark.chmod(0o755)
        _interrupt(path, mark)


def _interrupt(path: Path, mark: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "airlock", "detonate", "--no-dependencies", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(mark)},
    )
    _until(lambda: running_in(mark, but=process.pid))
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    _until(lambda: not running_in(mark))
    assert list(mark.iterdir()) == []
    assert not list(Path("/sys/fs/cgroup").glob(f"*/airlock-{process.pid}-*"))
    assert str(mark) not in Path("/proc/mounts").read_text(encoding="utf-8")


def _until(true: object) -> None:
    assert callable(true)
    for _ in range(600):
        if true():
            return
        time.sleep(0.1)
    pytest.fail("it did not come to that")
