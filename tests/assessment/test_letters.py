"""The letter that tells a result: it names criteria, and comes anew when the result does."""

from base64 import b64decode
from decimal import Decimal
from io import BytesIO

import pytest
from assessment_office import marks_of
from pypdf import PdfReader

from headship_contracts.assessment.results import CorrectResult, GetLetter
from headship_contracts.enrolment.people import PeopleFound, Person
from headship_contracts.errors import NotFound, Refused, Unavailable
from kit.identity import Caller


@pytest.fixture
def failed(office):
    """A failed script's application; enrolment knows the participant's name."""
    window = office.marking(1, resubmission_fee=Decimal(150), resubmission_days=21)
    office.mark(window, 1, 40)
    office.mark(window, 1, 41)
    office.release(window)
    office.service.ask = lambda request, seconds: PeopleFound(
        people=[
            Person(person_id=one, kind="participant", full_name="Żofia <Synthetic> Ó'Test")
            for one in request.ids
        ]
    )
    return office.script(window).application_id


def text_of(letter):
    pages = PdfReader(BytesIO(b64decode(letter.content))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_fail_names_the_criteria_the_next_attempt_and_how_to_appeal(office, failed):
    letter = office.ask(GetLetter(application_id=failed))

    said = text_of(letter)
    assert "Dear Zofia <Synthetic> Ó'Test," in said
    assert "You have not passed" in said
    for criterion in ("Understands the school", "Uses the evidence", "Plans the change"):
        assert criterion in said
    assert "not before" in said
    assert "The fee is £150.00" in said
    assert "You may appeal until" in said
    assert "40" not in said.replace("£150.00", "").split("Reference")[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Łukasz Wójcik", "Dear Lukasz Wójcik,"),
        ("Şebnem C\u0327ağlar", "Dear Sebnem Çaglar,"),
        ("Đặng Thị Hương", "Dear Dang Thi Huong,"),
        ("Ольга", "Dear participant,"),
    ],
)
def test_no_name_is_spoilt_by_letters_that_the_type_lacks(office, failed, name, said):
    office.service.ask = lambda request, seconds: PeopleFound(
        people=[Person(person_id=one, kind="participant", full_name=name) for one in request.ids]
    )

    assert said in text_of(office.ask(GetLetter(application_id=failed)))


def test_a_changed_result_is_told_in_a_new_letter(office, failed):
    before = office.ask(GetLetter(application_id=failed))
    office.ask(CorrectResult(application_id=failed, marks=marks_of(80), reason="Wrong scheme."))

    after = office.ask(GetLetter(application_id=failed))

    assert after.result_id == before.result_id
    assert after.revision > before.revision
    assert "You have passed" in text_of(after)
    assert "replaces the one" in text_of(after)


def test_the_same_result_gives_the_same_bytes(office, failed):
    assert office.ask(GetLetter(application_id=failed)) == office.ask(
        GetLetter(application_id=failed)
    )


def test_there_is_no_letter_without_a_result_or_without_enrolments_answer(office, failed):
    def silent(request, seconds):
        raise Unavailable("no_answer", "enrolment did not answer")

    office.service.ask = silent
    with pytest.raises(Unavailable, match="no_answer"):
        office.ask(GetLetter(application_id=failed))
    with pytest.raises(NotFound, match="result_not_found"):
        office.ask(GetLetter(application_id=failed, attempt=2))
    office.service.ask = lambda request, seconds: PeopleFound(people=[])
    with pytest.raises(NotFound, match="participant_not_found"):
        office.ask(GetLetter(application_id=failed))


def test_an_assessor_gets_no_letter(office, failed):
    (assessor,) = office.assessors(1)

    with pytest.raises(Refused, match="not_permitted"):
        office.ask(GetLetter(application_id=failed), Caller("staff", str(assessor)))
