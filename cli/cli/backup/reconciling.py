"""Brings services whose databases were restored to one point together again, before they start.

What the broker holds is of the time after that point, or is in the outboxes as well: it is thrown
away, but for dead letters that are older than what outboxes tell again. Then everything that was
told and that some listener has not handled goes out again, from the outboxes, once the services
run; inboxes ignore what had been handled.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from cli.errors import CommandError
from cli.services import service_classes
from cli.stack.prepare import whole_topology


@dataclass(frozen=True)
class Reconciled:
    """How many messages of the broker were thrown away, how many dead letters stay since no outbox
    tells them again, and how many events go out again."""

    thrown_away: int
    spared: int
    again: int

    def __str__(self) -> str:
        spared = f"; {self.spared} dead letters stay, too old to be told again" * (self.spared > 0)
        return (
            f"{self.thrown_away} messages of the broker thrown away{spared}; {self.again} events, "
            "told and not handled everywhere, go out again"
        )


def reconcile(engines: Mapping[str, Engine], amqp_uri: str, *, anyway: bool) -> Reconciled:
    """`engines` has the database of every service, by name.

    Raises CommandError while a service runs; and, unless `anyway`, when a service has handled what
    no database knows to have been told: then the databases are not of one point.
    """
    from kit.bus.republish import handled_but_not_told, republish_unhandled, told_again_since
    from kit.topology import dead_queue
    from kit.transport.dead_letters import clear
    from kit.transport.declare import StillConsumed, empty

    ahead = [] if anyway else handled_but_not_told(engines)
    if ahead:
        lines = [
            f"  {one.queue}: {one.count}, the first at {one.first_at:%Y-%m-%d %H:%M:%S}Z"
            for one in ahead
        ]
        raise CommandError(
            "these have handled events that no database knows to have been told, so that the "
            "databases are not of one point:\n" + "\n".join(lines) + "\nrestore those services "
            "to an earlier instant than that, all to the same one; or go on with --anyway"
        )
    try:
        thrown_away = empty(whole_topology(), amqp_uri, besides=list(map(dead_queue, engines)))
    except StillConsumed as error:
        raise CommandError(f"{error}: stop all services first") from error
    since = told_again_since(engines)
    letters = [clear(service, amqp_uri, since) for service in engines]
    return Reconciled(
        thrown_away + sum(cleared for cleared, _ in letters),
        sum(spared for _, spared in letters),
        republish_unhandled(service_classes(), engines),
    )
