"""What enrolment tells of applications, hubs and staff, and who hears of it.

DfE writes itself to people who registered, were accepted or rejected, deferred, returned,
withdrew, passed or failed: there we only keep what we were told, so that nobody gets two messages
about one thing.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from headship_contracts.enrolment.events import (
    ApplicationState,
    DeliveryPartnerChanged,
    OutcomeReported,
    ParticipantMerged,
    ParticipantTransferred,
    PlaceOffered,
    PlaceOfferEnded,
    StaffChanged,
)
from kit import Transaction
from notifications import hub_news, merging, programme, queries
from notifications.digests import Together
from notifications.domain.values import Value, moment
from notifications.domain.wording import LONDON
from notifications.models import Application, DeliveryPartner, Outcome, StaffMember
from notifications.queueing import SEND_TIMER, Wanted, queue, write
from notifications.settling import take_back

OFFER_LOST = {
    "expired": "we did not hear from you in time",
    "withdrawn": "it had to be taken back",
}
"""How an offer ended that its applicant did not end, in words."""


LATE = timedelta(weeks=8)
"""How long after a programme has begun someone may still join it."""


def keep_application(tx: Transaction, event: ApplicationState) -> bool:
    """Keep how the application stands now; who has a place hears how it goes on. Says whether the
    event was newer than what is known: of older ones, only transfers and merges are followed.
    """
    application = queries.lock_newer(tx, Application, event.application_id, event.revision)
    if application is None:
        _follow_late(tx, event)
        return False
    is_new = application.status is None
    had_place = application.status == "accepted"
    former_training = application.training_status
    application.participant_id = event.participant_id
    application.course, application.cohort = event.course, event.cohort
    application.status, application.training_status = event.status, event.training_status
    application.delivery_partner_id, application.place = event.delivery_partner_id, event.place
    application.local_authority, application.school_urn = event.local_authority, event.school_urn
    if is_new:
        queries.let_go(tx, event.application_id)
        tx.wake(SEND_TIMER)
    if event.status == "accepted":
        if _is_news_of_acceptance(tx, event):
            _tell_joining(tx, event.application_id, event.participant_id)
        programme.tell_plan(tx, application)
    _tell_hubs(tx, event, had_place=had_place, former=former_training)
    if isinstance(event, ParticipantTransferred):
        _tell_hub(tx, event)
    if isinstance(event, ParticipantMerged):
        former = event.former_participant_id
        merging.carry_over(tx, event.application_id, former, event.participant_id)
    return True


def _is_news_of_acceptance(tx: Transaction, event: ApplicationState) -> bool:
    """Not where we first hear of someone who has been in the programme for long: enrolment accepts
    here, when it meets them, all whom DfE shows as accepted, of whatever cohort.
    """
    today = tx.at.astimezone(LONDON).date()
    if event.starts_on is not None:
        return today < event.starts_on + LATE
    return not event.cohort[:4].isdecimal() or today.year <= int(event.cohort[:4])


def _tell_joining(tx: Transaction, application_id: UUID, participant_id: UUID) -> None:
    wanted = Wanted(
        template="joining",
        key=f"{application_id}",
        person_id=participant_id,
        application_id=application_id,
    )
    queue(tx, wanted)


def _follow_late(tx: Transaction, event: ApplicationState) -> None:
    """Something newer of the application came before it. Where they have been transferred again
    since, only the former hub hears: the newer transfer is told by itself.
    """
    now = tx.get_one(Application, event.application_id)
    if isinstance(event, ParticipantMerged):
        former = event.former_participant_id
        merging.carry_over(tx, event.application_id, former, now.participant_id)
    if not isinstance(event, ParticipantTransferred):
        return
    if now.delivery_partner_id != event.delivery_partner_id:
        _tell_former_hub(tx, event)
        return
    _tell_hubs(tx, event, had_place=True, former=event.training_status)
    _tell_hub(tx, event)


HOW_TRAINING_GOES_ON = {
    "active": "is in training again",
    "deferred": "takes a break from the programme",
    "withdrawn": "has withdrawn from the programme",
}


def _tell_hubs(
    tx: Transaction, event: ApplicationState, *, had_place: bool, former: str | None
) -> None:
    """Hubs hear who comes and goes; a break that is taken back the same day they do not."""
    about = _about(event)
    here = event.delivery_partner_id
    if isinstance(event, ParticipantTransferred):
        _tell_former_hub(tx, event)
    if event.status == "accepted" and (not had_place or isinstance(event, ParticipantTransferred)):
        joined = Together(about=f"joined:{event.application_id}", revision=event.revision)
        hub_news.tell(tx, here, "hub_participant_joined", joined, **about)
    elif event.training_status in HOW_TRAINING_GOES_ON and former != event.training_status:
        changed = Together(
            about=f"training:{event.application_id}",
            revision=event.revision,
            former=former,
            latter=event.training_status,
        )
        values: dict[str, Value | None] = {"how": HOW_TRAINING_GOES_ON[event.training_status]}
        hub_news.tell(tx, here, "hub_training_changed", changed, values=values, **about)


def _about(event: ApplicationState) -> dict[str, Any]:
    return {"application_id": event.application_id, "participant_id": event.participant_id}


def _tell_former_hub(tx: Transaction, event: ParticipantTransferred) -> None:
    left = Together(about=f"left:{event.application_id}", revision=event.revision)
    why: dict[str, Value | None] = {"why": "they are with another delivery partner now"}
    former_hub = event.former_delivery_partner_id
    hub_news.tell(tx, former_hub, "hub_participant_left", left, values=why, **_about(event))


def _hub_of(tx: Transaction, event: ApplicationState) -> str:
    hub = tx.get(DeliveryPartner, event.delivery_partner_id) if event.delivery_partner_id else None
    return hub.name if hub else "your delivery partner"


def _tell_hub(tx: Transaction, event: ParticipantTransferred) -> None:
    """Of a hub where they were for an hour they do not hear; nor of that where they were before."""
    key = f"{event.application_id}:{event.revision}"
    write(tx)
    unheard = queries.unheard(tx, "hub_changed", event.application_id)
    former = [one for one in unheard if one.business_key != f"hub_changed:{key}"]
    for message in former:
        take_back(tx, message)
    was_with = former[0].personalisation.get("former hub id") if former else None
    if was_with is not None and was_with == str(event.delivery_partner_id):
        return
    hub = tx.get(DeliveryPartner, event.delivery_partner_id) if event.delivery_partner_id else None
    wanted = Wanted(
        template="hub_changed",
        key=key,
        person_id=event.participant_id,
        application_id=event.application_id,
        values={
            "hub": hub.name if hub else "a new delivery partner",
            "former hub id": was_with or str(event.former_delivery_partner_id),
        },
    )
    queue(tx, wanted)


def tell_place_offer(tx: Transaction, event: PlaceOffered | PlaceOfferEnded) -> None:
    """Who is offered a place has to answer; who let it pass, or lost it, hears that it is gone.

    Who said yes or no knows. An offer that was answered before its message left is not told of, nor
    is the end of one if something newer has come of the application.
    """
    is_newest = keep_application(tx, event)
    about: dict[str, Any] = {
        "key": f"{event.application_id}:{event.revision}",
        "person_id": event.participant_id,
        "application_id": event.application_id,
    }
    values: dict[str, Value | None] = {"hub": _hub_of(tx, event)}
    if isinstance(event, PlaceOffered):
        values["expires"] = moment(event.expires_at)
        queue(tx, Wanted(template="place_offered", values=values, **about))
    elif is_newest and event.outcome in OFFER_LOST:
        values["reason"] = OFFER_LOST[event.outcome]
        queue(tx, Wanted(template="place_offer_ended", values=values, **about))


def keep_delivery_partner(tx: Transaction, event: DeliveryPartnerChanged) -> None:
    """Keep a hub's name for messages that name it, and whether it may still ask."""
    hub = queries.lock_newer(tx, DeliveryPartner, event.delivery_partner_id, event.revision)
    if hub is not None:
        hub.name, hub.status = event.name, event.status


def keep_staff(tx: Transaction, event: StaffChanged) -> None:
    """Keep whether someone still works here: who does not gets no more messages."""
    member = queries.lock_newer(tx, StaffMember, event.staff_id, event.revision)
    if member is not None:
        member.active, member.delivery_partner_id = event.active, event.delivery_partner_id


def keep_outcome(tx: Transaction, event: OutcomeReported) -> None:
    """Who has passed needs no reminder. DfE tells them itself, so that we do not."""
    outcome = queries.lock_newer(tx, Outcome, event.application_id, event.revision)
    if outcome is not None:
        outcome.state = event.state
