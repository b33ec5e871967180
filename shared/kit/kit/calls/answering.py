"""One call from its wire fields to its answer, without a bus.

The transport and `kit.testing` both end here, so that a test runs a method exactly as a caller
would: contract, permission, idempotency key, one transaction, contract of the reply.
"""

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from headship_contracts.errors import Invalid, Refused, Unavailable
from headship_contracts.messages import Request
from headship_contracts.shape import Shape
from kit.audit import trail
from kit.bus.outage import is_outage
from kit.calls import idempotency
from kit.db import ServiceDatabase, Transaction
from kit.identity import Caller

ATTEMPTS = 3
"""Runs of a story whose transaction loses a race; nothing of those lost is committed."""

DEADLOCK, SERIALISATION, TWICE = "40P01", "40001", "23505"
"""PostgreSQL's codes; the last one is a unique constraint's."""

STALE_PLAN = "0A000"
"""A kept statement gives other columns than before: a migration came by. It is prepared anew."""

WAIT_SECONDS = 25
"""How long a second call under the same key waits for a first one without a transaction."""

HUB: Final = "hub"
"""The kind of caller that asks what is for hubs, and nothing else."""

NOT_ANSWERED: Final = ("hub_not_active", "unknown_caller", "not_permitted")
"""Whoever may not call, or not any more, gets no former answer either: nor another's."""

ATTRIBUTE: Final = "headship_served"
"""Where `@rpc` leaves what it knows of the method that it decorates."""


Permits = Callable[[Transaction], None]
"""Raises Refused for a caller who may not."""


@dataclass(frozen=True)
class Answer:
    """What goes back, as JSON values; `repeated` if it was given before, under the same key."""

    reply: dict[str, Any]
    repeated: bool = False


@dataclass(frozen=True)
class Served:
    """A method that answers a kind of request, and on what terms.

    With `transaction` the story is called with (service, tx, request), else with
    (service, request, caller) and opens transactions itself. `permits` refuses who may not, before
    they are given what was answered under their key; in a transaction the story itself is first.
    """

    request: type[Request[Any]]
    story: Callable[..., Any]
    transaction: bool
    allowed: tuple[str, ...] | None
    takes_caller: bool = False
    permits: Permits | None = None

    @property
    def method(self) -> str:
        return self.request.wire.method


def serve(
    story: Callable[..., Any],
    request: type[Request[Any]],
    *,
    transaction: bool,
    allowed: tuple[str, ...] | None,
    permits: Permits | None = None,
) -> Served:
    """Check a method against its request; wrong ones stop the import with a TypeError."""
    if story.__name__ != request.wire.method:
        raise TypeError(f"{story.__qualname__} must be named {request.wire.method}, as its request")
    taken = len(inspect.signature(story).parameters)
    right = (3,) if transaction else (2, 3)
    if taken not in right:
        wanted = "(self, tx, request)" if transaction else "(self, request, caller)"
        raise TypeError(f"{story.__qualname__} must take {wanted}")
    return Served(request, story, transaction, allowed, taken == 3, permits)


def run_call(
    service: Any,
    method: str,
    fields: Mapping[str, Any],
    caller: Caller,
    idempotency_key: Any = None,
    db: ServiceDatabase | None = None,
) -> Answer:
    """Answer a call to `service`, an instance with its dependencies in place.

    `db` is the service's own unless given. Raises ServiceError kinds; anything else is a bug.
    """
    served: Served = getattr(getattr(type(service), method), ATTRIBUTE)
    if not _may(served, caller):
        raise Refused("not_permitted", f"{method} is not for a {caller.kind}")
    request = served.request.load(fields)
    key = None
    if idempotency_key is not None:
        checked = idempotency.check_key(idempotency_key, served.request)
        key = idempotency.scoped(checked, caller)
    answer = _in_transaction if served.transaction else _without_transaction
    database: Any = db if db is not None else getattr(service, "db", None)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with trail.coming_through(f"rpc {method}"):
                return answer(served, service, request, caller, key, database)
        except DBAPIError as error:
            if served.transaction and attempt < ATTEMPTS and _lost_a_race(error):
                continue
            if is_outage(error):
                raise Unavailable("database_away", "its database does not answer") from error
            raise
        except PoolTimeout as error:
            raise Unavailable("busy", "all its connections to the database are in use") from error
    raise AssertionError("the last attempt returns or raises")


