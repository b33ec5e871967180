"""Papers, windows, and the dates that bound them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from assessment.domain.windows import WindowState
from assessment.models import Application, Paper, Plan, Schedule, Window
from assessment.queries.locking import locked
from headship_contracts.assessment.papers import ListPapers, ListWindows
from headship_contracts.errors import NotFound
from kit import Transaction
from kit.paging import page


def page_of_papers(tx: Transaction, request: ListPapers) -> tuple[Sequence[Paper], str | None]:
    """A page of papers."""
    wanted = select(Paper)
    if request.course is not None:
        wanted = wanted.where(Paper.course == request.course)
    keys = (Paper.published_at, Paper.id)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)


def paper(tx: Transaction, paper_id: UUID) -> Paper:
    """A paper. Raises NotFound."""
    found = tx.get(Paper, paper_id)
    if found is None:
        raise NotFound("paper_not_found", str(paper_id))
    return found


def latest_paper_version(tx: Transaction, course: str, code: str) -> int:
    """The highest version of a paper; 0 if there is none."""
    highest = select(func.max(Paper.version)).where(Paper.course == course, Paper.code == code)
    return tx.scalar(highest) or 0


def page_of(tx: Transaction, request: ListWindows) -> tuple[Sequence[Window], str | None]:
    """A page of windows."""
    wanted = select(Window)
    if request.course is not None:
        wanted = wanted.where(Window.course == request.course)
    if request.cohort is not None:
        wanted = wanted.where(Window.cohort == request.cohort)
    keys = (Window.opens_at, Window.id)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)


def of_cohort(tx: Transaction, course: str, cohort: str) -> list[Window]:
    """All windows of a cohort, cancelled ones too."""
    return list(tx.scalars(select(Window).where(Window.course == course, Window.cohort == cohort)))


def get(tx: Transaction, window_id: UUID) -> Window:
    """A window as it is. Raises NotFound."""
    window = tx.get(Window, window_id)
    if window is None:
        raise NotFound("window_not_found", str(window_id))
    return window


def in_marking(tx: Transaction) -> list[UUID]:
    """Windows whose scripts are being marked."""
    return list(tx.scalars(select(Window.id).where(Window.state == WindowState.MARKING)))


def hold_coming(
    tx: Transaction, course: str | None, cohort: str | None, *, not_before: date | None = None
) -> Window | None:
    """The cohort's first window that has not opened, and cannot until this transaction ends."""
    coming = select(Window).where(
        Window.course == course,
        Window.cohort == cohort,
        Window.state == WindowState.SCHEDULED,
    )
    if not_before is not None:
        coming = coming.where(Window.opens_on >= not_before)
    first = coming.order_by(Window.opens_at).limit(1).with_for_update(of=Window, read=True)
    return tx.scalars(first.execution_options(populate_existing=True)).one_or_none()


def cohorts_with_a_coming_window(tx: Transaction) -> list[tuple[str, str]]:
    """(course, cohort) of each window that has not opened."""
    coming = select(Window.course, Window.cohort).where(Window.state == WindowState.SCHEDULED)
    return [(course, cohort) for course, cohort in tx.execute(coming.distinct())]


def to_open(tx: Transaction, at: datetime) -> list[UUID]:
    """Windows whose time has come."""
    due = select(Window.id).where(Window.state == WindowState.SCHEDULED, Window.opens_at <= at)
    return list(tx.scalars(due.order_by(Window.opens_at)))


def to_close(tx: Transaction, at: datetime) -> list[UUID]:
    """Windows whose time was over before this instant."""
    due = select(Window.id).where(Window.state == WindowState.OPEN, Window.closes_at < at)
    return list(tx.scalars(due.order_by(Window.closes_at)))


def lock(tx: Transaction, window_id: UUID) -> Window:
    """A window, locked. Raises NotFound."""
    wanted = select(Window).where(Window.id == window_id)
    window = tx.scalars(locked(wanted, Window)).one_or_none()
    if window is None:
        raise NotFound("window_not_found", str(window_id))
    return window


def require(tx: Transaction, window_id: UUID) -> Window:
    """A window as it is. Raises NotFound."""
    window = tx.get(Window, window_id)
    if window is None:
        raise NotFound("window_not_found", str(window_id))
    return window


def last_unit_ends_on(tx: Transaction, course: str, cohort: str) -> date | None:
    """When the cohort's last unit ends, if its plan is known."""
    plan = tx.get(Plan, (course, cohort))
    return None if plan is None else plan.last_unit_ends_on


def results_due_on(tx: Transaction, course: str, cohort: str) -> date | None:
    """The first deadline for a completed declaration among the schedules of the cohort's people."""
    deadline = (
        select(func.min(Schedule.completed_deadline_on))
        .join(
            Application,
            (Application.schedule == Schedule.schedule) & (Application.cohort == Schedule.cohort),
        )
        .where(Application.course == course, Application.cohort == cohort)
    )
    return tx.scalar(deadline)
