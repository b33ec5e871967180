"""Whatever is sent, the answer is an answer or an error that names the field; never a bug."""

import json
import secrets
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from desk.requests import Lend, ListLoans, Say
from desk.service import DeskService
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, cast, literal, select

from cli.backing.databases import create_database, drop_database
from headship_contracts.errors import Invalid
from headship_contracts.shape import Shape, shape
from kit.calls import run_call
from kit.calls.incoming import read_body
from kit.db import TYPES, ServiceDatabase
from kit.db.engine import begin, open_engine
from kit.db.migrate import migrate
from kit.identity import Caller

ANNA = Caller("staff", "anna")

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.sampled_from(
        ["\x00", "\ud800", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1e999999"]
    ),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(scope="module", params=["postgresql", "sqlite"])
def a_database_engine(
    request: pytest.FixtureRequest,
    admin_database_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Engine]:
    """A desk's database, of either kind."""
    name = f"test_{secrets.token_hex(6)}"
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('desk') / name}"
    else:
        url = create_database(admin_database_url, name)
    engine = open_engine(url)
    migrate(engine, "desk")
    yield engine
    engine.dispose()
    if request.param == "postgresql":
        drop_database(admin_database_url, name)


@pytest.fixture(scope="module")
def a_desk_without_a_bus(a_database_engine: Engine) -> DeskService:
    service = DeskService()
    service.db = ServiceDatabase(a_database_engine, "desk")
    return service


@given(st.binary() | values.map(lambda value: json.dumps(value).encode()))
@example(b'{"args": [], "kwargs": {"words": NaN}}')
@example(b'{"args": [], "kwargs": {}}' * 2)
def test_any_bytes_are_fields_or_invalid(body: bytes) -> None:
    try:
        fields, _ = read_body(Say, body)
    except Invalid as error:
        assert error.code in ("not_json", "malformed_request", "invalid_fields")  # noqa: PT017
    else:
        assert isinstance(fields, dict)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from([Lend, ListLoans]),
    st.dictionaries(
        st.sampled_from(["book", "due_on", "cursor", "limit", "anything"]), values, max_size=4
    ),
    st.none() | values,
)
def test_any_fields_get_an_answer_or_invalid(
    a_desk_without_a_bus: DeskService,
    request_class: type[Lend] | type[ListLoans],
    fields: dict[str, object],
    key: object,
) -> None:
    try:
        answer = run_call(
            a_desk_without_a_bus, request_class.wire.method, {"book": "Emma", **fields}, ANNA, key
        )
    except Invalid as error:
        assert error.fields  # noqa: PT017
    else:
        json.dumps(answer.reply)


@shape
class Everything(Shape):
    """A field of each kind."""

    words: str | None = None
    count: int | None = None
    money: Decimal | None = None
    day: date | None = None
    at: datetime | None = None
    who: UUID | None = None


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(["words", "count", "money", "day", "at", "who"]), value=values)
@example("count", 2**63)
@example("money", "1e20")
@example("at", "0001-01-01T00:00:00+14:00")
@example("words", "\x00")
@example("words", "\ud800")
def test_what_a_shape_accepts_a_database_takes(
    a_database_engine: Engine, name: str, value: object
) -> None:
    try:
        accepted = getattr(Everything.load({name: value}), name)
    except Invalid:
        return
    if accepted is not None and type(accepted) in TYPES:
        kind = TYPES[type(accepted)]
        with begin(a_database_engine) as connection:
            connection.execute(select(cast(literal(accepted, kind), kind)))
