"""Builders for the tests of admissions: people who applied by import, and places for them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from enrolling import COHORT, Enrolling, places

from enrolment.domain.dfe.courses import HEADSHIP
from headship_contracts.enrolment.applications import (
    AcceptApplication,
    AddApplication,
    ApplicationRecord,
    ListPlaces,
    PlacesRecord,
)
from headship_contracts.enrolment.schools import AddSchools, School
from headship_contracts.enrolment.waitlist import (
    JoinWaitlist,
    ListOffers,
    ListWaitlist,
    OfferRecord,
    WaitlistRecord,
)

MONDAY = datetime(2026, 9, 14, 9, tzinfo=UTC)


def schools(enrolling: Enrolling, *urns: str) -> None:
    """State-funded schools, primary where the URN is even."""
    told = [
        School(
            urn=urn,
            name=f"School {urn}",
            trust_id=f"TR{urn[-5:]}",
            local_authority="Kent",
            phase="secondary" if int(urn) % 2 else "primary",
            establishment_type="34",
        )
        for urn in urns
    ]
    enrolling.call(AddSchools(schools=told))


def applicants(enrolling: Enrolling, number: int, **told: Any) -> list[ApplicationRecord]:
    """So many people who applied by import, a minute apart."""
    schools(enrolling, "100001", "100002")
    found = []
    for count in range(number):
        enrolling.moves_to(enrolling.at + timedelta(minutes=1))
        known = {
            "reference": f"R{enrolling.at.isoformat()}",
            "full_name": f"Person {count} Example",
            "email": f"person{count}.{enrolling.at.timestamp():.0f}@example.org",
            "course": HEADSHIP,
            "cohort": COHORT,
            "school_urn": "100002",
        }
        found.append(enrolling.call(AddApplication(**{**known, **told})))
    return found


def full(enrolling: Enrolling, cap: int = 1) -> list[ApplicationRecord]:
    """A cohort whose places are all held."""
    held = applicants(enrolling, cap)
    enrolling.call(places(cap))
    return [accepted(enrolling, application) for application in held]


def accepted(enrolling: Enrolling, application: ApplicationRecord, **options: Any) -> Any:
    return enrolling.call(AcceptApplication(application_id=application.application_id, **options))


def waits(enrolling: Enrolling, application: ApplicationRecord, **told: Any) -> WaitlistRecord:
    """Joins the waitlist, a minute after the one before."""
    enrolling.moves_to(enrolling.at + timedelta(minutes=1))
    return enrolling.call(JoinWaitlist(application_id=application.application_id, **told))


def waitlist(enrolling: Enrolling, **filters: Any) -> list[WaitlistRecord]:
    wanted = ListWaitlist(cohort=COHORT, course=HEADSHIP, limit=500, **filters)
    return enrolling.call(wanted).items


def in_line(enrolling: Enrolling) -> list[UUID]:
    return [record.application_id for record in waitlist(enrolling)]


def offers(enrolling: Enrolling, **filters: Any) -> list[OfferRecord]:
    return enrolling.call(ListOffers(limit=500, **filters)).items


def offered_now(enrolling: Enrolling) -> list[UUID]:
    """Who has an open offer, after the timer ran."""
    enrolling.run("offer_places")
    return [offer.application_id for offer in offers(enrolling, state="open")]


def overall(enrolling: Enrolling) -> PlacesRecord:
    found = enrolling.call(ListPlaces(cohort=COHORT, course=HEADSHIP)).items
    return found[0]


def ids(*applications: ApplicationRecord) -> list[UUID]:
    return [application.application_id for application in applications]


def a_line(enrolling: Enrolling) -> list[ApplicationRecord]:
    """One place, held; and three who wait."""
    (holder,) = full(enrolling)
    waiting = applicants(enrolling, 3)
    for application in waiting:
        waits(enrolling, application)
    return [holder, *waiting]
