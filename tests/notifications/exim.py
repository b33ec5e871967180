"""A real Debian mail server for tests: Exim, private, on a free port, with its own spool.

It takes mail for `hub.test` into one file, has no `nobody@hub.test`, greylists `later@hub.test` at
first, and sends a delivery report for `bounce@hub.test` into the same file.
"""

import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.backing.packages import mail_server
from cli.backing.processes import as_user, hand_to

CONFIGURATION = """
primary_hostname = mx.hub.test
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
exim_user = {user}
exim_group = {group}
never_users =
deliver_drop_privilege = true
domainlist ours = hub.test
acl_smtp_rcpt = recipients
acl_smtp_data = everything
smtp_accept_max = 50
smtputf8_advertise_hosts = *
tls_advertise_hosts =
keep_environment =
untrusted_set_sender = *
bounce_return_message = true
queue_run_max = 2

begin acl
recipients:
  deny  local_parts = nobody
        message = 5.1.1 no such user here
  defer local_parts = later
        !condition = ${{if exists{{{folder}/later}}}}
        message = 4.2.0 greylisted, come back later
  accept domains = +ours
  accept local_parts = ^bounces
  deny  message = 5.7.1 relaying is not allowed
everything:
  accept

begin routers
lost:
  driver = redirect
  local_parts = bounce
  domains = +ours
  data = :fail: 5.1.1 this mailbox is closed
  allow_fail
here:
  driver = accept
  transport = file

begin transports
file:
  driver = appendfile
  file = {folder}/mail
  user = {user}
  group = {group}
  delivery_date_add
  envelope_to_add
  return_path_add
"""


@dataclass(frozen=True)
class Exim:
    """A running mail server."""

    port: int
    folder: Path

    def mail(self) -> str:
        """All that has been delivered, as one mailbox."""
        file = self.folder / "mail"
        return file.read_text(errors="replace") if file.exists() else ""

    def end_greylisting(self) -> None:
        """Who comes back is taken now."""
        (self.folder / "later").touch()


@contextmanager
def running() -> Iterator[Exim]:
    """A mail server for the block, ended with it. Installed first where it is missing."""
    program = mail_server()
    folder = Path(tempfile.mkdtemp(prefix="headship-exim-"))
    try:
        for name in ("spool", "log"):
            (folder / name).mkdir()
        user = "Debian-exim" if os.geteuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        group = user if os.geteuid() == 0 else str(os.getgid())
        configuration = folder / "exim.conf"
        configuration.write_text(CONFIGURATION.format(folder=folder, user=user, group=group))
        folder.chmod(0o755)
        if os.geteuid() == 0:
            hand_to(user, folder)
        port = _free_port()
        told = [str(program), "-C", str(configuration), "-bdf", "-q2s", "-oX", f"127.0.0.1.{port}"]
        with (folder / "log" / "output").open("wb") as output:
            process = subprocess.Popen(
                told,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **(as_user(user) if os.geteuid() == 0 else {}),
            )
        try:
            _wait_for(port, process, folder)
            yield Exim(port, folder)
        finally:
            process.terminate()
            process.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=5):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                said = "".join(log.read_text() for log in (folder / "log").iterdir())
                raise RuntimeError(f"exim does not answer: {said}") from None
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
