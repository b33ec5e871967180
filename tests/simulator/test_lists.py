"""Lists as DfE's code gives them: order, sort, filters, pages; also where they are many."""

from datetime import UTC, date, datetime
from time import process_time

import pytest

from dfe_simulator import SeedPlan
from dfe_simulator.service import Call, Service


def ids(answer):
    return [record["id"] for record in answer.json()["data"]]


@pytest.mark.parametrize(
    ("sort", "column", "descending"),
    [
        ("created_at", "created_at", False),
        ("-created_at", "created_at", True),
        ("+updated_at", "updated_at", False),
        ("-updated_at,created_at", "updated_at", True),
        ("nonsense,-created_at", "created_at", True),
        ("-works_in_school", "works_in_school", True),
    ],
)
def test_applications_are_sorted_by_what_is_asked_for(dfe, sort, column, descending):
    dfe.an_accepted_application()

    listed = dfe.get("npq-applications", sort=sort).json()["data"]

    values = [record["attributes"][column] for record in listed]
    assert values == sorted(values, reverse=descending)


@pytest.mark.parametrize("sort", ["nonsense", "", " -created_at", "created_at; drop table"])
def test_columns_that_do_not_exist_are_passed_over(dfe, sort):
    assert ids(dfe.get("npq-applications", sort=sort)) == ids(dfe.get("npq-applications"))


def test_what_is_null_comes_last_and_first_when_descending(dfe):
    accepted = dfe.an_accepted_application()["id"]

    ascending = ids(dfe.get("npq-applications", sort="accepted_at"))
    descending = ids(dfe.get("npq-applications", sort="-accepted_at"))

    assert ascending[0] == descending[-1] == accepted


def test_people_and_partners_can_be_sorted_by_name(dfe):
    for _ in range(3):
        dfe.an_accepted_application()

    people = dfe.get("participants/npq", sort="-full_name").json()["data"]
    partners = dfe.get("delivery-partners", sort="-name").json()["data"]

    for listed, name in ((people, "full_name"), (partners, "name")):
        names = [record["attributes"][name] for record in listed]
        assert names == sorted(names, reverse=True)


@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("2026-11-15T12:00:00Z", True),
        ("2026-11-15T12:00:01Z", False),
        ("2026-11-15", True),
        ("2026-11-16", False),
        ("2026-11-15T12:00:00", True),
        ("2026-11-15T12:00:00.5Z", False),
        ("2026-11-15T11:00:00-01:00", True),
        ("2026-11-15T10:59:59-02", False),
    ],
)
def test_updated_since_takes_days_and_instants(dfe, since, found):
    accepted = dfe.an_accepted_application()["id"]

    listed = ids(dfe.get("npq-applications", **{"filter[updated_since]": since}))

    assert listed == ([accepted] if found else [])


@pytest.mark.parametrize("since", ["2026-11-15T12:00:00+00:00", "20261115", "yesterday", "2026"])
def test_an_offset_with_a_plus_sign_is_refused_as_what_is_no_date(dfe, since):
    assert dfe.get("npq-applications", **{"filter[updated_since]": since}).status_code == 400


@pytest.mark.parametrize(
    ("escaped", "status"),
    [
        ("2026-01-01T12%253A00%253A00Z", 200),
        ("2026-01-01T12%253A00%253A00%252B00%253A00", 200),
        ("2026-01-01T12:00:00%2B00:00", 400),  # a space, the second time
        ("2026-01-01T12:00:00%25252B00:00", 400),
        ("2026-01-01%25zz", 400),
        ("2026-01-01%25", 400),
    ],
)
def test_dates_in_filters_are_decoded_a_second_time(dfe, escaped, status):
    answer = dfe.send("GET", f"npq-applications?filter[updated_since]={escaped}")

    assert answer.status_code == status


def test_of_a_key_that_is_told_twice_the_last_counts(dfe):
    none = dfe.send("GET", "npq-applications?filter[cohort]=2026&filter[cohort]=2021")
    all_of_them = dfe.send("GET", "npq-applications?filter[cohort]=2021&filter[cohort]=2026")

    assert (len(ids(none)), len(ids(all_of_them))) == (0, 8)


@pytest.mark.parametrize(("cohort", "found"), [("2026b", 8), ("2025, 2026", 8), ("b2026", 0)])
def test_a_cohort_counts_by_the_digits_that_it_begins_with(dfe, cohort, found):
    listed = dfe.get("npq-applications", **{"filter[cohort]": cohort})

    assert len(ids(listed)) == found


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("filter[participant_id]=,", 200),
        ("filter[participant_id]=,,", 200),
        ("filter[participant_id][]=x", 400),
        ("filter[participant_id]=x,", 400),
    ],
)
def test_ids_of_participants_are_split_at_their_commas(dfe, query, status):
    answer = dfe.send("GET", f"npq-applications?{query}")

    assert answer.status_code == status
    assert answer.json().get("data", []) == []


