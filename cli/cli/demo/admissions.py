"""The demo's first act: staff and schools, applications from DfE, places, acceptance, hubs."""

from uuid import UUID

from cli.demo.cast import Player, cast, deal_to_hubs
from cli.demo.stage import Stage
from cli.demo.story import (
    ADMISSIONS,
    APPLICATIONS,
    COHORT,
    COURSE,
    HUBS,
    MILESTONES,
    PLACES,
    SCHEDULE,
    TRAINING_STARTS,
    Hub,
    Story,
    in_london,
)
from headship_contracts.enrolment.applications import (
    AcceptApplication,
    AssignDeliveryPartner,
    ListApplications,
    RejectApplication,
    SetPlaces,
)
from headship_contracts.enrolment.declarations import PublishCohort, PublishSchedule
from headship_contracts.enrolment.dfe import SyncFromDfe
from headship_contracts.enrolment.events import Milestone
from headship_contracts.enrolment.organisations import ListDeliveryPartners
from headship_contracts.enrolment.schools import AddSchools
from headship_contracts.enrolment.staff import AddStaff
from headship_contracts.enrolment.waitlist import (
    CancelPlace,
    JoinWaitlist,
    ListOffers,
    OfferPlace,
    TakeUpOffer,
)
from headship_contracts.errors import Refused

COACHING_SLOTS = ("tue-16:00", "wed-16:00", "thu-15:30")
MARKERS = ("Ash", "Birch", "Cedar", "Elm", "Hazel", "Maple")
LEADS = ("Oak", "Rowan")


def admit(stage: Stage, story: Story) -> None:
    """From an empty platform to a cohort with places: 58 accepted, two rejected."""
    stage.go_to(in_london(ADMISSIONS, 9))
    _publish_cohort(stage)
    stage.ask(AddSchools(schools=stage.dfe.schools()), "demo:schools")
    report = stage.ask(SyncFromDfe(), "demo:sync")
    stage.settle()
    applications = stage.all_of(ListApplications(cohort=COHORT))
    if report.problem or len(applications) != APPLICATIONS:
        raise RuntimeError(f"DfE's applications brought {len(applications)}: {report.problem}")
    story.players = cast(applications, story.seed)
    _set_up_hubs(stage, story)
    story.markers = [_member(stage, f"{name} Assessor", ["assessor"]) for name in MARKERS]
    story.seniors = [_member(stage, f"{name} Lead", ["moderator", "lead"]) for name in LEADS]
    story.markers += story.seniors
    _decide(stage, story)


def _publish_cohort(stage: Stage) -> None:
    stage.ask(PublishCohort(cohort=COHORT, funding="capped"), "demo:cohort")
    milestones = [
        Milestone(declaration_type=kind, opens_on=opens_on, deadline_on=deadline_on)
        for kind, (opens_on, deadline_on) in MILESTONES.items()
    ]
    schedule = PublishSchedule(
        schedule=SCHEDULE, cohort=COHORT, starts_on=TRAINING_STARTS, milestones=milestones
    )
    stage.ask(schedule, "demo:schedule")
    stage.ask(SetPlaces(cohort=COHORT, course=COURSE, cap=PLACES), "demo:places")


def _set_up_hubs(stage: Stage, story: Story) -> None:
    partners = stage.all_of(ListDeliveryPartners())[:HUBS]
    ids = [partner.delivery_partner_id for partner in partners]
    dealt = deal_to_hubs([p for p in story.players if p.part.accepted], ids)
    for number, partner in enumerate(partners, start=1):
        coaches = {
            slot: _member(
                stage,
                f"{slot.partition('-')[0].title()} Coach {number}",
                ["coach"],
                partner.delivery_partner_id,
            )
            for slot in COACHING_SLOTS
        }
        hub_id = partner.delivery_partner_id
        story.hubs.append(Hub(hub_id, partner.name, coaches, dealt[hub_id]))


def _member(stage: Stage, name: str, roles: list[str], partner: UUID | None = None) -> UUID:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    member = AddStaff(full_name=name, email=email, roles=roles, delivery_partner_id=partner)
    return stage.ask(member, f"demo:staff:{email}").staff_id


def _decide(stage: Stage, story: Story) -> None:
    """Everybody gets a place but one, who waits until somebody else gives theirs back."""
    hesitant, waiting = story.named("changes their mind"), story.named("waits for a place")
    stage.ask(OfferPlace(application_id=hesitant.application_id), f"demo:offer:{hesitant.key}")
    stage.settle()  # so that they have heard of it before they take it
    stage.ask(TakeUpOffer(application_id=hesitant.application_id), f"demo:take:{hesitant.key}")
    for hub in story.hubs:
        for player in hub.players:
            assigned = AssignDeliveryPartner(
                application_id=player.application_id, delivery_partner_id=hub.delivery_partner_id
            )
            stage.ask(assigned, f"demo:hub:{player.key}")
            if player is not waiting:
                stage.ask(_acceptance(player), f"demo:accept:{player.key}")
    _find_no_place_for(stage, waiting)
    stage.ask(JoinWaitlist(application_id=waiting.application_id), f"demo:wait:{waiting.key}")
    reason = "has taken a post abroad"
    given_back = CancelPlace(application_id=hesitant.application_id, reason=reason)
    stage.ask(given_back, f"demo:give-back:{hesitant.key}")
    stage.settle()
    _take_the_offer(stage, waiting)
    for player in story.players:
        if not player.part.accepted:
            rejected = RejectApplication(application_id=player.application_id)
            stage.ask(rejected, f"demo:reject:{player.key}")
    stage.settle()


def _acceptance(player: Player) -> AcceptApplication:
    return AcceptApplication(application_id=player.application_id, funded_place=player.funded)


def _find_no_place_for(stage: Stage, player: Player) -> None:
    try:
        stage.ask(_acceptance(player), f"demo:too-many:{player.key}")
    except Refused as refused:
        if refused.code == "no_place_left":
            return
        raise
    raise RuntimeError(f"{PLACES} places are taken, and another application was accepted")


def _take_the_offer(stage: Stage, player: Player) -> None:
    offers = stage.all_of(ListOffers(application_id=player.application_id, state="open"))
    if len(offers) != 1:
        raise RuntimeError(f"who waits for a place has {len(offers)} offers of one")
    stage.ask(TakeUpOffer(application_id=player.application_id), f"demo:take:{player.key}")
    stage.ask(_acceptance(player), f"demo:accept:{player.key}")
