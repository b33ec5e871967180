"""From records to what leaves: replies, and values for the rules."""

from assessment.schemas.cases import appeal_record, circumstances_record, conflict_between
from assessment.schemas.marking import (
    judgement_of,
    mark_receipt,
    queue_item,
    script_record,
    script_to_mark,
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
    "appeal_record",
    "candidate_record",
    "circumstances_record",
    "conflict_between",
    "criteria_of",
    "judgement_of",
    "mark_receipt",
    "paper_record",
    "queue_item",
    "receipt",
    "result_record",
    "scheme_of",
    "script_record",
    "script_to_mark",
    "window_record",
]
