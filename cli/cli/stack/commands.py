"""`up`, `down`, `status`, `migrate` and `topology`."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli import addresses
from cli.errors import CommandError
from cli.printing import console
from cli.stack import prepare
from cli.stack.look import State, look
from cli.stack.places import state_directory
from cli.stack.record import Record, current, held
from cli.stack.start import start
from cli.stack.stop import stop

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def up() -> None:
    """Start the four services and a DfE simulator on this machine.

    RabbitMQ and PostgreSQL are those of AMQP_URI and DATABASE_URL (server and administrator), else
    private ones whose data is kept until `headship down --wipe`.
    """
    state = state_directory()
    with held(state):
        record = current()
        if record is not None and record.running:
            raise CommandError(f"it runs already: {', '.join(record.running)}; see headship status")
        with Console().status("") as spinner:
            record = start(state, say=lambda step: spinner.update(f"starting: {step}"))
    _show(look(record, state))
    console().print("headship status, headship call, headship down", style="dim")


def down(
    wipe: Annotated[bool, typer.Option("--wipe", help="Remove all data, too.")] = False,
) -> None:
    """Stop what `headship up` started."""
    state = state_directory()
    with held(state):
        record = Record.load(state)
        if record is None:
            raise CommandError("nothing was started here")
        killed = stop(state, record, wipe=wipe)
    if killed:
        raise CommandError(f"did not stop in time, and killed: {', '.join(killed)}")
    console().print("stopped, and all data removed" if wipe else "stopped; the data is kept")


def status(as_json: Json = False) -> None:
    """Tell how each process does; exit 1 unless all are ready."""
    record, state = current(), state_directory()
    if record is None:
        raise CommandError("nothing was started here: headship up")
    states = look(record, state)
    if as_json:
        console().print_json(data=[asdict(one) for one in states])
    else:
        _show(states)
    if not all(one.ready for one in states):
        raise typer.Exit(1)


def migrate(
    services: Annotated[list[str] | None, typer.Argument(help="Which; all of a stack.")] = None,
) -> None:
    """Bring databases to the version of the code."""
    applied = prepare.migrate_here(current(), services or [])
    console().print("\n".join(applied) or "nothing to do")


def topology() -> None:
    """Let the broker have every exchange, queue and binding that the services need.

    Also in the hubs' virtual host, where there is one (HUBS_AMQP_URI).
    """
    console().print(f"{prepare.declare(addresses.amqp_uri())} queues are there")
    hubs = addresses.hubs_amqp_uri()
    if hubs is not None:
        console().print(f"{prepare.declare_hubs(hubs)} queues are there for hubs")


def _show(states: list[State]) -> None:
    console().print(_table(states))
    for one in states:
        if one.problem is not None:
            console().print(f"{one.name}: {one.problem}; its log: {one.log}", soft_wrap=True)


def _table(states: list[State]) -> Table:
    table = Table()
    for title in ("process", "state", "outbox", "queued", "dead letters", "HTTP", "health"):
        table.add_column(title, justify="left" if title in ("process", "state") else "right")
    for one in states:
        told = "[green]ready" if one.ready else "[yellow]not ready" if one.pid else "[red]stopped"
        numbers = (one.waiting_events, one.queued, one.dead_letters)
        shown = ["–" if number is None else str(number) for number in numbers]
        table.add_row(one.name, told, *shown, str(one.http_port), str(one.health_port or "–"))
    return table
