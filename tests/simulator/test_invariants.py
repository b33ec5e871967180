"""Whatever is asked of it, and whatever DfE does by itself: what always holds, holds."""

import json
import os
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dfe_simulator import SeedPlan
from dfe_simulator.drift import CHANGES
from dfe_simulator.service import Call, Service
from enrolment.domain.dfe.applications import LIVE_STATES
from enrolment.domain.dfe.courses import DECLARATION_TYPES

PLAN = SeedPlan(
    seed=6, applications=5, not_eligible=1, without_trn=1, double_accounts=2, delivery_partners=2
)
NEXT = {
    "submitted": {"voided"},
    "eligible": {"payable", "voided", "paid"},
    "payable": {"paid", "voided"},
    "paid": {"awaiting_clawback", "clawed_back"},
    "awaiting_clawback": {"clawed_back"},
    "ineligible": {"voided"},
    "voided": set(),
    "clawed_back": set(),
}
"""Of declarations, from one look to the next; a long time may pass between two."""

ANY_TARGET = sorted(CHANGES.keys() - {"person", "cohort", "training"})
"""Changes that choose what they are done to."""

numbers = st.integers(0, 5)
types = st.sampled_from(DECLARATION_TYPES)


class Dfe(RuleBasedStateMachine):
    """Two providers' calls, days that pass, and changes at DfE, in any order."""

    @initialize()
    def begin(self) -> None:
        self.directory = tempfile.TemporaryDirectory()
        self.file = Path(self.directory.name) / "dfe.jsonl"
        self.service = Service(PLAN, state=self.file)
        self.at = datetime(2026, 10, 20, 9, tzinfo=UTC)
        self.states: dict[str, str] = {}
        for number, record in enumerate(list(self.service.world.applications.values())):
            if number:
                self.accept(number, record.eligible_for_funding)

    def teardown(self) -> None:
        if hasattr(self, "service"):
            self.service.close()
            again = Service(PLAN, state=self.file)
            again.close()
            for kept in ("applications", "people", "declarations", "outcomes", "statements"):
                assert getattr(again.world, kept) == getattr(self.service.world, kept), kept
            self.directory.cleanup()

    def call(self, method: str, path: str, attributes: dict[str, Any] | None = None) -> int:
        body = {} if attributes is None else {"data": {"attributes": attributes}}
        status, _ = self.service.answer(
            Call(
                method=method,
                path=f"/api/v3/{path}",
                at=self.at,
                authorization=f"Bearer {PLAN.token}",
                query={},
                body=json.dumps(body).encode(),
            )
        )
        assert status in (200, 400, 403, 404, 410, 422), status
        return status

    def application(self, number: int) -> Any:
        applications = list(self.service.world.applications.values())
        return applications[number % len(applications)]

    @rule(number=numbers, funded=st.booleans())
    def accept(self, number: int, funded: bool) -> None:
        path = f"npq-applications/{self.application(number).application_id}/accept"
        self.call("POST", path, {"funded_place": funded})

    @rule(number=numbers, seldom=st.integers(0, 4))
    def reject(self, number: int, seldom: int) -> None:
        if seldom == 4:
            self.call("POST", f"npq-applications/{self.application(number).application_id}/reject")

    @rule(number=numbers, declaration_type=types, partner=st.integers(0, 1))
    def declare(self, number: int, declaration_type: str, partner: int) -> None:
        application = self.application(number)
        partners = list(self.service.world.delivery_partners)
        attributes = {
            "participant_id": application.participant_id,
            "course_identifier": application.course,
            "declaration_type": declaration_type,
            "declaration_date": "2026-10-19T09:00:00Z",
            "delivery_partner_id": partners[partner],
            "has_passed": True,
        }
        self.call("POST", "participant-declarations", attributes)

    @rule(number=numbers)
    def void(self, number: int) -> None:
        declarations = list(self.service.world.declarations)
        if declarations:
            chosen = declarations[number % len(declarations)]
            self.call("PUT", f"participant-declarations/{chosen}/void")

    @rule(number=numbers, action=st.sampled_from(["defer", "withdraw", "resume"]))
    def change_training(self, number: int, action: str) -> None:
        application = self.application(number)
        attributes = {"course_identifier": application.course, "reason": "other"}
        self.call("PUT", f"participants/npq/{application.participant_id}/{action}", attributes)

    @rule(number=numbers, state=st.sampled_from(["passed", "failed"]))
    def report(self, number: int, state: str) -> None:
        application = self.application(number)
        attributes = {"course_identifier": application.course, "state": state}
        attributes["completion_date"] = "2026-10-19"
        path = f"participants/npq/{application.participant_id}/outcomes"
        self.call("POST", path, attributes)

    @rule(days=st.integers(1, 60))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)
        self.call("GET", "statements")

    @rule(
        name=st.sampled_from(sorted(CHANGES.keys() - {"person", "cohort", "training"})),
        seldom=st.integers(0, 4),
    )
    def change_at_dfe(self, name: str, seldom: int) -> None:
        if seldom == 4:
            self.service.change(name, {}, self.at)

    @invariant()
    def of_each_type_one_declaration_is_live(self) -> None:
        live = Counter(
            (made.application_id, made.declaration_type)
            for made in self.service.world.declarations.values()
            if made.state in LIVE_STATES
        )
        assert max(live.values(), default=0) <= 1

    @invariant()
    def declarations_change_as_they_may(self) -> None:
        for one, made in self.service.world.declarations.items():
            before = self.states.get(one, made.state)
            assert made.state == before or made.state in NEXT[before], (before, made.state)
            self.states[one] = made.state

    @invariant()
    def pending_applications_are_nothing_more(self) -> None:
        for record in self.service.world.applications.values():
            if record.status == "pending":
                assert record.funded_place is None
                assert record.reason_for_rejection is None
            if record.status == "accepted":
                assert record.schedule is not None
                assert isinstance(record.funded_place, bool)  # the cohort is capped
                assert record.eligible_for_funding or not record.funded_place

    @invariant()
    def what_is_paid_for_is_on_one_statement_and_a_refund_on_another(self) -> None:
        for made in self.service.world.declarations.values():
            if made.state in ("eligible", "payable", "paid"):
                assert made.statement_id is not None
                assert made.clawback_statement_id is None
            if made.state in ("awaiting_clawback", "clawed_back"):
                assert made.clawback_statement_id not in (None, made.statement_id)

    @invariant()
    def everybody_is_at_one_id(self) -> None:
        world = self.service.world
        assert not world.people.keys() & world.retired_ids.keys()
        for record in world.applications.values():
            assert record.participant_id in world.people
            assert record in world.applications_of(record.participant_id)


TestDfe = Dfe.TestCase
TestDfe.settings = settings(
    max_examples=1_000 if os.environ.get("HEADSHIP_CAMPAIGN") == "long" else 80,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
