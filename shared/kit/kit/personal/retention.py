"""How long each kind of record is kept: data that comes with a service and that a provider sets."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NoReturn

from kit.config import SettingsError

LONGEST_MONTHS: Final = 1_200


@dataclass(frozen=True)
class Rule:
    """For how many months after the end of training, without and with a request to erase.

    `with_kinds`: at least as long as those are kept. `why` goes onto the certificate.
    """

    months: int
    months_on_request: int
    why: str
    source: str
    with_kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """A service's rules by kind of record."""

    by_kind: Mapping[str, Rule]

    def months(self, kind: str, present: Collection[str] | None = None) -> int:
        """How long this kind is kept without a request: at most, or of somebody of whom there are
        these kinds."""
        rule = self.by_kind[kind]
        others = [k for k in rule.with_kinds if present is None or k in present]
        return max([rule.months, *(self.by_kind[other].months for other in others)])

    def until_on_request(self, kind: str, ended_on: date, present: Collection[str]) -> date:
        """The first day on which it may go, of somebody of whom there are these kinds."""
        rule = self.by_kind[kind]
        others = [self.by_kind[other] for other in rule.with_kinds if other in present]
        return later(ended_on, max(one.months_on_request for one in (rule, *others)))


@cache
def load_rules(package: str, kinds: frozenset[str], override: Path | None = None) -> Rules:
    """The rules that came with a service, in its `retention.json`, and what a provider's own file
    says instead. Raises SettingsError that names file, kind and field."""
    packaged = json.loads((files(package) / "retention.json").read_text(encoding="utf-8"))
    told = {kind: dict(rule) for kind, rule in packaged.items()}
    if override:
        for kind, own in _read(override).items():
            if kind not in told:
                known = ", ".join(sorted(told))
                _refuse(override, f"there is no kind of record {kind!r}; there are {known}")
            if not isinstance(own, dict):
                _refuse(override, f"{kind} must be an object")
            told[kind] |= own
    rules = {kind: _rule(override or package, kind, rule, told) for kind, rule in told.items()}
    missing = sorted(set(kinds) - rules.keys())
    if missing:
        _refuse(override or package, f"no rule for {', '.join(missing)}")
    return Rules(rules)


def later(day: date, months: int) -> date:
    """So many months later; the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    return date(day.year + year, month + 1, day.day)


def earlier(at: datetime, months: int) -> datetime:
    """So many months before an instant."""
    day = later(at.date(), -months)
    return at.replace(year=day.year, month=day.month, day=day.day)


def _rule(where: object, kind: str, told: Mapping[str, Any], all_kinds: Collection[str]) -> Rule:
    fields = {"months", "months_on_request", "why", "source", "with"}
    if unknown := sorted(told.keys() - fields):
        _refuse(where, f"{kind} has {unknown[0]!r}; it can have {', '.join(sorted(fields))}")
    for name in ("months", "months_on_request"):
        value = told.get(name)
        if type(value) is not int or not 0 <= value <= LONGEST_MONTHS:
            _refuse(where, f"{kind}.{name} is {value!r}; it must be 0 to {LONGEST_MONTHS} months")
    for name in ("why", "source"):
        if not isinstance(told.get(name), str) or not told[name]:
            _refuse(where, f"{kind}.{name} must say it in words")
    others = told.get("with", [])
    if not isinstance(others, list) or any(other not in all_kinds for other in others):
        _refuse(where, f"{kind}.with is {others!r}; it must be a list of kinds of record")
    return Rule(
        told["months"], told["months_on_request"], told["why"], told["source"], tuple(others)
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError([f"RETENTION_RULES: {path}: {error}"]) from error
    if not isinstance(told, dict):
        _refuse(path, "it must be an object: kind of record → rule")
    return dict(told)


def _refuse(where: object, problem: str) -> NoReturn:
    raise SettingsError([f"RETENTION_RULES: {where}: {problem}"])