def fields_by_name(
    request: type[Request[Any]], args: list[Any], kwargs: Mapping[str, Any]
) -> tuple[dict[str, Any], Any]:
    """A plain proxy's arguments as fields by name, and the idempotency key beside them.

    Positional ones follow the order of the request's fields. Raises Invalid, naming the field.
    """
    names = [member.name for member in dataclasses.fields(request) if member.init]
    fields = dict(kwargs)
    key = fields.pop("idempotency_key", None)
    if len(args) > len(names):
        raise Invalid("invalid_fields", f"{request.wire.method} takes {len(names)} fields at most")
    for name, value in zip(names, args, strict=False):
        if name in fields:
            raise Invalid("invalid_fields", "a field is given twice", {name: ["is given twice"]})
        fields[name] = value
    return fields, key


def _may(served: Served, caller: Caller) -> bool:
    if served.request.wire.for_hubs or caller.kind == HUB:
        return served.request.wire.for_hubs and caller.kind == HUB
    return served.allowed is None or caller.kind in served.allowed


def _in_transaction(
    served: Served,
    service: Any,
    request: Request[Any],
    caller: Caller,
    key: str | None,
    db: ServiceDatabase,
) -> Answer:
    if key is None:
        with db.transaction(caller=caller) as tx:
            return Answer(_told(served, tx, request, served.story(service, tx, request)))
    body = idempotency.digest(request)
    try:
        with db.transaction(caller=caller) as tx:
            reply = _told(served, tx, request, served.story(service, tx, request))
            idempotency.keep(tx, served.method, key, body, reply)
    except Exception as error:
        if isinstance(error, Refused) and error.code in NOT_ANSWERED:
            raise
        # A repeat may fail in any way, since what it asks for is done; the answer is what counts.
        first = _first_answer(served, request, caller, key, body, db)
        if first is None:
            raise
        return first
    return Answer(reply)


def _without_transaction(
    served: Served,
    service: Any,
    request: Request[Any],
    caller: Caller,
    key: str | None,
    db: ServiceDatabase | None,
) -> Answer:
    """The key is held by a lease meanwhile. If the process dies in the middle, a repeat of the
    call runs the story again: one without a transaction must bear that."""
    given = (request, caller) if served.takes_caller else (request,)
    if key is None or db is None:
        reply = _checked(served, served.story(service, *given))
        if db is not None and trail.of_call(request, reply):
            with db.transaction(caller=caller) as tx:
                _told(served, tx, request, reply)
        return Answer(reply.dump())
    body = idempotency.digest(request)
    with db.leases.holding(f"call:{served.method}:{key}", wait_seconds=WAIT_SECONDS) as held:
        if not held:
            raise Unavailable("still_running", f"{served.method} runs under this key: ask again")
        first = _first_answer(served, request, caller, key, body, db)
        if first is not None:
            return first
        answer = served.story(service, *given)
        with db.transaction(caller=caller) as tx:
            told = _told(served, tx, request, answer)
            idempotency.keep(tx, served.method, key, body, told)
    return Answer(told)


def _first_answer(
    served: Served,
    request: Request[Any],
    caller: Caller,
    key: str,
    body: bytes,
    db: ServiceDatabase,
) -> Answer | None:
    with db.transaction(caller=caller) as tx:
        if served.permits is not None:
            served.permits(tx)
        reply = idempotency.answered(tx, served.method, key, body)
        if reply is None:
            return None
        _told(served, tx, request, served.request.wire.reply.load(reply))
    return Answer(reply, repeated=True)


def _told(served: Served, tx: Transaction, request: Request[Any], reply: Any) -> dict[str, Any]:
    """The answer as it leaves, once the transaction has noted whose records it tells of."""
    checked = _checked(served, reply)
    tx.audit(trail.of_call(request, checked))
    return checked.dump()


def _checked(served: Served, reply: Any) -> Shape:
    agreed: type[Shape] = served.request.wire.reply
    if not isinstance(reply, agreed):
        raise TypeError(f"{served.method} gave {type(reply).__name__}, not {agreed.__name__}")
    return reply


def _lost_a_race(error: DBAPIError) -> bool:
    """Another transaction was first: it won a deadlock, wrote what may be there only once, or
    changed the tables.

    Run again, the story sees what the other did, and answers or refuses as the rules say.
    """
    return getattr(error.orig, "pgcode", None) in {DEADLOCK, SERIALISATION, TWICE, STALE_PLAN}
