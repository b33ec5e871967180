"""Registers, catch-up and self-study."""

from dataclasses import replace

from headship_contracts.sessions.attendance import (
    AttendanceRecord,
    AttendanceReport,
    DecideCatchUp,
    GetRegister,
    RecordAttendance,
    RecordStudy,
    Register,
    StudyReport,
    SubmitCatchUp,
)
from kit import Ask, Caller, Database, Transaction, rpc
from sessions import attendance, registers, study
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

    @rpc(SubmitCatchUp)
    def submit_catch_up(self, tx: Transaction, request: SubmitCatchUp) -> AttendanceRecord:
        """Hand in the reflection on a missed session."""
        return attendance.submit_catch_up(tx, request, self.settings)

    @rpc(DecideCatchUp)
    def decide_catch_up(self, tx: Transaction, request: DecideCatchUp) -> AttendanceRecord:
        """Approve or refuse a catch-up."""
        return attendance.decide_catch_up(tx, request, self.settings)

    @rpc(RecordStudy)
    def record_study(self, tx: Transaction, request: RecordStudy) -> StudyReport:
        """Record self-study of one or many people."""
        return study.record(tx, request, self.settings)
