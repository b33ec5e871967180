"""What a cell may be: each kind of value, normalised, or the reason why it is none."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from uuid import UUID

from enrolment.domain.dfe.courses import GROUPS

NOTHING = frozenset({"", "-", "null", "none", "n/a", "na", "nil"})
_FORMULA = re.compile(r"[\s']*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet takes for the beginning of a formula, wide signs too, after any apostrophes:
so the one that is put in front is told from those that were there."""

EARLIEST_BIRTH = date(1900, 1, 1)

_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@(?:[^\s@.,;:<>()\[\]\\\"_]+\.)+[^\W\d_][\w-]*[^\W_]")
_ISO_DAY = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}")
_BRITISH_DAY = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_URN = re.compile(r"[0-9]{6}")
_TRN = re.compile(r"[0-9]{7}")
_COHORT = re.compile(r"[0-9]{4}[a-z]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")

SHORT_CODES = {
    "npqh": "npq-headship",
    "npqsl": "npq-senior-leadership",
    "npqel": "npq-executive-leadership",
    "npqeyl": "npq-early-years-leadership",
    "npqsenco": "npq-senco",
    "npqlt": "npq-leading-teaching",
    "npqltd": "npq-leading-teaching-development",
    "npqlbc": "npq-leading-behaviour-culture",
    "npqll": "npq-leading-literacy",
    "npqlpm": "npq-leading-primary-mathematics",
    "ehco": "npq-early-headship-coaching-offer",
    "aso": "npq-additional-support-offer",
}
WORK_SETTINGS = (
    "a_school",
    "an_academy_trust",
    "a_16_to_19_educational_setting",
    "early_years_or_childcare",
    "another_setting",
    "other",
)
EMPLOYMENT_TYPES = (
    "hospital_school",
    "lead_mentor_for_accredited_itt_provider",
    "local_authority_supply_teacher",
    "local_authority_virtual_school",
    "young_offender_institution",
    "other",
)
_YES = frozenset({"yes", "y", "true", "1", "t"})
_NO = frozenset({"no", "n", "false", "0", "f"})


class Wrong(ValueError):
    """A cell that is no such value: `code` is stable, the text says what would be right."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


Value = str | bool | None
Reader = Callable[[str], Value]


def bare(cell: str) -> str:
    """A cell without the spaces around it, nor the apostrophe that an export puts in front."""
    if cell.startswith("'") and _FORMULA.match(cell, 1):
        cell = cell[1:]
    return cell.strip()


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; `bare` gives the text back."""
    return f"'{text}" if _FORMULA.match(text) else text


def text_of(longest: int) -> Reader:
    """A text of one or more lines, which end as they do here, whatever wrote the file."""

    def read(cell: str) -> Value:
        told = cell if cell.isascii() else unicodedata.normalize("NFC", cell)
        told = told.replace("\r\n", "\n").replace("\r", "\n")
        if len(told) > longest:
            raise Wrong("too_long", f"has {len(told)} characters; {longest} are the most")
        if _CONTROL.search(told):
            raise Wrong("control_characters", "has characters that are not for reading")
        return told

    return read


def email(cell: str) -> Value:
    """An address, normalised and casefolded, so that one person has one."""
    told = unicodedata.normalize("NFC", cell).casefold()
    local, _, host = told.rpartition("@")
    dotted = ".." in told or local.startswith(".") or local.endswith(".")
    if len(told) > 320 or len(local) > 64 or dotted or not _EMAIL.fullmatch(told):
        raise Wrong("not_an_email", "must be an address such as name@school.example.org")
    if any(part.startswith("-") or part.endswith("-") for part in host.split(".")):
        raise Wrong("not_an_email", "must be an address such as name@school.example.org")
    return told


def trn(cell: str) -> Value:
    """A teacher reference number: seven digits, or none."""
    if cell.casefold() in NOTHING:
        return None
    told = cell.replace(" ", "")
    if not _TRN.fullmatch(told) or told == "0000000":
        raise Wrong("not_a_trn", "must have 7 digits; a spreadsheet may have dropped a zero")
    return told


def urn(cell: str) -> Value:
    """A school's unique reference number: six digits."""
    if not _URN.fullmatch(cell):
        raise Wrong("not_a_urn", "must have 6 digits")
    return cell


def day(cell: str) -> Value:
    """A date of birth: 1980-05-31 or 31/05/1980, kept as the first."""
    british = _BRITISH_DAY.fullmatch(cell)
    iso = "{2}-{1:0>2}-{0:0>2}".format(*british.groups()) if british else cell
    try:
        found = date.fromisoformat(iso if british or _ISO_DAY.fullmatch(cell) else "")
    except ValueError as error:
        told = "must be a date such as 1980-05-31 or 31/05/1980"
        raise Wrong("not_a_date", told) from error
    if found < EARLIEST_BIRTH:
        raise Wrong("not_a_date", f"is before {EARLIEST_BIRTH.year}")
    return found.isoformat()


def course(cell: str) -> Value:
    """DfE's identifier of a course, or its short code."""
    told = cell.casefold()
    found = SHORT_CODES.get(told, told)
    if found not in GROUPS:
        raise Wrong("course_unknown", "must be one of DfE's, such as npq-headship or NPQH")
    return found


def cohort(cell: str) -> Value:
    """Year and letter."""
    told = cell.casefold()
    if not _COHORT.fullmatch(told):
        raise Wrong("not_a_cohort", "must be a year and a letter, such as 2026b")
    return told


def yes_or_no(cell: str) -> Value:
    """True or false, in words."""
    told = cell.casefold()
    if told in _YES:
        return True
    if told in _NO:
        return False
    raise Wrong("not_yes_or_no", "must be yes or no")


def one_of(*allowed: str) -> Reader:
    """One of some words, whatever stands between their letters."""
    by_name = {re.sub(r"[\W_]+", "_", word): word for word in allowed}

    def read(cell: str) -> Value:
        found = by_name.get(re.sub(r"[\W_]+", "_", cell.casefold()).strip("_"))
        if found is None:
            raise Wrong("not_allowed", f"must be one of {', '.join(allowed)}")
        return found

    return read


def identifier(cell: str) -> Value:
    """An id of ours."""
    try:
        return str(UUID(cell))
    except ValueError as error:
        raise Wrong("not_an_id", "must be an id such as an export has") from error
