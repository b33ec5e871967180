"""Training, schools and tasks on embedded mode's database, which has other locks and types."""

from datetime import UTC, date, datetime

import pytest
from enrolling import enrol_on

from headship_contracts.enrolment.organisations import ListDeliveryPartners
from headship_contracts.enrolment.schools import (
    GetSchool,
    ImportEligibilityList,
    ImportSchools,
    KeepEdition,
)
from headship_contracts.enrolment.tasks import CloseTask, ListTasks
from headship_contracts.enrolment.training import (
    ChangeSchedule,
    CorrectTrainingEntry,
    DeferParticipant,
    MoveParticipantSchool,
    TrainingHistory,
    TrainingOn,
    TransferParticipant,
    WithdrawParticipant,
)
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.db.migrate import migrate


@pytest.fixture
def embedded(tmp_path, dfe, enrolment_settings):
    engine = open_engine(f"sqlite:///{tmp_path}/enrolment.db")
    migrate(engine, "enrolment")
    yield from enrol_on(ServiceDatabase(engine, "enrolment"), dfe, enrolment_settings)
    engine.dispose()


def decide(embedded, kind, participant, **fields):
    embedded.call(kind(application_id=participant.application_id, **fields))
    embedded.push()


def test_training_has_its_history_on_sqlite_too(embedded):
    participant = embedded.enrolled()
    embedded.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    embedded.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    embedded.declares()
    hubs = [hub.delivery_partner_id for hub in embedded.call(ListDeliveryPartners()).items]
    (other,) = [hub for hub in hubs if hub != participant.delivery_partner_id]

    decide(embedded, DeferParticipant, participant, reason="other")
    (task,) = embedded.call(ListTasks(delivery_partner_id=participant.delivery_partner_id)).items
    embedded.call(CloseTask(task_id=task.task_id, reason="asked by telephone"))
    embedded.moves_to(datetime(2026, 12, 10, 9, tzinfo=UTC))
    decide(embedded, TransferParticipant, participant, delivery_partner_id=other)
    decide(
        embedded,
        WithdrawParticipant,
        participant,
        reason="other",
        effective_on=date(2026, 11, 1),
    )
    entry = embedded.call(TrainingHistory(application_id=participant.application_id)).items[-1]
    decide(
        embedded,
        CorrectTrainingEntry,
        participant,
        entry_id=entry.entry_id,
        effective_on=date(2026, 11, 9),
    )

    def known(on, known_at=None):
        asked = TrainingOn(application_id=participant.application_id, on=on, known_at=known_at)
        return embedded.call(asked)

    assert known(date(2026, 11, 8)).training_status == "deferred"
    assert known(date(2026, 11, 9)).training_status == "withdrawn"
    then = datetime(2026, 12, 9, tzinfo=UTC)
    assert known(date(2026, 12, 10), then).training_status == "deferred"
    assert known(date(2026, 12, 10)).delivery_partner_id == other


def test_schools_and_schedules_change_on_sqlite_too(embedded):
    participant = embedded.enrolled()
    header = "URN,EstablishmentName,Trusts (code),Trusts (name)"
    rows = "100001,A school,TR1,A trust\n100002,Another,TR1,A trust\n"

    reports = [embedded.call(ImportSchools(header=header, content=rows)) for _ in range(2)]
    for edition, listed in (("2025", "100001\n100002\n"), ("2026", "100002\n")):
        embedded.call(
            ImportEligibilityList(
                eligibility_list="pp50_schools", edition=edition, header="URN", content=listed
            )
        )
    embedded.call(KeepEdition(eligibility_list="pp50_schools", edition="2026"))
    embedded.call(
        MoveParticipantSchool(participant_id=participant.participant_id, school_urn="100002")
    )
    decide(embedded, ChangeSchedule, participant, schedule="npq-leadership-spring")

    assert [(r.added, r.changed, r.unchanged) for r in reports] == [(2, 0, 0), (0, 0, 2)]
    assert embedded.call(GetSchool(urn="100001")).eligibility_lists == []
    assert embedded.call(GetSchool(urn="100002")).eligibility_lists == ["pp50_schools"]
    now = embedded.application(participant.application_id)
    assert (now.trust_id, now.schedule) == ("TR1", "npq-leadership-spring")
