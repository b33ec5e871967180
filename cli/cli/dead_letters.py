"""`headship dead-letters`: the events that a handler gave up on, for a person to decide about."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.table import Table
from rich.text import Text

from cli import addresses
from cli.errors import CommandError
from cli.printing import console
from cli.services import SERVICES, known

if TYPE_CHECKING:
    from kit.transport.dead_letters import DeadLetter

app = typer.Typer(help="Events that a handler gave up on.", no_args_is_help=True)

SHORTEST_ID: Final = 8
"""Characters of an event's id: an unset variable of a shell must not choose all of them."""

Service = Annotated[str, typer.Argument(help="Whose dead letters.")]
EventIds = Annotated[
    list[str] | None, typer.Argument(help="Which; their first eight characters will do.")
]
OfQueue = Annotated[str | None, typer.Option("--queue", help="All that this queue's handler left.")]
All = Annotated[bool, typer.Option("--all", help="All of the service.")]
Broker = Annotated[str | None, typer.Option("--amqp-uri", help="Which broker.")]


@app.command("list")
def list_letters(
    service: Annotated[str | None, typer.Argument(help="Whose; all services' if none.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    broker: Broker = None,
) -> None:
    """List what waits, oldest first; it stays where it is."""
    found = [
        (name, letter)
        for name in ([known(service)] if service else SERVICES)
        for letter in _letters(name, broker)
    ]
    if as_json:
        _print([{"service": name, **_told(letter)} for name, letter in found])
        return
    if not found:
        console().print("no dead letters")
        return
    table = Table("event", "queue", "attempts", "first seen", "error")
    for _, letter in found:
        attempts, first_seen = str(letter.attempts), letter.first_seen or "–"
        cells = (letter.event_id, letter.queue, attempts, first_seen, _reason(letter))
        table.add_row(*(Text(cell) for cell in cells))  # as it is: brackets are no markup
    console().print(table)


@app.command()
def show(
    service: Service,
    event_id: Annotated[str, typer.Argument(help="Which; eight characters will do.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    broker: Broker = None,
) -> None:
    """Show one event: what it says, and the stack of what went wrong."""
    which = chosen([event_id], None, every=False)
    found = [one for one in _letters(known(service), broker) if which(one)]
    if not found:
        raise CommandError(f"{service} has no dead letter {event_id}")
    if as_json:
        _print([_told(letter) | {"stack": letter.stack, "body": letter.text} for letter in found])
        return
    screen = console()
    for letter in found:
        screen.print(f"{letter.event_id} in {letter.queue}", style="bold", markup=False)
        screen.print(_reason(letter), style="red", markup=False)
        told = f"{letter.attempts} attempts, first seen {letter.first_seen}, copies {letter.copies}"
        screen.print(told, markup=False)
        screen.print(letter.stack, markup=False, highlight=False)
        screen.print(letter.text, markup=False)


@app.command()
def replay(
    service: Service,
    event_ids: EventIds = None,
    queue: OfQueue = None,
    every: All = False,
    broker: Broker = None,
) -> None:
    """Give events back to their handler; what it has handled meanwhile it ignores."""
    from kit.transport import dead_letters

    choice = chosen(event_ids or [], queue, every=every)
    with _database(service) as engine:
        count = dead_letters.replay(known(service), addresses.amqp_uri(broker), choice, engine)
    _settled(count, "replayed", asked=bool(event_ids))


@app.command()
def discard(
    service: Service,
    event_ids: EventIds = None,
    queue: OfQueue = None,
    every: All = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    broker: Broker = None,
) -> None:
    """Throw events away for good."""
    from kit.transport import dead_letters

    choice = chosen(event_ids or [], queue, every=every)
    if not yes and not typer.confirm(f"Throw these dead letters of {service} away?"):
        raise typer.Exit(1)
    with _database(service) as engine:
        count = dead_letters.discard(known(service), addresses.amqp_uri(broker), choice, engine)
    _settled(count, "discarded", asked=bool(event_ids))


def chosen(
    event_ids: list[str], queue: str | None, *, every: bool
) -> "Callable[[DeadLetter], bool]":
    """The letters that these options mean. Raises CommandError unless exactly one way is used."""
    if [bool(event_ids), queue is not None, every].count(True) != 1:
        raise CommandError("say which: event ids, or --queue, or --all")
    if every:
        return lambda _letter: True
    if queue is not None:
        return lambda letter: letter.queue == queue or letter.queue.endswith(f".{queue}")
    for given in event_ids:
        if len(given) < SHORTEST_ID:
            raise CommandError(f"{given!r} is no event id: give {SHORTEST_ID} characters at least")
    return lambda letter: letter.event_id.startswith(tuple(event_ids))


def _letters(service: str, broker: str | None) -> "list[DeadLetter]":
    from kit.transport.dead_letters import letters

    return letters(service, addresses.amqp_uri(broker))


@contextmanager
def _database(service: str) -> Iterator[Any]:
    """The service's database, where what was decided is kept; None where it is not at hand."""
    from kit.db.engine import open_engine

    try:
        url = addresses.database_url(known(service))
    except CommandError:
        yield None
        return
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _settled(count: int, done: str, *, asked: bool) -> None:
    if asked and not count:
        raise CommandError("there is no such dead letter")
    console().print(f"{count} {done}")


def _reason(letter: "DeadLetter") -> str:
    """What went wrong; an error's own text begins with its type."""
    if letter.error.startswith(letter.error_type):
        return letter.error
    return f"{letter.error_type}: {letter.error}"


def _told(letter: "DeadLetter") -> dict[str, Any]:
    names = ("event_id", "queue", "error_type", "error", "attempts", "first_seen", "copies")
    return {name: getattr(letter, name) for name in names}


def _print(data: Any) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
