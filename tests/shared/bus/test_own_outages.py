"""A database that fails for one event alone, and one that fails for the larger ones."""

from ledger.running import QUEUE, Ledger, wait_until


def test_an_event_that_loses_the_database_by_itself_is_parked_while_others_flow(
    a_ledger: Ledger,
) -> None:
    a_ledger.start()

    a_ledger.post(1, trouble="cuts")
    a_ledger.post(*range(2, 50))

    a_ledger.wait_for(*range(2, 50))
    (letter,) = a_ledger.wait_for_letters(1)
    assert (letter.queue, letter.error_type, letter.attempts) == (QUEUE, "OperationalError", 4)
    assert set(a_ledger.entries()) == set(range(2, 50))


def test_a_database_without_room_uses_no_attempts_though_what_is_small_gets_through(
    a_ledger: Ledger,
) -> None:
    room = a_ledger.scratch / "room"
    a_ledger.start()
    a_ledger.post(1, trouble=f"full:{room}")
    wait_until(lambda: a_ledger.log().count("the database is away") > 4)  # attempts: 4

    room.touch()

    a_ledger.wait_for(1)
    assert a_ledger.letters() == []
