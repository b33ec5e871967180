"""Whatever happens in whatever order: one live declaration of a type, and none out of its order."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from enrolment.domain import declarations as rules
from enrolment.domain.dfe.courses import HEADSHIP, LEADING_LITERACY, declaration_types
from enrolment.domain.dfe.declarations import VoidContext, check_void, state_once_voided
from enrolment.domain.evidence import ENGAGEMENT, RESULT, Told

STARTS_ON = date(2026, 10, 1)
AT_DFE = ("submitted", "eligible", "payable", "paid", "ineligible")
PAYS = {"eligible": "payable", "payable": "paid", "awaiting_clawback": "clawed_back"}


class Life(RuleBasedStateMachine):
    """An enrolment, our rules, and a DfE that takes, refuses, pays and claws back."""

    @initialize(course=st.sampled_from([HEADSHIP, LEADING_LITERACY]))
    def enrol(self, course):
        self.course = course
        self.at = datetime(2026, 10, 5, 20, tzinfo=UTC)
        self.made: list[list[str]] = []  # [type, state]
        self.told: list[Told] = []
        self.ended_at = None
        deadlines = [
            (kind, STARTS_ON + timedelta(days=120 * (place + 1)))
            for place, kind in enumerate(declaration_types(course))
        ]
        self.milestones = rules.milestones_in_order(STARTS_ON, deadlines)

    def _as_made(self):
        standing_last = sorted(self.made, key=lambda made: made[1] in rules.STANDING)
        return [rules.Made(declaration_type=kind, state=state) for kind, state in standing_last]

    def _due(self, *, again=False):
        enrolled = rules.Enrolled(
            course=self.course,
            starts_on=STARTS_ON,
            milestones=self.milestones,
            made=self._as_made(),
            told=self.told,
            ended_at=self.ended_at,
        )
        return rules.next_due(enrolled, self.at, again=again)

    def _of(self, *states):
        return [made for made in self.made if made[1] in states]

    @rule(days=st.integers(1, 200))
    def days_pass(self, days):
        self.at += timedelta(days=days)

    @rule(passed=st.booleans())
    def work_is_done(self, passed):
        day = self.at.date().isoformat()
        first = next((t.fact["first_engaged_on"] for t in self.told if t.kind == ENGAGEMENT), day)
        engaged = {"first_engaged_on": first, "last_engaged_on": day}
        state = "passed" if passed else "failed"
        result = {"attempt": 1, "state": state, "completion_date": day}
        self.told = [
            Told(service="s", record=UUID(int=1), kind=ENGAGEMENT, revision=1, fact=engaged),
            Told(service="a", record=UUID(int=2), kind=RESULT, revision=1, fact=result),
        ]

    @rule(again=st.booleans())
    def a_batch_is_made(self, again):
        due = self._due(again=again)
        if due is not None and due.reason == rules.CAN_BE_MADE:
            self.made.append([due.milestone.declaration_type, rules.READY])

    @rule(days=st.integers(30, 150), again=st.booleans(), state=st.sampled_from(AT_DFE))
    def all_goes_well_for_a_while(self, days, again, state):
        """The usual way, so that many of the ways through all of it are tried."""
        self.days_pass(days)
        self.work_is_done(True)
        self.a_batch_is_made(again)
        if self._of(rules.READY):
            self.dfe_answers(state)

    @precondition(lambda self: self._of(rules.READY))
    @rule(state=st.sampled_from([*AT_DFE, rules.REFUSED]))
    def dfe_answers(self, state):
        self._of(rules.READY)[0][1] = state

    @precondition(lambda self: self._of(rules.REFUSED))
    @rule(dropped=st.booleans())
    def somebody_deals_with_a_refusal(self, dropped):
        self._of(rules.REFUSED)[0][1] = "voided" if dropped else rules.READY

    @precondition(lambda self: self._of(*PAYS))
    @rule()
    def a_statement_goes_on(self):
        for made in self._of(*PAYS):
            made[1] = PAYS[made[1]]

    @precondition(lambda self: self._of(*AT_DFE))
    @rule(number=st.integers(0, 3))
    def one_is_voided(self, number):
        candidates = self._of(*AT_DFE)
        made = candidates[number % len(candidates)]
        if rules.standing_after(made[0], self._as_made()) is None and not check_void(
            VoidContext(state=made[1], cohort_year=2026)
        ):
            made[1] = state_once_voided(made[1])

    @rule()
    def training_ends(self):
        self.ended_at = self.at

    @rule()
    def training_goes_on(self):
        self.ended_at = None

    @invariant()
    def no_two_live_ones_are_of_one_type(self):
        live = [kind for kind, state in self.made if state in rules.LIVE]
        assert len(live) == len(set(live))

    @invariant()
    def each_that_stands_has_those_before_it(self):
        order = declaration_types(self.course) if self.made else ()
        standing = {kind for kind, state in self.made if state in rules.STANDING}
        assert standing == set(order[: len(standing)])

    @invariant()
    def nothing_is_due_that_stands_already(self):
        due = self._due() if self.made else None
        taken = {kind for kind, state in self.made if state in rules.TAKEN}
        assert due is None or due.milestone.declaration_type not in taken


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase
