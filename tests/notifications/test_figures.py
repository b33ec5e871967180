"""What waits to be sent, as those who run the platform see it."""

from datetime import UTC, datetime, timedelta

from notifications import metrics
from notifications.figures import read

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def figures(office, at):
    with office.db.transaction(at=at) as tx:
        return read(tx)


def test_what_waits_is_told_by_class_with_the_age_of_the_oldest(office, result):
    before = figures(office, NOW + timedelta(minutes=10))
    office.send(NOW + timedelta(minutes=10))
    after = figures(office, NOW + timedelta(minutes=11))

    assert before[metrics.messages_waiting]["critical", "now"] == 1
    assert before[metrics.oldest_due]["critical",] > 590
    assert after.pop(metrics.messages_today)["file",] == 1
    for series in after.values():
        assert len(series) >= 3
        assert not any(series.values())
