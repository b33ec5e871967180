"""Each service tells until when it knows bank holidays, so that BankHolidaysEnd can warn."""

from datetime import UTC, datetime

from govuk_bank_holidays.bank_holidays import BankHolidays
from prometheus_client import REGISTRY

from cli.services import SERVICES, service_classes


def test_each_service_tells_until_when_it_knows_bank_holidays() -> None:
    assert [each.name for each in service_classes()] == list(SERVICES)  # all of it is imported
    listed = BankHolidays(use_cached_holidays=True).get_holidays(BankHolidays.ENGLAND_AND_WALES)
    last = datetime(max(day["date"] for day in listed).year, 12, 31, tzinfo=UTC)

    told = {
        service: REGISTRY.get_sample_value(
            "headship_bank_holidays_end_timestamp_seconds", {"service": service}
        )
        for service in SERVICES
    }

    assert told == dict.fromkeys(SERVICES, last.timestamp())
