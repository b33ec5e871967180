"""CSV as people have it, read as a stream."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.domain.csv_files import CsvFile, NotCsv, columns, fields, pieces, read_piece


def read(content: bytes):
    file = CsvFile(io.BytesIO(content))
    return file, [(record.row, list(record.cells)) for record in file]


@pytest.mark.parametrize("delimiter", [b",", b";", b"\t", b"|"])
def test_the_usual_delimiters_are_known(delimiter):
    content = b'URN,"A, name",Town\n1,2,3\n'.replace(b",", delimiter)

    _, records = read(content)

    assert records == [(2, ["1", "2", "3"])]


@pytest.mark.parametrize(
    "name",
    [
        "Sainte-Thérèse".encode(),
        "Sainte-Thérèse".encode("cp1252"),
        "Sainte-Thérèse".encode("utf-8-sig")[3:],
    ],
)
def test_a_line_is_utf_8_or_windows_1252(name):
    _, records = read(b"\xef\xbb\xbfURN,Name\n1," + name + b"\n")

    assert records == [(2, ["1", "Sainte-Thérèse"])]


def test_a_file_that_mixes_encodings_is_read_rightly():
    _, records = read(b"Name\n" + "é\n".encode() + "é\n".encode("cp1252"))

    assert [cells for _, cells in records] == [["é"], ["é"]]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_text_of_a_spreadsheet_is_read(encoding):
    content = "URN\tName\n1\tSainte-Thérèse\n".encode(encoding)

    file, records = read(content)

    assert (file.header, records) == (["URN", "Name"], [(2, ["1", "Sainte-Thérèse"])])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_header"),
        (b"\n1,2\n", "no_header"),
        (b"PK\x03\x04\x00\x00", "not_text"),
        ("URN,Name\n".encode("utf-16") + b"\x00", "not_text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_text"),
        (bytes(range(1, 256)) * 8, "not_text"),
        (b"x" * 1_000_002, "line_too_long"),
        (b'URN\n"' + b"never closed\n" * 20_000, "broken_quotes"),
    ],
)
def test_what_is_no_csv_is_named(content, code):
    with pytest.raises(NotCsv) as refusal:
        read(content)

    assert refusal.value.code == code


def test_columns_are_known_by_any_of_their_names():
    aliases = {"urn": ["URN"], "local_authority": ["LA (name)"]}

    assert columns(["la_NAME", " urn "], aliases) == {"urn": 1, "local_authority": 0}
    with pytest.raises(NotCsv, match="two columns"):
        columns(["URN", "urn"], aliases)


def test_a_short_record_has_empty_fields():
    file = CsvFile(io.BytesIO(b"a,b\n 1 \n"))
    (record,) = file

    assert fields(record, {"a": 0, "b": 1}) == {"a": "1", "b": ""}


CELL = st.text(  # a file of control characters is taken for none of text
    st.one_of(
        st.characters(codec="utf-8", exclude_categories=("Cc",)), st.sampled_from("\t\n\r\f\x85")
    ),
    max_size=8,
)
TABLES = st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=30)


@given(rows=TABLES, most=st.integers(1, 7))
def test_pieces_hold_each_record_once_under_its_own_number(rows, most):
    written = io.StringIO(newline="")
    csv.writer(written).writerows([["a", "b"], *rows])
    content = written.getvalue().encode()

    file, whole = read(content)
    cut = CsvFile(io.BytesIO(content))
    again = [
        (record.row, list(record.cells))
        for first, text in pieces(cut, rows=most, characters=200)
        for record in read_piece(file.header_text, text, first)[1]
    ]

    assert again == whole
    assert [cells for _, cells in whole] == [r for r in rows if any(c.strip() for c in r)]


def test_a_row_that_no_piece_can_hold_is_named():
    file = CsvFile(io.BytesIO(b"a\n1\n" + b"2" * 200 + b"\n"))

    with pytest.raises(NotCsv, match="row 3 is over 100 characters"):
        list(pieces(file, rows=1, characters=100))
