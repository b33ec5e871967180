"""Files as people have them: encodings, delimiters, headers, pieces; and what is no such file."""

import base64
import csv
import hashlib

import pytest
from admitting import schools
from enrolling import COHORT
from importing import (
    HEADER,
    a_file,
    a_row,
    applied,
    errors_file,
    named,
    names,
    problems,
    put,
    validated,
)

from enrolment.models import ImportPiece
from headship_contracts.enrolment.imports import (
    ApplyImport,
    BeginImport,
    DiscardImport,
    ListImports,
    PutImportPiece,
    ValidateImport,
)
from headship_contracts.enrolment.people import People
from headship_contracts.errors import Conflict, Invalid, NotFound, Refused
from kit.testing import run_timer


@pytest.fixture(autouse=True)
def known_schools(enrolling):
    schools(enrolling, "100001", "100002")


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


@pytest.mark.parametrize("field", ["reference", "email", "trn", "school_urn", "course"])
def test_whatever_cell_is_in_another_encoding_is_named(enrolling, field):
    rows = [a_row(1, full_name="Zoë"), a_row(2, **{field: a_row(2)[field] + "ö"})]
    lines = a_file(rows).splitlines()
    lines[2] = lines[2].decode().encode("cp1252")

    done = applied(enrolling, b"\r\n".join(lines))

    assert (done.applied, done.bad) == (1, 1)
    assert {(p.row, p.code) for p in problems(enrolling, done)} == {(3, "mixed_encoding")}
    assert "\N{REPLACEMENT CHARACTER}" in errors_file(enrolling, done)


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
        (b'full_name,course,cohort\n"Ada"x,"npq,2026b\n', "unbalanced_quotes"),
        (b"full_name,course,cohort\n" + b"x" * 140_000 + b",a,b\n", "row_too_long"),
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

    content += b",".join([b'"EXT"-10', b'"A" B', *[b""] * 5]) + b"\r\n"
    content += a_file([a_row(2)]).split(b"\r\n", 1)[1]

    seen = validated(enrolling, content)

    assert (seen.rows, seen.good) == (5, 2)
    told = {(3, "", "too_many_cells"), (4, "", "row_too_long"), (5, "", "quotes_not_right")}
    assert told <= named(enrolling, seen)


def test_a_first_line_of_excels_own_is_no_header(enrolling):
    content = b"sep=;\r\n" + a_file([a_row(1)], delimiter=";")

    seen = validated(enrolling, content)

    assert (seen.rows, seen.good, seen.delimiter) == (1, 1, ";")


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


def test_the_header_of_a_file_is_what_the_tests_take_it_for():
    assert a_file([a_row(1)]).startswith(",".join(HEADER).encode())
