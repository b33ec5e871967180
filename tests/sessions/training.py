"""A cohort for the tests of sessions: events as enrolment tells them, and a service to tell."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from werkzeug.test import EnvironBuilder

from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    DeliveryPartnerChanged,
    ParticipantDeferred,
    ParticipantResumed,
    ParticipantTransferred,
    ParticipantWithdrawn,
    StaffChanged,
)
from headship_contracts.sessions.attendance import (
    DecideCatchUp,
    RecordAttendance,
    RegisterEntry,
    SubmitCatchUp,
)
from headship_contracts.sessions.groups import (
    FormGroups,
    GetGroup,
    ListGroups,
    SetAvailability,
    SetHubOffer,
    SlotCoach,
)
from headship_contracts.sessions.plans import GetPlan, PublishPlan
from headship_contracts.sessions.replanning import ReplanGroups
from headship_contracts.sessions.schedule import ListSessions, ScheduleSessions
from headship_contracts.sessions.study import RecordStudy, StudyEntry
from kit import clock
from kit.pages import Request
from kit.testing import call, deliver, emitted, run_timer

COURSE, COHORT = "npq-headship", "2026b"
SLOTS = ["tue-16:00", "thu-16:00"]
BEFORE = datetime(2026, 9, 1, 9, tzinfo=UTC)
STARTS_ON = date(2026, 10, 5)

_revisions = count(1_000)


def an_application(kind=ApplicationAccepted, **told):
    """What enrolment tells of an application; the kinds' own fields have defaults."""
    own = {
        ApplicationAccepted: {"accepted_at": BEFORE},
        ParticipantWithdrawn: {"reason": "other", "effective_on": STARTS_ON},
        ParticipantDeferred: {"reason": "other", "effective_on": STARTS_ON},
        ParticipantResumed: {"effective_on": STARTS_ON},
        ParticipantTransferred: {},
    }
    training = {ParticipantWithdrawn: "withdrawn", ParticipantDeferred: "deferred"}
    return kind(
        **{
            "revision": next(_revisions),
            "application_id": uuid4(),
            "participant_id": uuid4(),
            "status": "accepted",
            "training_status": training.get(kind, "active"),
            "course": COURSE,
            "cohort": COHORT,
            "delivery_partner_id": uuid4(),
        }
        | own.get(kind, {})
        | told
    )


def then(event, kind, **told):
    """A later event about the same application."""
    kept = {
        name: getattr(event, name)
        for name in (
            "application_id",
            "participant_id",
            "delivery_partner_id",
            "school_urn",
            "trust_id",
        )
    }
    return an_application(kind, **kept | told)


def a_hub(training, place, hub=None):
    hub = hub or uuid4()
    training.hears(
        DeliveryPartnerChanged(
            revision=1, delivery_partner_id=hub, status="active", name=f"Hub {place}", place=place
        )
    )
    return hub


def replan(training, **told):
    return training.call(ReplanGroups(**{"course": COURSE, "cohort": COHORT} | told))


