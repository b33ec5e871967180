"""Files of applications and steps: read as people have them, checked row by row, imported once."""

import base64
import csv
import hashlib
import io

import pytest
from admitting import schools
from enrolling import COHORT
from importing import (
    HEADER,
    a_file,
    a_row,
    applied,
    as_rows,
    errors_file,
    exported,
    named,
    problems,
    put,
    validated,
)

from enrolment.models import ImportPiece, Participant
from headship_contracts.enrolment.admissions import ListAdmissionSteps
from headship_contracts.enrolment.applications import AcceptApplication
from headship_contracts.enrolment.events import ApplicationReceived
from headship_contracts.enrolment.imports import (
    ApplyImport,
    BeginImport,
    DiscardImport,
    ListImports,
    PutImportPiece,
    ReadImportErrors,
    ValidateImport,
)
from headship_contracts.enrolment.people import People
from headship_contracts.errors import Conflict, Invalid, NotFound, Refused
from kit.testing import emitted, run_timer


@pytest.fixture(autouse=True)
def known_schools(enrolling):
    schools(enrolling, "100001", "100002")


def names(enrolling):
    ids = [a.participant_id for a in enrolling.applications()]
    return {person.full_name for person in enrolling.call(People(ids=ids)).people}


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

    with pytest.raises(Refused, match="rows_not_right"):
        applied(enrolling, content, "all_or_nothing")

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


@pytest.mark.parametrize(
    ("options", "encoding", "delimiter"),
    [
        ({}, "utf-8", ","),
        ({"encoding": "utf-8-sig"}, "utf-8", ","),
        ({"encoding": "utf-16"}, "utf-16", ","),
        ({"encoding": "utf-16-le"}, "utf-16", ","),
        ({"encoding": "cp1252", "delimiter": ";"}, "cp1252", ";"),
        ({"delimiter": "\t"}, "utf-8", "\t"),
        ({"delimiter": "|", "lineterminator": "\n"}, "utf-8", "|"),
        ({"quoting": csv.QUOTE_ALL, "lineterminator": "\r"}, "utf-8", ","),
    ],
)
def test_encoding_and_delimiter_are_found_out(enrolling, options, encoding, delimiter):
    content = a_file([a_row(1, full_name="Zoë Müller-Example")], **options)

    done = applied(enrolling, content)

    assert (done.encoding, done.delimiter, done.applied) == (encoding, delimiter, 1)
    assert names(enrolling) == {"Zoë Müller-Example"}


def test_a_row_in_another_encoding_is_named_and_the_others_are_read(enrolling):
    lines = a_file([a_row(1, full_name="Zoë One"), a_row(2, full_name="Zoë Two")]).splitlines()
    lines[2] = lines[2].decode().encode("cp1252")

    done = applied(enrolling, b"\r\n".join(lines))

    assert (done.encoding, done.applied) == ("mixed", 1)
    assert named(enrolling, done) == {(3, "full_name", "mixed_encoding")}


