"""Files of mailings: what can be read, how they come, and how long they are kept."""

import base64
import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
from conftest import NOW
from mailing_files import (
    HEADER,
    IDRIS,
    SEREN,
    apply,
    bodies,
    counts,
    problems,
    put,
    upload,
    validate,
)

from headship_contracts.csv_rows import MOST_ROWS
from headship_contracts.errors import Conflict, Invalid, NotFound, Refused
from headship_contracts.notifications.mailings import (
    ApplyMailing,
    BeginMailing,
    DiscardMailing,
    ListMailingProblems,
    ListMailings,
    PutMailingPiece,
    ValidateMailing,
)
from kit.identity import Caller
from kit.testing import call, run_timer


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([""], "empty_file"),
        ([HEADER], "empty_file"),
        (["a,b,c", "1,2,3"], "no_header"),
        (["Name,Heading,Text", "x,y,z"], "missing_columns"),
        (["Email address,Name,Heading", "x,y,z"], "missing_columns"),
        ([f"Email,{HEADER}", IDRIS], "duplicate_columns"),
        ([HEADER, 'idris@example.org,"Idris,Parking,x'], "unbalanced_quotes"),
        (["PK\x03\x04"], "not_text"),
        ([HEADER, "idris@example.org,I\x00dris,P,x"], "nul_bytes"),
        ([HEADER, *[IDRIS] * (MOST_ROWS + 1)], "too_many_rows"),
    ],
)
def test_what_is_no_such_file_is_refused_with_the_reason(office, lines, code):
    with pytest.raises(Refused, match=code):
        validate(office, *lines)


def test_the_columns_that_are_missing_are_named(office):
    with pytest.raises(Refused, match="there is no column email address, heading, text"):
        validate(office, "Name,Course", "Idris,NPQ")
    with pytest.raises(Refused, match="such as heading, name, text, provider, email address"):
        validate(office, "a,b", "1,2")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_and_the_delimiter_are_found_out(office, delimiter, encoding):
    header, row = (line.replace(",", delimiter) for line in (HEADER, "z@example.org,Zoë,P,x"))

    applied = apply(office, header, row, encoding=encoding)

    assert (applied.delimiter, applied.encoding) == (delimiter, encoding.removesuffix("-sig"))
    assert office.messages()[0].status == "created"
    office.send()
    assert "Zoë" in bodies(office)["z@example.org"] or "Zo=C3=AB" in bodies(office)["z@example.org"]


def test_a_row_in_another_encoding_than_the_rest_is_told(office):
    good, bad = f"{HEADER}\nz@example.org,Zoë,P,x\n".encode(), "b@example.org,Chloë,P,x\n"
    content = good + bad.encode("cp1252")
    mailing = call(
        office.service, BeginMailing(template="announcement", key="k", size=len(content))
    )
    put(office, mailing, content)

    seen = call(office.service, ValidateMailing(mailing_id=mailing.mailing_id))

    assert seen.encoding == "mixed"
    assert problems(office, seen) == [(3, "Name", "mixed_encoding")]


def test_columns_without_effect_are_named(office):
    seen = validate(office, f"{HEADER},Shoe size", f"{IDRIS},43")

    assert seen.ignored_columns == ["Shoe size"]


def test_ten_thousand_rows_go_at_once_in_pieces(office):
    rows = [f"p{n}@example.org,Person {n},Parking,{'x' * 60}" for n in range(MOST_ROWS)]

    applied = apply(office, HEADER, *rows)
    again = apply(office, HEADER, *rows)

    assert counts(applied) == (MOST_ROWS, MOST_ROWS, 0, 0, MOST_ROWS)
    assert counts(again) == (MOST_ROWS, 0, 0, MOST_ROWS, 0)
    assert applied.pieces == 0


def test_what_was_applied_is_kept_as_a_record_without_its_file(office):
    applied = apply(office, HEADER, IDRIS)
    mailing_id = applied.mailing_id

    assert call(office.service, ApplyMailing(mailing_id=mailing_id)) == applied
    with pytest.raises(Refused, match="already_applied"):
        call(office.service, ValidateMailing(mailing_id=mailing_id))
    (listed,) = call(office.service, ListMailings(key="parking")).items
    assert (listed.state, listed.pieces, listed.applied) == ("applied", 0, 1)


def test_a_file_is_forgotten_a_week_later_or_when_it_is_discarded(office):
    mailing, other = upload(office, HEADER, IDRIS), upload(office, HEADER, SEREN)
    call(office.service, DiscardMailing(mailing_id=mailing.mailing_id))

    run_timer(office.service, "discard_old_mailings", NOW + timedelta(days=6))
    (kept,) = call(office.service, ListMailings()).items
    run_timer(office.service, "discard_old_mailings", NOW + timedelta(days=8))

    assert kept.mailing_id == other.mailing_id
    assert call(office.service, ListMailings()).items == []


def test_pieces_come_in_any_order_and_twice_and_none_may_differ_or_lack(office):
    content = f"{HEADER}\n{IDRIS}\n".encode()
    begin = BeginMailing(template="announcement", key="k", size=len(content))
    mailing = call(office.service, begin)
    put(office, mailing, content[20:], 1)
    with pytest.raises(Refused, match="incomplete"):
        call(office.service, ValidateMailing(mailing_id=mailing.mailing_id))

    put(office, mailing, content[:20], 0)
    put(office, mailing, content[:20], 0)
    with pytest.raises(Conflict, match="piece_differs"):
        put(office, mailing, content[:19], 0)
    with pytest.raises(Refused, match="too_large"):
        put(office, mailing, b"more", 2)

    assert call(office.service, ValidateMailing(mailing_id=mailing.mailing_id)).good == 1


@pytest.mark.parametrize("change", [{"content": "no base64!"}, {"sha256": "0" * 64}])
def test_a_piece_that_was_damaged_on_its_way_is_refused(office, change):
    mailing = upload(office, HEADER, IDRIS)
    right = {"content": base64.b64encode(b"x").decode(), "sha256": hashlib.sha256(b"x").hexdigest()}

    with pytest.raises(Invalid):
        call(
            office.service,
            PutMailingPiece(mailing_id=mailing.mailing_id, number=5, **right | change),
        )


def test_a_file_that_is_too_large_and_a_template_that_is_none_are_refused_before_they_come(office):
    with pytest.raises(Refused, match="too_large"):
        call(office.service, BeginMailing(template="announcement", key="k", size=1 << 30))
    with pytest.raises(NotFound, match="template_not_found"):
        call(office.service, BeginMailing(template="nothing", key="k", size=10))
    with pytest.raises(Invalid, match="made_of_what_waits"):
        call(office.service, BeginMailing(template="digest", key="k", size=10))
    with pytest.raises(NotFound, match="mailing_not_found"):
        call(office.service, ListMailingProblems(mailing_id=uuid4()))


def test_hubs_may_send_no_mailings(office):
    with pytest.raises(Refused, match="not_permitted"):
        call(
            office.service,
            BeginMailing(template="announcement", key="k", size=10),
            caller=Caller("hub", str(uuid4())),
        )
