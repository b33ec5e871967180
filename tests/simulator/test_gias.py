"""The made-up register of schools, and the eligibility lists."""

import csv
import io
import subprocess
import sys
from collections import Counter

import httpx
import pytest

from dfe_simulator.planning import SeedPlan
from dfe_simulator.seeding import seed
from enrolment.domain.dfe.funding import ELIGIBLE_ESTABLISHMENT_TYPES
from enrolment.domain.schools_csv import COLUMNS as COLUMNS_OF_SCHOOLS
from enrolment.domain.schools_csv import LIST_COLUMNS, LISTS, read_list_entry, read_school

FILES = {"local_authority_nurseries": "la_nurseries"}
"""Lists whose file has not the name that enrolment gives them."""

COLUMNS = {
    "URN",
    "LA (name)",
    "EstablishmentName",
    "TypeOfEstablishment (code)",
    "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)",
    "CloseDate",
    "PhaseOfEducation (name)",
    "Trusts (code)",
    "Trusts (name)",
    "UKPRN",
    "Town",
    "Postcode",
    "Easting",
    "Northing",
}


def written(into, *options):
    command = [sys.executable, "-m", "dfe_simulator", "gias", "--into", str(into), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    into = tmp_path_factory.mktemp("gias")
    assert written(into, "--schools", "2000", "--applications", "30").returncode == 0
    return into


def rows(register, name):
    return list(csv.DictReader(io.StringIO((register / name).read_bytes().decode("cp1252"))))


def test_the_register_has_the_columns_of_gias_and_schools_of_every_kind(register):
    schools = rows(register, "edubasealldata.csv")

    assert len(schools) == 2_000
    assert schools[0].keys() >= COLUMNS
    assert len({school["URN"] for school in schools}) == 2_000
    assert all(school["URN"].startswith("99") for school in schools)
    statuses = Counter(school["EstablishmentStatus (name)"] for school in schools)
    assert statuses["Open"] > 1_600
    assert set(statuses) == {
        "Open",
        "Closed",
        "Open, but proposed to close",
        "Proposed to open",
    }
    closed = [s for s in schools if s["EstablishmentStatus (name)"] == "Closed"]
    assert all(school["CloseDate"] for school in closed)
    assert {school["PhaseOfEducation (name)"] for school in schools} >= {"Nursery", "16 plus"}
    assert any("é" in school["EstablishmentName"] for school in schools)


def test_it_begins_with_the_schools_that_applicants_come_from(register):
    schools = {school["URN"]: school for school in rows(register, "edubasealldata.csv")}

    for school in seed(SeedPlan(applications=30)).schools:
        told = schools[school.urn]
        assert told["EstablishmentName"] == school.name
        assert told["UKPRN"] == school.ukprn
        assert told["Trusts (code)"] == (school.trust_id or "")
        assert told["TypeOfEstablishment (code)"] == school.establishment_type_code


def test_lists_name_schools_of_the_register_that_may_be_on_them(register):
    schools = {school["URN"]: school for school in rows(register, "edubasealldata.csv")}
    pp50 = [row["PP50 School URN"] for row in rows(register, "pp50_schools.csv")]
    rise = [row["RISE School URN"] for row in rows(register, "rise_schools.csv")]
    nurseries = [row["LA Nursery URN"] for row in rows(register, "la_nurseries.csv")]
    further = [row["FE UKPRN"] for row in rows(register, "pp50_further_education.csv")]

    types = {schools[urn]["TypeOfEstablishment (code)"] for urn in (*pp50, *rise)}
    assert types <= ELIGIBLE_ESTABLISHMENT_TYPES
    assert {schools[urn]["TypeOfEstablishment (code)"] for urn in nurseries} == {"15"}
    assert set(further) <= {school["UKPRN"] for school in schools.values()}
    assert min(len(pp50), len(rise), len(nurseries), len(further)) > 0
    assert rows(register, "childminders.csv")[0].keys() == {"Childminder URN"}
    assert rows(register, "disadvantaged_early_years.csv")[0].keys() == {
        "Disadvantaged EY School URN",
        "Ofsted URN",
    }


def by_field(row, columns):
    """Cells by enrolment's names for them: of several columns that would do, the first."""
    found = {}
    for field, names in columns.items():
        for name in reversed(names):
            if name in row:
                found[field] = row[name]
    return found


def test_enrolment_finds_nothing_wrong_in_it(register):
    schools = [
        read_school(by_field(row, COLUMNS_OF_SCHOOLS))
        for row in rows(register, "edubasealldata.csv")
    ]
    listed = [
        read_list_entry(name, by_field(row, LIST_COLUMNS))
        for name in LISTS
        for row in rows(register, f"{FILES.get(name, name)}.csv")
    ]

    assert [problems for _row, problems in schools if problems] == []
    assert [problems for _entry, problems in listed if problems] == []
    assert len(listed) > 2_000


def test_the_same_seed_writes_the_same_files(register, tmp_path):
    written(tmp_path, "--schools", "2000", "--applications", "30")

    for name in ("edubasealldata.csv", "pp50_schools.csv", "rise_schools.csv"):
        assert (tmp_path / name).read_bytes() == (register / name).read_bytes()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--schools", "0"], "schools: 1 to 100,000"),
        (["--schools", "5", "--encoding", "martian"], "unknown encoding: martian"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, options, problem):
    ended = written(tmp_path / "none", *options)

    assert ended.returncode == 1
    assert problem in ended.stderr
    assert not (tmp_path / "none").exists()


def test_a_running_simulator_shows_its_schools_as_gias_does(simulator):
    told = httpx.get(f"{simulator.url}/control/gias.csv").text

    schools = list(csv.DictReader(io.StringIO(told)))
    assert [school["URN"] for school in schools] == [s.urn for s in simulator.world.schools]
