"""One template to many, by a CSV file: who gets what, what is wrong with a row, and never twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from conftest import NOW
from mailing_files import HEADER, IDRIS, SEREN, apply, bodies, counts, problems, validate
from sqlalchemy import select

from headship_contracts.enrolment import events as enrolment
from headship_contracts.errors import Refused
from headship_contracts.notifications.mailings import ListMailingProblems
from headship_contracts.notifications.preferences import SetPreferences, TopicPreference
from kit.db.tables import audit
from kit.testing import call


def test_each_row_gets_a_message_with_its_own_values(office):
    applied = apply(office, HEADER, IDRIS, SEREN)
    office.send()

    assert counts(applied) == (2, 2, 0, 0, 2)
    said = bodies(office)
    assert "Dear Idris Marshgate,\n\nThe car park is closed." in said["idris@example.org"]
    assert "The car park is open." in said["seren@example.org"]
    assert {mail["subject"] for mail in office.mails()} == {"Parking"}


def test_looking_at_a_file_queues_nothing(office):
    seen = validate(office, HEADER, IDRIS, SEREN)

    assert (seen.state, counts(seen)) == ("validated", (2, 2, 0, 0, 0))
    assert office.messages() == []


def test_the_same_file_again_sends_nothing(office):
    apply(office, HEADER, IDRIS, SEREN)
    office.send()

    again = apply(office, HEADER.upper(), SEREN, IDRIS.replace("idris@", "Idris@"))
    office.send()

    assert counts(again) == (2, 0, 0, 2, 0)
    assert len(office.mails()) == 2


def test_a_file_that_grew_sends_only_what_is_new_in_it(office):
    apply(office, HEADER, IDRIS)

    grown = apply(office, HEADER, IDRIS, SEREN)
    office.send()

    assert counts(grown) == (2, 1, 0, 1, 1)
    assert len(office.mails()) == 2


def test_another_mailing_reaches_the_same_people_again(office):
    apply(office, HEADER, IDRIS)
    apply(office, HEADER, IDRIS, key="parking-2")
    office.send()

    assert len(office.mails()) == 2


def test_who_has_got_something_else_of_this_mailing_is_told_and_gets_no_second(office):
    apply(office, HEADER, IDRIS)

    other = validate(office, HEADER, IDRIS.replace("closed", "open"), SEREN)

    assert problems(office, other) == [(2, "email address", "sent_before")]


def test_a_row_that_stands_twice_is_sent_once_and_one_that_differs_is_told(office):
    seen = validate(office, HEADER, IDRIS, IDRIS, SEREN, SEREN.replace("open", "shut"))

    assert counts(seen) == (4, 2, 1, 1, 0)
    assert problems(office, seen) == [(5, "email address", "recipient_twice")]


def test_a_reference_tells_rows_of_one_recipient_apart(office):
    header = f"{HEADER},Reference"
    apply(office, header, f"{IDRIS},monday", f"{IDRIS},tuesday")
    office.send()

    assert len(office.mails()) == 2


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("nobody,Idris,Parking,x", ("email address", "not_an_address")),
        (",Idris,Parking,x", ("email address", "missing")),
        ("idris@example.org,,Parking,x", ("name", "missing")),
        ("idris@example.org,Idris,,x", ("heading", "missing")),
        ("idris@example.org,Idris,Parking", ("text", "missing")),
        ("idris@example.org,Idris,Parking,x,y", ("", "too_many_cells")),
        (f"idris@example.org,{'I' * 201},Parking,x", ("name", "too_long")),
        (f"idris@example.org,Idris,Parking,{'x' * 30_001}", ("", "row_too_long")),
        ('idris@example.org,Idris,"Parking" lot,x', ("", "quotes_not_right")),
        ('"a@example.org\r\nBcc: b@example.org",I,P,x', ("email address", "not_an_address")),
    ],
)
def test_what_is_wrong_with_a_row_is_told_with_it(office, row, found):
    seen = validate(office, HEADER, SEREN, row)

    assert (3, *found) in problems(office, seen)
    assert seen.good == 1


def test_a_problem_tells_row_field_code_message_and_value(office):
    seen = validate(office, HEADER, "nobody,Idris,Parking,x")

    (problem,) = call(office.service, ListMailingProblems(mailing_id=seen.mailing_id)).items
    assert (problem.row, problem.field, problem.code) == (2, "email address", "not_an_address")
    assert "@" in problem.message
    assert problem.value == "nobody"


def test_one_bad_row_stops_all_where_all_are_wanted(office):
    with pytest.raises(Refused, match="rows_not_right") as error:
        apply(
            office, HEADER, *[IDRIS.replace("idris", f"i{n}") for n in range(300)], "nobody,N,P,x"
        )

    assert error.value.fields == {
        "row 302": ["email address is no address: An email address must have an @-sign."]
    }
    assert office.messages() == []


def test_the_good_rows_go_out_where_those_are_wanted(office):
    applied = apply(office, HEADER, "nobody,N,P,x", SEREN, mode="valid_rows")
    office.send()

    assert counts(applied) == (2, 1, 1, 0, 1)
    assert problems(office, applied) == [(2, "email address", "not_an_address")]
    assert [mail["to"] for mail in office.mails()] == ["seren@example.org"]


def test_a_column_that_is_there_more_than_once_is_a_list(office):
    apply(office, f"{HEADER},text", f"{IDRIS},Take the bus.")
    office.send()

    assert "* The car park is closed.\n* Take the bus." in bodies(office)["idris@example.org"]


def test_people_and_applications_are_written_to_by_what_is_known_of_them_when_it_is_sent(
    office, told
):
    other = type(told)()
    for one in (told, other):
        office.hear(one.make(enrolment.ApplicationReceived, status="pending"))

    apply(
        office,
        "Person id,Application id,Due on",
        f",{told.application_id},1 December",
        f"{other.participant_id},{other.application_id},2 December",
        template="appeal_received",
    )
    office.send()

    said = bodies(office)
    assert set(said) == {f"{one.participant_id}@example.org" for one in (told, other)}
    first = said[f"{told.participant_id}@example.org"]
    assert "Dear Seren Yarrowdale,\n\nYour appeal about the assessment of your NPQ for" in first


def test_the_audit_trail_names_each_person_whom_a_mailing_is_for(office, told):
    """Of who is only an address there is nothing to name."""
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    header = "Person id,Application id,Email address,Name,Heading,Text"
    rows = (
        f",{told.application_id},,,Parking,x",
        f"{told.participant_id},,,,Parking,y",
        ",,a@example.org,A,Parking,z",
    )

    validate(office, header, *rows)
    apply(office, header, *rows)
    apply(office, header, *rows)

    noted = select(audit.c.act, audit.c.through, audit.c.kind, audit.c.record_id)
    with office.db.transaction() as tx:
        people = tx.execute(noted.where(audit.c.kind != "mailing"))
        assert {tuple(row) for row in people} == {
            ("change", "rpc apply_mailing", "application", told.application_id),
            ("change", "rpc apply_mailing", "person", told.participant_id),
        }


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (f"{uuid4()},", ("person id", "person_not_found")),
        (f",{uuid4()}", ("application id", "application_not_found")),
        ("12,", ("person id", "not_an_id")),
    ],
)
def test_who_is_not_known_here_is_told(office, cells, found):
    seen = validate(office, "Person id,Application id,Heading,Text", f"{cells},Parking,x")

    assert problems(office, seen) == [(2, *found)]


def test_of_an_address_and_a_person_one_is_to_be_given(office, accepted):
    header = "Email address,Name,Person id,Heading,Text"

    seen = validate(office, header, f"a@example.org,A,{accepted.participant_id},P,x")

    assert problems(office, seen) == [(2, "person id", "one_recipient")]


def test_who_does_not_want_such_messages_gets_none(office, accepted):
    wants = TopicPreference(topic="other", wanted="never")
    call(office.service, SetPreferences(person_id=accepted.participant_id, topics=[wants]))

    apply(office, "Person id,Heading,Text", f"{accepted.participant_id},Parking,x")
    office.send()

    (message,) = office.messages(template="announcement")
    assert (message.status, message.reason) == ("cancelled", "unsubscribed")


def test_a_value_with_markup_stays_words(office):
    evil = '"<b>x</b> [y](https://evil.example) # z"'
    apply(office, HEADER, f"idris@example.org,Idris,P\u2028Bcc: all@example.org,{evil}")
    office.send()

    body = bodies(office)["idris@example.org"]
    assert "evil.example" not in body
    assert "<b>x</b> y # z" in body
    assert "&lt;b&gt;x" in body
    assert office.mails()[0]["subject"] == "P Bcc: all@example.org"


def test_a_mailing_can_wait_for_its_hour(office):
    apply(office, HEADER, IDRIS, due_at=NOW + timedelta(hours=2))

    office.send(NOW + timedelta(hours=1))
    before = len(office.mails())
    office.send(NOW + timedelta(hours=2))

    assert (before, len(office.mails())) == (0, 1)
