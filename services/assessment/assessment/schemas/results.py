"""Results as they leave."""

from decimal import Decimal

from assessment.domain.integrity import Outcome
from assessment.models import DfeOutcome, Result
from headship_contracts.assessment.results import ResultRecord


def result_record(result: Result, outcome: DfeOutcome | None) -> ResultRecord:
    """A released result, with what DfE holds."""
    script = result.script
    return ResultRecord(
        result_id=result.id,
        application_id=result.application_id,
        participant_id=script.application.participant,
        window_id=script.window_id,
        attempt=result.attempt,
        state=result.state,
        score=script.score or Decimal(0),
        pass_mark=script.window.paper.pass_mark,
        failed_criteria=result.failed_criteria,
        completion_date=result.completion_date,
        released_at=result.released_at,
        may_resubmit=result.may_resubmit,
        revision=result.revision,
        replaces=result.replaces,
        disregarded=result.disregarded,
        despite_marks=script.integrity_outcome == Outcome.FAIL,
        dfe_state=None if outcome is None else outcome.state,
    )
