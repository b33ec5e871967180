"""A service under `nameko run`, as those who know nameko start theirs."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from toy_contracts import LightLamp
from toy_running import Toys, listening

from headship_contracts.errors import InternalError
from kit.db.engine import open_engine
from kit.db.tables import outbox


def test_nameko_runs_a_service_with_settings_from_its_yaml(toys: Toys, tmp_path: Path) -> None:
    settings = toys.settings("lamp")
    config = tmp_path / "config.yaml"
    config.write_text("".join(f"{name}: {value!r}\n" for name, value in settings.items()))
    command = (sys.executable, "-m", "nameko", "run", "lamp.service", "--config", str(config))
    nothing = dict.fromkeys(settings, "")

    lamp = toys.run("lamp", *command, **nothing | {"HEALTH_PORT": settings["HEALTH_PORT"]})

    lamp.until_ready()
    assert toys.client.call(LightLamp(lamp="one")).lamp == "one"
    assert lamp.stop() == 0


def test_under_nameko_it_logs_and_tells_the_time_as_it_does_by_itself(
    toys: Toys, tmp_path: Path
) -> None:
    hand = tmp_path / "clock"
    hand.write_text("2030-05-01T09:00:00+00:00")
    command = (sys.executable, "-m", "nameko", "run", "lamp.service")
    lamp = toys.run("lamp", *command, HEADSHIP_CLOCK=f"file:{hand}").until_ready()
    toys.client.call(LightLamp(lamp="a-secret"))

    with pytest.raises(InternalError) as twice:
        toys.client.call(LightLamp(lamp="a-secret"))

    ran = [json.loads(line) for line in lamp.text().splitlines() if '"entrypoint ran"' in line]
    assert [(one["outcome"], one["entrypoint"]) for one in ran] == [
        ("ok", "light_lamp"),
        ("internal_error", "light_lamp"),
    ]
    assert ran[1]["correlation_id"] == twice.value.detail
    assert "a-secret" not in lamp.text()
    with open_engine(toys.databases["lamp"]).begin() as connection:
        (told,) = connection.scalars(select(outbox.c.body))
    assert json.loads(told)["occurred_at"].startswith("2030-05-01")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("HEALTH_PORT", "Error: HEALTH_PORT: cannot listen on port {}: it is in use"),
        ("MAX_WORKERS", "  MAX_WORKERS: is {!r}; it must be a whole number"),
        ("AMQP_URI", "Error: the broker has no exchange "),
        ("DATABASE_URL", "Error: database of lamp: kit is at nothing"),
    ],
)
def test_under_nameko_what_must_be_put_right_is_all_that_is_told(
    toys: Toys,
    a_vhost: Callable[[], str],
    an_empty_database: Callable[[], str],
    setting: str,
    told: str,
) -> None:
    with listening() as port:
        wrong = {
            "HEALTH_PORT": lambda: str(port),
            "MAX_WORKERS": lambda: "lots",
            "AMQP_URI": a_vhost,
            "DATABASE_URL": an_empty_database,
        }[setting]()
        command = (sys.executable, "-m", "nameko", "run", "lamp.service")

        lamp = toys.run("lamp", *command, **{setting: wrong})

        assert lamp.process.wait(40) == 1
    assert told.format(wrong) in lamp.text()
    assert "Traceback" not in lamp.text()
