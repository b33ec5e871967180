"""Plans of one's own: rating oneself, choosing, moving study, tasks in one's own school."""

from headship_contracts.sessions.pathways import (
    ChoosePathway,
    CommentTask,
    GetPathway,
    GetPathwayOptions,
    GetSelfRating,
    ListTasks,
    MoveStudy,
    PathwayOptions,
    PathwayRecord,
    PauseStudy,
    RateSelf,
    ReportTask,
    SelfRatingReport,
    TaskPage,
    TaskRecord,
)
from kit import Database, Transaction, rpc
from sessions import pathway_options, pathways, ratings, tasks
from sessions.settings import SessionsSettings


class Pathways:
    db: Database
    settings: SessionsSettings

    @rpc(RateSelf)
    def rate_self(self, tx: Transaction, request: RateSelf) -> SelfRatingReport:
        """Rate oneself against the sections of the framework."""
        return ratings.rate(tx, request)

    @rpc(GetSelfRating)
    def get_self_rating(self, tx: Transaction, request: GetSelfRating) -> SelfRatingReport:
        """The distance travelled."""
        return ratings.get(tx, request)

    @rpc(GetPathwayOptions)
    def get_pathway_options(self, tx: Transaction, request: GetPathwayOptions) -> PathwayOptions:
        """What can be chosen."""
        return pathway_options.options(tx, request)

    @rpc(ChoosePathway)
    def choose_pathway(self, tx: Transaction, request: ChoosePathway) -> PathwayRecord:
        """Choose units and their depth."""
        return pathways.choose(tx, request, self.settings)

    @rpc(GetPathway)
    def get_pathway(self, tx: Transaction, request: GetPathway) -> PathwayRecord:
        """Somebody's own plan."""
        return pathways.get(tx, request, self.settings)

    @rpc(MoveStudy)
    def move_study(self, tx: Transaction, request: MoveStudy) -> PathwayRecord:
        """Study a unit in another week."""
        return pathways.move(tx, request, self.settings)

    @rpc(PauseStudy)
    def pause_study(self, tx: Transaction, request: PauseStudy) -> PathwayRecord:
        """Study nothing for some weeks."""
        return pathways.pause(tx, request, self.settings)

    @rpc(ReportTask)
    def report_task(self, tx: Transaction, request: ReportTask) -> TaskRecord:
        """Tell how a unit was applied in one's own school."""
        return tasks.report(tx, request, self.settings)

    @rpc(CommentTask)
    def comment_task(self, tx: Transaction, request: CommentTask) -> TaskRecord:
        """The coach's comment."""
        return tasks.comment(tx, request)

    @rpc(ListTasks)
    def list_tasks(self, tx: Transaction, request: ListTasks) -> TaskPage:
        """What people did in their schools."""
        return tasks.list_tasks(tx, request)
