"""The service without HTTP: it answers calls, lets days pass, and keeps what was changed."""

import re
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from dfe_simulator import drift
from dfe_simulator.answers import Json
from dfe_simulator.asking import Asking, parsed
from dfe_simulator.changing import Change
from dfe_simulator.errors import ApiError, BadRequest, Missing, Unauthorised
from dfe_simulator.journal import Journal
from dfe_simulator.planning import SeedPlan, plan_as_json, read_plan
from dfe_simulator.registering import new_id
from dfe_simulator.routes import ROUTES
from dfe_simulator.seeding import seed
from dfe_simulator.statements import let_days_pass
from dfe_simulator.tokens import token_in
from enrolment.domain.dfe.filters import FILTER_NOT_VALID
from enrolment.domain.dfe.schedules import cohort_year

READING = ("GET", "HEAD")
GLANCE = timedelta(days=366)
"""A GET that names a time further ahead than this is answered, but lets no days pass."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request as it came, and the server's time for it."""

    method: str
    path: str
    at: datetime
    authorization: str = ""
    query: Mapping[str, str]
    body: bytes = b""
    time_told: bool = False  # by the request itself, not by the server's clock


class Service:
    """DfE's service, one call at a time. With a `state` file it starts from what that keeps.

    Raises ValueError when the file keeps another seed than the plan, or cannot be read.
    """

    def __init__(self, plan: SeedPlan, *, state: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.plan = plan
        self.world = seed(plan)
        self._journal: Journal | None = None
        if state is not None:
            with ExitStack() as undo:
                journal = undo.enter_context(closing(Journal(state)))
                self._restore(journal)
                self._journal = journal
                undo.pop_all()

    def close(self) -> None:
        """Let the state file go."""
        if self._journal is not None:
            self._journal.close()

    def reseed(self, plan: SeedPlan) -> None:
        """A new world; the former one is forgotten, in the state file too."""
        with self.lock:
            world = seed(plan)
            if self._journal is not None:
                self._journal.begin(plan_as_json(plan))
            self.plan, self.world = plan, world

    def answer(self, call: Call) -> tuple[int, Json]:
        """Status and JSON of a provider's call."""
        try:
            endpoint, arguments = _endpoint(call.method, call.path)
            if "filter" in call.query or "filter[]" in call.query:
                raise BadRequest(FILTER_NOT_VALID)
            with self.lock:
                lead_provider = self._lead_provider(call.authorization)
                if not self._is_a_glance(call):
                    self._pass_days(call.at)
                asking = self._asking(lead_provider, call.at, call.query, parsed(call.body))
                told = endpoint(asking, **arguments)
                if call.method not in READING:
                    self._commit(
                        {"call": [call.method, call.path], "by": lead_provider}
                        | {"at": call.at.isoformat(), "body": asking.body}
                    )
            return 200, {"data": told}
        except (NotFound, MethodNotAllowed, RequestRedirect):
            return 404, Missing().body
        except ApiError as error:
            return error.status, error.body

    def change(self, name: str, order: Mapping[str, Any], at: datetime) -> Json | None:
        """Something that DfE does by itself; see drift.py. What is not told in the order is chosen.
        None when there is nothing to do it to. Raises ValueError when it cannot be done.
        """
        with self.lock:
            full = drift.choose(name, self._drift(order, at))
            if full is None:
                return None
            drift.apply(name, self._drift(full, at))
            self._commit({"change": name, "order": full, "at": at.isoformat()})
            return full

    def _lead_provider(self, authorization: str) -> str:
        known = self.world.tokens.get(token_in(authorization))
        if known is None:
            raise Unauthorised
        return known

    def _is_a_glance(self, call: Call) -> bool:
        """Whether a request only looks far ahead: it shall not close and pay all statements."""
        if call.method not in READING or not call.time_told:
            return False
        newest = max(map(cohort_year, self.world.cohorts), default=call.at.year)
        return call.at.date() - (self.world.day or date(newest, 9, 1)) > GLANCE

    def _asking(
        self, lead_provider: str, at: datetime, query: Mapping[str, str], body: Any
    ) -> Asking:
        random = self._random()
        return Asking(
            world=self.world,
            lead_provider=lead_provider,
            at=at,
            query=query,
            body=body,
            new_id=lambda: new_id(random),
        )

    def _drift(self, order: Mapping[str, Any], at: datetime) -> Change:
        return Change(world=self.world, plan=self.plan, order=order, at=at, random=self._random())

    def _random(self) -> Random:
        """The same for the same change to the same seed, so that it can be done again."""
        return Random(f"{self.plan.seed} changed {self.world.changes} times")

    def _pass_days(self, at: datetime) -> None:
        if let_days_pass(self.world, at.date(), at):
            self._keep({"day": at.date().isoformat(), "at": at.isoformat()})

    def _commit(self, entry: Json) -> None:
        self.world.changes += 1
        self._keep(entry)

    def _keep(self, entry: Json) -> None:
        """Into the state file; what cannot be kept there is not done, either."""
        if self._journal is None:
            return
        try:
            self._journal.append(entry)
        except OSError:
            self._replay(self._journal)
            raise

    def _restore(self, journal: Journal) -> None:
        kept = journal.seed()
        if kept is None:
            journal.begin(plan_as_json(self.plan))
            return
        if read_plan(kept | {"token": self.plan.token}) != self.plan:
            raise ValueError("the state file keeps a world of another seed: take another file")
        self._replay(journal)

    def _replay(self, journal: Journal) -> None:
        """The world as the file has it."""
        self.world = seed(self.plan)
        for number, entry in enumerate(journal.changes(), start=2):
            try:
                self._do_again(entry)
            except (ApiError, KeyError, ValueError) as error:
                raise ValueError(f"the state file's line {number} cannot be done again") from error

    def _do_again(self, entry: Json) -> None:
        at = datetime.fromisoformat(entry["at"]).astimezone(UTC)
        if "day" in entry:
            let_days_pass(self.world, date.fromisoformat(entry["day"]), at)
            return
        if "change" in entry:
            drift.apply(entry["change"], self._drift(entry["order"], at))
        else:
            endpoint, arguments = _endpoint(*entry["call"])
            endpoint(self._asking(entry["by"], at, {}, entry["body"]), **arguments)
        self.world.changes += 1


def _endpoint(method: str, path: str) -> tuple[Callable[..., Any], Mapping[str, str]]:
    """The endpoint, and the ids in its path, in small letters as DfE compares them. As in Rails a
    path may end with `.json`, and slashes may be doubled or stand at its end.
    """
    path = re.sub("/+", "/", path).rstrip("/").removesuffix(".json") or "/"
    endpoint, arguments = ROUTES.bind("dfe.example").match(path, method)
    return endpoint, {name: value.lower() for name, value in arguments.items()}