@pytest.mark.parametrize("path", ["npq-applications", "participants/npq", "delivery-partners"])
def test_every_table_can_be_sorted_by_its_number_which_grows_with_each_record(dfe, path):
    for _ in range(3):
        dfe.an_accepted_application()
    listed = dfe.get(path, sort="-id").json()["data"]

    made = [record["attributes"].get("created_at") for record in listed]
    assert ids(dfe.get(path, sort="id")) == ids(dfe.get(path, sort="created_at"))
    assert path == "participants/npq" or made == sorted(made, reverse=True)


@pytest.mark.parametrize(
    ("sort", "shown"),
    [("-ukprn", "school_ukprn"), ("-cohort_id", "cohort"), ("-lead_mentor", "lead_mentor")],
)
def test_applications_can_be_sorted_by_what_is_shown_of_their_table(dfe, sort, shown):
    listed = dfe.get("npq-applications", sort=sort).json()["data"]

    values = [record["attributes"][shown] for record in listed]
    assert values == sorted(values, reverse=True)


def test_a_decision_changes_all_applications_of_the_person(dfe, simulator):
    first, second = (dfe.an_application(), dfe.an_application(funding_choice=None))
    listed = dfe.get("npq-applications").json()["data"]
    first, second = listed[0], listed[1]
    kept, former = (one["attributes"]["participant_id"] for one in (first, second))
    dfe.control("merge", from_participant_id=former, to_participant_id=kept)
    dfe.at = datetime(2026, 11, 20, tzinfo=UTC)

    dfe.post(f"npq-applications/{first['id']}/reject")

    since = {"filter[updated_since]": "2026-11-20"}
    assert sorted(ids(dfe.get("npq-applications", **since))) == sorted([first["id"], second["id"]])


def test_training_status_is_that_of_the_callers_own_enrolment(dfe):
    accepted = dfe.an_accepted_application()
    person = accepted["attributes"]["participant_id"]
    dfe.declare(accepted)
    dfe.put(f"participants/npq/{person}/defer", course_identifier="npq-headship", reason="other")

    deferred = dfe.get("participants/npq", **{"filter[training_status]": "deferred"})
    active = dfe.get("participants/npq", **{"filter[training_status]": "active"})
    unknown = dfe.get("participants/npq", **{"filter[training_status]": "gone"})

    assert (ids(deferred), ids(active)) == ([person], [])
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["title"] == "Unpermitted parameters"


def test_the_cohort_of_delivery_partners_is_one_year(dfe):
    def count(years):
        return len(ids(dfe.get("delivery-partners", **{"filter[cohort]": years})))

    assert [count("2026"), count("2025"), count("2026,2025"), count("2025,2026")] == [6, 0, 6, 0]


@pytest.mark.parametrize(
    ("page", "status"),
    [("0", 400), ("-1", 400), ("x", 400), ("", 400), ("2nd", 200), ("9" * 40, 200)],
)
def test_page_numbers_are_read_as_ruby_reads_them(dfe, page, status):
    assert dfe.get("npq-applications", **{"page[page]": page}).status_code == status


def test_ten_thousand_applications_start_at_once_and_page_at_speed():
    began = process_time()
    plan = SeedPlan(applications=10_000, in_training=8_000, as_of=date(2028, 9, 1))
    service = Service(plan)
    started = process_time() - began
    began = process_time()
    pages = 0
    for page in range(1, 102):
        call = Call(
            method="GET",
            path="/api/v3/npq-applications",
            at=datetime(2028, 9, 2, tzinfo=UTC),
            authorization=f"Bearer {plan.token}",
            query={"page[page]": str(page)},
        )
        pages += bool(service.answer(call)[1]["data"])
    paged = process_time() - began

    assert pages == 100
    assert len(service.world.declarations) > 25_000
    assert started < 15, "seconds of processor time; about 2 on an idle machine"
    assert paged < 10, "seconds of processor time; about 0.3 on an idle machine"


def test_a_cohort_under_way_has_every_kind_of_history():
    service = Service(SeedPlan(applications=400, in_training=350, as_of=date(2028, 9, 1)))
    world = service.world

    assert {a.training_status for a in world.applications.values()} == {
        None,
        "active",
        "deferred",
        "withdrawn",
    }
    states = {made.state for made in world.declarations.values()}
    assert {"paid", "voided", "awaiting_clawback"} <= states
    assert {outcome.state for outcome in world.outcomes.values()} == {"passed", "failed"}
    made = [record.created_at for record in world.declarations.in_order()]
    assert made == sorted(made)
