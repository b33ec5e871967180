"""The simulator on a free port, and the request of a case to it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import requests

from cli.dfe_cases.declarations import instant
from cli.dfe_cases.suites import Json
from dfe_simulator import SeedPlan, Simulator
from dfe_simulator.staging import StagedWorld
from dfe_simulator.world import World

NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)
"""The server's time where a case does not tell it."""

SECONDS = 30.0

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def now_of(given: Json) -> datetime:
    """The server's time in a case."""
    return instant(given["now"]) if given.get("now") else NOW


class NotStaged(Exception):
    """The simulator cannot be brought to what the case gives; the text says why."""


@dataclass(frozen=True)
class Reply:
    """What the simulator answered, placeholders in place of ids."""

    http: int
    body: Any
    headers: dict[str, str]

    def told(self) -> Json:
        """The parts that every case may ask for."""
        errors = self.body.get("errors", []) if isinstance(self.body, dict) else []
        return {"http": self.http, "body": self.body, "errors": errors}

    @property
    def attributes(self) -> Json:
        """Of the one record in the reply."""
        attributes: Json = self.body["data"]["attributes"]
        return attributes


class Stage:
    """A running simulator whose world is another for each case.

    Placeholders such as `P1` stand for ids; the requests have UUIDs in their place, and in the
    answers the placeholders come back.
    """

    def __init__(self, *, rate_limited: bool = False) -> None:
        plan = SeedPlan(applications=1, not_eligible=0, without_trn=0)
        self._simulator = Simulator(plan, rate_limited=rate_limited)
        self._simulator.limit.clock = lambda: 0.0  # else a slow case gets into the next window
        self._session = requests.Session()
        self._placeholders: dict[str, str] = {}
        self.world = StagedWorld()

    def __enter__(self) -> "Stage":
        self._simulator.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        stack: TracebackType | None,
    ) -> None:
        self._session.close()
        self._simulator.close()

    def clear(self) -> StagedWorld:
        """An empty world to be staged."""
        self._placeholders.clear()
        self.world = StagedWorld()
        self.show(self.world)
        return self.world

    def show(self, world: World) -> None:
        """Let the simulator serve this world."""
        self._simulator.service.world = world

    def id_of(self, placeholder: str) -> str:
        """The UUID that a placeholder stands for in this world."""
        known = str(uuid5(NAMESPACE_URL, f"dfe-case:{placeholder}"))
        self._placeholders[known] = placeholder
        return known

    def placeholder_of(self, known: str | None) -> str | None:
        """The placeholder of a UUID; the UUID itself where it has none."""
        return self._placeholders.get(known, known) if known else None

    def admit(self, lead_provider: str) -> None:
        """A lead provider gets a token."""
        self.world.tokens[f"token-of-{lead_provider}"] = lead_provider

    def ask(
        self,
        method: str,
        path: str,
        *,
        caller: str | None,
        at: datetime = NOW,
        query: Mapping[str, Any] | None = None,
        attributes: Json | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request. `attributes` go into a body; else `body` is sent as it is; None: without."""
        sent = {"X-With-Server-Date": at.isoformat(), "Content-Type": "application/json"}
        sent |= headers or {}
        if caller is not None:
            sent["Authorization"] = f"Bearer token-of-{caller}"
        if attributes is not None:
            body = {"data": {"attributes": attributes}}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        answer = self._session.request(
            method,
            f"{self._simulator.url}/api/v3/{path}",
            params=query,
            headers=sent,
            data=None if body is None else json.dumps(body, default=float),
            timeout=SECONDS,
        )
        text = _UUID.sub(lambda found: self._placeholders.get(found[0], found[0]), answer.text)
        try:
            read = json.loads(text)
        except ValueError:
            read = text
        return Reply(answer.status_code, read, dict(answer.headers))
