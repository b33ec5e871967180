"""Asking enrolment about schools and trusts, and telling it of them: one by one, or by CSV.

A file of any size is told in pieces: each `ImportSchools` or `ImportEligibilityList` carries the
file's header and some whole records, so that neither side ever holds the file.
"""

from headship_contracts.files import RowProblem
from headship_contracts.messages import Done, ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, shape, text

STATUS = r"^(open|closing|closed|proposed)$"
PLACE = r"^-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?$"
MOST_ROWS = 400
"""In one piece: so that its answer can name what is wrong with every field of each."""

MOST_CHARACTERS = 150_000
"""In one piece: written as JSON they stay below what a message may hold, whatever they are."""


@shape
class School(Shape):
    """What is known of a school. `establishment_type` is a code of GIAS: 1 community school..."""

    urn: str = text(longest=7, pattern=r"^\d{6,7}$")
    name: str = text(longest=200)
    ukprn: str | None = text(longest=8, default=None)
    trust_id: str | None = text(longest=20, default=None)
    local_authority: str | None = text(longest=60, default=None)
    phase: str | None = text(longest=40, default=None)
    establishment_type: str | None = text(longest=2, pattern=r"^\d{1,2}$", default=None)
    status: str | None = text(longest=8, pattern=STATUS, default=None)
    town: str | None = text(longest=100, default=None)
    postcode: str | None = text(longest=8, default=None)
    place: str | None = text(longest=40, pattern=PLACE, default=None)  # latitude,longitude


@shape
class AddSchools(Request[Done], to="enrolment", writes=True):
    """Add or change up to 500 schools. Events then tell their trust, authority and phase.

    Of a school that is known, status, town, postcode and place stay where they are not given.
    """

    schools: list[School] = items(most=500)


@shape
class SchoolRecord(Shape):
    """A school, its trust's name, what GIAS calls its type, and DfE's lists that it is on."""

    urn: str
    name: str
    ukprn: str | None = None
    trust_id: str | None = None
    trust_name: str | None = None
    local_authority: str | None = None
    phase: str | None = None
    establishment_type: str | None = None
    establishment_type_name: str | None = None
    eligible_establishment: bool  # its type is one whose staff DfE funds
    eligibility_lists: list[str]
    status: str | None = None
    town: str | None = None
    postcode: str | None = None
    place: str | None = None


@shape
class SchoolPage(Page):
    """Schools, by URN."""

    items: list[SchoolRecord]


@shape
class ListSchools(ListRequest[SchoolPage], to="enrolment"):
    """Schools that fit every filter given. `name_contains` in any case."""

    trust_id: str | None = None
    local_authority: str | None = None
    phase: str | None = None
    status: str | None = None
    name_contains: str | None = text(longest=100, default=None)


@shape
class GetSchool(Request[SchoolRecord], to="enrolment"):
    """One school."""

    urn: str = text(longest=7, pattern=r"^\d{6,7}$")


@shape
class TrustRecord(Shape):
    """A trust, and how many schools of it are known that are not closed."""

    trust_id: str
    name: str
    schools: int


@shape
class TrustPage(Page):
    """Trusts, by id."""

    items: list[TrustRecord]


@shape
class ListTrusts(ListRequest[TrustPage], to="enrolment"):
    """All trusts, or those with these letters in their name."""

    name_contains: str | None = text(longest=100, default=None)


@shape
class RowsReport(Shape):
    """What became of some rows. `problems` names each bad one; the others are kept."""

    rows: int
    added: int
    changed: int
    unchanged: int
    bad: int
    problems: list[RowProblem]


@shape
class ImportSchools(Request[RowsReport], to="enrolment", writes=True):
    """Up to 400 whole records of a CSV of schools, with GIAS's column names or plain ones.

    `first_row` is the number of the first record in its file, where the header is 1. Without
    `apply` the rows are only looked at.
    """

    header: str = text(longest=20_000)
    content: str = text(longest=MOST_CHARACTERS)
    first_row: int = number(least=2, default=2)
    apply: bool = True


@shape
class ImportEligibilityList(Request[RowsReport], to="enrolment", writes=True):
    """Up to 400 whole records of one of DfE's lists, by URN or UKPRN, perhaps with a name.

    `eligibility_list`: pp50_schools, pp50_further_education, childminders and rise_schools decide
    on funding; local_authority_nurseries and disadvantaged_early_years no more, since May 2026.
    `edition` names the upload; `KeepEdition` ends it.
    """

    eligibility_list: str = text(longest=40)
    edition: str = text(longest=40, pattern=r"^[\w.:-]+$")
    header: str = text(longest=20_000)
    content: str = text(longest=MOST_CHARACTERS)
    first_row: int = number(least=2, default=2)
    apply: bool = True


@shape
class EditionKept(Shape):
    """How long the list is now, and how many entries of former editions were dropped."""

    entries: int
    dropped: int


@shape
class KeepEdition(Request[EditionKept], to="enrolment", writes=True):
    """All of a list has been told: what this edition did not name is on it no longer.

    Refused where the edition named nothing.
    """

    eligibility_list: str = text(longest=40)
    edition: str = text(longest=40)
