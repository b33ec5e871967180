"""Any sequence of actions through the twin's rules, and what can never come of it.

Two accounts with one TRN; each has two applications for the course, in a cohort of its own.
What the rules let through is carried out as DfE does; nothing else changes the state.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from enrolment.domain.dfe import (
    applications,
    courses,
    declarations,
    outcomes,
    participants,
    statements,
    vocabulary,
)
from enrolment.domain.dfe.applications import LIVE_STATES
from enrolment.domain.dfe.schedules import Schedule

STARTS = date(2026, 10, 1)
SCHEDULE = Schedule(
    identifier="npq-leadership-autumn",
    applies_from=STARTS,
    allowed_declaration_types=courses.DECLARATION_TYPES,
)
REFUNDS = {"awaiting_clawback", "clawed_back"}
DEADLINES = [date(2026, 12, 25) + timedelta(days=30 * month) for month in range(36)]
COHORTS = ("2026b", "2025a")  # of each account


@dataclass
class Made:
    """A declaration, and its items: statement → state of the item."""

    declaration_type: str
    state: str
    items: dict[int, str] = field(default_factory=dict)
    superseded: bool = False
    results: list[outcomes.Outcome] = field(default_factory=list)


@dataclass
class Kept:
    """An application as DfE keeps it."""

    account: int
    status: str = "pending"
    training_status: str | None = None
    withdrawn_at: datetime | None = None
    funded_place: bool | None = None
    made: list[Made] = field(default_factory=list)
    rejected_for_good: bool = False


WHICH = st.sampled_from([0, 0, 2, 2, 1, 3])
TYPES = st.sampled_from(["started", "started", "retained-1", "completed"])


class Lifecycle(RuleBasedStateMachine):
    """DfE's side of four applications, and statements for three years."""

    def __init__(self):
        super().__init__()
        self.at = datetime(2026, 11, 1, 9, tzinfo=UTC)
        self.kept = [Kept(account=number // 2) for number in range(4)]
        self.statements = dict.fromkeys(range(len(DEADLINES)), "open")

    def rivals(self, kept):
        return [
            applications.RivalApplication(
                application_id=str(number),
                course=courses.HEADSHIP,
                cohort=COHORTS[other.account],
                status=other.status,
                training_status=other.training_status,
                same_account=other.account == kept.account,
            )
            for number, other in enumerate(self.kept)
            if other is not kept
        ]

    def facts(self, kept):
        return applications.ApplicationFacts(
            status=kept.status,
            course=courses.HEADSHIP,
            cohort=COHORTS[kept.account],
            cohort_funding="capped",
            eligible_for_funding=True,
            funded_place=kept.funded_place,
            declaration_states=[made.state for made in kept.made],
        )

    def open_statements(self):
        return [
            declarations.Statement(
                statement_id=str(n), state=self.statements[n], output_fee=True, deadline_on=deadline
            )
            for n, deadline in enumerate(DEADLINES)
        ]

    def next_statement(self):
        return declarations.next_output_statement(self.open_statements(), self.at.date())

    @initialize()
    def begin_with_both_in_training(self):
        self.accept(0, True)
        self.accept(2, True)

    @rule(which=WHICH, funded_place=st.sampled_from([True, False, None]))
    def accept(self, which, funded_place):
        kept, rivals = self.kept[which], self.rivals(self.kept[which])
        facts, schedules = self.facts(kept), [SCHEDULE.identifier]
        known = {"cohort_schedules": schedules, "default_schedule": schedules[0]}
        known |= {"funded_place": funded_place, "schedule_identifier": None}
        if applications.check_accept(facts, rivals, **known):
            return
        kept.status, kept.training_status = "accepted", "active"
        kept.funded_place = applications.funded_place_once_accepted(facts, funded_place)
        for number in applications.displaced_by_acceptance(facts, rivals):
            self.kept[int(number)].status = "rejected"

    @rule(which=WHICH, funded_place=st.sampled_from([True, False, None]))
    def reject_or_change_funded_place(self, which, funded_place):
        kept = self.kept[which]
        facts = self.facts(kept)
        if funded_place is None and not applications.check_reject(facts):
            kept.status, kept.rejected_for_good = "rejected", True
        elif not applications.check_change_funded_place(facts, funded_place=funded_place):
            assert not [made for made in kept.made if made.state in LIVE_STATES]
            kept.funded_place = funded_place

    @rule(which=WHICH, action=st.sampled_from(["defer", "withdraw", "resume"]))
    def train(self, which, action):
        kept = self.kept[which]
        facts = participants.TrainingFacts(
            training_status=kept.training_status or "active",
            declarations=[(made.declaration_type, made.state) for made in kept.made],
        )
        course = courses.HEADSHIP
        if action == "resume":
            problems = participants.check_resume(course, facts)
        else:
            check = participants.check_defer if action == "defer" else participants.check_withdraw
            problems = check(course, facts, reason="other")
        if kept.status == "accepted" and not problems:
            becomes = {"defer": "deferred", "withdraw": "withdrawn", "resume": "active"}[action]
            kept.training_status = becomes
            kept.withdrawn_at = self.at if action == "withdraw" else None

    @rule(declaration_type=TYPES)
    def declare_for_the_first(self, declaration_type):
        self.declare(0, declaration_type, True)

    @rule(which=WHICH, declaration_type=TYPES, passed=st.booleans())
    def declare(self, which, declaration_type, passed):
        kept = self.kept[which]
        fundable = kept.funded_place is not False
        request = declarations.DeclarationRequest(
            participant_id="P",
            course_identifier=courses.HEADSHIP,
            declaration_type=declaration_type,
            declaration_date=declarations.rfc3339(self.at - timedelta(days=1)),
            has_passed=passed,
            delivery_partner_id="D",
        )
        enrolment = declarations.Enrolment(
            cohort_year=2026,
            fundable=fundable,
            in_england=True,
            schedule=SCHEDULE,
            withdrawn_at=kept.withdrawn_at,
            declared=[(made.declaration_type, made.state) for made in kept.made],
        )
        context = declarations.DeclarationContext(
            enrolment=enrolment if kept.status == "accepted" else None,
            participant_known=kept.status == "accepted",
            statements=self.open_statements(),
            confirmed_delivery_partners=frozenset("D"),
        )
        if declarations.check_declaration(request, context, at=self.at):
            return
        others = [one for other in self.kept if other.account != kept.account for one in other.made]
        duplicate = any(
            one.declaration_type == declaration_type and one.state in LIVE_STATES
            for one in others
            if not one.superseded
        )
        state = declarations.state_of_new_declaration(
            fundable=fundable, declared_by_same_trn=duplicate
        )
        made = Made(declaration_type, state, superseded=duplicate)
        statement = self.next_statement()
        if statement is not None and state != "submitted":
            made.items[int(statement.statement_id)] = state
        if declarations.wants_outcome(request):
            result = "passed" if passed else "failed"
            made.results.append(outcomes.Outcome(state=result, completion_date=self.at.date()))
        kept.made.append(made)

    def declared(self):
        return [made for kept in self.kept for made in kept.made]

    @precondition(lambda self: self.declared())
    @rule(data=st.data())
    def void(self, data):
        made = data.draw(st.sampled_from(self.declared()))
        statement = self.next_statement()
        context = declarations.VoidContext(
            state=made.state,
            cohort_year=2026,
            has_next_statement=statement is not None,
            has_refund_item=not REFUNDS.isdisjoint(made.items.values()),
        )
        if declarations.check_void(context):
            return
        made.state = declarations.state_once_voided(made.state)
        if made.state == "awaiting_clawback":
            made.items[int(statement.statement_id)] = "awaiting_clawback"
        else:
            for number, state in made.items.items():
                made.items[number] = declarations.item_state_once_voided(state)
        latest = made.results[-1].state if made.results else None
        if outcomes.voids_outcome(
            course=courses.HEADSHIP, declaration_type=made.declaration_type, latest_state=latest
        ):
            made.results.append(outcomes.Outcome(state="voided", completion_date=self.at.date()))

    @rule(days=st.sampled_from([1, 31]))
    def let_days_pass(self, days):
        for _ in range(days):
            self.at += timedelta(days=1)
            for number in (n for n, state in self.statements.items() if state == "open"):
                close = partial(statements.run_daily_job, self._statement(number), at=self.at)
                self._carry_out(number, close)

    @rule()
    def pay(self):
        for number in self.statements:
            facts = self._statement(number)
            states = [item for _made, item in self._items(number)]
            if statements.may_be_authorised(facts, states, at=self.at):
                self._carry_out(number, partial(statements.mark_paid, facts))

    def _statement(self, number):
        return statements.StatementFacts(
            state=self.statements[number], deadline_on=DEADLINES[number], output_fee=True
        )

    def _items(self, number):
        return [(made, made.items[number]) for made in self.declared() if number in made.items]

    def _carry_out(self, number, event):
        items = self._items(number)
        moved = event([state for _made, state in items])
        self.statements[number] = moved.state
        for (made, before), after in zip(items, moved.declarations, strict=True):
            made.items[number] = after
            if before != after:
                assert made.state == before  # a declaration goes with the item that moves
                made.state = after

    @invariant()
    def no_application_has_two_live_declarations_of_one_type(self):
        for kept in self.kept:
            live = [made.declaration_type for made in kept.made if made.state in LIVE_STATES]
            assert all(number == 1 for number in Counter(live).values())

    @invariant()
    def a_declaration_has_two_items_at_most_and_the_second_is_its_clawback(self):
        for made in self.declared():
            assert made.state in vocabulary.DECLARATION_STATES
            assert len(made.items) <= statements.MOST_ITEMS_OF_A_DECLARATION
            if len(made.items) == 2:
                assert sorted(made.items.values())[-1] == "paid"
            if made.state == "submitted":
                assert made.items == {}

    @invariant()
    def rejected_stays_rejected(self):
        for kept in self.kept:
            assert not kept.rejected_for_good or kept.status == "rejected"

    @invariant()
    def a_void_declaration_holds_no_result(self):
        for made in self.declared():
            if made.state in {"voided", *REFUNDS} and made.results:
                assert made.results[-1].state == "voided"


TestLifecycle = Lifecycle.TestCase
TestLifecycle.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
