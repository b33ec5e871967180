"""What comes between a start and a completion: leaving, pausing and returning, two accounts of one
person, and money that has to be paid back."""

from collections.abc import Callable, Mapping
from datetime import date

from cli.demo.stage import Stage
from cli.demo.story import (
    CLAWED_BACK_ON,
    COHORT,
    COURSE,
    DEFERS_ON,
    GOES_ON_ON,
    MERGED_ON,
    PAUSES_ON,
    RETURNS_ON,
    WITHDRAWS_ON,
    Story,
)
from headship_contracts.enrolment.applications import GetApplication
from headship_contracts.enrolment.batches import VoidDeclaration
from headship_contracts.enrolment.declarations import ListDeclarations
from headship_contracts.enrolment.dfe import SyncFromDfe
from headship_contracts.enrolment.people import People
from headship_contracts.enrolment.training import (
    DeferParticipant,
    ResumeParticipant,
    WithdrawParticipant,
)
from headship_contracts.sessions.groups import FormGroups


def happen(stage: Stage, story: Story, day: date) -> None:
    """What the story has for this day, if anything."""
    if change := _ON.get(day):
        change(stage, story)
        stage.settle()


def _merge(stage: Stage, story: Story) -> None:
    """DfE finds that two accounts are one person's, and keeps the one that was rejected."""
    player, former = story.named("has two accounts"), story.named("registered twice")
    enrolled = stage.ask(GetApplication(application_id=player.application_id))
    (person,) = stage.ask(People(ids=[enrolled.participant_id])).people
    kept = str(former.dfe_participant_id)
    stage.dfe.order("person", participant_id=kept, full_name=person.full_name, email=person.email)
    stage.dfe.order(
        "merge", from_participant_id=str(player.dfe_participant_id), to_participant_id=kept
    )
    report = stage.ask(SyncFromDfe(everything=True), "demo:merge")
    moved = stage.ask(GetApplication(application_id=player.application_id))
    if report.problem or moved.dfe_participant_id != former.dfe_participant_id:
        raise RuntimeError(f"DfE's merge was not followed: {report.problem}")


def _pause(stage: Stage, story: Story) -> None:
    player = story.named("defers, then returns")
    pausing = DeferParticipant(
        application_id=player.application_id,
        reason="bereavement",
        expected_return_on=GOES_ON_ON,
    )
    stage.ask(pausing, f"demo:pause:{player.key}")
    story.gone.add(player.application_id)


def _go_on(stage: Stage, story: Story) -> None:
    """Back, and into a group with room."""
    player = story.named("defers, then returns")
    stage.ask(ResumeParticipant(application_id=player.application_id), f"demo:return:{player.key}")
    story.gone.discard(player.application_id)
    stage.settle()
    report = stage.ask(FormGroups(course=COURSE, cohort=COHORT), "demo:return:group")
    if report.unplaced:
        raise RuntimeError(f"without a group after a return: {report.unplaced}")


def _withdraw(stage: Stage, story: Story) -> None:
    player = story.named("started in error")
    leaving = WithdrawParticipant(application_id=player.application_id, reason="started-in-error")
    stage.ask(leaving, f"demo:withdraw:{player.key}")
    story.gone.add(player.application_id)


def _defer(stage: Stage, story: Story) -> None:
    player = story.named("defers")
    pausing = DeferParticipant(
        application_id=player.application_id,
        reason="parental-leave",
        expected_return_on=RETURNS_ON,
    )
    stage.ask(pausing, f"demo:defer:{player.key}")
    story.gone.add(player.application_id)


def _pay_back(stage: Stage, story: Story) -> None:
    """What DfE has paid for a start in error is voided, and clawed back on the next statement."""
    player = story.named("started in error")
    stage.ask(SyncFromDfe(everything=True), "demo:paid")
    (declared,) = stage.all_of(ListDeclarations(application_id=player.application_id))
    if declared.state != "paid":
        raise RuntimeError(f"the declaration to be clawed back is {declared.state}, not paid")
    voiding = VoidDeclaration(declaration_id=declared.declaration_id, reason="started in error")
    stage.ask(voiding, f"demo:void:{player.key}")


_ON: Mapping[date, Callable[[Stage, Story], None]] = {
    MERGED_ON: _merge,
    PAUSES_ON: _pause,
    GOES_ON_ON: _go_on,
    WITHDRAWS_ON: _withdraw,
    DEFERS_ON: _defer,
    CLAWED_BACK_ON: _pay_back,
}

DAYS = frozenset(_ON)
