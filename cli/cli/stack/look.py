"""How the stack is doing: each process, what waits in its outbox and queues, its dead letters."""

from dataclasses import dataclass
from pathlib import Path

import psycopg2

from cli.backing.databases import administrator
from cli.backing.management import Management, ManagementError
from cli.stack.ready import READY, log_of, word_of
from cli.stack.record import Member, Record


@dataclass(frozen=True)
class State:
    """One process. Numbers are None where there is none, or nobody who could tell it; `problem` is
    None where it is ready."""

    name: str
    pid: int | None
    ready: bool
    problem: str | None
    waiting_events: int | None
    queued: int | None
    dead_letters: int | None
    http_port: int
    health_port: int
    log: str


def look(record: Record, state: Path) -> list[State]:
    """Each process of the stack."""
    depths = _queue_depths(record)
    return [_of_one(member, depths, state) for member in record.members.values()]


def _of_one(member: Member, depths: dict[str, int] | None, state: Path) -> State:
    process = member.process
    word = word_of(member) if process is not None else "it has ended"
    database = member.logins.get("DATABASE_URL")
    own = _own(member.name, depths) if depths is not None and database else None
    return State(
        name=member.name,
        pid=process.pid if process else None,
        ready=word == READY,
        problem=None if word == READY else word,
        waiting_events=_waiting(database) if database else None,
        queued=sum(n for queue, n in own.items() if queue != f"{member.name}.dead")
        if own
        else None,
        dead_letters=own.get(f"{member.name}.dead", 0) if own else None,
        http_port=member.http_port,
        health_port=member.health_port,
        log=str(log_of(member, state)),
    )


def _own(service: str, depths: dict[str, int]) -> dict[str, int]:
    return {
        queue: count
        for queue, count in depths.items()
        if queue.startswith(f"{service}.") or queue == f"rpc-{service}"
    }


def _queue_depths(record: Record) -> dict[str, int] | None:
    if record.management_url is None:
        return None
    try:
        queues = Management(record.management_url).queues(record.name)
    except ManagementError:
        return None
    return {queue["name"]: queue.get("messages", 0) for queue in queues}


def _waiting(database_url: str) -> int | None:
    try:
        with administrator(database_url) as cursor:
            cursor.execute("SELECT count(*) FROM outbox_waiting")
            return int(cursor.fetchone()[0])
    except psycopg2.Error:
        return None
