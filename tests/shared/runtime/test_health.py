"""Health and metrics: what they say when all is well, and while broker or database is away."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text
from toy_contracts import AskAlmanac, LightLamp, Spin
from toy_running import Toys, eventually

from cli.backing import PostgreSQL, RabbitMQ
from cli.backing.databases import create_database
from headship_contracts.errors import Unavailable
from kit.db.engine import open_engine


@pytest.fixture
def toys_to_break(
    expendable_rabbitmq: RabbitMQ, expendable_postgresql: PostgreSQL, tmp_path: Path
) -> Iterator[Toys]:
    """Toys on servers of their own, which the test may kill."""
    with ExitStack() as running:
        names = ("lamp", "almanac")
        databases = {name: create_database(expendable_postgresql.url, name) for name in names}
        both = Toys(expendable_rabbitmq.amqp_uri(), databases, tmp_path, running)
        running.callback(both.client.close)
        both.prepare()
        yield both


def test_through_an_outage_of_each_server_it_is_alive_and_then_ready_again(
    toys_to_break: Toys, expendable_rabbitmq: RabbitMQ, expendable_postgresql: PostgreSQL
) -> None:
    lamp = toys_to_break.run("lamp").until_ready()

    expendable_postgresql.kill()
    eventually(lambda: lamp.checks()["database"] != "ok")
    assert lamp.get("/health/ready")[0] == 503
    assert lamp.get("/health/live")[0] == 200
    assert 'headship_ready{service="lamp"} 0.0' in lamp.get("/metrics")[1]
    assert 'headship_database_connected{service="lamp"} 0.0' in lamp.get("/metrics")[1]
    expendable_postgresql.resume()
    eventually(lambda: lamp.get("/health/ready")[0] == 200)

    expendable_rabbitmq.node_kill()
    eventually(lambda: lamp.checks()["broker"] != "ok")
    assert lamp.get("/health/ready")[0] == 503
    assert lamp.get("/health/live")[0] == 200
    assert 'headship_broker_connected{service="lamp"} 0.0' in lamp.get("/metrics")[1]
    expendable_rabbitmq.node_start()
    eventually(lambda: lamp.get("/health/ready")[0] == 200)

    assert toys_to_break.client.call(LightLamp(lamp="after all that")).lamp == "after all that"
    assert lamp.stop() == 0


def test_a_database_that_falls_behind_the_code_is_told_and_makes_it_unready(toys: Toys) -> None:
    lamp = toys.run("lamp").until_ready()
    engine = open_engine(toys.databases["lamp"])

    with engine.begin() as connection:
        connection.execute(text("UPDATE service_version SET version_num = '0001'"))

    behind = "database of lamp: lamp is at 0001, the code needs 0002"
    assert eventually(lambda: lamp.checks()["database"] != "ok")
    assert lamp.checks()["database"].startswith(behind)
    with engine.begin() as connection:
        connection.execute(text("UPDATE service_version SET version_num = '0002'"))
    engine.dispose()
    eventually(lambda: lamp.get("/health/ready")[0] == 200)


def test_ready_tells_each_check(toys: Toys) -> None:
    lamp = toys.run("lamp").until_ready()

    status, body = lamp.get("/health/ready")

    assert status == 200
    assert json.loads(body) == {
        "ok": True,
        "services": {"lamp": {"started": "ok", "stopping": "ok", "broker": "ok", "database": "ok"}},
    }
    assert lamp.get("/elsewhere")[0] == 404


def test_every_series_is_there_before_anything_has_happened(toys: Toys) -> None:
    lamp = toys.run("almanac").until_ready()

    found = lamp.get("/metrics")[1]

    for series in (
        'headship_rpc_requests_total{method="count_lit",outcome="internal_error",'
        'service="almanac"} 0.0',
        'headship_rpc_duration_seconds_count{method="count_lit",service="almanac"} 0.0',
        'headship_events_handled_total{outcome="parked",queue="keep_lamp",service="almanac"} 0.0',
        'headship_event_age_seconds_count{queue="keep_lamp",service="almanac"} 0.0',
        'headship_relay_events_total{outcome="returned",service="almanac"} 0.0',
        'headship_workers_max{service="almanac"} 10.0',
        'headship_broker_connected{service="almanac"} 1.0',
        'headship_database_connected{service="almanac"} 1.0',
        'headship_ready{service="almanac"} 1.0',
        'headship_database_connections{service="almanac",state="allowed"} 16.0',
    ):
        assert series in found, series
    eventually(lambda: 'headship_outbox_pending{service="almanac"} 0.0' in lamp.get("/metrics")[1])


def test_a_call_without_an_answer_in_time_is_counted(toys: Toys) -> None:
    lamp = toys.run("lamp").until_ready()
    labels = 'asked="almanac",method="count_lit",service="lamp"'
    missed = f"headship_rpc_deadlines_missed_total{{{labels}}} "
    assert _value(lamp.get, missed) == 0

    with pytest.raises(Unavailable, match=r"almanac\.count_lit gave no answer in 5 s"):
        toys.client.call(AskAlmanac(), seconds=20)

    assert _value(lamp.get, missed) == 1


def test_work_that_holds_up_the_loop_shows_as_its_lag(toys: Toys) -> None:
    lamp = toys.run("lamp").until_ready()

    toys.client.call(Spin(seconds=1))

    lagging = 'headship_loop_lag_seconds_bucket{le="0.25",service="lamp"} '
    total = 'headship_loop_lag_seconds_count{service="lamp"} '
    eventually(lambda: _value(lamp.get, total) > _value(lamp.get, lagging))


def _value(get: Callable[[str], tuple[int, str]], series: str) -> float:
    lines = get("/metrics")[1].splitlines()
    return next((float(line.removeprefix(series)) for line in lines if series in line), 0)
