"""Files of applications and steps: read as people have them, checked row by row, imported once."""

import csv
import io

import pytest
from admitting import schools
from importing import (
    a_file,
    a_row,
    applied,
    as_rows,
    errors_file,
    exported,
    named,
    names,
    problems,
    validated,
)
from sqlalchemy import select

from enrolment.models import Application, Participant
from headship_contracts.enrolment.admissions import ListAdmissionSteps
from headship_contracts.enrolment.applications import AcceptApplication
from headship_contracts.enrolment.events import ApplicationReceived
from headship_contracts.enrolment.imports import (
    ReadImportErrors,
)
from headship_contracts.errors import Refused
from kit.db.tables import audit
from kit.testing import emitted


@pytest.fixture(autouse=True)
def known_schools(enrolling):
    schools(enrolling, "100001", "100002")


def test_good_rows_become_applications_that_are_told(enrolling):
    done = applied(enrolling, a_file([a_row(1), a_row(2, trn="1234567")]), "all_or_nothing")

    assert (done.state, done.rows, done.applied, done.bad) == ("applied", 2, 2, 0)
    assert names(enrolling) == {"Person 1 Example", "Person 2 Example"}
    told = emitted(enrolling.db, ApplicationReceived)
    assert [(event.place, event.phase) for event in told] == [("none", "primary")] * 2
    one, _ = enrolling.applications()
    assert (one.source, one.funding_prediction, one.eligible_for_funding) == (
        "import",
        "funded",
        True,
    )
    assert enrolling.call(AcceptApplication(application_id=one.application_id)).status == "accepted"


def test_a_file_that_comes_again_changes_nothing(enrolling):
    content = a_file([a_row(1), a_row(2), a_row(3, reference="")])
    applied(enrolling, content)
    before, events = enrolling.applications(), len(emitted(enrolling.db))

    again = applied(enrolling, content)

    assert (again.applied, again.unchanged, again.bad) == (0, 3, 0)
    assert enrolling.applications() == before
    assert len(emitted(enrolling.db)) == events


def test_validating_changes_nothing_and_tells_every_problem_of_every_row(enrolling):
    rows = [
        a_row(1),
        a_row(2, email="not an address", trn="123456", course="npq-gardening"),
        a_row(3, school_urn="999999", cohort="2029c"),
        a_row(4, full_name=""),
        a_row(5, school_urn=""),
    ]

    seen = validated(enrolling, a_file(rows))

    assert (seen.state, seen.good, seen.bad) == ("validated", 1, 4)
    assert named(enrolling, seen) == {
        (3, "email", "not_an_email"),
        (3, "teacher_reference_number", "not_a_trn"),
        (3, "course", "course_unknown"),
        (4, "school_urn", "school_not_found"),
        (4, "cohort", "cohort_not_found"),
        (5, "full_name", "missing"),
        (6, "school_urn", "school_needed"),
    }
    (trn,) = [p for p in problems(enrolling, seen) if p.field == "teacher_reference_number"]
    assert trn.value == "123456"
    assert "7 digits" in trn.message
    assert enrolling.applications() == []


def test_all_or_nothing_is_nothing_where_one_row_is_bad(enrolling):
    content = a_file([a_row(1), a_row(2, email="x")])

    with pytest.raises(Refused, match="rows_not_right") as refusal:
        applied(enrolling, content, "all_or_nothing")

    assert list(refusal.value.fields) == ["row 3"]
    assert refusal.value.fields["row 3"][0].startswith("email ")
    assert enrolling.applications() == []
    assert emitted(enrolling.db, ApplicationReceived) == []


def test_the_errors_file_is_corrected_and_sent_again(enrolling):
    bad = [a_row(2, email="x", full_name="=HYPERLINK(1)"), a_row(3, trn="1")]
    first = applied(enrolling, a_file([a_row(1), *bad]))
    assert (first.applied, first.bad) == (1, 2)

    told = errors_file(enrolling, first, limit=1)
    rows = as_rows(told)

    assert [row["problem_row"] for row in rows] == ["3", "4"]
    assert rows[0]["problem_fields"] == "email"
    assert rows[0]["full_name"] == "'=HYPERLINK(1)"
    rows[0]["email"], rows[1]["trn"] = "two@example.org", "7654321"
    mended = a_file(rows, header=list(rows[0]))
    second = applied(enrolling, mended, "all_or_nothing")
    assert (second.applied, second.bad) == (2, 0)
    assert sorted(second.ignored_columns) == ["problem_fields", "problem_row", "problems"]
    assert "=HYPERLINK(1)" in names(enrolling)


