"""The provider's own steps before an acceptance, and the policy that says which are needed."""

from datetime import datetime
from uuid import UUID

from headship_contracts.enrolment.applications import COHORT
from headship_contracts.messages import Done, ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, shape, text

STEP = r"^(statement|endorsement|suitability)$"
OUTCOME = r"^(met|not_met)$"


@shape
class AdmissionPolicy(Shape):
    """A course's rules of admission; a change is a new version, and decisions name theirs.

    `required_steps`: of statement, endorsement, suitability, those that must be met before an
    acceptance. `conditions`: what an application must meet to be offered a place from the waitlist.
    `bands`: whoever meets the first one comes first, then the second, then the rest. Conditions and
    bands are `eligible_for_funding`, `works_in_england`, `school_known`, or a name and a value:
    `phase:primary`, `local_authority:Kent`, `trust:TR00009`, `school:100001`. Inside a band the
    earliest comes first (`timestamp`), or the draw decides (`lottery`): the order of
    SHA-256(seed, application id), which anybody can repeat.
    """

    course: str
    version: int
    required_steps: list[str]
    conditions: list[str]
    bands: list[str]
    tie_break: str  # timestamp | lottery
    seed: str | None = None
    offer_working_days: int
    policy_text: str
    published_by: str
    published_at: datetime


@shape
class PublishAdmissionPolicy(Request[AdmissionPolicy], to="enrolment", writes=True):
    """Give a course its next version of the policy. `policy_text` is what applicants can read.

    `if_revision`: the version that this one is to follow, 0 for a course's first; a Conflict where
    there is a newer one.
    """

    course: str = text(longest=60)
    required_steps: list[str] = items(most=3, default_factory=list)
    conditions: list[str] = items(most=20, default_factory=list)
    bands: list[str] = items(most=20, default_factory=list)
    tie_break: str = text(longest=20, pattern=r"^(timestamp|lottery)$", default="timestamp")
    seed: str | None = text(longest=100, default=None)
    offer_working_days: int = number(least=1, most=60, default=5)
    policy_text: str = text(longest=20_000)
    if_revision: int | None = None


@shape
class AdmissionPolicyPage(Page):
    """Policies by course, the newest version of each first."""

    items: list[AdmissionPolicy]


@shape
class ListAdmissionPolicies(ListRequest[AdmissionPolicyPage], to="enrolment"):
    """Every version of every policy, or of one course's. A course without any asks for no step."""

    course: str | None = None


@shape
class AdmissionStepRecord(Shape):
    """A step of one application. No `outcome`: a link was sent, and nobody has answered yet."""

    application_id: UUID
    step: str
    outcome: str | None = None  # met | not_met
    answer: str | None = None
    given_by: str | None = None  # the endorser, say
    via: str | None = None  # rpc | csv | link
    recorded_by: str | None = None
    recorded_at: datetime | None = None
    link_expires_at: datetime | None = None
    revision: int


@shape
class RecordAdmissionStep(Request[AdmissionStepRecord], to="enrolment", writes=True):
    """Record a step, or correct it while the application is pending."""

    application_id: UUID
    step: str = text(longest=20, pattern=STEP)
    outcome: str = text(longest=10, pattern=OUTCOME)
    answer: str | None = text(longest=10_000, default=None)
    given_by: str | None = text(longest=200, default=None)
    if_revision: int | None = None  # of the step; 0 for one that has none yet


@shape
class AdmissionStepPage(Page):
    """Steps by application and name."""

    items: list[AdmissionStepRecord]


@shape
class ListAdmissionSteps(ListRequest[AdmissionStepPage], to="enrolment"):
    """Steps that were recorded, or for which a link was sent."""

    application_id: UUID | None = None
    course: str | None = None
    cohort: str | None = text(longest=5, pattern=COHORT, default=None)
    step: str | None = None
    outcome: str | None = None


@shape
class AdmissionLink(Shape):
    """Where a step is answered, by whoever has the link, until it expires or is revoked."""

    application_id: UUID
    step: str
    url: str
    expires_at: datetime


@shape
class MakeAdmissionLink(Request[AdmissionLink], to="enrolment", writes=True):
    """Make the link of a step. One that was made before it is no longer good."""

    application_id: UUID
    step: str = text(longest=20, pattern=STEP)
    days: int = number(least=1, most=90, default=14)


@shape
class RevokeAdmissionLink(Request[Done], to="enrolment", writes=True):
    """Whatever link there is for this step is good no more."""

    application_id: UUID
    step: str = text(longest=20, pattern=STEP)


@shape
class DuplicateRecord(Shape):
    """Two participants who may be one person; only a person decides whether they are.

    `score` is the likeness of their names, 90 to 100; `because` is what else is the same.
    """

    first_participant_id: UUID
    second_participant_id: UUID
    score: int
    because: str  # date_of_birth | school | date_of_birth,school
    state: str  # suggested | dismissed
    reason: str | None = None
    decided_by: str | None = None
    found_at: datetime
    revision: int


@shape
class DuplicatePage(Page):
    """Likely duplicates, longest known first."""

    items: list[DuplicateRecord]


@shape
class ListLikelyDuplicates(ListRequest[DuplicatePage], to="enrolment"):
    """Pairs of participants with names alike and the same date of birth or school."""

    state: str | None = text(longest=20, default="suggested")
    participant_id: UUID | None = None


@shape
class DuplicatesFound(Shape):
    """What a search found that was not known."""

    compared: int
    suggested: int


@shape
class FindLikelyDuplicates(Request[DuplicatesFound], to="enrolment", writes=True):
    """Search now; it is also done each night."""


@shape
class DismissLikelyDuplicate(Request[DuplicateRecord], to="enrolment", writes=True):
    """These are two people: do not suggest the pair again."""

    first_participant_id: UUID
    second_participant_id: UUID
    reason: str = text(longest=500, pattern=r"\S")
    if_revision: int | None = None
