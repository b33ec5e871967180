"""Schools, trusts and DfE's lists: told one by one or by CSV, and who hears of what changes."""

import io
from dataclasses import replace

import pytest

from dfe_simulator import gias
from enrolment.domain import schools_csv
from enrolment.domain.csv_files import CsvFile, pieces
from headship_contracts.enrolment.events import ParticipantDetailsChanged, StaffChanged
from headship_contracts.enrolment.schools import (
    AddSchools,
    GetSchool,
    ImportEligibilityList,
    ImportSchools,
    KeepEdition,
    ListSchools,
    ListTrusts,
    School,
)
from headship_contracts.enrolment.staff import AddStaff
from headship_contracts.errors import Invalid, NotFound, Refused
from kit.testing import emitted

HEADER = "URN,EstablishmentName,Trusts (code),Trusts (name),PhaseOfEducation (name),Postcode"


def rows(*lines, header=HEADER, **more):
    return ImportSchools(header=header, content="\n".join(lines), **more)


@pytest.fixture(scope="module")
def register():
    """A made-up register as GIAS writes the real one, and DfE's lists."""
    listed = gias.establishments(400, 1, after=[])
    return gias.register_csv(listed), gias.lists(listed, 1), listed


def tell(enrolling, content, request, **more):
    """A file in pieces, as the command line tells it."""
    file = CsvFile(io.BytesIO(content.encode()))
    return [
        enrolling.call(request(header=file.header_text, content=text, first_row=first, **more))
        for first, text in pieces(file, rows=150, characters=200_000)
    ]


def test_a_register_with_gias_names_is_taken_whole_and_only_once(enrolling, register):
    content, _, listed = register

    first = tell(enrolling, content, ImportSchools)
    again = tell(enrolling, content, ImportSchools)

    assert [problem for report in first for problem in report.problems] == []
    assert sum(report.added for report in first) == 400
    assert [(r.added, r.changed, r.unchanged) for r in again] == [
        (0, 0, 150),
        (0, 0, 150),
        (0, 0, 100),
    ]
    one = next(e for e in listed if e.trust_id and e.phase_code == "2")
    known = enrolling.call(GetSchool(urn=one.urn))
    assert (known.name, known.ukprn, known.trust_name) == (one.name, one.ukprn, one.trust_name)
    assert known.establishment_type_name == gias.TYPES[one.type_code][0]
    assert (known.phase, known.local_authority) == ("primary", f"{one.region} Council")
    latitude, longitude = map(float, known.place.split(","))
    assert 49 < latitude < 61
    assert -9 < longitude < 3


def test_rows_that_are_wrong_are_named_and_the_others_kept(enrolling):
    report = enrolling.call(
        rows(
            "100001,A school,TR1,A trust,Primary,SW1A 1AA",
            "12345,Short,,,Primary,",
            "100003,,,,Kindergarten,nowhere",
            "100004,Sainte-Th�r�se,,,,",
            "100005,Another,TR1,A trust,Not applicable,sw1a2aa",
            first_row=7,
        )
    )

    assert (report.rows, report.added, report.bad) == (5, 2, 3)
    assert [(p.row, p.field, p.code, p.value) for p in report.problems] == [
        (8, "urn", "not_a_urn", "12345"),
        (9, "name", "missing", ""),
        (9, "phase", "unknown_phase", "Kindergarten"),
        (9, "postcode", "not_a_postcode", "nowhere"),
        (10, "name", "unreadable", "Sainte-Th�r�se"),
    ]
    assert all(problem.message for problem in report.problems)
    kept = enrolling.call(ListSchools(trust_id="TR1")).items
    assert [(s.urn, s.postcode) for s in kept] == [("100001", "SW1A 1AA"), ("100005", "SW1A 2AA")]
    assert enrolling.call(GetSchool(urn="100005")).phase is None


def test_looking_at_rows_changes_nothing(enrolling):
    report = enrolling.call(rows("100001,A school,TR1,A trust,Primary,", apply=False))

    assert report.added == 1
    assert enrolling.call(ListSchools()).items == []
    assert enrolling.call(ListTrusts()).items == []


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (rows("1", header="School"), "column_missing"),
        (rows("1,2,3", header="URN,urn,Name"), "column_twice"),
        (rows("1", header=" , "), "no_header"),
        (rows('100001,"' + "x" * 140_000), "broken_quotes"),
        (rows(*["100001,A school,,,,"] * 401), "too_many_rows"),
    ],
)
def test_what_is_no_csv_of_schools_is_refused(enrolling, request_, says):
    with pytest.raises(Invalid, match=says):
        enrolling.call(request_)


