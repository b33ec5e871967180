"""What a service's tests need: a database, the service without a bus, and fakes.

    @pytest.fixture
    def sessions(a_database):
        return a_service(SessionsService, db=a_database("sessions"), ask=FakeAsk({People: FOUND}))

    def test_a_seat_is_given_once(sessions):
        deliver(sessions, an_application_accepted(), times=2)

        assert [type(event) for event in emitted(sessions.db)] == [ParticipantSeated]

`call`, `deliver` and `run_timer` do what the bus would: contract, permission, idempotency,
inbox, transaction, correlation.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from uuid import uuid4

from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from headship_contracts.messages import EVENTS, Envelope, Event, Request
from headship_contracts.shape import Shape
from kit import correlation
from kit.audit import trail
from kit.bus.consumer import Outcome, run_deliveries
from kit.bus.handler import handlers_of
from kit.calls import run_call
from kit.config import load
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.db.migrate import migrate
from kit.db.tables import outbox
from kit.db.transaction import refuse_in_transaction
from kit.identity import Caller
from kit.transport.providers import Ask, Config, Database

ServiceT = TypeVar("ServiceT")
ReplyT = TypeVar("ReplyT", bound=Shape)
EventT = TypeVar("EventT", bound=Event)

STAFF: Final = Caller("staff", "tester")
"""Who calls when a test does not say."""

SETTINGS: Final = {
    "HEADSHIP_ENV": "development",
    "AMQP_URI": "embedded://tester@nowhere/",
    "DATABASE_URL": "sqlite:///nowhere.sqlite",
    "LINK_SECRETS": "a secret for tests only, long enough to be taken",
}
"""The kit's settings when a test does not say."""


class FakeAsk:
    """Answers RPC to other services from a table: request class → reply, error or function.

    `asked` lists the requests, in order. What the table does not have is a failed test.
    """

    def __init__(self, answers: Mapping[type[Request[Any]], Any] | None = None) -> None:
        self.answers = dict(answers or {})
        self.asked: list[Request[Any]] = []

    def __call__(
        self,
        request: Request[ReplyT],
        *,
        seconds: float = 10,
        idempotency_key: str | None = None,
    ) -> ReplyT:
        refuse_in_transaction(f"a call of {request.wire.method}")
        self.asked.append(request)
        answer = self.answers[type(request)]
        if isinstance(answer, BaseException):
            raise answer
        reply: ReplyT = answer if isinstance(answer, Shape) else answer(request)  # type: ignore[assignment]
        return reply


def a_service(
    service_class: type[ServiceT],
    *,
    db: ServiceDatabase | None = None,
    ask: Callable[..., Any] | None = None,
    settings: Any = None,
) -> ServiceT:
    """An instance with its dependencies in place: the given ones, and harmless ones elsewhere.

    Without `settings` those of SETTINGS are used, so the service's own need a default.
    """
    service = service_class()
    for name in dir(service_class):
        declared = getattr(service_class, name)
        if isinstance(declared, Database):
            if db is None:
                raise TypeError(f"{service_class.__name__} has a database: give db=")
            setattr(service, name, db)
        elif isinstance(declared, Ask):
            setattr(service, name, ask or FakeAsk())
        elif isinstance(declared, Config):
            taken = settings or load(declared.settings_class, SETTINGS)
            declared.use(taken)
            setattr(service, name, taken)
    return service


def call(
    service: Any,
    request: Request[ReplyT],
    *,
    caller: Caller = STAFF,
    idempotency_key: str | None = None,
) -> ReplyT:
    """Run the method that answers `request`, as the bus would. Raises its ServiceError."""
    wire = request.wire
    with correlation.bind(None, f"call-{uuid4()}"):
        answer = run_call(service, wire.method, request.dump(), caller, idempotency_key)
    reply: ReplyT = wire.reply.load(answer.reply)  # type: ignore[assignment]
    return reply


def deliver_together(service: Any, *events: Event) -> None:
    """Run the handlers of the service for events that come as one group, as the bus would.

    Raises what a handler raises, where the bus would retry or park.
    """
    for handler in handlers_of(type(service)):
        bodies = [_on_the_wire(event, uuid4()) for event in events if type(event) in handler.events]
        for outcome in run_deliveries(service, handler, _database_of(service), bodies):
            if outcome.error is not None:
                raise outcome.error


def deliver(service: Any, event: Event, *, times: int = 1, event_id: Any = None) -> list[Outcome]:
    """Run each handler of the service for this event, as the bus would, `times` times over.

    Raises what a handler raises, where the bus would retry or park. Gives back the outcomes.
    """
    handlers = [h for h in handlers_of(type(service)) if type(event) in h.events]
    if not handlers:
        raise LookupError(f"{type(service).__name__} does not handle {type(event).__name__}")
    body = _on_the_wire(event, event_id or uuid4())
    outcomes = [
        outcome
        for _ in range(times)
        for handler in handlers
        for outcome in run_deliveries(service, handler, _database_of(service), [body])
    ]
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return outcomes


def run_timer(service: Any, name: str, at: datetime) -> None:
    """Run one tick of a timer, for the domain's instant `at`."""
    with correlation.bind(None, f"timer-{name}"), trail.coming_through(f"timer {name}"):
        getattr(service, name)(at)


def emitted(db: ServiceDatabase, kind: type[EventT] = Event) -> list[EventT]:  # type: ignore[assignment]
    """What the service has told, in order; with `kind` only events of that class."""
    with Session(db.engine) as session:
        rows = session.execute(select(outbox).order_by(outbox.c.id)).all()
    told = [EVENTS[row.source, row.name].load(json.loads(row.body)["body"]) for row in rows]
    return [event for event in told if isinstance(event, kind)]


def _on_the_wire(event: Event, event_id: Any) -> bytes:
    envelope = Envelope(
        event_id=event_id,
        source=event.wire.source,
        name=event.wire.name,
        version=event.wire.version,
        occurred_at=datetime.now(UTC),
        sent_at=datetime.now(UTC),
        correlation_id=correlation.new_correlation(),
    )
    return json.dumps(envelope.dump() | {"body": event.dump()}).encode()


def _database_of(service: Any) -> ServiceDatabase:
    return next(value for value in vars(service).values() if isinstance(value, ServiceDatabase))


class Databases:
    """Migrated databases on one PostgreSQL server, each a copy of a template made once a run."""

    def __init__(self, admin_url: str) -> None:
        self._admin_url = make_url(admin_url).set(drivername="postgresql+psycopg2")
        self._admin = create_engine(self._admin_url, isolation_level="AUTOCOMMIT")
        self._templates: dict[str, str] = {}

    @contextmanager
    def a_database(self, service: str) -> Iterator[ServiceDatabase]:
        """A migrated, empty database for one test; dropped afterwards."""
        name = f"test_{service}_{uuid4().hex[:12]}"
        self._create(name, self._template(service))
        engine = self._open(name)
        try:
            yield ServiceDatabase(engine, service)
        finally:
            engine.dispose()
            self._drop(name)

    def close(self) -> None:
        """Drop the templates."""
        for template in self._templates.values():
            self._drop(template)
        self._templates.clear()
        self._admin.dispose()

    def _template(self, service: str) -> str:
        if service not in self._templates:
            name = f"template_{service}_{uuid4().hex[:12]}"
            self._create(name, "template1")
            self._templates[service] = name
            engine = self._open(name)
            migrate(engine, service)
            engine.dispose()  # a template must have no connections
        return self._templates[service]

    def _open(self, name: str) -> Engine:
        return open_engine(self._admin_url.set(database=name))

    def _create(self, name: str, template: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))

    def _drop(self, name: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
