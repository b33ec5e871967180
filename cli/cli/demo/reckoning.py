"""What the demo counts at its end, and the sums that have to come out."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from cli.demo import appealing, doubts
from cli.demo.counters import KitCounters
from cli.demo.stage import Stage
from cli.demo.story import COHORT, COURSE, Story
from headship_contracts.assessment.appeals import ListAppeals
from headship_contracts.assessment.results import GetResult, ReleaseReport
from headship_contracts.assessment.submissions import ListSubmissions
from headship_contracts.enrolment.applications import ApplicationRecord, ListApplications
from headship_contracts.enrolment.declarations import ListDeclarations
from headship_contracts.enrolment.training import TrainingHistory
from headship_contracts.enrolment.waitlist import ListPlaceActs
from headship_contracts.notifications.messages import CountMessages
from headship_contracts.sessions.schedule import ListSessions

DECLARATION_TYPES = ("started", "retained-1", "retained-2", "completed")


@dataclass(frozen=True)
class Played:
    """What the acts gave back."""

    releases: list[ReleaseReport]
    attendance_records: int


def summarise(
    stage: Stage, story: Story, played: Played, counters: KitCounters, seconds: float
) -> dict[str, Any]:
    """The summary, from what services, databases and the simulator say, not from the script."""
    applications = stage.all_of(ListApplications(cohort=COHORT))
    statuses = Counter(application.status for application in applications)
    training = Counter(application.training_status for application in applications)
    sessions = stage.all_of(ListSessions(course=COURSE, cohort=COHORT))
    submissions = [
        receipt
        for release in played.releases
        for receipt in stage.all_of(ListSubmissions(window_id=release.window_id))
        if receipt.state == "received" and receipt.counts
    ]
    dfe = stage.dfe.state()
    live, outcomes = dfe["declarations"]["live_by_type"], dfe["outcomes"]["by_state"]
    messages = stage.ask(CountMessages())
    return {
        "participants": {
            "applied": len(applications),
            "accepted": statuses["accepted"],
            "rejected": statuses["rejected"],
            "withdrawn": training["withdrawn"],
            "deferred": training["deferred"],
        },
        "lifecycle": _lifecycle(stage, story, applications),
        "sessions": {
            "planned": len(sessions),
            "held": sum(
                one.status == "scheduled" and one.ends_at <= stage.now() for one in sessions
            ),
            "groups": len(story.group_sizes),
            "largest_group": max(story.group_sizes),
        },
        "attendance_records": played.attendance_records,
        "assessment": {
            "submitted": len(submissions),
            "passed": sum(release.passed for release in played.releases),
            "failed": sum(release.failed for release in played.releases),
            "resubmitted": sum(release.released for release in played.releases[1:]),
            "double_marked": sum(release.double_marked for release in played.releases),
            "changed_on_appeal": sum(
                one.remedy == "result_changed" for one in stage.all_of(ListAppeals(state="upheld"))
            ),
            "dossiers_with_flaws": appealing.flaws(
                stage, [release.window_id for release in played.releases]
            ),
            "adjudicated": sum(release.adjudicated for release in played.releases),
            "read_too_kindly_and_failed": sum(
                stage.ask(GetResult(application_id=player.application_id, attempt=1)).state
                == "failed"
                for player in story.all_named("is read too kindly")
            ),
            **doubts.counts(stage, [release.window_id for release in played.releases]),
        },
        "dfe": {kind: live.get(kind, 0) for kind in DECLARATION_TYPES}
        | {f"outcomes_{state}": outcomes.get(state, 0) for state in ("passed", "failed")},
        "messages": {
            "sent": messages.sent,
            "cancelled": sum(one.cancelled for one in messages.by_template),
            "by_template": {one.template: one.sent for one in messages.by_template},
        },
        "events": {
            "published": stage.ledger.published(),
            "handled": stage.ledger.handled(),
            "duplicates_ignored": counters.duplicates,
            "retried": counters.retried,
            "parked": stage.ledger.parked(),
        },
        "seconds": round(seconds, 1),
    }


def _lifecycle(stage: Stage, story: Story, applications: list[ApplicationRecord]) -> dict[str, int]:
    """How often each thing came between an application and its result."""
    accepted = {one.application_id for one in applications if one.status == "accepted"}
    waited = stage.all_of(ListPlaceActs(cohort=COHORT, act="joined"))
    before = {player.application_id: player.dfe_participant_id for player in story.players}
    paused = story.named("defers, then returns")
    history = stage.all_of(TrainingHistory(application_id=paused.application_id))
    statuses = [entry.value for entry in history if entry.aspect == "training_status"]
    paid_back = [
        declaration
        for state in ("awaiting_clawback", "clawed_back")
        for declaration in stage.all_of(ListDeclarations(cohort=COHORT, state=state))
    ]
    return {
        "from_waitlist": len({act.application_id for act in waited} & accepted),
        "returned": int(statuses[-2:] == ["deferred", "active"]),
        "merged": sum(before[one.application_id] != one.dfe_participant_id for one in applications),
        "clawed_back": len(paid_back),
    }


class ReckoningError(Exception):
    """The demo's numbers do not add up; one line for each sum that fails."""


def reconcile(stage: Stage, story: Story, summary: dict[str, Any]) -> None:
    """Hold the platform's numbers against each other, DfE's and the script's."""
    people, dfe, results = summary["participants"], summary["dfe"], summary["assessment"]
    events = summary["events"]
    accepted = [player for player in story.players if player.part.accepted]
    engaged = [player for player in accepted if player.part.shows_up]
    lifecycle = summary["lifecycle"]
    outcomes = dfe["outcomes_passed"] + dfe["outcomes_failed"]
    sums = [
        (
            "applied = accepted + rejected",
            people["applied"],
            people["accepted"] + people["rejected"],
        ),
        ("accepted as cast", people["accepted"], len(accepted)),
        (
            "accepted and engaged = live started at DfE, and paid back",
            len(engaged),
            dfe["started"] + lifecycle["clawed_back"],
        ),
        ("each turn of a life happened once", set(lifecycle.values()), {1}),
        (
            "released results, and one changed on appeal = outcomes at DfE",
            results["passed"] + results["failed"] + results["changed_on_appeal"],
            outcomes,
        ),
        ("appeals upheld", results["changed_on_appeal"], 1),
        ("dossiers with a row that does not fit its seal", results["dossiers_with_flaws"], 0),
        (
            "released results = scripts submitted",
            results["passed"] + results["failed"],
            results["submitted"],
        ),
        (
            "first results = completed at DfE",
            results["submitted"] - results["resubmitted"],
            dfe["completed"],
        ),
        ("a borderline script was adjudicated", min(results["adjudicated"], 1), 1),
        (
            "scripts read too kindly = failed after a second reading",
            len(story.all_named("is read too kindly")),
            results["read_too_kindly_and_failed"],
        ),
        ("extensions granted", results["extensions"], 1),
        ("similar pairs investigated", results["similar_pairs_investigated"], 1),
        ("deliveries expected = handled", stage.ledger.expected, events["handled"]),
        ("parked", events["parked"], 0),
        ("unhandled events", len(stage.ledger.unhandled()), 0),
    ]
    wrong = [f"{name}: {one} and {other}" for name, one, other in sums if one != other]
    if wrong:
        raise ReckoningError("the demo does not add up:\n" + "\n".join(wrong))
