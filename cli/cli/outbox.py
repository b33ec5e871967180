"""`headship outbox`: what services have told, and telling it again."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from cli import addresses
from cli.errors import CommandError
from cli.printing import console
from cli.services import SERVICES, known

app = typer.Typer(help="What services have told, and telling it again.", no_args_is_help=True)

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@app.command()
def republish(
    service: Annotated[str, typer.Argument(help="Whose events.")],
    since: Annotated[str, typer.Option(help="2026-09-01T08:00Z, or how long ago: 90m, 12h, 35d.")],
) -> None:
    """Send a service's events again, from its outbox; who has handled one already ignores it."""
    from kit.bus.republish import republish as send_again
    from kit.db.engine import open_engine

    engine = open_engine(addresses.database_url(known(service)))
    try:
        count = send_again(engine, instant(since, datetime.now(UTC)))
    finally:
        engine.dispose()
    console().print(f"{count} events of {service} go out again")


@app.command()
def reconcile(
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Though the databases are not of one point.")
    ] = False,
) -> None:
    """After a restore, before services start: empty the broker, then send again what is missing.

    Each service's database is that of ENROLMENT_DATABASE_URL and so on; of the broker (AMQP_URI)
    every message is thrown away: it is of a later time, or is in an outbox as well. Dead letters of
    events too old to be told again stay.
    """
    from cli.backup.reconciling import reconcile as bring_together
    from kit.db.engine import open_engine

    urls = {name: addresses.database_url(name) for name in SERVICES}
    engines = {name: open_engine(url) for name, url in urls.items()}
    try:
        told = bring_together(engines, addresses.amqp_uri(), anyway=anyway)
    finally:
        for engine in engines.values():
            engine.dispose()
    console().print(str(told))


def instant(text: str, now: datetime) -> datetime:
    """An instant with its offset, or how long before `now`. Raises CommandError."""
    if text[-1:] in _UNITS and text[:-1].isdecimal():
        return now - timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is not a time: 2026-09-01T08:00Z, or 12h") from error
    if when.tzinfo is None:
        raise CommandError(f"{text!r} has no offset: add Z for UTC")
    return when.astimezone(UTC)
