"""CSV rules: whatever is written is read again as it was, and what is read is said rightly."""

import csv
import io
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from enrolment.domain.duplicates import Someone, likely
from enrolment.domain.imports import cells
from enrolment.domain.imports.cells import Wrong, bare, guarded
from enrolment.domain.imports.reading import read_table
from enrolment.domain.imports.rows import APPLICATIONS, KINDS, RowReader, digest
from enrolment.domain.imports.writing import lines
from headship_contracts.csv_text import decode
from headship_contracts.errors import Refused

KIND = KINDS[APPLICATIONS]
FIELDS = ("reference", "full_name", "email", "teacher_reference_number", "course", "cohort")

words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20
)
risky = st.builds(
    lambda sign, text: sign + text, st.sampled_from(["=", "+", "-", "@", "'=", "''+", "'"]), words
)


def read(content, **options):
    table = read_table(decode(content), KIND.aliases(), KIND.required, **options)
    reader = RowReader(KIND, table)
    return [reader.read(record) for record in table.records()]


@given(words | risky)
@example("' =")
def test_no_written_cell_begins_a_formula_and_reading_gives_the_text_back(text):
    written = guarded(text)

    assert not written.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert bare(written) == text.strip()


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "reference": (words | risky).map(lambda t: f"r{t}".strip()[:50]),
                "full_name": (words | risky).filter(lambda text: text.strip()),
                "email": st.sampled_from(["", "Ada@Example.org", "zoë@example.org"]),
                "teacher_reference_number": st.from_regex(r"[1-9][0-9]{6}", fullmatch=True),
                "course": st.sampled_from(["npq-headship", "NPQH"]),
                "cohort": st.just("2026b"),
            }
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_rows_are_read_as_they_were_written_and_again_from_what_was_read(rows, sign, encoding):
    told = io.StringIO(newline="")
    writer = csv.DictWriter(told, FIELDS, delimiter=sign)
    writer.writeheader()
    writer.writerows({name: guarded(value) for name, value in row.items()} for row in rows)

    first = read(told.getvalue().encode(encoding))
    again = read(lines([FIELDS, *[[v[n] for n in FIELDS] for v, _ in first]]).encode())

    assert [problems for _, problems in first] == [[] for _ in rows]
    assert [digest(values) for values, _ in again] == [digest(values) for values, _ in first]


@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_refused_with_a_reason(content):
    found, reason = [], "none"
    try:
        found = read(b"full_name,course,cohort\n" + content)
    except Refused as refusal:
        reason = refusal.detail

    assert reason
    for values, problems in found:
        assert problems or values["full_name"]
        for problem in problems:
            (problem.message + problem.value).encode()


@pytest.mark.parametrize(
    ("reader", "cell", "value"),
    [
        (cells.email, "Ada.Example@School.Example.ORG", "ada.example@school.example.org"),
        (cells.email, "zoe\u0308@example.org", "zo\u00eb@example.org"),
        (cells.email, "STRASSE@EXAMPLE.ORG", "strasse@example.org"),
        (cells.trn, "1234567", "1234567"),
        (cells.trn, "12 34567", "1234567"),
        (cells.trn, "N/A", None),
        (cells.trn, "null", None),
        (cells.urn, "100001", "100001"),
        (cells.day, "1980-05-31", "1980-05-31"),
        (cells.day, "31/5/1980", "1980-05-31"),
        (cells.course, "NPQLTD", "npq-leading-teaching-development"),
        (cells.cohort, "2026B", "2026b"),
        (cells.yes_or_no, "Y", True),
        (cells.yes_or_no, "FALSE", False),
        (cells.one_of("met", "not_met"), "Not met", "not_met"),
        (cells.text_of(7), "one\r\ntwo", "one\ntwo"),
        (cells.text_of(7), "one\rtwo", "one\ntwo"),
    ],
)
def test_a_cell_is_read_as_it_is_meant(reader, cell, value):
    assert reader(cell) == value


@pytest.mark.parametrize(
    ("reader", "cell"),
    [
        (cells.email, "ada"),
        (cells.email, "ada@"),
        (cells.email, "ada@example"),
        (cells.email, "ada..b@example.org"),
        (cells.email, "ada@-example.org"),
        (cells.email, "a@b@example.org"),
        (cells.email, "ada example@example.org"),
        (cells.email, f"{'a' * 320}@example.org"),
        (cells.trn, "123456"),
        (cells.trn, "12345678"),
        (cells.trn, "0000000"),
        (cells.trn, "１２３４５６７"),
        (cells.urn, "12345"),
        (cells.urn, "1234567"),
        (cells.day, "1980-02-30"),
        (cells.day, "31-05-80"),
        (cells.day, "1980-W01-1"),
        (cells.day, "1899-12-31"),
        (cells.cohort, "2026"),
        (cells.yes_or_no, "perhaps"),
        (cells.text_of(3), "four"),
        (cells.text_of(9), "bell\x07"),
    ],
)
def test_a_cell_that_is_no_such_value_is_told_what_would_be(reader, cell):
    with pytest.raises(Wrong, match=r"\w"):
        reader(cell)


def test_an_empty_row_is_left_out_and_still_counted():
    table = read_table(
        decode(b"\nfull_name,course,cohort\n\n,,\nAda,npq-headship,2026b\n"),
        KIND.aliases(),
        KIND.required,
    )

    assert [record.row for record in table.records()] == [5]


class TestLikelyDuplicates:
    @staticmethod
    def pairs(*people):
        found = likely(
            Someone(UUID(int=number), name, schools=frozenset(schools))
            for number, (name, *schools) in enumerate(people)
        )
        return {(pair.first.int, pair.second.int, pair.because) for pair in found}

    def test_names_alike_at_one_school_are_suggested(self):
        assert self.pairs(
            ("Ada Lovelace-Example", "100001"),
            ("EXAMPLE ADA LOVELACE", "100001"),
            ("Ada Lovelace Exampel", "100001"),
            ("Grace Hopper", "100001"),
        ) == {(0, 1, "school"), (0, 2, "school"), (1, 2, "school")}

    def test_names_alike_at_different_schools_are_not(self):
        assert self.pairs(("Ada Example", "100001"), ("Ada Example", "100002")) == set()
