"""What the sender of a script is told."""

from assessment.models import Submission
from headship_contracts.assessment.submissions import Receipt


def receipt(submission: Submission) -> Receipt:
    """What the sender of a script is told."""
    limit = submission.candidate.window.paper.word_limit
    return Receipt(
        submission_id=submission.id,
        application_id=submission.candidate.application_id,
        window_id=submission.candidate.window_id,
        state=submission.state,
        reason=submission.reason,
        received_at=submission.received_at,
        sha256=submission.sha256,
        words=submission.words,
        method=submission.method,
        word_limit=limit,
        over_by=max(0, submission.words - limit),
        cut_off_word=submission.cut_off_word,
        excluded=submission.excluded,
        hidden=submission.hidden,
        counts=submission.counts,
        in_grace=submission.in_grace,
        own_work=submission.declaration is not None or submission.state == "received",
    )
