"""Schools, trusts, and the lists that decide who is funded."""

from enrolment.schools import files, keeping
from headship_contracts.enrolment.schools import (
    AddSchools,
    EditionKept,
    GetSchool,
    ImportEligibilityList,
    ImportSchools,
    KeepEdition,
    ListSchools,
    ListTrusts,
    RowsReport,
    SchoolPage,
    SchoolRecord,
    TrustPage,
)
from headship_contracts.messages import Done
from kit import Transaction, rpc


class Schools:
    @rpc(AddSchools)
    def add_schools(self, tx: Transaction, request: AddSchools) -> Done:
        """Add or change schools."""
        return keeping.add_schools(tx, request)

    @rpc(GetSchool)
    def get_school(self, tx: Transaction, request: GetSchool) -> SchoolRecord:
        """One school."""
        return keeping.get_school(tx, request)

    @rpc(ListSchools)
    def list_schools(self, tx: Transaction, request: ListSchools) -> SchoolPage:
        """Schools that fit every filter."""
        return keeping.list_schools(tx, request)

    @rpc(ListTrusts)
    def list_trusts(self, tx: Transaction, request: ListTrusts) -> TrustPage:
        """Trusts, and how many schools each has."""
        return keeping.list_trusts(tx, request)

    @rpc(ImportSchools)
    def import_schools(self, tx: Transaction, request: ImportSchools) -> RowsReport:
        """Some rows of a CSV of schools."""
        return files.import_schools(tx, request)

    @rpc(ImportEligibilityList)
    def import_eligibility_list(
        self, tx: Transaction, request: ImportEligibilityList
    ) -> RowsReport:
        """Some rows of one of DfE's lists."""
        return files.import_eligibility_list(tx, request)

    @rpc(KeepEdition)
    def keep_edition(self, tx: Transaction, request: KeepEdition) -> EditionKept:
        """A list has been told whole: drop what this upload did not name."""
        return files.keep_edition(tx, request)
