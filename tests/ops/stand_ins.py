"""What the manifest runner replaces in a pod: this table, and nothing else.

Everything else of the rendered manifests holds as it is written: command, arguments, settings,
names of secrets' files, probes, hooks, grace, strategy.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

SECRETS, AUTHORITIES = "/var/run/secrets/headship", "/var/run/authorities"
"""Where the manifests mount the Secrets."""


@dataclass(frozen=True)
class Here:
    """What stands on this machine for what a pod of the cluster would meet."""

    secrets: Path
    authorities: Path
    ports: Mapping[str, int]
    """Name of a container's port → the port here."""
    dfe_url: str
    mail_port: int
    clock: Path | None = None


Replacement = Callable[[Here], str]

HOSTS_AND_PORTS: dict[str, Replacement] = {
    "HTTP_PORT": lambda here: str(here.ports["http"]),  # pods share this machine's one address
    "HEALTH_PORT": lambda here: str(here.ports["health"]),
    "DFE_API_URL": lambda here: here.dfe_url,
    "SMTP_HOST": lambda _here: "127.0.0.1",
    "SMTP_PORT": lambda here: str(here.mail_port),
    "SSL_CERT_FILE": lambda here: str(here.authorities / "mail.crt"),  # whom the machine trusts
}
"""Setting → what it is here. Of brokers and databases the addresses are in the secrets' files."""

TIME: dict[str, Replacement] = {
    "HEADSHIP_CLOCK": lambda here: f"file:{here.clock}",
    "HEADSHIP_ENV": lambda _here: "development",  # a simulated clock is refused in production
    "DFE_CALLS": lambda _here: "1000000",  # DfE's limit counts minutes of the wall's time
}
"""Only for a journey of 21 months, which has to pass in minutes."""


def replaced(settings: Mapping[str, str], here: Here) -> dict[str, str]:
    """A pod's settings with what stands here for what the cluster has."""
    stand_ins = HOSTS_AND_PORTS | (TIME if here.clock else {})
    if not here.ports:  # a Job listens nowhere
        stand_ins = {name: make for name, make in stand_ins.items() if not name.endswith("_PORT")}
    mounts = {SECRETS: str(here.secrets), AUTHORITIES: str(here.authorities)}
    told = dict(settings)
    for mount, place in mounts.items():
        told = {name: value.replace(mount, place) for name, value in told.items()}
    return told | {name: make(here) for name, make in stand_ins.items()}
