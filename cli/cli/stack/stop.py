"""Stops the stack: services first, so that what is in flight finishes, then the servers."""

import shutil
from pathlib import Path
from signal import SIGTERM

from cli.backing.databases import drop_database, drop_role
from cli.backing.management import Management
from cli.services import SERVICES
from cli.stack import servers
from cli.stack.places import server_directory
from cli.stack.provision import database_name, hubs_place, owner_name
from cli.stack.record import Record
from kit.identity import hub_behind

DRAIN_SECONDS = 30


def stop(state: Path, record: Record, *, wipe: bool = False) -> list[str]:
    """Stop everything; the names of processes that had to be killed. `wipe` removes all data."""
    killed = stop_members(record)
    if wipe:
        _wipe_given(record)
    servers.stop(state, record)
    if wipe:
        shutil.rmtree(server_directory(state), ignore_errors=True)
        shutil.rmtree(state, ignore_errors=True)
    return killed


def stop_members(record: Record) -> list[str]:
    """Ask all processes at once to stop; the names of those that did not in time."""
    processes = {name: m.process for name, m in record.members.items()}
    running = {name: process for name, process in processes.items() if process}
    for process in running.values():
        process.send(SIGTERM)
    return [name for name, process in running.items() if not process.end(DRAIN_SECONDS)]


def _wipe_given(record: Record) -> None:
    """Remove the stack's place from servers that are not its own. The services' users stay: all
    stacks on a broker share them."""
    if not record.private_broker and record.management_url:
        management = Management(record.management_url)
        hubs = hubs_place(record.name)
        for user in management.permissions(hubs) if record.hubs_amqp_uri else ():
            if hub_behind(user) is not None:
                management.delete_user(user)
        management.delete_vhost(hubs)
        management.delete_vhost(record.name)
    if not record.private_database:
        for service in SERVICES:
            name = database_name(record.name, service)
            drop_database(record.database_url, name)
            drop_role(record.database_url, name)
            drop_role(record.database_url, owner_name(record.name, service))