def test_a_column_that_is_missing_leaves_what_is_known(enrolling):
    enrolling.call(rows("100001,A school,TR1,A trust,Primary,SW1A 1AA"))

    report = enrolling.call(rows("100001,A better name", header="URN;Name".replace(";", ",")))

    assert (report.changed, report.added) == (1, 0)
    known = enrolling.call(GetSchool(urn="100001"))
    assert (known.name, known.trust_id, known.phase) == ("A better name", "TR1", "primary")


def test_a_school_that_joins_a_trust_takes_its_people_with_it(enrolling):
    participant = enrolling.enrolled()
    urn = participant.school_urn
    told_before = emitted(enrolling.db, ParticipantDetailsChanged)  # DfE's TRN, of whom it has one
    enrolling.call(rows(f"{urn},A school,,,Primary,"))
    coach = AddStaff(
        full_name="Cora Coach", email="cora@example.org", roles=["coach"], school_urn=urn
    )
    elsewhere = replace(coach, email="e@example.org", trust_id="TR8")
    mine, other = enrolling.call(coach), enrolling.call(elsewhere)

    enrolling.call(rows(f"{urn},A school,TR1,A trust,Primary,"))
    enrolling.call(rows(f"{urn},A school,TR1,A trust,Primary,"))

    told = emitted(enrolling.db, ParticipantDetailsChanged)[len(told_before) :]
    assert [(e.trust_id, e.fields) for e in told] == [
        (None, ["phase"]),
        ("TR1", ["trust_id"]),
    ]
    assert told[-1].revision == enrolling.application(participant.application_id).revision
    staff = emitted(enrolling.db, StaffChanged)
    assert [(e.staff_id, e.trust_id) for e in staff] == [
        (mine.staff_id, None),
        (other.staff_id, "TR8"),
        (mine.staff_id, "TR1"),
    ]


def test_schools_and_trusts_are_found_by_name(enrolling, register):
    tell(enrolling, register[0], ImportSchools)

    some = enrolling.call(ListSchools(name_contains="NURSERY", limit=500)).items
    (trust, *_) = enrolling.call(ListTrusts(limit=1)).items
    theirs = enrolling.call(ListSchools(trust_id=trust.trust_id, limit=500)).items

    assert {school.establishment_type for school in some} == {"15"}
    assert all(school.eligible_establishment for school in some)
    assert trust.schools == sum(school.status != "closed" for school in theirs)
    assert enrolling.call(ListTrusts(name_contains="%")).items == []


@pytest.mark.parametrize("name", list(schools_csv.LISTS))
def test_each_of_dfes_lists_is_taken_with_its_own_headings(enrolling, register, name):
    content = register[1][f"{name}.csv".replace("local_authority", "la")]
    lines = len(content.split()) if "early" not in name else content.count("\r\n")

    first = tell(
        enrolling, content, ImportEligibilityList, eligibility_list=name, edition="2026-09"
    )
    again = tell(
        enrolling, content, ImportEligibilityList, eligibility_list=name, edition="2026-09"
    )

    assert [p for report in first for p in report.problems] == []
    if "early" not in name:
        assert sum(r.added for r in first) == lines - content.split("\r\n")[0].count(" ") - 1
    assert sum(r.added + r.changed for r in again) == 0


def on_list(*urns, edition, name="pp50_schools"):
    return ImportEligibilityList(
        eligibility_list=name, edition=edition, header="URN", content="\n".join(urns)
    )


def test_a_school_is_on_a_list_until_a_later_edition_leaves_it_out(enrolling):
    schools = [School(urn=urn, name="A school", ukprn="10012345") for urn in ("100001", "100002")]
    enrolling.call(AddSchools(schools=schools))
    enrolling.call(on_list("100001", "100002", edition="2025"))
    enrolling.call(on_list("100002", "100003", edition="2026"))

    kept = enrolling.call(KeepEdition(eligibility_list="pp50_schools", edition="2026"))

    assert (kept.entries, kept.dropped) == (2, 1)
    assert enrolling.call(GetSchool(urn="100001")).eligibility_lists == []
    assert enrolling.call(GetSchool(urn="100002")).eligibility_lists == ["pp50_schools"]
    with pytest.raises(Refused, match="edition_is_empty"):
        enrolling.call(KeepEdition(eligibility_list="pp50_schools", edition="2027"))


def test_a_list_that_dfe_does_not_have_is_refused(enrolling):
    with pytest.raises(Invalid, match="eligibility_list: is none of pp50_schools"):
        enrolling.call(on_list("100001", edition="1", name="favourites"))


def test_a_type_that_gias_does_not_have_is_refused(enrolling):
    with pytest.raises(Invalid, match=r"schools.0.establishment_type"):
        enrolling.call(AddSchools(schools=[School(urn="100001", name="A", establishment_type="9")]))


def test_a_school_that_is_not_there_is_not_found(enrolling):
    with pytest.raises(NotFound, match="school_not_found"):
        enrolling.call(GetSchool(urn="100001"))
