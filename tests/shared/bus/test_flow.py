"""Events from outbox to effect, on a real broker and a real database."""

from ledger.running import Ledger, wait_until


def test_an_event_is_handled_and_its_handler_tells_the_next(a_ledger: Ledger) -> None:
    a_ledger.start()

    a_ledger.post(1, 2, 3)

    a_ledger.wait_for(1, 2, 3)
    wait_until(lambda: a_ledger.waiting() == 0)
    assert set(a_ledger.entries().values()) == {1}
