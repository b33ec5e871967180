"""Every way into assessment."""

from datetime import datetime, timedelta

from assessment import (
    allocation,
    applications,
    marking,
    papers,
    references,
    results,
    scripts,
    submissions,
    windows,
)
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.marking import (
    Adjudicate,
    DecisionPage,
    GetScript,
    HoldScript,
    LiftHold,
    ListDecisions,
    ListScripts,
    MarkingPrepared,
    MarkingQueue,
    MarkReceipt,
    MarkScript,
    PrepareMarking,
    QueueItem,
    QueuePage,
    ReallocateScript,
    ScriptPage,
    ScriptToMark,
)
from headship_contracts.assessment.papers import (
    CancelWindow,
    CandidatePage,
    GetPaper,
    ListCandidates,
    ListPapers,
    ListWindows,
    PaperPage,
    PaperRecord,
    PaperToSit,
    PublishPaper,
    ScheduleWindow,
    WindowPage,
    WindowRecord,
)
from headship_contracts.assessment.results import (
    GetResult,
    RecomputeSample,
    ReleaseReport,
    ReleaseResults,
    ResultRecord,
    SampleProof,
)
from headship_contracts.assessment.submissions import (
    GetReceipt,
    ListSubmissions,
    Receipt,
    SubmissionPage,
    SubmitScript,
)
from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    ApplicationRejected,
    ApplicationRemoved,
    ApplicationState,
    DeliveryPartnerChanged,
    OutcomeReported,
    ParticipantDeferred,
    ParticipantDetailsChanged,
    ParticipantMerged,
    ParticipantMovedSchool,
    ParticipantRescheduled,
    ParticipantResumed,
    ParticipantTransferred,
    ParticipantWithdrawn,
    SchedulePublished,
    StaffChanged,
)
from headship_contracts.messages import Done
from headship_contracts.sessions.events import (
    AssessmentReady,
    AssessmentReadyWithdrawn,
    ParticipantGrouped,
    ParticipantUngrouped,
    PlanPublished,
)
from kit import Caller, Config, Database, Transaction, handles, rpc, timer

WITHIN = ("staff", "operator", "service")
"""Callers within the provider: none of this is for hubs."""


