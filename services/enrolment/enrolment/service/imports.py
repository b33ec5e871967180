"""Files of people and steps, in and out."""

from datetime import datetime, time, timedelta

from enrolment.imports import applying, exports, reports, uploads
from enrolment.settings import EnrolmentSettings
from headship_contracts.enrolment import imports as files
from headship_contracts.files import RowProblemPage
from headship_contracts.messages import Done
from kit import Database, Transaction, rpc, timer


class Imports:
    db: Database
    settings: EnrolmentSettings

    @rpc(files.BeginImport)
    def begin_import(self, tx: Transaction, request: files.BeginImport) -> files.ImportRecord:
        """A file comes."""
        return uploads.begin(tx, request, self.settings.import_megabytes)

    @rpc(files.PutImportPiece)
    def put_import_piece(
        self, tx: Transaction, request: files.PutImportPiece
    ) -> files.ImportRecord:
        """A piece of it."""
        return uploads.put(tx, request)

    @rpc(files.ValidateImport)
    def validate_import(self, tx: Transaction, request: files.ValidateImport) -> files.ImportRecord:
        """Check every row; nothing is imported."""
        return applying.validate(tx, request)

    @rpc(files.ApplyImport)
    def apply_import(self, tx: Transaction, request: files.ApplyImport) -> files.ImportRecord:
        """Import the rows."""
        return applying.apply(tx, request)

    @rpc(files.DiscardImport)
    def discard_import(self, tx: Transaction, request: files.DiscardImport) -> Done:
        """Remove the file and what is known of it."""
        return uploads.discard(tx, request)

    @rpc(files.ListImports)
    def list_imports(self, tx: Transaction, request: files.ListImports) -> files.ImportPage:
        """Files that were begun."""
        return uploads.list_imports(tx, request)

    @rpc(files.ListImportProblems)
    def list_import_problems(
        self, tx: Transaction, request: files.ListImportProblems
    ) -> RowProblemPage:
        """What is wrong, row by row."""
        return reports.list_problems(tx, request)

    @rpc(files.ReadImportErrors)
    def read_import_errors(self, tx: Transaction, request: files.ReadImportErrors) -> files.CsvPage:
        """The bad rows, to be corrected."""
        return reports.read_errors(tx, request)

    @rpc(files.ExportApplications)
    def export_applications(
        self, tx: Transaction, request: files.ExportApplications
    ) -> files.CsvPage:
        """Applications as CSV."""
        return exports.export_applications(tx, request)

    @timer(every=timedelta(days=1), at=time(4, 40), missed="skip")
    def discard_old_imports(self, at: datetime) -> None:
        """No file is kept for long."""
        with self.db.transaction(at=at) as tx:
            uploads.discard_old(tx, at, self.settings.import_days)
