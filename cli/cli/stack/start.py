"""Starts the stack: servers, logins, tables, queues, then the simulator and the four services."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from cli.backing import ports
from cli.backing.processes import Process, launch
from cli.services import SERVICES
from cli.stack import prepare, provision, servers
from cli.stack.kept import kept_secret
from cli.stack.ready import await_ready, log_of
from cli.stack.record import Member, Record
from cli.stack.stop import stop_members

SIMULATOR = "dfe_simulator"
CALLS = "1000000"
"""To the simulator in any five minutes: it is our own, and limits nobody."""

Between = Callable[[Record, dict[str, str]], None]
"""Done between two steps; the second is service → the URL of its database, as its owner."""

_SERVERS_OWN = ("AMQP_URI", "HUBS_AMQP_URI", "DATABASE_URL", "RABBITMQ_MANAGEMENT_URL")


def start(
    state: Path,
    *,
    name: str | None = None,
    environment: Mapping[str, str] | None = None,
    say: Callable[[str], None] = lambda _step: None,
    before_tables: Between = lambda _record, _databases: None,
    before_processes: Between = lambda _record, _databases: None,
) -> Record:
    """Start all, and return when every service is ready. Raises StartError; then nothing runs.

    `name` tells stacks on the same servers apart; without it, HEADSHIP_STACK does.
    `environment` is added to what each process of the stack gets; if it has a DFE_API_URL, no
    simulator is started. `say` is told each step. What is done between steps, as a restore does,
    gets each service's database.
    """
    say("servers")
    record = servers.start(state, name or os.environ.get("HEADSHIP_STACK", "headship"))
    try:
        databases = _logins(record, state, say)
        before_tables(record, databases)
        _tables_and_queues(record, say)
        before_processes(record, databases)
        say("processes")
        with ports.reserved(2 * len(SERVICES) + 1) as reserved:
            _start_members(record, state, reserved, environment or {})
            await_ready(record, state)
    except BaseException:
        stop_members(record)
        servers.stop(state, record)
        record.save(state)
        raise
    return record


def _logins(record: Record, state: Path, say: Callable[[str], None]) -> dict[str, str]:
    """Make them; where each service's database is, as who owns its tables."""
    say("logins")
    server = (record.amqp_uri, record.management_url, record.name)
    operator, brokers = provision.broker_logins(*server)
    hubs = provision.hub_logins(*server)
    databases = provision.database_logins(record.database_url, record.name)
    record.amqp_uri, record.hubs_amqp_uri = operator, hubs[0] if hubs else None
    for service in SERVICES:
        own = databases[service]
        logins = {"AMQP_URI": brokers[service], "DATABASE_URL": own.service}
        if hubs is not None:
            logins["HUBS_AMQP_URI"] = hubs[1][service]
        record.members[service] = Member(service, 0, 0, logins, owner_url=own.owner)
    record.save(state)
    return {service: own.owner for service, own in databases.items()}


def _tables_and_queues(record: Record, say: Callable[[str], None]) -> None:
    say("tables")
    prepare.migrate_stack(record)
    say("queues")
    prepare.declare(record.amqp_uri)
    if record.hubs_amqp_uri is not None:
        prepare.declare_hubs(record.hubs_amqp_uri)


def _start_members(
    record: Record, state: Path, reserved: list[int], extra: Mapping[str, str]
) -> None:
    shared = {name: value for name, value in os.environ.items() if name not in _SERVERS_OWN}
    shared = {"MAIL_DIRECTORY": str(state / "mail"), **shared, **extra}
    shared |= {"HEADSHIP_ENV": "development", "LINK_SECRETS": kept_secret(state / "link-secret")}
    shared |= {"SEAL_SECRETS": kept_secret(state / "seal-secret")}
    if "DFE_API_URL" not in shared:
        simulator = Member(SIMULATOR, http_port=reserved.pop(), health_port=0)
        token = secrets.token_urlsafe(24)
        told = ["--port", str(simulator.http_port), "--token", token]
        _launch(simulator, state, shared, *told)
        record.members[SIMULATOR] = simulator
        url = f"http://127.0.0.1:{simulator.http_port}"
        shared |= {"DFE_API_URL": url, "DFE_API_TOKEN": token, "DFE_CALLS": CALLS}
    for service in SERVICES:
        member = record.members[service]
        member.http_port, member.health_port = reserved.pop(), reserved.pop()
        own_ports = {"HTTP_PORT": str(member.http_port), "HEALTH_PORT": str(member.health_port)}
        address = {"PUBLIC_URL": f"http://127.0.0.1:{member.http_port}"}  # no Ingress is in front
        _launch(member, state, address | shared | member.logins | own_ports)
        record.save(state)


def _launch(member: Member, state: Path, environment: Mapping[str, str], *told: str) -> None:
    (state / "logs").mkdir(exist_ok=True)
    child = launch(
        [sys.executable, "-m", member.name, *told],
        output=log_of(member, state),
        directory=state,
        environment=environment,
    )
    process = Process.of(child.pid)
    member.pid, member.started = child.pid, process.started if process else 0
    _children[child.pid] = child


_children: dict[int, "subprocess.Popen[bytes]"] = {}
"""Kept, because Python warns of a child that still runs when nothing refers to it."""
