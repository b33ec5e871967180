"""Whatever is told, in whichever order and however often: what holds is what was told last."""

from uuid import UUID

from assessment_office import A_MONTH_BEFORE, COHORT, COURSE, an_application, empty
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headship_contracts.enrolment.events import ApplicationAccepted
from headship_contracts.sessions.events import AssessmentReady, AssessmentReadyWithdrawn

ID = UUID(int=1)
WHO = {"application_id": ID, "participant_id": UUID(int=2)}


def a_state(revision, status, training_status, cohort):
    """Which class carries a state does not matter here: all bear it whole."""
    return an_application(
        ApplicationAccepted,
        revision=revision,
        accepted_at=A_MONTH_BEFORE,
        status=status,
        training_status=training_status,
        cohort=cohort,
        **WHO,
    )


def a_gate(revision, ready):
    if not ready:
        return AssessmentReadyWithdrawn(revision=revision, gate_version="1", **WHO)
    return AssessmentReady(revision=revision, gate_version="1", course=COURSE, cohort=COHORT, **WHO)


states = st.lists(
    st.tuples(
        st.sampled_from(["accepted", "rejected", "removed"]),
        st.sampled_from(["active", "withdrawn", "deferred"]),
        st.sampled_from([COHORT, COHORT, "2027a"]),
    ),
    max_size=4,
)
gates = st.lists(st.booleans(), max_size=4)


@st.composite
def stories(draw):
    """Events in their true order, and an order of delivery with repeats."""
    told = [a_state(number, *state) for number, state in enumerate(draw(states), start=1)]
    told += [a_gate(number, ready) for number, ready in enumerate(draw(gates), start=1)]
    delivered = draw(st.permutations(told))
    again = draw(st.lists(st.sampled_from(told), max_size=3)) if told else []
    return told, [*delivered, *again], draw(st.integers(0, len(delivered)))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stories())
def test_a_candidate_stands_in_the_window_exactly_if_the_newest_tellings_allow_it(office, story):
    told, delivered, scheduled_after = story
    empty(office.db)
    office.tell(*delivered[:scheduled_after])
    window = office.window()
    office.tell(*delivered[scheduled_after:])

    states = [event for event in told if isinstance(event, ApplicationAccepted)]
    gates = [event for event in told if not isinstance(event, ApplicationAccepted)]
    may_sit = (
        bool(states)
        and bool(gates)
        and (states[-1].status, states[-1].training_status) == ("accepted", "active")
        and states[-1].cohort == COHORT
        and isinstance(gates[-1], AssessmentReady)
    )
    assert (office.candidates(window).get(ID) == "entered") == may_sit