class AssessmentService:
    """Papers, windows, candidates, scripts, marks and results."""

    name = "assessment"
    db = Database()
    settings = Config(AssessmentSettings)

    # Papers and windows

    @rpc(PublishPaper, allowed=WITHIN)
    def publish_paper(self, tx: Transaction, request: PublishPaper) -> PaperRecord:
        """Publish a case study and its mark scheme."""
        return papers.publish(tx, request)

    @rpc(ListPapers, allowed=WITHIN)
    def list_papers(self, tx: Transaction, request: ListPapers) -> PaperPage:
        """List papers."""
        return papers.list_all(tx, request)

    @rpc(GetPaper, allowed=WITHIN)
    def get_paper(self, tx: Transaction, request: GetPaper) -> PaperToSit:
        """Show a candidate the paper while the window is open."""
        return papers.show(tx, request)

    @rpc(ScheduleWindow, allowed=WITHIN)
    def schedule_window(self, tx: Transaction, request: ScheduleWindow) -> WindowRecord:
        """Schedule a window; who is ready enters."""
        return windows.schedule(
            tx, request, weeks_after_last_unit=self.settings.weeks_after_last_unit
        )

    @rpc(CancelWindow, allowed=WITHIN)
    def cancel_window(self, tx: Transaction, request: CancelWindow) -> WindowRecord:
        """Cancel a window that has not opened."""
        return windows.cancel(tx, request)

    @rpc(ListWindows, allowed=WITHIN)
    def list_windows(self, tx: Transaction, request: ListWindows) -> WindowPage:
        """List windows."""
        return windows.list_all(tx, request)

    @rpc(ListCandidates, allowed=WITHIN)
    def list_candidates(self, tx: Transaction, request: ListCandidates) -> CandidatePage:
        """List candidates."""
        return windows.list_candidates(tx, request)

    @timer(every=timedelta(minutes=1), missed="skip")
    def turn_windows(self, at: datetime) -> None:
        """Open and close windows, and enter who waits for one."""
        windows.turn_all(self.db, at)

    # Scripts from candidates

    @rpc(SubmitScript, transaction=False, allowed=WITHIN)
    def submit_script(self, request: SubmitScript, caller: Caller) -> Receipt:
        """Take a candidate's script; the latest in time counts."""
        read = submissions.in_a_child_process(
            self.settings.extraction_seconds, self.settings.extraction_megabytes
        )
        return submissions.submit(self.db, request, caller, read)

    @rpc(GetReceipt, allowed=WITHIN)
    def get_receipt(self, tx: Transaction, request: GetReceipt) -> Receipt:
        """Show a receipt again."""
        return submissions.receipt(tx, request)

    @rpc(ListSubmissions, allowed=WITHIN)
    def list_submissions(self, tx: Transaction, request: ListSubmissions) -> SubmissionPage:
        """List what was sent."""
        return submissions.list_all(tx, request)

    # Marking

    @rpc(PrepareMarking, allowed=WITHIN)
    def prepare_marking(self, tx: Transaction, request: PrepareMarking) -> MarkingPrepared:
        """Draw the sample and allocate first markers."""
        return allocation.prepare(tx, request)

    @rpc(ReallocateScript, allowed=WITHIN)
    def reallocate_script(self, tx: Transaction, request: ReallocateScript) -> QueueItem:
        """Give an unmarked script to somebody else."""
        return allocation.reallocate(tx, request)

    @rpc(MarkingQueue, allowed=WITHIN)
    def marking_queue(self, tx: Transaction, request: MarkingQueue) -> QueuePage:
        """List what a marker has to mark."""
        return marking.queue(tx, request)

    @rpc(GetScript, allowed=WITHIN)
    def get_script(self, tx: Transaction, request: GetScript) -> ScriptToMark:
        """Show a marker a script."""
        return marking.show(tx, request)

    @rpc(MarkScript, allowed=WITHIN)
    def mark_script(self, tx: Transaction, request: MarkScript) -> MarkReceipt:
        """Keep a marker's marks, and go on as the rules say."""
        return marking.mark(tx, request)

    @rpc(Adjudicate, allowed=WITHIN)
    def adjudicate(self, tx: Transaction, request: Adjudicate) -> MarkReceipt:
        """Decide where two markers disagreed."""
        return marking.adjudicate(tx, request)

    @rpc(ListScripts, allowed=WITHIN)
    def list_scripts(self, tx: Transaction, request: ListScripts) -> ScriptPage:
        """List a window's scripts for the assessment lead."""
        return scripts.list_all(tx, request)

    @rpc(ListDecisions, allowed=WITHIN)
    def list_decisions(self, tx: Transaction, request: ListDecisions) -> DecisionPage:
        """List all that was decided about a script."""
        return scripts.list_decisions(tx, request)

    @rpc(HoldScript, allowed=WITHIN)
    def hold_script(self, tx: Transaction, request: HoldScript) -> Done:
        """Keep back a script's result."""
        return scripts.hold(tx, request)

    @rpc(LiftHold, allowed=WITHIN)
    def lift_hold(self, tx: Transaction, request: LiftHold) -> Done:
        """Let a held script's result go."""
        return scripts.lift_hold(tx, request)

    # Results

    @rpc(ReleaseResults, allowed=WITHIN)
    def release_results(self, tx: Transaction, request: ReleaseResults) -> ReleaseReport:
        """Release a window's results in one act."""
        return results.release(tx, request)

    @rpc(GetResult, allowed=WITHIN)
    def get_result(self, tx: Transaction, request: GetResult) -> ResultRecord:
        """Show a released result."""
        return results.get(tx, request)

    @rpc(RecomputeSample, allowed=WITHIN)
    def recompute_sample(self, tx: Transaction, request: RecomputeSample) -> SampleProof:
        """Give what is needed to draw a released window's sample again."""
        return results.recompute_sample(tx, request)

    # What others tell

    @handles(
        ApplicationAccepted,
        ApplicationRejected,
        ApplicationRemoved,
        ParticipantDeferred,
        ParticipantDetailsChanged,
        ParticipantMerged,
        ParticipantMovedSchool,
        ParticipantRescheduled,
        ParticipantResumed,
        ParticipantWithdrawn,
        ParticipantTransferred,
        queue="keep_application",
    )
    def keep_application(self, tx: Transaction, event: ApplicationState) -> None:
        """Keep an application's state; enter or remove the candidate."""
        applications.keep_application(tx, event)

    @handles(ParticipantGrouped, ParticipantUngrouped, queue="keep_coach")
    def keep_coach(self, tx: Transaction, event: ParticipantGrouped | ParticipantUngrouped) -> None:
        """Keep who coaches a participant."""
        applications.keep_coach(tx, event)

    @handles(AssessmentReady, AssessmentReadyWithdrawn, queue="keep_readiness")
    def keep_readiness(
        self, tx: Transaction, event: AssessmentReady | AssessmentReadyWithdrawn
    ) -> None:
        """Keep whether the gate is met; enter or remove the candidate."""
        applications.keep_readiness(tx, event)

    @handles(OutcomeReported, queue="keep_outcome")
    def keep_outcome(self, tx: Transaction, event: OutcomeReported) -> None:
        """Keep what DfE holds."""
        applications.keep_outcome(tx, event)

    @handles(StaffChanged, queue="keep_staff")
    def keep_staff(self, tx: Transaction, event: StaffChanged) -> None:
        """Keep who may mark."""
        references.keep_staff(tx, event)

    @handles(DeliveryPartnerChanged, queue="keep_delivery_partner")
    def keep_delivery_partner(self, tx: Transaction, event: DeliveryPartnerChanged) -> None:
        """Keep whether a hub is active."""
        references.keep_delivery_partner(tx, event)

    @handles(SchedulePublished, queue="keep_schedule")
    def keep_schedule(self, tx: Transaction, event: SchedulePublished) -> None:
        """Keep when results are due."""
        references.keep_schedule(tx, event)

    @handles(PlanPublished, queue="keep_plan")
    def keep_plan(self, tx: Transaction, event: PlanPublished) -> None:
        """Keep when the last unit ends."""
        references.keep_plan(tx, event)
