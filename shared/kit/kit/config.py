"""Settings: read once from the environment or files, checked all at once, then frozen.

A setting NAME may be given as NAME, or as NAME_FILE with the path of a file that holds it. In
production a secret is accepted only from a file, and a password inside a URL counts as one.
"""

import dataclasses
import os
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

DEVELOPMENT = "development"


class SettingsError(Exception):
    """Settings are missing or wrong; `problems` has one line for each, naming the setting."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("settings are not right:\n" + "\n".join(f"  {p}" for p in problems))
        self.problems = problems


def setting(
    help: str, *, default: Any = dataclasses.MISSING, secret: bool = False, url: bool = False
) -> Any:
    """A field of a settings class. `help` says what the value is for and its unit.

    `secret`: in production only from a file. `url`: a password inside it makes it secret.
    """
    told = {"help": help, "secret": secret, "url": url}
    if isinstance(default, list):
        return dataclasses.field(default_factory=lambda: list(default), metadata=told)
    return dataclasses.field(default=default, metadata=told)


@dataclass(frozen=True, kw_only=True)
class KitSettings:
    """What every service needs."""

    headship_env: str = setting("development or production", default="production")
    amqp_uri: str = setting(
        "the broker, as this service: amqp://user:password@host/vhost", url=True
    )
    database_url: str = setting(
        "this service's own database: postgresql://… or sqlite:///…", url=True
    )
    http_port: int = setting("public HTTP port; 0: none", default=8000)
    health_port: int = setting("port of health and metrics; 0: none", default=9000)
    max_workers: int = setting("entrypoints run at once", default=10)
    drain_seconds: int = setting("how long a stop may take until what hangs is ended", default=25)
    retry_delays: list[str] = setting(
        "seconds before each retry of a failed event; then it is parked",
        default=["1", "5", "30", "120", "600", "3600"],
    )
    link_secrets: list[str] = setting(
        "secrets of signed links; the first one signs, all are accepted", default=[], secret=True
    )
    headship_clock: str = setting("wall, or file:PATH (development only)", default="wall")
    log_level: str = setting("debug, info, warning or error", default="info")


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
                continue
            value = _parse(hints[member.name], raw)
        except ValueError as error:
            problems.append(f"{name}: {error}")
            continue
        if production and not from_file and _is_secret(member, value):
            problems.append(
                f"{name} holds a secret: give it by {name}_FILE, or set HEADSHIP_ENV=development"
            )
        values[member.name] = value
    if problems:
        raise SettingsError(problems)
    return settings(**values)


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
    return _find(name, sources), False


def _required(member: "dataclasses.Field[Any]") -> bool:
    return member.default is dataclasses.MISSING and member.default_factory is dataclasses.MISSING


def _is_secret(member: "dataclasses.Field[Any]", value: Any) -> bool:
    if member.metadata.get("secret"):
        return bool(value)
    return bool(member.metadata.get("url")) and urlsplit(str(value)).password is not None


def _parse(hint: Any, raw: Any) -> Any:
    """The value that `raw` (text, or what YAML made of it) means; ValueError says what is right."""
    if hint == list[str]:
        parts = raw if isinstance(raw, list) else str(raw).split(",")
        return [str(part).strip() for part in parts if str(part).strip()]
    if typing.get_args(hint):  # an optional: X | None
        hint = next(a for a in typing.get_args(hint) if a is not type(None))
    text = str(raw).strip()
    if hint is bool:
        if text.lower() not in {"true", "false", "1", "0", "yes", "no"}:
            raise ValueError(f"is {text!r}; it must be true or false")
        return text.lower() in {"true", "1", "yes"}
    if hint is int:
        try:
            return int(text)
        except ValueError as error:
            raise ValueError(f"is {text!r}; it must be a whole number") from error
    if hint is Decimal:
        try:
            return Decimal(text)
        except InvalidOperation as error:
            raise ValueError(f"is {text!r}; it must be a number") from error
    if hint is timedelta:
        try:
            return timedelta(seconds=float(text))
        except ValueError as error:
            raise ValueError(f"is {text!r}; it must be a number of seconds") from error
    if hint is Path:
        return Path(text)
    if not text:
        raise ValueError("is empty")
    return text
