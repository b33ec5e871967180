"""Every way into enrolment, a file for each noun; the stories are told in `enrolment/<noun>`."""

from enrolment.figures import INCOME_SECONDS, read, read_income
from enrolment.service import (
    admissions,
    applications,
    courses,
    declarations,
    fees,
    hubs,
    imports,
    money,
    organisations,
    places,
    protection,
    schedules,
    schools,
    staff,
    tasks,
    traffic,
    training,
    waitlist,
)
from enrolment.settings import EnrolmentSettings
from kit import Config, Database, Figures


class EnrolmentService(
    applications.Applications,
    admissions.Admissions,
    waitlist.Waitlist,
    imports.Imports,
    places.Places,
    training.Training,
    schedules.Schedules,
    declarations.Declarations,
    money.Money,
    fees.Fees,
    organisations.Organisations,
    courses.Courses,
    schools.Schools,
    staff.Staff,
    tasks.Tasks,
    traffic.Traffic,
    protection.Protection,
    hubs.Hubs,
):
    """Who applies, who is accepted, and what DfE is told of it."""

    name = "enrolment"
    db = Database()
    settings = Config(EnrolmentSettings)
    figures = Figures(read)
    income = Figures(read_income, settings=EnrolmentSettings, seconds=INCOME_SECONDS)