def test_columns_may_have_other_names_and_any_order(enrolling):
    header = ("Surname", "First Name", "URN", "E-mail Address", "NPQ", "Intake", "DOB", "Notes")
    row = ("Example", "Ada", "100002", "ADA@Example.ORG", "NPQH", COHORT, "31/05/1980", "late")

    done = applied(enrolling, (",".join(header) + "\n" + ",".join(row) + "\n").encode())

    assert (done.applied, done.ignored_columns) == (1, ["Notes"])
    (application,) = enrolling.applications()
    (person,) = enrolling.call(People(ids=[application.participant_id])).people
    assert (person.full_name, person.email) == ("Ada Example", "ada@example.org")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b" \r\n \r\n", "empty_file"),
        (b"PK\x03\x04rest of a spreadsheet", "not_text"),
        (b"%PDF-1.7 rest", "not_text"),
        (bytes(range(1, 32)) * 20, "not_text"),
        (b"reference,full_name,course,cohort\n1,A\x00da,npq-headship,2026b\n", "nul_bytes"),
        (b"\xff\xfea", "not_text"),
        (b"1,Ada Example,npq-headship,2026b\n2,Bo,npq-headship,2026b\n", "no_header"),
        (b"full_name,email\nAda,ada@example.org\n", "missing_columns"),
        (b"full_name,name,course,cohort\nA,B,npq-headship,2026b\n", "duplicate_columns"),
        (b'full_name,course,cohort\n"Ada,npq-headship,2026b\nBo,x,y\n', "unbalanced_quotes"),
        (b'full_name,course,cohort\n"Ada"x,npq-headship,2026b\n', "unbalanced_quotes"),
        (b"full_name,course,cohort\n", "empty_file"),
        (b"full_name,course,cohort\n" + b"A,B,C\n" * 10_001, "too_many_rows"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_reason(enrolling, content, code):
    begun = put(enrolling, content)

    for request in (ValidateImport, ApplyImport):
        with pytest.raises(Refused, match=code) as refusal:
            enrolling.call(request(import_id=begun.import_id))
        assert refusal.value.detail

    assert enrolling.applications() == []


def test_another_delimiter_than_was_said_is_refused(enrolling):
    with pytest.raises(Refused, match=r"wrong_delimiter.*semicolons"):
        validated(enrolling, a_file([a_row(1)], delimiter=";"), delimiter=",")


def test_rows_that_do_not_fit_are_named(enrolling):
    content = a_file([a_row(1)]) + b"a,b,c,d,e,f,g,too many\r\n"
    content += b",".join([b"EXT-9", b"x" * 40_000, *[b""] * 5]) + b"\r\n"

    seen = validated(enrolling, content)

    assert {(3, "", "too_many_cells"), (4, "", "row_too_long")} <= named(enrolling, seen)


class TestPieces:
    def test_a_file_that_is_too_large_is_refused_before_it_comes(self, enrolling):
        with pytest.raises(Refused, match="too_large"):
            enrolling.call(BeginImport(size=1_000_000_000))

    def test_more_than_was_said_is_refused(self, enrolling):
        begun = enrolling.call(BeginImport(size=3))
        with pytest.raises(Refused, match="too_large"):
            enrolling.call(self.a_piece(begun, b"four"))

    def test_the_same_piece_again_is_the_same_and_another_is_refused(self, enrolling):
        begun = enrolling.call(BeginImport(size=100))
        enrolling.call(self.a_piece(begun, b"abc"))

        assert enrolling.call(self.a_piece(begun, b"abc")).pieces == 1
        with pytest.raises(Conflict, match="piece_differs"):
            enrolling.call(self.a_piece(begun, b"abd"))

    def test_a_damaged_piece_is_refused(self, enrolling):
        begun = enrolling.call(BeginImport(size=100))
        damaged = PutImportPiece(
            import_id=begun.import_id, number=0, content="YWJj", sha256="0" * 64
        )
        with pytest.raises(Invalid) as refusal:
            enrolling.call(damaged)
        assert list(refusal.value.fields) == ["sha256"]

    def test_a_file_of_which_a_piece_is_missing_is_not_read(self, enrolling):
        content = a_file([a_row(1)])
        begun = enrolling.call(BeginImport(size=len(content)))
        enrolling.call(self.a_piece(begun, content[:10]))

        with pytest.raises(Refused, match="incomplete"):
            enrolling.call(ApplyImport(import_id=begun.import_id))

    def test_pieces_are_gone_once_applied_and_everything_after_some_days(self, enrolling):
        done = applied(enrolling, a_file([a_row(1), a_row(2, email="x")]))
        with enrolling.db.transaction() as tx:
            assert tx.query(ImportPiece).count() == 0
        with pytest.raises(Refused, match="already_applied"):
            enrolling.call(ValidateImport(import_id=done.import_id))

        run_timer(enrolling.service, "discard_old_imports", enrolling.at.replace(month=12))

        assert enrolling.call(ListImports()).items == []

    def test_a_discarded_import_is_gone(self, enrolling):
        seen = validated(enrolling, a_file([a_row(1, email="x")]))
        enrolling.call(DiscardImport(import_id=seen.import_id))

        with pytest.raises(NotFound):
            problems(enrolling, seen)

    @staticmethod
    def a_piece(begun, body):
        return PutImportPiece(
            import_id=begun.import_id,
            number=0,
            content=base64.b64encode(body).decode(),
            sha256=hashlib.sha256(body).hexdigest(),
        )


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


def test_the_header_of_a_file_is_what_the_tests_take_it_for():
    assert a_file([a_row(1)]).startswith(",".join(HEADER).encode())
