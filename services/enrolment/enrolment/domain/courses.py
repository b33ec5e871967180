"""The twelve courses as they are described to those who think of taking one.

Sources: DfE's register for identifiers, groups and funding; the courses' published pages and
content frameworks for the rest. What providers differ in, such as the number of words of the
written assessment, is each provider's own to set: here stand only the ranges found.
"""

from dataclasses import dataclass

from enrolment.domain.dfe import courses as dfe

LEADERSHIP_THEMES = (
    "School culture",
    "Teaching",
    "Curriculum and assessment",
    "Behaviour",
    "Additional and special educational needs and disabilities",
    "Professional development",
    "Organisational management",
    "Implementation",
    "Working in partnership",
    "Governance and accountability",
)
TEACHING_THEMES = (
    "Teaching",
    "How pupils learn",
    "Subject and curriculum",
    "Classroom practice",
    "Adaptive teaching",
    "Assessment",
    "Professional development",
    "Implementation",
)
LEARNING = "self-study, group sessions and a written assessment"
CASE_STUDY = (
    "An open-book written answer to a case study of a school not seen before, within eight days: "
    "what the problem is, what to do about it and why, and how to put it in place. Pass or fail."
)
STATE_FUNDED = (
    "Funded in England for staff of schools, academy trusts and 16 to 19 settings of an eligible "
    "type"
)
EVERYWHERE = f"{STATE_FUNDED}, whatever the school's disadvantage"
NURSERIES = f"{EVERYWHERE}, and of local authority nursery schools."
DISADVANTAGED = (
    f"{STATE_FUNDED} that is among the half of schools with the most pupil premium, or the 16 to "
    "19 settings listed as having high disadvantage."
)


@dataclass(frozen=True, kw_only=True)
class Course:
    """A course as it is described. Months and hours are those of its page, where it gives any."""

    course: str
    short_code: str
    name: str
    audience: str
    months_taught: int | None = None
    months_assessment: int | None = None
    hours_a_week: tuple[int, int] | None = None
    weekly_study: str
    content: tuple[str, ...]
    assessment: str = CASE_STUDY
    words: tuple[int, int] | None = (1_500, 2_500)
    funding: str
    first_cohort: str | None = None
    last_cohort: str | None = None
    note: str | None = None

    @property
    def group(self) -> str:
        """leadership, specialist, ehco or support."""
        return dfe.GROUPS[self.course]

    def in_cohort(self, cohort: str) -> bool:
        """Whether the course existed for those who start in it."""
        year = cohort[:4]
        begun = self.first_cohort is None or year >= self.first_cohort[:4]
        return begun and (self.last_cohort is None or year <= self.last_cohort[:4])


def _leadership(
    course: str,
    short_code: str,
    name: str,
    audience: str,
    funding: str,
    *,
    words: tuple[int, int] = (1_500, 2_500),
) -> Course:
    return Course(
        course=course,
        short_code=short_code,
        name=name,
        audience=audience,
        months_taught=18,
        months_assessment=3,
        hours_a_week=(1, 2),
        weekly_study=f"1 to 2 hours a week on average: {LEARNING}",
        content=LEADERSHIP_THEMES,
        words=words,
        funding=funding,
    )


def _specialist(
    course: str,
    short_code: str,
    name: str,
    audience: str,
    content: tuple[str, ...],
    *,
    first_cohort: str | None = None,
    note: str | None = None,
) -> Course:
    return Course(
        course=course,
        short_code=short_code,
        name=name,
        audience=audience,
        months_taught=12,
        months_assessment=3,
        hours_a_week=(1, 2),
        weekly_study=f"1 to 2 hours a week on average: {LEARNING}",
        content=content,
        words=(1_500, 1_500),
        funding=DISADVANTAGED,
        first_cohort=first_cohort,
        note=note,
    )


