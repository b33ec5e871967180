"""All that enrolment holds about people."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, cast, exists, false, func, or_, select

from enrolment.models import (
    AdmissionStep,
    Application,
    DeadlineWarning,
    Declaration,
    DfeWrite,
    Drift,
    ErasureDecision,
    ErasurePart,
    Evidence,
    Fee,
    ImportBadRow,
    ImportedRow,
    Instalment,
    LedgerEntry,
    LedgerLine,
    LikelyDuplicate,
    MovedSchool,
    Offer,
    Outcome,
    Participant,
    PlaceAct,
    RetiredParticipant,
    Staff,
    Task,
    TrainingEntry,
    WaitlistEntry,
)
from kit import Transaction
from kit.personal.clearing import ERASED
from kit.personal.ending import in_batches, staff_who_left, unheard_since
from kit.personal.holdings import (
    Custody,
    Holding,
    Subject,
    either,
    hanging_on,
    of_applications,
    of_people,
)

COMPLETED: Final = ("submitted", "eligible", "payable", "paid")
"""States of a declaration `completed` in which training is over."""

_OTHERS = "it is another person's"
_fees = of_applications(Fee.application_id)


def _unlike(row: Any) -> str:
    """A blank that no other row has."""
    return f"{ERASED}-{row[0]}"


def _telling_of(subject: Subject) -> ColumnElement[bool]:
    """Bad rows with the e-mail address or the TRN of one of these people in a cell of its own."""
    cells, known = func.lower(cast(ImportBadRow.cells, Text)), (Participant.email, Participant.trn)
    theirs = [func.replace(cells, '"' + func.lower(one) + '"', "") != cells for one in known]
    return exists().where(Participant.id.in_(subject.person_ids), or_(*theirs))


HOLDINGS: Final = (
    Holding(
        model=AdmissionStep,
        title="Steps of your admission",
        kind="admissions",
        of=of_applications(AdmissionStep.application_id),
        withheld={"given_by": _OTHERS},
    ),
    Holding(
        model=WaitlistEntry,
        title="Your place on the waitlist",
        kind="admissions",
        of=of_applications(WaitlistEntry.application_id),
    ),
    Holding(
        model=Offer,
        title="Offers of a place",
        kind="admissions",
        of=of_applications(Offer.application_id),
    ),
    Holding(
        model=PlaceAct,
        title="What was done about your place, and why",
        kind="admissions",
        of=of_applications(PlaceAct.application_id),
        withheld={"before_id": _OTHERS, "after_id": _OTHERS},
    ),
    Holding(
        model=LikelyDuplicate,
        title="That you may be one with somebody else whom we know",
        kind="admissions",
        of=of_people(LikelyDuplicate.first_id, LikelyDuplicate.second_id),
        withheld={"first_id": _OTHERS, "second_id": _OTHERS},
    ),
    Holding(
        model=ImportedRow,
        title="What a file told of you",
        kind="admissions",
        of=of_applications(ImportedRow.application_id),
    ),
    Holding(
        model=ImportBadRow,
        title="Rows of files about you that could not be taken",
        kind="admissions",
        of=_telling_of,
        old=lambda _before: false(),  # they go with their file, some days after it came
    ),
    Holding(
        model=DfeWrite,
        title="What we told the Department for Education of you",
        kind="traffic",
        of=of_applications(DfeWrite.application_id),
    ),
    Holding(
        model=Drift,
        title="Where the Department for Education knew something else of you",
        kind="traffic",
        of=either(of_applications(Drift.application_id), of_people(Drift.record_id)),
    ),
    Holding(
        model=DeadlineWarning,
        title="Deadlines of yours that we were warned of",
        kind="training",
        of=of_applications(DeadlineWarning.application_id),
    ),
    Holding(
        model=Task,
        title="What somebody had to see to for you",
        kind="training",
        of=of_applications(Task.application_id),
        record="task",
    ),
    Holding(
        model=MovedSchool,
        title="That you moved schools",
        kind="training",
        of=of_applications(MovedSchool.application_id),
    ),
    Holding(
        model=TrainingEntry,
        title="The history of your training",
        kind="training",
        of=of_applications(TrainingEntry.application_id),
    ),
    Holding(
        model=Evidence,
        title="Evidence of your engagement and results",
        kind="declarations",
        of=of_applications(Evidence.application_id),
    ),
    Holding(
        model=Outcome,
        title="Your results as the Department for Education was told",
        kind="declarations",
        of=of_applications(Outcome.application_id),
    ),
    Holding(
        model=Declaration,
        title="What we declared of your training to the Department for Education",
        kind="declarations",
        of=of_applications(Declaration.application_id),
        record="declaration",
    ),
    Holding(
        model=LedgerLine,
        title="Sides of entries in our books",
        kind="fees",
        of=hanging_on(
            LedgerLine.entry_id, LedgerEntry.id, hanging_on(LedgerEntry.fee_id, Fee.id, _fees)
        ),
        blanked={},  # amounts without a name: the books stay whole
    ),
    Holding(
        model=LedgerEntry,
        title="Entries in our books",
        kind="fees",
        of=hanging_on(LedgerEntry.fee_id, Fee.id, _fees),
        blanked={"reference": _unlike},
    ),
    Holding(
        model=Instalment,
        title="Instalments",
        kind="fees",
        of=hanging_on(Instalment.fee_id, Fee.id, _fees),
        blanked={},
    ),
    Holding(
        model=Fee,
        title="What was agreed to be paid for your place",
        kind="fees",
        of=_fees,
        blanked={"payer_reference": ERASED},
        record="fee",
    ),
    Holding(
        model=RetiredParticipant,
        title="Ids that the Department for Education merged into yours",
        kind="identity",
        of=of_people(RetiredParticipant.participant_id, RetiredParticipant.former_participant_id),
    ),
    Holding(
        model=Application,
        title="Your applications",
        kind="identity",
        of=of_applications(Application.id),
        blanked=dict.fromkeys(
            ("reference", "problem", "school_urn", "training_reason", "reason_for_rejection")
        ),
    ),
    Holding(
        model=Participant,
        title="How to reach you",
        kind="contact",
        of=of_people(Participant.id),
        blanked={
            "email": None,
            "date_of_birth": None,
            "address_failed_at": None,
            "erased": True,
        },
    ),
    Holding(
        model=Participant,
        title="Who you are",
        kind="identity",
        of=of_people(Participant.id),
        blanked={"full_name": ERASED, "trn": None, "trn_verified": False},
    ),
    Holding(
        model=Staff,
        title="Your work for the programme",
        kind="staff",
        of=of_people(Staff.id),
        blanked={
            "full_name": ERASED,
            "email": _unlike,
            "email_key": _unlike,
            "broker_user": None,
            "school_urn": None,
            "trust_id": None,
            "address_failed_at": None,
        },
    ),
)


def ended_before(tx: Transaction, before: datetime) -> Iterator[Subject]:
    """Applications that ended before, and the people all of whose applications did."""
    done = _ended(before)
    wanted = select(Application.id, Application.participant_id).where(done)
    for rows in in_batches(tx, wanted, Application.id):
        people = {row.participant_id for row in rows}
        goes_on = select(Application.participant_id).where(
            Application.participant_id.in_(people), ~done
        )
        yield Subject(tuple(people - set(tx.scalars(goes_on))), tuple(row.id for row in rows))
    yield from staff_who_left(tx, Staff, Staff.id, before)


def _ended(before: datetime) -> Any:
    """The condition. Who is deferred may come back, and who never declared a `completed` may yet:
    until they have not been heard of for too long."""
    completed = exists().where(
        Declaration.application_id == Application.id,
        Declaration.declaration_type == "completed",
        Declaration.state.in_(COMPLETED),
        Declaration.declaration_date < before,
    )
    turned_down = and_(
        Application.status.in_(("rejected", "removed")),
        func.coalesce(Application.accepted_at, Application.created_at) < before,
    )
    withdrawn = and_(
        Application.training_status.is_not_distinct_from("withdrawn"),  # an applicant has none
        func.coalesce(Application.training_changed_at, Application.created_at) < before,
    )
    trained = and_(Application.status == "accepted", or_(withdrawn, completed))
    return or_(turned_down, trained, Application.revision < unheard_since(before))


CUSTODY: Final = Custody(
    service="enrolment",
    holdings=HOLDINGS,
    elsewhere={
        ErasureDecision: "it is kept to show that the law was followed, and names nobody",
        ErasurePart: "it is part of that",
    },
    ended_before=ended_before,
    ending="declarations",
    applications=(Application.id, Application.participant_id),
)
