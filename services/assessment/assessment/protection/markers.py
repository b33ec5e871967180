"""What assessment holds about those who mark and decide."""

from typing import Final

from assessment.models import (
    Allocation,
    Assessor,
    DeclaredConflict,
    Moderation,
    ReferenceMarking,
    StaffMember,
)
from kit.personal.holdings import Holding, of_people

OF_STAFF: Final = (
    Holding(
        model=DeclaredConflict,
        title="Conflicts that you declared",
        kind="staff",
        of=of_people(DeclaredConflict.staff_id),
        record="conflict",
    ),
    Holding(
        model=Assessor,
        title="What was settled about your marking",
        kind="staff",
        of=of_people(Assessor.staff_id),
    ),
    Holding(
        model=Allocation,
        title="Scripts that you were to mark",
        kind="staff",
        of=of_people(Allocation.staff_id),
        withheld={"excluded": "it is other people's"},
        blanked={},  # an id, until enrolment has forgotten whose; the same holds for what follows
    ),
    Holding(
        model=ReferenceMarking,
        title="How you marked reference scripts",
        kind="staff",
        of=of_people(ReferenceMarking.staff_id),
        blanked={"draft": None},
    ),
    Holding(
        model=Moderation,
        title="How your marking was moderated",
        kind="staff",
        of=of_people(Moderation.staff_id),
        withheld={"nonce": "it decides a draw"},
        blanked={},
        record="moderation",
    ),
    Holding(
        model=StaffMember,
        title="Your roles",
        kind="staff",
        of=of_people(StaffMember.staff_id),
        blanked={"school_urn": None, "trust_id": None},
    ),
)
