"""Settings: where they come from, and that all problems are told at once."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kit import config
from kit.config import KitSettings, SettingsError, load, setting
from kit.db.engine import open_engine

DEVELOPMENT = {
    "HEADSHIP_ENV": "development",
    "AMQP_URI": "amqp://me:secret@localhost/",
    "DATABASE_URL": "sqlite:///x.db",
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    count: int = setting("how many")
    share: Decimal = setting("a share", default=Decimal("0.5"))
    patience: timedelta = setting("seconds to wait", default=timedelta(seconds=1))
    folder: Path = setting("where", default=Path("var"))
    loud: bool = setting("whether to shout", default=False)
    names: list[str] = setting("who", default=["a"])
    token: str | None = setting("a token", default=None, secret=True)


def test_values_are_read_in_their_types() -> None:
    wanted = load(
        Wanted,
        {
            "HEADSHIP_ENV": "development",
            "COUNT": "3",
            "SHARE": "0.25",
            "PATIENCE": "1.5",
            "FOLDER": "/srv",
            "LOUD": "yes",
            "NAMES": "x, y",
            "TOKEN": "t",
        },
    )

    assert wanted == Wanted(
        count=3,
        share=Decimal("0.25"),
        patience=timedelta(seconds=1.5),
        folder=Path("/srv"),
        loud=True,
        names=["x", "y"],
        token="t",
    )


def test_the_first_source_that_has_a_setting_gives_it() -> None:
    assert load(Wanted, {"COUNT": 7}, {"COUNT": "8", "LOUD": "true"}).count == 7


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("SHARE", "NaN", "is 'NaN'; it must be a number"),
        ("SHARE", "-Infinity", "is '-Infinity'; it must be a number"),
        ("NAMES", "", "is empty"),
        ("NAMES", " , ", "is empty"),
    ],
)
def test_a_number_that_is_none_and_a_list_of_nothing_are_refused(
    name: str, given: str, told: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        load(Wanted, {"HEADSHIP_ENV": "development", "COUNT": "1", name: given})

    assert refused.value.problems == [f"{name}: {told}"]


def test_a_setting_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from the file\n")

    wanted = load(Wanted, {"COUNT": "1", "TOKEN_FILE": str(tmp_path / "token")})

    assert wanted.token == "from the file"


def test_all_problems_are_told_at_once_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        load(
            Wanted,
            {"SHARE": "half", "LOUD": "perhaps", "PATIENCE": "long", "TOKEN_FILE": "/no/such"},
        )

    told = "\n".join(refused.value.problems)
    assert len(refused.value.problems) == 5
    assert "COUNT is missing (or COUNT_FILE): how many" in told
    assert "SHARE: is 'half'; it must be a number" in told
    assert "LOUD: is 'perhaps'; it must be true or false" in told
    assert "TOKEN_FILE /no/such" in told


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("AMQP_URI", "localhost", "must be a URL: amqp://…"),
        ("AMQP_URI", "amqp://me:secret@[broker/", "must be a URL: amqp://…"),
        ("AMQP_URI", "amqp://me:secret@broker:port/", "must be a URL: amqp://…"),
        ("AMQP_URI", "amqp+ssl://me:secret@broker/", "must be a URL: amqp://…"),
        ("DATABASE_URL", "sqlite://", "must name a file: sqlite:///…"),
        ("DATABASE_URL", "sqlite:///:memory:", "must name a file: sqlite:///…"),
        ("DATABASE_URL", "mysql://me:secret@db/x", "must be a URL: postgresql://… or sqlite://…"),
        ("RETRY_DELAYS", "1,inf", "has 'inf'; each must be seconds"),
    ],
)
def test_an_address_or_number_that_cannot_be_right_is_told_and_no_password_shown(
    name: str, value: str, right: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        load(KitSettings, DEVELOPMENT | {name: value, "LOG_LEVEL": "loud"})

    told = "\n".join(refused.value.problems)
    assert f"{name}: {right}" in told
    assert "LOG_LEVEL: is 'loud'" in told
    assert "secret" not in told


@pytest.mark.parametrize("url", ["sqlite+aiosqlite:///x.db", "postgresql+asyncpg://me@db/x"])
def test_whatever_driver_a_database_is_given_with_ours_is_taken(url: str) -> None:
    engine = open_engine(load(KitSettings, DEVELOPMENT | {"DATABASE_URL": url}).database_url)

    assert engine.url.get_driver_name() in ("pysqlite", "psycopg2")


def test_a_file_that_holds_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xff\xfe")

    with pytest.raises(SettingsError, match=f"{tmp_path}/token: it is no text in UTF-8"):
        load(Wanted, {"COUNT": "1", "TOKEN_FILE": str(tmp_path / "token")})


@pytest.mark.parametrize("patience", ["inf", "nan", "1e300"])
def test_a_time_without_bounds_is_none(patience: str) -> None:
    with pytest.raises(SettingsError, match=r"PATIENCE: is .*; it must be a number of seconds"):
        load(Wanted, {"COUNT": "1", "PATIENCE": patience})


def test_a_time_may_have_to_be_longer_than_none() -> None:
    config.more_than_nothing(timedelta(seconds=0.1))
    with pytest.raises(ValueError, match="more than 0 seconds"):
        config.more_than_nothing(timedelta())


def test_production_refuses_a_secret_that_lies_open() -> None:
    with pytest.raises(SettingsError, match="TOKEN holds a secret: give it by TOKEN_FILE"):
        load(Wanted, {"COUNT": "1", "TOKEN": "t"})


def test_production_refuses_a_password_inside_a_url(tmp_path: Path) -> None:
    (tmp_path / "uri").write_text("amqp://me:secret@localhost/")
    open_url = DEVELOPMENT | {"HEADSHIP_ENV": "production"}

    with pytest.raises(SettingsError, match="AMQP_URI holds a secret"):
        load(KitSettings, open_url)

    del open_url["AMQP_URI"]
    from_file = load(KitSettings, open_url | {"AMQP_URI_FILE": str(tmp_path / "uri")})
    assert from_file.amqp_uri == "amqp://me:secret@localhost/"


def test_development_takes_them_as_they_come() -> None:
    settings = load(KitSettings, DEVELOPMENT)

    assert settings.amqp_uri == DEVELOPMENT["AMQP_URI"]
    assert (settings.http_port, settings.health_port) == (8000, 9000)


def test_the_names_of_a_class_are_those_of_the_environment() -> None:
    assert {"AMQP_URI", "DATABASE_URL", "HEALTH_PORT"} <= set(config.names(KitSettings))


def test_no_secret_is_in_what_the_settings_look_like(tmp_path: Path) -> None:
    (tmp_path / "amqp").write_text("amqp://me:hush-hush@broker/")
    (tmp_path / "database").write_text("postgresql://me:hush-hush@database/own")
    (tmp_path / "links").write_text("hush-hush")

    settings = load(
        KitSettings,
        {
            "AMQP_URI_FILE": str(tmp_path / "amqp"),
            "DATABASE_URL_FILE": str(tmp_path / "database"),
            "LINK_SECRETS_FILE": str(tmp_path / "links"),
        },
    )

    assert settings.link_secrets == ["hush-hush"]
    assert "hush-hush" not in f"{settings} {settings!r}"


@pytest.mark.parametrize("name", ["AMQP_URI", "DATABASE_URL", "LINK_SECRETS"])
def test_a_secret_outside_a_file_is_refused_in_production_and_not_quoted(
    name: str, tmp_path: Path
) -> None:
    given = {"AMQP_URI": "amqp://host/", "DATABASE_URL": "postgresql://host/own"}
    secret = {
        "AMQP_URI": "amqp://me:hush-hush@host/",
        "DATABASE_URL": "postgresql://me:hush-hush@host/own",
        "LINK_SECRETS": "hush-hush",
    }

    with pytest.raises(SettingsError) as refused:
        load(KitSettings, given | {name: secret[name]})

    assert name in str(refused.value)
    assert "hush-hush" not in str(refused.value)


def test_a_url_that_is_none_is_refused_without_being_quoted() -> None:
    with pytest.raises(SettingsError) as refused:
        load(KitSettings, DEVELOPMENT | {"AMQP_URI": "ampq://me:hush-hush@host/"})

    assert "AMQP_URI: must be a URL" in str(refused.value)
    assert "hush-hush" not in str(refused.value)
