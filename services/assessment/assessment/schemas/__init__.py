"""From records to what leaves: replies, and values for the rules."""

from assessment.schemas.cases import (
    about_author,
    appeal_record,
    circumstances_record,
    conflict_between,
)
from assessment.schemas.marking import (
    banked_comment,
    check_record,
    draft_of,
    judgement_of,
    mark_receipt,
    marker_of,
    queue_item,
    reference_item,
    reference_to_mark,
    script_record,
    script_to_mark,
    shown_number,
)
from assessment.schemas.papers import (
    candidate_record,
    criteria_of,
    paper_record,
    scheme_of,
    window_record,
)
from assessment.schemas.results import result_record
from assessment.schemas.submissions import receipt

__all__ = [
    "about_author",
    "appeal_record",
    "banked_comment",
    "candidate_record",
    "check_record",
    "circumstances_record",
    "conflict_between",
    "criteria_of",
    "draft_of",
    "judgement_of",
    "mark_receipt",
    "marker_of",
    "paper_record",
    "queue_item",
    "receipt",
    "reference_item",
    "reference_to_mark",
    "result_record",
    "scheme_of",
    "script_record",
    "script_to_mark",
    "shown_number",
    "window_record",
]
