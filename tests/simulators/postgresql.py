"""A real PostgreSQL for tests: a cluster of its own in a temporary folder.

It listens on a socket in that folder and on no port, unless it is given an address; runs as a user
that is not root, and ends with the tests.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from airlock import scratch

_INSTALLED = Path("/usr/lib/postgresql")
_USER = "postgres"
_START_SECONDS = 60
_SHARED = "airlock_shared"


def programs() -> Path | None:
    """Return where PostgreSQL's programs are, or ``None``."""
    found = sorted(_INSTALLED.glob("*/bin/initdb"), key=lambda path: path.parts[-3])
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def lacking() -> str:
    """Return why there is no PostgreSQL here, or nothing."""
    if programs() is None:
        return "PostgreSQL is not installed (scripts/debian-packages)"
    if os.geteuid() == 0 and not _has_user():
        return "PostgreSQL does not run as root, and there is no user postgres"
    return ""


class PostgreSQL:
    """A server that runs between ``with`` and its end.

    Args:
        durable: whether what was committed survives the end of the machine; slower.
        address: of this machine, where it listens, too, and believes whoever comes.
    """

    def __init__(self, *, durable: bool = False, address: str = "") -> None:
        self._durable = durable
        self._address = address
        self._port = _free_port(address) if address else 0
        self._opened = contextlib.ExitStack()

    def __enter__(self) -> Self:
        # A path of a socket has 107 bytes at most: not the deep folders of pytest.
        self.folder = self._opened.enter_context(scratch.folder("pg", "/tmp", shared=True))
        self.folder.chmod(0o755)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(_USER)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run(
            "initdb", "--no-sync", "--auth=trust", f"--username={_USER}", "--encoding=UTF8",
            "--locale=C", "--pgdata", str(self.folder / "data"),
        )  # fmt: skip
        if self._address:
            with (self.folder / "data" / "pg_hba.conf").open("a") as access:
                access.write("host all all 0.0.0.0/0 trust\n")
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()
        self._opened.close()

    def start(self) -> None:
        """Start it, again after ``kill``."""
        options = [
            "-c",
            f"listen_addresses={self._address}",
            "-c",
            f"unix_socket_directories={self.folder}",
        ]
        if self._port:
            options += ["-c", f"port={self._port}"]
        if not self._durable:
            options += ["-c", "fsync=off", "-c", "synchronous_commit=off"]
        self._launch(options)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            ended = self._process.poll() is not None
            if time.monotonic() > deadline or (ended and not self._is_left_behind()):
                raise AssertionError((self.folder / "log").read_text())
            time.sleep(0.05)
            if ended:
                self._launch(options)

    def _launch(self, options: list[str]) -> None:
        with (self.folder / "log").open("ab") as log:
            self._begun_at = log.tell()
            self._process = subprocess.Popen(
                self._command("postgres", "-D", str(self.folder / "data"), *options),
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )

    def _is_left_behind(self) -> bool:
        """Tell whether it does not start because some of what was killed has not noticed yet."""
        # What is left behind writes into the same log, to its end.
        said = (self.folder / "log").read_bytes()[self._begun_at :]
        return b"pre-existing shared memory block" in said

    @property
    def pid(self) -> int:
        """The process that started all others of it."""
        return self._process.pid

    def kill(self) -> None:
        """End it as a power cut does; what it started notices, and ends, too."""
        self._process.kill()
        self._process.wait()

    def database(self) -> str:
        """Make a database without any table; return its URL."""
        name = f"airlock_{uuid.uuid4().hex}"
        self.sql(f"CREATE DATABASE {name}")
        return self.url(name)

    def emptied(self) -> str:
        """Return the URL of a database with all tables and nothing in them; always the same one.

        Making a database costs a third of a second, and its files.
        """
        if not self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{_SHARED}'"):
            self.sql(f"CREATE DATABASE {_SHARED}")
            self.open(_SHARED)
            return self.url(_SHARED)
        from airlock.store.tables import METADATA

        tables = [table.name for table in reversed(METADATA.sorted_tables)]
        deletions = "; ".join(f"DELETE FROM {table}" for table in tables)
        # As a replica, no trigger asks what is done.
        self.sql(f"SET session_replication_role = replica; {deletions}", _SHARED)
        return self.url(_SHARED)

    def open(self, name: str) -> None:
        """Make the tables of a database."""
        from airlock.store import open_store

        open_store(self.url(name)).close()

    def url(self, name: str) -> str:
        """Return the URL of a database."""
        port = f"&port={self._port}" if self._port else ""
        return f"postgresql+psycopg://{_USER}@/{name}?host={self.folder}{port}"

    def remote(self, url: str) -> str:
        """Return the URL by which another machine reaches a database of this server."""
        name = url.partition("@/")[2].partition("?")[0]
        return f"postgresql://{_USER}@{self._address}:{self._port}/{name}"

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement by itself; return its rows."""
        import psycopg

        with psycopg.connect(
            f"host={self.folder} port={self._port or 5432} user={_USER} dbname={database}",
            autocommit=True,
        ) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _answers(self) -> bool:
        import psycopg

        try:
            self.sql("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            self._command(program, *arguments),
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
        )
        assert done.returncode == 0, done.stderr

    def _command(self, program: str, *arguments: str) -> list[str]:
        folder = programs()
        assert folder is not None
        as_user = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups", "--"]
        return [*(as_user if os.geteuid() == 0 else []), str(folder / program), *arguments]


def _has_user() -> bool:
    try:
        pwd.getpwnam(_USER)
    except KeyError:
        return False
    return True


def _free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])
