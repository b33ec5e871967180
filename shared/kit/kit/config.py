"""Settings: read once from the environment or files, checked all at once, then frozen.

A setting NAME may be given as NAME, or as NAME_FILE with the path of a file that holds it. In
production a secret is accepted only from a file, and a password inside a URL counts as one.
"""

import dataclasses
import os
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from kit.config_values import parse

DEVELOPMENT = "development"

SHORTEST_DELAY, LONGEST_DELAY = 0.001, 86_400
"""Seconds before a retry."""

MESSAGE_MOST_BYTES = 4_194_304
"""What our brokers take at most (`max_message_size`); RabbitMQ's own limit is 128 MiB."""

HUB_REQUEST_MOST_BYTES = MESSAGE_MOST_BYTES


class SettingsError(Exception):
    """Settings are missing or wrong; `problems` has one line for each, naming the setting."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("settings are not right:\n" + "\n".join(f"  {p}" for p in problems))
        self.problems = problems


def setting(
    help: str,
    *,
    default: Any = dataclasses.MISSING,
    secret: bool = False,
    url: bool = False,
    check: Callable[[Any], None] | None = None,
    up_to: str | None = None,
) -> Any:
    """A field of a settings class. `help` says what the value is for and its unit.

    `secret`: in production only from a file. `url`: a password inside it makes it secret. Neither
    is in the `repr` of the settings.
    `check` raises ValueError for a value that is not right, saying what would be. `up_to` names
    another field of the class, than which this one must not be more.
    """
    told = {"help": help, "secret": secret, "url": url, "check": check, "up_to": up_to}
    shown = not (secret or url)
    if isinstance(default, list):
        return dataclasses.field(default_factory=lambda: list(default), metadata=told, repr=shown)
    return dataclasses.field(default=default, metadata=told, repr=shown)


def one_of(*allowed: str) -> Callable[[str], None]:
    """A check: the value is one of these words."""

    def check(value: str) -> None:
        if value not in allowed:
            raise ValueError(f"is {value!r}; it must be {' or '.join(allowed)}")

    return check


def between(least: int, most: int) -> Callable[[int], None]:
    """A check: the number is between these, both allowed."""

    def check(value: int) -> None:
        if not least <= value <= most:
            raise ValueError(f"is {value}; it must be between {least} and {most}")

    return check


def url_of(*schemes: str) -> Callable[[str], None]:
    """A check: the value is a URL of one of these schemes. It is not quoted: it may be secret."""

    def check(value: str) -> None:
        try:
            parts = urlsplit(value)
            fits = parts.scheme in schemes and parts.port != 0
        except ValueError:  # brackets or a port that make no sense
            fits = False
        if not fits or "://" not in value:
            raise ValueError(f"must be a URL: {' or '.join(f'{each}://…' for each in schemes)}")

    return check


def url_of_database(value: str) -> None:
    """A check: a PostgreSQL's URL, or that of a SQLite file. A driver in it is not heeded: we have
    our own."""
    scheme, separator, rest = value.partition("://")
    kind = scheme.partition("+")[0]
    url_of("postgresql", "sqlite")(f"{kind}{separator}{rest}")
    if kind == "sqlite" and rest.partition("?")[0] in ("", "/", "/:memory:"):
        raise ValueError("must name a file: sqlite:///…")


def more_than_nothing(value: timedelta) -> None:
    """A check: the time is longer than none."""
    if value <= timedelta():
        raise ValueError("must be more than 0 seconds")


def _delays(values: list[str]) -> None:
    for value in values:
        try:
            fits = SHORTEST_DELAY <= float(value) <= LONGEST_DELAY
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(
                f"has {value!r}; each must be seconds, from {SHORTEST_DELAY} to {LONGEST_DELAY}"
            )


def _file(value: Path) -> None:
    if not value.is_file():
        raise ValueError(f"names {value}, which is no file")


def _clock(value: str) -> None:
    kind, _, path = value.partition(":")
    if value != "wall" and kind != "file":
        raise ValueError(f"is {value!r}; it must be wall or file:PATH")
    if kind == "file":
        _file(Path(path))


PORT = between(0, 65_535)


@dataclass(frozen=True, kw_only=True)
class KitSettings:
    """What every service needs."""

    headship_env: str = setting(
        "development or production", default="production", check=one_of(DEVELOPMENT, "production")
    )
    amqp_uri: str = setting(
        "the broker, as this service: amqp://user:password@host/vhost",
        url=True,
        check=url_of("amqp", "amqps", "pyamqp", "embedded"),
    )
    hubs_amqp_uri: str | None = setting(
        "the broker's virtual host of the hubs, as this service; without it no hub is answered",
        default=None,
        url=True,
        check=url_of("amqp", "amqps", "pyamqp"),
    )
    hub_calls_per_second: int = setting(
        "calls of one hub in a second, by all replicas", default=50, check=between(1, 100_000)
    )
    hub_calls_at_once: int = setting(
        "calls of one hub at the same time, by all replicas", default=4, check=between(1, 1_000)
    )
    hub_request_bytes: int = setting(
        "the longest request of a hub, in bytes",
        default=1_048_576,
        check=between(1_024, HUB_REQUEST_MOST_BYTES),
    )
    database_url: str = setting(
        "this service's own database: postgresql://… or sqlite:///…",
        url=True,
        check=url_of_database,
    )
    http_port: int = setting("public HTTP port; 0: none", default=8000, check=PORT)
    health_port: int = setting("port of health and metrics; 0: none", default=9000, check=PORT)
    max_workers: int = setting("entrypoints run at once", default=10, check=between(1, 1_000))
    jobs_at_once: int = setting("child processes at once", default=2, check=between(1, 64))
    drain_seconds: int = setting(
        "how long a stop may take until what hangs is ended", default=25, check=between(1, 3_600)
    )
    retry_delays: list[str] = setting(
        "seconds before each retry of a failed event; then it is parked",
        default=["1", "5", "30", "120", "600", "3600"],
        check=_delays,
    )
    link_secrets: list[str] = setting(
        "secrets of signed links; the first one signs, all are accepted", default=[], secret=True
    )
    retention_rules: Path | None = setting(
        "a JSON file with this provider's own rules of retention, by kind of record",
        default=None,
        check=_file,
    )
    retention_apply: bool = setting(
        "whether the retention job deletes what is due; else it only says what that would be",
        default=False,
    )
    headship_clock: str = setting(
        "wall, or file:PATH (development only)", default="wall", check=_clock
    )
    headship_revision: str = setting(
        "the commit that it was built from; images have it", default="unknown"
    )
    log_level: str = setting(
        "debug, info, warning or error",
        default="info",
        check=one_of("debug", "info", "warning", "error"),
    )


SettingsT = TypeVar("SettingsT")


def load(settings: type[SettingsT], *sources: Mapping[str, Any]) -> SettingsT:
    """The settings that `sources` give, the first that has one; by default the environment.

    Raises SettingsError with all problems at once.
    """
    given = sources or (os.environ,)
    production = _find("HEADSHIP_ENV", given) != DEVELOPMENT
    problems: list[str] = []
    values: dict[str, Any] = {}
    hints = typing.get_type_hints(settings)
    for member in dataclasses.fields(settings):  # type: ignore[arg-type]
        name = member.name.upper()
        try:
            raw, from_file = _raw(name, given)
            if raw is None:
                if _required(member):
                    told = member.metadata.get("help", "")
                    problems.append(f"{name} is missing (or {name}_FILE): {told}")
                elif member.default is not dataclasses.MISSING:
                    values[member.name] = member.default
                continue
            value = parse(hints[member.name], raw)
            if member.metadata.get("check") is not None:
                member.metadata["check"](value)
        except ValueError as error:
            problems.append(f"{name}: {error}")
            continue
        if production and not from_file and _is_secret(member, value):
            problems.append(
                f"{name} holds a secret: give it by {name}_FILE, or set HEADSHIP_ENV=development"
            )
        values[member.name] = value
    problems += _too_much(settings, values)
    if problems:
        raise SettingsError(problems)
    return settings(**values)


def _too_much(settings: type[Any], values: Mapping[str, Any]) -> list[str]:
    """What is wrong between two settings that are right by themselves."""
    problems = []
    for member in dataclasses.fields(settings):
        name, most = member.name, str(member.metadata.get("up_to"))
        if name in values and most in values and values[name] > values[most]:
            told = f"it must not be more than {most.upper()}, which is {values[most]}"
            problems.append(f"{name.upper()}: is {values[name]}; {told}")
    return problems


def names(settings: type[Any]) -> list[str]:
    """The names of all settings of a class, as the environment has them."""
    return [member.name.upper() for member in dataclasses.fields(settings)]


def _find(name: str, sources: tuple[Mapping[str, Any], ...]) -> Any:
    return next((source[name] for source in sources if source.get(name) is not None), None)


def _raw(name: str, sources: tuple[Mapping[str, Any], ...]) -> tuple[Any, bool]:
    path = _find(f"{name}_FILE", sources)
    if path is not None:
        try:
            return Path(path).read_text(encoding="utf-8").strip(), True
        except OSError as error:
            raise ValueError(f"cannot read {name}_FILE {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ValueError(f"cannot read {name}_FILE {path}: it is no text in UTF-8") from error
    return _find(name, sources), False


def _required(member: "dataclasses.Field[Any]") -> bool:
    return member.default is dataclasses.MISSING and member.default_factory is dataclasses.MISSING


def _is_secret(member: "dataclasses.Field[Any]", value: Any) -> bool:
    if member.metadata.get("secret"):
        return bool(value)
    return bool(member.metadata.get("url")) and urlsplit(str(value)).password is not None