COURSES = (
    _leadership(
        dfe.HEADSHIP,
        "NPQH",
        "Headship",
        "School leaders who are, or aspire to be, a headteacher or head of school",
        NURSERIES,
    ),
    _leadership(
        dfe.SENIOR_LEADERSHIP,
        "NPQSL",
        "Senior leadership",
        "School leaders who are, or aspire to be, a senior leader with cross-school duties",
        NURSERIES,
        words=(1_500, 2_000),
    ),
    _leadership(
        dfe.EXECUTIVE_LEADERSHIP,
        "NPQEL",
        "Executive leadership",
        "School leaders who are, or aspire to be, an executive headteacher or lead a trust",
        DISADVANTAGED,
    ),
    Course(
        course=dfe.EARLY_YEARS_LEADERSHIP,
        short_code="NPQEYL",
        name="Early years leadership",
        audience="Leaders, present or aspiring, of nurseries, childminding and school nurseries",
        months_taught=18,
        months_assessment=3,
        weekly_study=f"Set by the provider: {LEARNING}",
        content=(
            "Culture",
            "Early years curriculum and teaching",
            "Behaviour, and personal, social and emotional development",
            "Additional and special educational needs and disabilities",
            "Professional development",
            "Organisational management",
            "Implementation",
            "Working in partnership",
        ),
        funding=(
            "Funded in England in nursery classes of schools, in nurseries whether or not they "
            "have an Ofsted number, for childminders on DfE's list, and in eligible schools."
        ),
        first_cohort="2022a",
    ),
    Course(
        course=dfe.SENCO,
        short_code="NPQSENCO",
        name="Special educational needs co-ordinator",
        audience="SENCOs, those who mean to become one, and leaders who answer for SEND",
        months_taught=18,
        months_assessment=3,
        weekly_study=f"Set by the provider: {LEARNING}",
        content=(
            "School culture",
            "Statutory framework",
            "Identification of need",
            "Teaching",
            "Behaviour",
            "Leading and managing provision",
            "Professional development",
            "Implementation",
        ),
        funding=NURSERIES,
        first_cohort="2024a",
        note="The mandatory qualification for SENCOs, within three years of taking the post.",
    ),
    _specialist(
        dfe.LEADING_TEACHING,
        "NPQLT",
        "Leading teaching",
        "Teachers who lead, or mean to lead, the teaching of a subject, year group or phase",
        TEACHING_THEMES,
    ),
    _specialist(
        dfe.LEADING_TEACHING_DEVELOPMENT,
        "NPQLTD",
        "Leading teacher development",
        "Teachers who lead, or mean to lead, the development of other teachers",
        (
            "Teaching",
            "Designing effective professional development",
            "Delivering effective professional development",
            "Implementation",
        ),
        note="Its identifier says teaching, its name says teacher.",
    ),
    _specialist(
        dfe.LEADING_BEHAVIOUR_CULTURE,
        "NPQLBC",
        "Leading behaviour and culture",
        "Teachers who lead, or mean to lead, on behaviour or on pupils' wellbeing",
        (
            "Teaching",
            "School culture",
            "Enabling conditions for good behaviour",
            "Complex behavioural needs",
            "Professional development",
            "Implementation",
        ),
    ),
    _specialist(
        dfe.LEADING_LITERACY,
        "NPQLL",
        "Leading literacy",
        "Teachers who lead, or mean to lead, literacy across a school, year group or phase",
        (
            "Teaching",
            "Developing language",
            "Developing reading",
            "Developing writing",
            "Professional development",
            "Implementation",
        ),
        first_cohort="2022a",
    ),
    _specialist(
        dfe.LEADING_PRIMARY_MATHEMATICS,
        "NPQLPM",
        "Leading primary mathematics",
        "Teachers who lead, or mean to lead, mathematics across a primary school or phase",
        ("Teaching primary mathematics for mastery", *TEACHING_THEMES[1:]),
        first_cohort="2023a",
        note="Needs a year of Teaching for Mastery, or equivalent understanding shown.",
    ),
    Course(
        course=dfe.EARLY_HEADSHIP_COACHING_OFFER,
        short_code="EHCO",
        name="Early headship coaching offer",
        audience="Headteachers in their first five years who have, take or are about to take NPQH",
        weekly_study="Set by the provider: coaching in groups and one to one, and peer learning",
        content=("Group coaching", "One-to-one discussion", "Peer learning"),
        assessment="None: it is not assessed and has no outcome.",
        words=None,
        funding="Funded in England for headteachers in their first five years of headship.",
    ),
    Course(
        course=dfe.ADDITIONAL_SUPPORT_OFFER,
        short_code="ASO",
        name="Additional support offer",
        audience="New headteachers of cohort 2021; the early headship coaching offer replaced it",
        weekly_study="Set by the provider",
        content=("Coaching", "Peer learning"),
        assessment="None: it is not assessed and has no outcome.",
        words=None,
        funding="Counts as the early headship coaching offer where somebody was funded before.",
        first_cohort="2021a",
        last_cohort="2021z",
        note="No longer offered.",
    ),
)
"""In DfE's order."""

BY_NAME = {key: course for course in COURSES for key in (course.course, course.short_code.lower())}


def find(name: str) -> Course | None:
    """A course by its identifier, or by its short code in any case."""
    return BY_NAME.get(name.strip().lower())
