"""Registers, catch-up and self-study."""

from dataclasses import replace

from headship_contracts.sessions.attendance import (
    AttendanceHistoryPage,
    AttendanceRecord,
    AttendanceReport,
    CatchUpPage,
    DecideCatchUp,
    GetRegister,
    ListAttendanceHistory,
    ListCatchUps,
    RecordAttendance,
    RecordHubAttendance,
    Register,
    SendApologies,
    SubmitCatchUp,
    WithdrawApologies,
)
from headship_contracts.sessions.study import (
    CorrectStudy,
    ImportStudy,
    ListStudyCorrections,
    RecordStudy,
    StudyCorrectionPage,
    StudyCorrectionRecord,
    StudyImportReport,
    StudyReport,
)
from kit import Ask, Caller, Database, Transaction, rpc
from sessions import (
    apologies,
    attendance,
    catch_ups,
    registers,
    study,
    study_corrections,
    study_imports,
)
from sessions.settings import SessionsSettings


class Attendance:
    db: Database
    settings: SessionsSettings
    ask: Ask

    @rpc(GetRegister, transaction=False)
    def get_register(self, request: GetRegister, caller: Caller) -> Register:
        """The register of a session, with names."""
        with self.db.transaction(caller=caller) as tx:
            register = registers.read(tx, request)
        names = registers.names(self.ask, [line.participant_id for line in register.lines])
        lines = [replace(line, full_name=names.get(line.participant_id)) for line in register.lines]
        return replace(register, lines=lines)

    @rpc(RecordAttendance)
    def record_attendance(self, tx: Transaction, request: RecordAttendance) -> AttendanceReport:
        """Record or correct a session's register."""
        return attendance.record(tx, request, self.settings)

    @rpc(RecordHubAttendance)
    def record_hub_attendance(
        self, tx: Transaction, request: RecordHubAttendance
    ) -> AttendanceReport:
        """Record many registers at once, as a hub has them."""
        return attendance.record_for_hub(tx, request, self.settings)

    @rpc(ListAttendanceHistory)
    def list_attendance_history(
        self, tx: Transaction, request: ListAttendanceHistory
    ) -> AttendanceHistoryPage:
        """Every step of what was recorded."""
        return attendance.list_history(tx, request)

    @rpc(SendApologies)
    def send_apologies(self, tx: Transaction, request: SendApologies) -> AttendanceRecord:
        """Say in advance that somebody will not come."""
        return apologies.send(tx, request, self.settings)

    @rpc(WithdrawApologies)
    def withdraw_apologies(self, tx: Transaction, request: WithdrawApologies) -> AttendanceRecord:
        """Say that they will come after all."""
        return apologies.withdraw(tx, request, self.settings)

    @rpc(SubmitCatchUp)
    def submit_catch_up(self, tx: Transaction, request: SubmitCatchUp) -> AttendanceRecord:
        """Hand in the reflection on a missed session."""
        return catch_ups.submit(tx, request, self.settings)

    @rpc(DecideCatchUp)
    def decide_catch_up(self, tx: Transaction, request: DecideCatchUp) -> AttendanceRecord:
        """Approve or refuse a catch-up."""
        return catch_ups.decide(tx, request, self.settings)

    @rpc(ListCatchUps)
    def list_catch_ups(self, tx: Transaction, request: ListCatchUps) -> CatchUpPage:
        """Catch-ups, and those that wait for a review."""
        return catch_ups.list_catch_ups(tx, request)

    @rpc(RecordStudy)
    def record_study(self, tx: Transaction, request: RecordStudy) -> StudyReport:
        """Record self-study of one or many people."""
        return study.record(tx, request, self.settings)

    @rpc(CorrectStudy)
    def correct_study(self, tx: Transaction, request: CorrectStudy) -> StudyCorrectionRecord:
        """Put right what was recorded of somebody's self-study by mistake."""
        return study_corrections.correct(tx, request, self.settings)

    @rpc(ListStudyCorrections)
    def list_study_corrections(
        self, tx: Transaction, request: ListStudyCorrections
    ) -> StudyCorrectionPage:
        """What was put right of somebody's self-study, and why."""
        return study_corrections.list_corrections(tx, request)

    @rpc(ImportStudy, transaction=False)
    def import_study(self, request: ImportStudy, caller: Caller) -> StudyImportReport:
        """Take in what a learning platform exports."""
        return study_imports.take_in(self.db, request, self.settings, caller)
