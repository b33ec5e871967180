"""Where programs of others are on this machine; Debian's packages are installed if missing."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

DEBIAN_RABBITMQ = Path("/usr/lib/rabbitmq/lib")
DEBIAN_POSTGRESQL = Path("/usr/lib/postgresql")
SERVERS = ("rabbitmq-server", "postgresql")
MAIL_SERVER = "exim4-daemon-light"
"""For tests only: a real mail server."""

# Debian starts a server as soon as it is installed. Ours are private, so for the time of the
# installation a policy forbids that, unless the machine has a policy of its own.
_INSTALL_QUIETLY = r"""
set -e
export DEBIAN_FRONTEND=noninteractive
exec 9>/run/lock/headship-install && flock 9  # two at once would take each other's policy away
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get -o DPkg::Lock::Timeout=300 -qq update
apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends "$@"
"""


class MissingPackagesError(Exception):
    """A program is not installed here, and we may not install it."""


def rabbitmq_programs() -> Path:
    """The directory with `rabbitmq-server` and `rabbitmqctl` themselves.

    Debian's wrappers in /usr/sbin change user and directory and drop the environment, so that no
    private node can be started through them.
    """
    return _programs(_rabbitmq, "rabbitmq-server")


def postgresql_programs() -> Path:
    """The directory with `initdb`, `pg_ctl` and `postgres`, of the newest version installed."""
    return _programs(_postgresql, "postgresql")


def khal_program() -> Path:
    """`khal`, a calendar program that tests read our calendars with."""
    return _programs(_khal, "khal", ("khal",))


def _khal() -> list[Path]:
    found = shutil.which("khal")
    return [Path(found)] if found else []


def mail_server() -> Path:
    """Exim's program, for tests."""
    return _programs(_exim, MAIL_SERVER, (MAIL_SERVER,)) / "exim4"


def _exim() -> list[Path]:
    return [path.parent for path in (Path("/usr/sbin/exim4"),) if path.exists()]


def prometheus_programs() -> Path:
    """The directory with `prometheus` and `promtool`, on which tests hold rules and dashboards."""
    return _programs(_prometheus, "prometheus", ("prometheus",))


def _prometheus() -> list[Path]:
    found = shutil.which("promtool")
    return [Path(found).parent] if found else []


def chromium_program() -> Path:
    """Chromium, for pictures of dashboards: installed only where somebody wants them."""
    return _programs(_chromium, "chromium", ("chromium",))


def _chromium() -> list[Path]:
    found = shutil.which("chromium")
    return [Path(found)] if found else []


def node_program() -> Path:
    """Node.js, in which tests call as a hub's own program would."""
    return _programs(_node, "nodejs", ("nodejs", "npm"))


def npm_program() -> Path:
    """npm, which installs what that program needs."""
    return _programs(_npm, "npm", ("nodejs", "npm"))


def _node() -> list[Path]:
    found = shutil.which("node")
    return [Path(found)] if found else []


def _npm() -> list[Path]:
    found = shutil.which("npm")
    return [Path(found)] if found else []


def _rabbitmq() -> list[Path]:
    found = list(DEBIAN_RABBITMQ.glob("rabbitmq_server-*/sbin"))
    on_path = shutil.which("rabbitmq-server")
    if not found and on_path and not on_path.startswith("/usr/sbin"):
        found = [Path(on_path).resolve().parent]
    return found


def _postgresql() -> list[Path]:
    found = list(DEBIAN_POSTGRESQL.glob("*/bin"))
    on_path = shutil.which("initdb")
    return found or ([Path(on_path).resolve().parent] if on_path else [])


def _newest(found: list[Path]) -> Path | None:
    def version(path: Path) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", str(path))]

    return max(found, key=version, default=None)


def _programs(
    search: Callable[[], list[Path]], package: str, packages: Sequence[str] = SERVERS
) -> Path:
    found = _newest(search())
    if found is None:
        _install(package, packages)
        found = _newest(search())
    if found is None:
        raise MissingPackagesError(f"{package} was installed, but its programs were not found")
    return found


def _install(package: str, packages: Sequence[str]) -> None:
    """Install `packages`. Raises MissingPackagesError, saying what to type."""
    install = f"apt-get update && apt-get install -y {' '.join(packages)}"
    by_hand = f"{package} is not installed. As root: {install}"
    otherwise = "\n(or set AMQP_URI and DATABASE_URL)" if package in SERVERS else ""
    if shutil.which("apt-get") is None:
        raise MissingPackagesError(by_hand + otherwise)
    become_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if become_root and not _may_sudo():
        raise MissingPackagesError(by_hand + otherwise)
    done = subprocess.run(
        [*become_root, "sh", "-c", _INSTALL_QUIETLY, "sh", *packages],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        told = "\n".join(done.stdout.splitlines()[-20:])
        raise MissingPackagesError(f"{by_hand}\nInstalling it failed:\n{told}")


def _may_sudo() -> bool:
    if shutil.which("sudo") is None:
        return False
    asked = ["sudo", "-n", "true"]
    done = subprocess.run(asked, capture_output=True, check=False)  # nosec B607
    return done.returncode == 0
