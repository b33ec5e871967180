"""Term dates: taking in a file of them, and telling what is known."""

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import and_, or_, select

from headship_contracts.errors import Invalid
from headship_contracts.sessions.programme import (
    ClosedDay,
    GetClosures,
    ImportTerms,
    ListTermDates,
    SchoolClosures,
    TermDatePage,
    TermDateRecord,
    TermProblem,
    TermsReport,
)
from kit import Transaction
from kit.paging import page
from sessions import programme
from sessions.domain.london import require_our_years
from sessions.domain.term_rows import Owner, TermRow, overlaps, read_terms
from sessions.domain.terms import School, Span, authority_key, year_of
from sessions.models import TermDate

MOST_TOLD = 1_000
LONGEST_ASKED = timedelta(days=732)
_AT_ONCE = 500


def import_terms(tx: Transaction, request: ImportTerms) -> TermsReport:
    """Owner by owner: all that a file tells of one is kept, or nothing of it."""
    file = read_terms(request.content)
    known = _known(tx, {row.owner for row in file.right})
    told: dict[Owner, list[TermRow]] = defaultdict(list)
    for row in file.right:
        told[row.owner].append(row)
    stays = [
        _as_row(date)
        for owner, rows in told.items()
        for date in known[owner]
        if year_of(date.first_day) not in {year_of(row.span.first) for row in rows}
    ]
    problems = [*file.problems, *overlaps(file.right, stays)]
    bad = {problem.row for problem in problems}
    wrong = {row.owner for row in file.right if row.row in bad}
    wrong |= set(file.owners_of_bad)
    added = unchanged = dropped = 0
    for owner, rows in told.items():
        if owner not in wrong:
            new, same, gone = _replace(tx, owner, rows, known[owner], apply=request.apply)
            added, unchanged, dropped = added + new, unchanged + same, dropped + gone
    problems.sort(key=lambda problem: problem.row)
    return TermsReport(
        rows=file.rows,
        bad=len(bad),
        owners=len(set(told) - wrong),
        added=added,
        unchanged=unchanged,
        dropped=dropped,
        problems=[TermProblem(**vars(problem)) for problem in problems[:MOST_TOLD]],
    )


def list_term_dates(tx: Transaction, request: ListTermDates) -> TermDatePage:
    """By owner and day."""
    wanted = select(TermDate)
    owners = []
    if request.local_authority is not None:
        key = authority_key(request.local_authority)
        owners.append(and_(TermDate.owner_kind == "authority", TermDate.owner == key))
    if request.school_urn is not None:
        urn = request.school_urn
        owners.append(and_(TermDate.owner_kind == "school", TermDate.owner == urn))
    if owners:
        wanted = wanted.where(or_(*owners))
    keys = (TermDate.owner_kind, TermDate.owner, TermDate.first_day, TermDate.term_date_id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return TermDatePage(
        items=[
            TermDateRecord(
                local_authority=row.owner_name if row.owner_kind == "authority" else None,
                school_urn=row.owner if row.owner_kind == "school" else None,
                kind=row.kind,
                name=row.name,
                first_day=row.first_day,
                last_day=row.last_day,
            )
            for row in found
        ],
        next_cursor=cursor,
    )


def get_closures(tx: Transaction, request: GetClosures) -> SchoolClosures:
    """Bank holidays first: they close every school."""
    require_our_years({"first_day": request.first_day, "last_day": request.last_day})
    if not timedelta() <= request.last_day - request.first_day <= LONGEST_ASKED:
        told = {"last_day": ["must be from the first day to two years later"]}
        raise Invalid("invalid_fields", "the days are not right", told)
    school = School(request.school_urn, request.local_authority)
    calendars, bank = programme.calendars(tx, [school]), programme.bank_holidays()
    found, day = [], request.first_day
    while day <= request.last_day:
        why = "bank holiday" if day in bank.days else calendars.closed(school, day)
        if why and day.weekday() < 5:
            found.append(ClosedDay(day=day, why=why))
        day += timedelta(days=1)
    return SchoolClosures(days=found)


def _known(tx: Transaction, owners: set[Owner]) -> dict[Owner, list[TermDate]]:
    found: dict[Owner, list[TermDate]] = defaultdict(list)
    for kind in ("authority", "school"):
        keys = sorted(owner.key for owner in owners if owner.kind == kind)
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            wanted = select(TermDate).where(TermDate.owner_kind == kind, TermDate.owner.in_(some))
            ordered = wanted.order_by(TermDate.first_day, TermDate.term_date_id)
            for row in tx.scalars(ordered.with_for_update()):
                found[Owner(row.owner_kind, row.owner)].append(row)
    return found


def _replace(
    tx: Transaction, owner: Owner, rows: list[TermRow], known: list[TermDate], *, apply: bool
) -> tuple[int, int, int]:
    """(added, unchanged, dropped) of the years that the rows tell of."""
    years = {year_of(row.span.first) for row in rows}
    former = {_span(date): date for date in known if year_of(date.first_day) in years}
    wanted = {row.span: row for row in rows}
    gone = [former[span] for span in former.keys() - wanted.keys()]
    new = [wanted[span] for span in sorted(wanted.keys() - former.keys())]
    if apply:
        for date in gone:
            tx.delete(date)
        tx.add_all(
            TermDate(
                owner_kind=owner.kind,
                owner=owner.key,
                owner_name=row.name,
                kind=row.span.kind,
                name=row.span.name,
                first_day=row.span.first,
                last_day=row.span.last,
            )
            for row in new
        )
    return len(new), len(wanted) - len(new), len(gone)


def _span(row: TermDate) -> Span:
    return Span(row.first_day, row.last_day, row.kind, row.name)


def _as_row(row: TermDate) -> TermRow:
    return TermRow(0, Owner(row.owner_kind, row.owner), row.owner_name, _span(row))