class TestPeople:
    def people(self, enrolling):
        with enrolling.db.transaction() as tx:
            return tx.query(Participant).count()

    def test_the_same_name_and_address_is_one_person_in_another_course(self, enrolling):
        applied(enrolling, a_file([a_row(1)]))

        applied(
            enrolling,
            a_file(
                [
                    a_row(
                        2,
                        full_name="PERSON 1  Example",
                        email="Person1@EXAMPLE.org",
                        course="npq-senior-leadership",
                    )
                ]
            ),
        )

        assert (self.people(enrolling), len(enrolling.applications())) == (1, 2)

    def test_who_applied_before_or_applies_twice_is_named(self, enrolling):
        applied(enrolling, a_file([a_row(1)]))
        rows = [
            a_row(2, full_name="Person 1 Example", email="person1@example.org"),
            a_row(3, trn="1234567"),
            a_row(4, full_name="Person 3 Example", trn="1234567"),
            a_row(5, reference="EXT-3"),
            a_row(1, full_name="Somebody Else"),
        ]

        seen = validated(enrolling, a_file(rows))

        assert named(enrolling, seen) == {
            (2, "course", "applied_before"),
            (4, "course", "applies_twice"),
            (5, "reference", "reference_twice"),
            (6, "reference", "reference_used"),
        }

    def test_a_shared_address_makes_nobody_the_same_person(self, enrolling):
        office = "office@example.org"

        applied(enrolling, a_file([a_row(1, email=office), a_row(2, email=office)]))

        assert self.people(enrolling) == 2


class TestExports:
    def test_an_export_imported_changes_nothing(self, enrolling):
        enrolling.sync()
        rows = [a_row(1, full_name="+Ada =Example"), a_row(2, trn="1234567")]
        applied(enrolling, a_file(rows))
        before = enrolling.applications()

        again = applied(enrolling, exported(enrolling, limit=3).encode(), "all_or_nothing")

        assert (again.applied, again.bad, again.unchanged) == (0, 0, len(before))
        assert enrolling.applications() == before

    def test_no_cell_begins_a_formula(self, enrolling):
        names = ["=1+1", "+44", "-2", "@SUM(A1)", "＝1", " =1", "'=1"]
        applied(enrolling, a_file([a_row(n, full_name=f"{t}") for n, t in enumerate(names)]))

        cells = [cell for row in csv.reader(io.StringIO(exported(enrolling))) for cell in row]

        assert not [cell for cell in cells if cell.lstrip()[:1] in set("=+-@\t\r＝＋－＠") - {""}]
        assert {"'=1+1", "'@SUM(A1)"} <= set(cells)

    def test_a_changed_row_of_an_export_is_named(self, enrolling):
        applied(enrolling, a_file([a_row(1)]))
        (row,) = as_rows(exported(enrolling))
        row["full_name"] = "Another Name"

        seen = validated(enrolling, a_file([row], header=list(row)))

        assert named(enrolling, seen) == {(2, "full_name", "differs")}

    def test_an_export_keeps_to_its_filters(self, enrolling):
        applied(enrolling, a_file([a_row(1), a_row(2, course="npq-senior-leadership")]))

        assert len(as_rows(exported(enrolling, course="npq-headship"))) == 1

    def test_a_page_of_a_file_stays_below_the_message_limit(self, enrolling):
        rows = [a_row(n, full_name="x" * 25_000) for n in range(40)]
        done = applied(enrolling, a_file(rows))

        assert done.bad == 40
        first = enrolling.call(ReadImportErrors(import_id=done.import_id, limit=500))
        assert first.next_cursor is not None
        assert len(first.csv) < 1_000_000
        assert len(as_rows(errors_file(enrolling, done))) == 40


class TestSteps:
    HEADER = ("reference", "step", "outcome", "answer", "given_by")

    def test_the_audit_trail_names_each_person_whom_a_file_changes(self, enrolling):
        people = a_file([a_row(1), a_row(2, course="unknown"), a_row(3)])
        step = {"reference": "EXT-1", "step": "endorsement", "outcome": "met"}

        applied(enrolling, people)
        applied(enrolling, people)
        applied(enrolling, a_file([step], header=self.HEADER), kind="admission_steps")

        with enrolling.db.transaction() as tx:
            by_reference = select(Application.id).order_by(Application.reference)
            first, third = tx.scalars(by_reference)
            noted = select(audit.c.act, audit.c.through, audit.c.record_id)
            told = tx.execute(noted.where(audit.c.kind == "application").order_by(audit.c.id))
            assert [tuple(row) for row in told] == [
                ("change", "rpc apply_import", one) for one in (first, third, first)
            ]

    def test_steps_come_by_file_and_again_change_nothing(self, enrolling):
        applied(enrolling, a_file([a_row(1), a_row(2)]))
        content = a_file(
            [
                {"reference": "EXT-1", "step": "Endorsement", "outcome": "met", "given_by": "A"},
                {"reference": "EXT-1", "step": "suitability", "outcome": "not met"},
                {"reference": "EXT-2", "step": "endorsement", "outcome": "maybe"},
                {"reference": "EXT-9", "step": "endorsement", "outcome": "met"},
                {"reference": "EXT-1", "step": "endorsement", "outcome": "not_met"},
            ],
            header=self.HEADER,
        )

        done = applied(enrolling, content, kind="admission_steps")
        again = applied(enrolling, content, kind="admission_steps")

        assert named(enrolling, done) == {
            (4, "outcome", "not_allowed"),
            (5, "reference", "application_not_found"),
            (6, "step", "step_twice"),
        }
        assert (done.applied, again.applied, again.unchanged) == (2, 0, 2)
        steps = enrolling.call(ListAdmissionSteps()).items
        assert {(s.step, s.outcome, s.via) for s in steps} == {
            ("endorsement", "met", "csv"),
            ("suitability", "not_met", "csv"),
        }