class Training:
    """A service and what tests do to it, over and over."""

    def __init__(self, service):
        self.service = service
        self.hub = uuid4()
        self.accepted = {}
        self.at(BEFORE)

    def at(self, instant):
        clock.set_simulated(instant)
        self.now = instant

    def call(self, request, **others):
        return call(self.service, request, **others)

    def told(self, kind):
        return emitted(self.service.db, kind)

    def hears(self, event, times=1):
        deliver(self.service, event, times=times)

    def timer(self, name, at):
        self.at(at)
        run_timer(self.service, name, at)

    def accept(self, number=1, *, hub=None, slots=SLOTS, **told):
        """Accept so many people of the hub, each of a trust of their own, who can do `slots`."""
        events = []
        for _ in range(number):
            own = {"trust_id": f"trust {uuid4()}", "delivery_partner_id": hub or self.hub}
            event = an_application(**own | told)
            self.hears(event)
            self.accepted[event.application_id] = event
            if slots:
                request = SetAvailability(application_id=event.application_id, slots=list(slots))
                self.call(request)
            events.append(event)
        return events

    def publish(self, **told):
        asked = {"course": COURSE, "cohort": COHORT, "starts_on": STARTS_ON} | told
        return self.call(PublishPlan(**asked))

    def plan(self):
        return self.call(GetPlan(course=COURSE, cohort=COHORT))

    def offer(self, *, hub=None, coaches=None, slots=SLOTS, **told):
        """One coach in each slot, unless told otherwise: `coaches` are (slot, staff_id)."""
        coaches = coaches if coaches is not None else [(slot, uuid4()) for slot in slots]
        asked = {
            "delivery_partner_id": hub or self.hub,
            "course": COURSE,
            "cohort": COHORT,
            "coaches": [SlotCoach(slot=slot, coach_staff_id=id) for slot, id in coaches],
            "venue": "Hub hall",
            "venue_capacity": 40,
        }
        return self.call(SetHubOffer(**asked | told))

    def coach(self, **told):
        staff_id = uuid4()
        own = {"staff_id": staff_id, "roles": ["coach"], "revision": next(_revisions)}
        self.hears(StaffChanged(**own | told))
        return staff_id

    def form(self, **told):
        return self.call(FormGroups(**{"course": COURSE, "cohort": COHORT} | told))

    def schedule(self):
        return self.call(ScheduleSessions(course=COURSE, cohort=COHORT))

    def groups(self, **told):
        return self.call(ListGroups(**told)).items

    def members(self, group_id):
        found = self.call(GetGroup(group_id=group_id)).members
        return {member.application_id for member in found}

    def sessions(self, **told):
        return self.call(ListSessions(limit=500, **told)).items

    def a_running_cohort(self, people=6):
        """People in a group, with plan, sessions and seats; the clock still before the start."""
        self.publish()
        self.offer()
        events = self.accept(people)
        self.form()
        self.schedule()
        return [event.application_id for event in events]

    def hold(self, session, statuses, minutes=None):
        """Go to the end of a session and record its register: application → status."""
        self.at(session.ends_at + timedelta(minutes=5))
        return self.register(session, statuses, minutes)

    def register(self, session, statuses, minutes=None):
        """Record a session's register, or correct it, without moving the clock."""
        entries = [
            RegisterEntry(application_id=id, status=status, minutes=minutes)
            for id, status in statuses.items()
        ]
        return self.call(RecordAttendance(session_id=session.session_id, entries=entries))

    def catch_up(self, session, application_id):
        """Hand in a reflection on a missed session."""
        return self.call(
            SubmitCatchUp(
                session_id=session.session_id,
                application_id=application_id,
                reflection="I watched the recording and tried the routine with year 4.",
                citation="Education Endowment Foundation (2021)",
            )
        )

    def decide(self, session, application_id, *, approved):
        """Review that reflection."""
        return self.call(
            DecideCatchUp(
                session_id=session.session_id, application_id=application_id, approved=approved
            )
        )

    def hub_is_known(self):
        """Enrolment tells of the hub."""
        self.hears(
            DeliveryPartnerChanged(
                revision=next(_revisions),
                delivery_partner_id=self.hub,
                status="active",
                name="North Hub",
            )
        )

    def page(self, name, *arguments, cookie=None, form=None):
        """Open a page of the service, or send its form; what a browser would get."""
        builder = EnvironBuilder(
            method="GET" if form is None else "POST",
            data=form,
            headers={"Cookie": cookie} if cookie else None,
        )
        return getattr(self.service, name)(Request(builder.get_environ()), *arguments)

    def study(self, *entries):
        return self.call(RecordStudy(entries=list(entries)))

    def study_all(self, application_id: UUID):
        """Finish every self-study unit of the plan."""
        units = [unit.code for unit in self.plan().units if unit.kind == "self_study"]
        return self.study(
            *[
                StudyEntry(application_id=application_id, unit_code=code, finished=True)
                for code in units
            ]
        )
