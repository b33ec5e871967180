"""Circumstances and appeals that should have been decided by now."""

from datetime import date, datetime

from assessment import queries
from assessment.domain.windows import london_date
from headship_contracts.assessment.events import CaseOverdue
from kit.db import ServiceDatabase


def chase(db: ServiceDatabase, at: datetime) -> None:
    """Each morning. The day told is the last Monday, so that a case is told of once a week."""
    with db.transaction(at=at) as tx:
        today = london_date(at)
        week = date.fromordinal(today.toordinal() - today.weekday())
        for case in queries.cases.overdue_circumstances(tx, today):
            tx.emit(
                CaseOverdue(
                    revision=case.revision,
                    case_id=case.id,
                    kind="circumstances",
                    due_on=case.due_on,
                    week=week,
                )
            )
        for appeal, stage in queries.cases.overdue_appeals(tx, today):
            tx.emit(
                CaseOverdue(
                    revision=appeal.revision,
                    case_id=appeal.id,
                    kind="appeal",
                    stage=stage.stage,
                    due_on=stage.due_on,
                    week=week,
                )
            )
