"""Files of schools and of DfE's eligibility lists: told in pieces, each kept as far as it is right.

The same file again changes nothing.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, select, update

from enrolment.domain import schools_csv
from enrolment.domain.csv_files import NotCsv, Record, columns, fields, read_piece
from enrolment.domain.schools_csv import Problem
from enrolment.models import EligibilityEntry, Trust
from enrolment.schools import keeping
from headship_contracts.enrolment.schools import (
    MOST_ROWS,
    EditionKept,
    ImportEligibilityList,
    ImportSchools,
    KeepEdition,
    RowsReport,
)
from headship_contracts.errors import Invalid, Refused
from headship_contracts.files import RowProblem
from kit import Transaction


def import_schools(tx: Transaction, request: ImportSchools) -> RowsReport:
    """Add or change schools and name their trusts."""
    places, records = _read(request, schools_csv.COLUMNS, schools_csv.NEEDED)
    given: dict[str, Mapping[str, str | None]] = {}
    trusts: dict[str, str] = {}
    problems: list[RowProblem] = []
    good = 0
    for record in records:
        row, wrong = schools_csv.read_school(fields(record, places))
        problems += [_problem(record.row, problem) for problem in wrong]
        if row is None:
            continue
        good += 1
        given[row.urn] = row.told
        trust_id = row.told.get("trust_id")
        if trust_id and row.trust_name:
            trusts[trust_id] = row.trust_name[:200]
    added, differing = keeping.keep(tx, given, apply=request.apply)
    if request.apply:
        _name_trusts(tx, trusts)
    return _report(len(records), good, added, differing, problems)


def import_eligibility_list(tx: Transaction, request: ImportEligibilityList) -> RowsReport:
    """Add to one of DfE's lists, under the name of this edition."""
    by = _columns_of(request.eligibility_list)
    places, records = _read(request, schools_csv.LIST_COLUMNS, by, any_of_them=True)
    given: dict[str, str | None] = {}
    problems: list[RowProblem] = []
    good = 0
    for record in records:
        entry, wrong = schools_csv.read_list_entry(request.eligibility_list, fields(record, places))
        problems += [_problem(record.row, problem) for problem in wrong]
        if entry is not None:
            good += 1
            given[entry[0]] = entry[1]
    added, differing = _keep_entries(tx, request, given)
    return _report(len(records), good, added, differing, problems)


def keep_edition(tx: Transaction, request: KeepEdition) -> EditionKept:
    """Drop what this edition did not name."""
    _columns_of(request.eligibility_list)
    on_list = EligibilityEntry.eligibility_list == request.eligibility_list
    mine = EligibilityEntry.edition == request.edition
    entries = tx.scalar(select(func.count()).select_from(EligibilityEntry).where(on_list, mine))
    if not entries:
        raise Refused("edition_is_empty", f"{request.edition} named nothing: the list stays")
    dropped = tx.execute(delete(EligibilityEntry).where(on_list, ~mine)).rowcount
    return EditionKept(entries=entries, dropped=dropped)


def _keep_entries(
    tx: Transaction, request: ImportEligibilityList, given: Mapping[str, str | None]
) -> tuple[int, int]:
    on_list = EligibilityEntry.eligibility_list == request.eligibility_list
    wanted = select(EligibilityEntry).where(on_list, EligibilityEntry.identifier.in_(sorted(given)))
    known = {entry.identifier: entry for entry in tx.scalars(wanted)}
    differing = [i for i, entry in known.items() if given[i] and entry.name != given[i]]
    if request.apply:
        for identifier in differing:
            known[identifier].name = given[identifier]
        tx.execute(
            update(EligibilityEntry)
            .where(on_list, EligibilityEntry.identifier.in_(sorted(known)))
            .values(edition=request.edition)
        )
        tx.add_all(
            EligibilityEntry(
                eligibility_list=request.eligibility_list,
                identifier=identifier,
                name=name,
                edition=request.edition,
            )
            for identifier, name in given.items()
            if identifier not in known
        )
    return len(given) - len(known), len(differing)


def _name_trusts(tx: Transaction, trusts: Mapping[str, str]) -> None:
    wanted = select(Trust).where(Trust.trust_id.in_(sorted(trusts))).order_by(Trust.trust_id)
    known = {trust.trust_id: trust for trust in tx.scalars(wanted.with_for_update())}
    for trust_id in sorted(trusts):
        if trust_id in known:
            known[trust_id].name = trusts[trust_id]
        else:
            tx.add(Trust(trust_id=trust_id, name=trusts[trust_id]))


def _columns_of(eligibility_list: str) -> Sequence[str]:
    try:
        return schools_csv.LISTS[eligibility_list]
    except KeyError:
        problem = {"eligibility_list": [f"is none of {', '.join(schools_csv.LISTS)}"]}
        raise Invalid("invalid_fields", "there is no such list", problem) from None


def _read(
    request: ImportSchools | ImportEligibilityList,
    aliases: Mapping[str, Sequence[str]],
    needed: Sequence[str],
    *,
    any_of_them: bool = False,
) -> tuple[Mapping[str, int], list[Record]]:
    """Which field stands in which column, and the records. Raises Invalid."""
    try:
        file, records = read_piece(request.header, request.content, request.first_row)
        places = columns(file.header, aliases)
        missing = [field for field in needed if field not in places]
        if missing and not (any_of_them and len(missing) < len(needed)):
            names = " or ".join(aliases[missing[0]][:2])
            raise NotCsv("column_missing", f"no column is headed {names}")
        found = list(records)
        if len(found) > MOST_ROWS:
            raise NotCsv("too_many_rows", f"a piece holds up to {MOST_ROWS} records")
        return places, found
    except NotCsv as error:
        raise Invalid("not_csv", str(error), {"content": [f"{error.code}: {error}"]}) from error


def _problem(row: int, problem: Problem) -> RowProblem:
    return RowProblem(
        row=row,
        field=problem.field,
        code=problem.code,
        message=problem.message,
        value=problem.value,
    )


def _report(
    rows: int, good: int, added: int, differing: int, problems: list[RowProblem]
) -> RowsReport:
    """A row that repeats another of the piece counts as unchanged."""
    return RowsReport(
        rows=rows,
        added=added,
        changed=differing,
        unchanged=good - added - differing,
        bad=rows - good,
        problems=problems,
    )
