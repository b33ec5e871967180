"""What must be there before a service starts: its tables in its database, its queues on the bus."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cli import addresses
from cli.errors import CommandError
from cli.services import SERVICES, known, service_classes
from cli.stack.record import Record
from kit.config import KitSettings, load, setting

if TYPE_CHECKING:
    from kit.topology import Topology

_SERVICES_OWN: Any = next(each for each in fields(KitSettings) if each.name == "retry_delays")


@dataclass(frozen=True, kw_only=True)
class TopologySettings:
    """The one setting that shapes the topology; it must be that of the services."""

    retry_delays: list[str] = setting(
        "as the services have it", default=_SERVICES_OWN.default_factory()
    )


def migrate(service: str, owner_url: str, runtime_role: str | None) -> list[str]:
    """Bring a service's database to its code's version, as the owner of its tables, and let the
    role as which it runs, if that is another, work with what is in them; what was applied."""
    from kit.db.engine import open_engine
    from kit.db.migrate import migrate as migrate_one
    from kit.db.rights import let_work

    engine = open_engine(owner_url)
    try:
        applied = [f"{service}: {step}" for step in migrate_one(engine, service)]
        if runtime_role:
            let_work(engine, runtime_role)
    finally:
        engine.dispose()
    return applied


def migrate_stack(record: Record, asked: list[str] | None = None) -> list[str]:
    """The databases of a stack's services: of all, if none is named."""
    applied: list[str] = []
    for member in [record.members[known(name)] for name in asked or SERVICES]:
        runs_as = urlsplit(member.logins["DATABASE_URL"]).username
        applied += migrate(member.name, member.owner_url, runs_as)
    return applied


def declare(amqp_uri: str) -> int:
    """Let the broker have the exchanges, queues and bindings of all services; how many queues."""
    from kit.transport.declare import declare as declare_all

    topology = whole_topology()
    declare_all(topology, amqp_uri)
    return len(topology.queues)


def declare_hubs(amqp_uri: str) -> int:
    """Let the hubs' virtual host have what hubs call by; how many queues."""
    from kit.topology import hub_topology_of
    from kit.transport.declare import declare as declare_all

    topology = hub_topology_of(service_classes())
    declare_all(topology, amqp_uri)
    return len(topology.queues)


def whole_topology() -> "Topology":
    """That of all services, with the pauses that the settings name."""
    from kit.bus.retry import RetryPolicy
    from kit.topology import topology_of

    policy = RetryPolicy.of_seconds(load(TopologySettings).retry_delays)
    return topology_of(service_classes(), policy)


def migrate_here(record: Record | None, asked: list[str]) -> list[str]:
    """Migrate the running stack's databases, or where there is none the one service's that
    DATABASE_URL names, as the role that owns its tables; RUNTIME_ROLE, if set, may work there."""
    if record is not None and record.running:
        return migrate_stack(record, asked)
    for name in asked:
        known(name)
    url = addresses.named("DATABASE_URL")
    if len(asked) != 1 or not url:
        raise CommandError(
            "no stack runs here: name one service, and its own database by DATABASE_URL"
        )
    checked = addresses.checked("DATABASE_URL", url, addresses.DATABASE)
    return migrate(asked[0], checked, addresses.named("RUNTIME_ROLE"))
