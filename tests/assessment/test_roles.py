"""What belongs to a participant's case is for staff who have to do with it, and for nobody else."""

from base64 import b64encode
from uuid import uuid4

import pytest

from headship_contracts.assessment.appeals import EscalateAppeal, FileAppeal, WithdrawAppeal
from headship_contracts.assessment.circumstances import (
    AddEvidence,
    FileCircumstances,
    WithdrawCircumstances,
)
from headship_contracts.assessment.papers import GetPaper
from headship_contracts.assessment.results import GetResult
from headship_contracts.assessment.submissions import SubmitScript
from headship_contracts.errors import NotFound, Refused
from kit.identity import Caller

ONE = uuid4()
CONTENT = b64encode(b"I would begin with trust.").decode()
TOLD = {"statement": "The clock had stopped."}

ASKED = [
    FileAppeal(application_id=ONE, grounds="procedural_irregularity", **TOLD),
    EscalateAppeal(appeal_id=ONE, reason="Not convinced."),
    WithdrawAppeal(appeal_id=ONE, reason="No longer wanted."),
    FileCircumstances(application_id=ONE, window_id=ONE, kind="illness", **TOLD),
    WithdrawCircumstances(circumstances_id=ONE, reason="No longer wanted."),
    AddEvidence(circumstances_id=ONE, filename="letter.txt", content=CONTENT),
    GetResult(application_id=ONE),
    GetPaper(application_id=ONE, window_id=ONE),
    SubmitScript(
        application_id=ONE, window_id=ONE, filename="s.txt", content=CONTENT, own_work=True
    ),
]


@pytest.mark.parametrize("request_", ASKED, ids=lambda one: type(one).__name__)
def test_staff_who_have_nothing_to_do_with_it_are_refused(office, request_):
    for role in ("facilitator", "assessor"):
        (member,) = office.assessors(1, role)
        with pytest.raises(Refused, match="not_permitted"):
            office.ask(request_, Caller("staff", str(member)))

    (lead,) = office.assessors(1, "lead")
    with pytest.raises(NotFound):  # there is no such case: but they may ask for it
        office.ask(request_, Caller("staff", str(lead)))


def test_a_facilitator_cannot_take_back_a_participants_appeal(office):
    window = office.marking(1)
    office.mark(window, 1, 40)
    office.mark(window, 1, 41)
    office.release(window)
    whose = office.script(window).application_id
    asked = FileAppeal(application_id=whose, grounds="procedural_irregularity", **TOLD)
    appeal = office.ask(asked)
    (facilitator,) = office.assessors(1, "facilitator")
    (lead,) = office.assessors(1, "lead")
    taken_back = WithdrawAppeal(appeal_id=appeal.appeal_id, reason="No longer wanted.")

    with pytest.raises(Refused, match="not_permitted"):
        office.ask(taken_back, Caller("staff", str(facilitator)))

    assert office.ask(taken_back, Caller("staff", str(lead))).state == "withdrawn"
