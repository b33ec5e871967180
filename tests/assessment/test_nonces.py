"""Nobody steers what a window's nonce decides: its sample, who gets which script, its seeds."""

from assessment.domain import sampling
from assessment.models import Window
from headship_contracts.assessment.marking import PrepareMarking
from headship_contracts.assessment.results import RecomputeSample


def closed(office, scripts):
    window = office.window(office.paper(sample_minimum=2))
    applications = [office.ready() for _ in range(scripts)]
    office.assessors(4)
    office.open(window)
    for number, application in enumerate(applications):
        office.submit_here(application, window, f"Script number {number} is here.")
    office.close(window)
    return window


def marked(office, window, scripts):
    for number in range(1, scripts + 1):
        while office.script(window, number).state != "decided":
            office.mark(window, number, 90)


def test_who_begins_marking_chooses_no_nonce_and_what_they_gave_is_part_of_it(office):
    window = closed(office, 3)
    prepared = office.prepare(window, nonce="published")
    marked(office, window, 3)
    office.release(window)

    proof = office.ask(RecomputeSample(window_id=window.window_id))

    drawn, _, given = proof.nonce.partition("-")
    assert (len(drawn), given) == (32, "published")
    assert prepared.nonce_sha256 == proof.nonce_sha256 == sampling.commitment_to(proof.nonce)
    assert proof.holds
    again = sampling.draw(proof.batch, proof.nonce, scripts=proof.scripts, size=proof.size)
    assert again == proof.numbers


def test_an_order_that_is_sent_again_is_answered_by_the_draw_that_was_made(office):
    window = closed(office, 2)
    order = PrepareMarking(window_id=window.window_id, nonce="published")
    first = office.ask(order, key="begin")

    assert office.ask(order, key="begin") == first
    assert office.ask(order).nonce_sha256 == first.nonce_sha256
    assert office.prepare(window, nonce="another").nonce_sha256 == first.nonce_sha256


def test_a_draw_that_was_made_by_a_leads_own_nonce_stands_and_is_still_proven(office):
    window = closed(office, 4)
    office.prepare(window)
    with office.db.transaction() as tx:  # as it was before nonces were the service's own
        held = tx.get_one(Window, window.window_id)
        held.nonce, held.nonce_sha256 = "chosen", sampling.commitment_to("chosen")
        held.sample = sampling.draw(held.batch, "chosen", scripts=4, size=2)

    again = office.prepare(window, nonce="another")
    marked(office, window, 4)
    office.release(window)
    proof = office.ask(RecomputeSample(window_id=window.window_id))

    assert again.nonce_sha256 == sampling.commitment_to("chosen")
    assert (proof.nonce, proof.holds) == ("chosen", True)
