"""A private PostgreSQL in a directory of its own, on a loopback port."""

import json
import secrets
import signal
import subprocess
import time
from pathlib import Path

from cli.backing import ports
from cli.backing.packages import postgresql_programs
from cli.backing.processes import Process, StartError, hand_to, launch, run, wait_until

USER = "postgres"
ADMINISTRATOR = "headship"
START_SECONDS = 30
STOP_SECONDS = 30

_CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
"""

# Safe against killed processes, not against a power cut: for data that nobody will miss.
# `synchronous_commit` stays on: without it a killed server forgets its last commits.
_FAST = """
fsync = off
full_page_writes = off
"""


class PostgreSQL:
    """The server in `directory`. An object can be made again from the directory alone."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        plan = json.loads((directory / "plan.json").read_text())
        self._password: str = plan["password"]
        self.port: int = plan["port"]
        self._child: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls, directory: Path, *, durable: bool = False) -> "PostgreSQL":
        """Make and start a server in `directory`. Raises StartError in the server's own words.

        Not `durable`: several times faster, and safe against `kill -9` but not against a power cut.
        """
        programs = postgresql_programs()
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o755)
        with ports.reserved(1) as (port,):
            password = secrets.token_urlsafe(16)
            plan = directory / "plan.json"
            plan.write_text(json.dumps({"password": password, "port": port}))
            plan.chmod(0o600)
            server = cls(directory)
            server._data.mkdir()
            password_file = directory / "password"
            password_file.write_text(password)
            password_file.chmod(0o600)
            hand_to(USER, server._data, password_file)
            run(
                [
                    programs / "initdb",
                    f"--pgdata={server._data}",
                    f"--username={ADMINISTRATOR}",
                    f"--pwfile={password_file}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync",
                ],
                user=USER,
                directory=server._data,
            )
            password_file.unlink()
            with (server._data / "postgresql.conf").open("a") as configuration:
                configuration.write(_CONFIGURATION.format(port=port) + ("" if durable else _FAST))
            try:
                server.resume()
            except BaseException:
                server.stop()
                raise
        return server

    @property
    def url(self) -> str:
        """The database `postgres`, as the administrator."""
        return f"postgresql://{ADMINISTRATOR}:{self._password}@127.0.0.1:{self.port}/postgres"

    def process(self) -> Process | None:
        """The server's first process, if it runs."""
        return Process.load(self.directory / "process")

    def resume(self) -> None:
        """Start the server again, and return when it takes connections."""
        log = self.directory / "log"
        deadline = time.monotonic() + START_SECONDS
        while not self._launched(log):
            # The last children of a killed server may need a moment more to leave its memory.
            if "shared memory" not in log.read_text() or time.monotonic() > deadline:
                raise StartError(f"PostgreSQL: {log.read_text()[-2000:]}")
            time.sleep(0.2)

    def kill(self) -> None:
        """End the server at once, as `kill -9` and a power cut do."""
        process = self.process()
        if process is None:
            raise StartError("PostgreSQL does not run")
        process.send(signal.SIGKILL)
        self._collect()

    def stop(self, *, immediately: bool = False) -> None:
        """Stop the server: in order, or without writing anything down. Twice does no harm."""
        process = self.process()
        if process is not None:
            process.send(signal.SIGQUIT if immediately else signal.SIGINT)
            if not wait_until(lambda: not process.alive, STOP_SECONDS):
                process.send(signal.SIGKILL)
        self._collect()

    def _launched(self, log: Path) -> bool:
        """Start the server; whether it takes connections. False when it has ended instead."""
        command = [str(postgresql_programs() / "postgres"), "-D", str(self._data)]
        child = launch(command, output=log, user=USER, directory=self._data)
        self._child = child
        process = Process.of(child.pid)
        if process is not None:
            process.save(self.directory / "process")
        wait_until(lambda: child.poll() is not None or self._ready(child.pid), START_SECONDS)
        return child.poll() is None and self._ready(child.pid)

    def _ready(self, pid: int) -> bool:
        """As the server itself says, in the last line of its file: `pg_ctl` waits by the same."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return lines[:1] == [str(pid)] and lines[-1].strip() == "ready"

    def _collect(self) -> None:
        """Take leave of a child that has ended: a zombie's number would keep it from restarting."""
        if self._child is not None:
            self._child.wait(STOP_SECONDS)
            self._child = None

    @property
    def _data(self) -> Path:
        return self.directory / "data"
