"""`headship schools import`: a file of any length, told in pieces."""

import csv
import io
import tracemalloc

import pytest

from cli.errors import CommandError
from cli.schools import command
from cli.schools.telling import edition_of, tell
from dfe_simulator import gias
from headship_contracts.enrolment.schools import (
    MOST_ROWS,
    ImportEligibilityList,
    ImportSchools,
    KeepEdition,
    ListSchools,
)
from headship_contracts.errors import Invalid

KINDS = {
    "import_schools": ImportSchools,
    "import_eligibility_list": ImportEligibilityList,
    "keep_edition": KeepEdition,
}


class Asking:
    """The service in place of the bus; remembers how much each call carried."""

    def __init__(self, enrolling):
        self.enrolling = enrolling
        self.carried = []

    def at(self, method):
        def ask(fields, _key):
            request = KINDS[method].load(fields)
            self.carried.append(len(getattr(request, "content", "").splitlines()))
            return self.enrolling.call(request).dump()

        return ask


@pytest.fixture
def asking(enrolling):
    return Asking(enrolling)


@pytest.fixture
def register(tmp_path):
    listed = gias.establishments(1_200, 5, after=[])
    path = tmp_path / "edubasealldata.csv"
    path.write_bytes(gias.register_csv(listed).encode("cp1252"))
    return path


def test_a_register_is_told_in_pieces_and_again_changes_nothing(asking, register):
    ask, problems = asking.at("import_schools"), []

    first = tell(ask, register, {}, problems.append, None)
    again = tell(ask, register, {}, problems.append, None)

    assert problems == []
    assert (first.rows, first.added, first.bad) == (1_200, 1_200, 0)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1_200)
    assert max(asking.carried) == MOST_ROWS


def test_bad_rows_are_written_down_to_be_mended(asking, tmp_path):
    path, errors = tmp_path / "schools.csv", tmp_path / "errors.csv"
    path.write_bytes(
        "URN;EstablishmentName;Town\r\n"
        "100001;Sainte-Thérèse;Leeds\r\n"
        "\r\n"
        "x;=SUM(A1);Leeds\r\n".encode("cp1252")
    )
    problems = []

    told = tell(asking.at("import_schools"), path, {}, problems.append, errors)

    assert (told.rows, told.added, told.bad) == (2, 1, 1)
    assert [(p["row"], p["field"], p["code"], p["value"]) for p in problems] == [
        (4, "urn", "not_a_urn", "x")
    ]
    written = list(csv.reader(io.StringIO(errors.read_text("utf-8-sig"))))
    assert written[1][:3] == ["x", "'=SUM(A1)", "Leeds"]
    assert written[1][3].startswith("urn should be like this")
    kept = asking.enrolling.call(ListSchools()).items
    assert [school.name for school in kept] == ["Sainte-Thérèse"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04\x00", b"x" * 1_100_000])
def test_a_file_that_is_no_csv_is_refused(asking, tmp_path, content):
    path = tmp_path / "schools.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError, match="is no CSV"):
        tell(asking.at("import_schools"), path, {}, print, None)
    assert asking.carried == []


def test_a_file_without_rows_has_a_header_all_the_same(asking, tmp_path):
    path = tmp_path / "schools.csv"
    path.write_text("School\n")

    with pytest.raises(Invalid, match="column_missing"):
        tell(asking.at("import_schools"), path, {}, print, None)

    path.write_text("URN,Name\n")
    assert tell(asking.at("import_schools"), path, {}, print, None).rows == 0


def test_an_edition_is_the_files_content(tmp_path):
    one, same, other = (tmp_path / name for name in ("one", "same", "other"))
    one.write_text("URN\n1\n")
    same.write_text("URN\n1\n")
    other.write_text("URN\n2\n")

    assert edition_of(one) == edition_of(same) != edition_of(other)
    with pytest.raises(CommandError, match="cannot read"):
        edition_of(tmp_path / "none")


def test_a_list_drops_what_its_next_file_leaves_out(asking, tmp_path, monkeypatch, capsys):
    from contextlib import contextmanager

    @contextmanager
    def asking_at(_service, method, *_where):
        yield asking.at(method)

    monkeypatch.setattr(command, "asking_at", asking_at)
    path = tmp_path / "pp50.csv"
    path.write_text("PP50 School URN\n100001\n100002\n")
    command.import_(path, eligibility_list="pp50_schools")
    path.write_text("PP50 School URN\n100002\n")
    command.import_(path, eligibility_list="pp50_schools")

    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "2 rows, 2 added, 0 changed, 0 unchanged, 0 bad, 0 dropped",
        "1 rows, 0 added, 0 changed, 1 unchanged, 0 bad, 1 dropped",
    ]


@pytest.mark.slow
def test_fifty_thousand_rows_are_read_in_flat_memory(tmp_path):
    path = tmp_path / "edubasealldata.csv"
    with path.open("w") as file:
        file.write("URN,EstablishmentName,Town\n")
        file.writelines(f"{200_000 + n},School {n},Leeds\n" for n in range(50_000))
    none = {"added": 0, "changed": 0, "unchanged": 0, "bad": 0, "problems": []}
    tracemalloc.start()

    def ask(fields, _key):
        return {**none, "rows": fields["content"].count("\n")}

    told = tell(ask, path, {}, print, None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert told.rows == 50_000
    assert peak < 2_000_000
