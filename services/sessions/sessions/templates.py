"""Templates: putting one in force, and giving it back as a file."""

from sqlalchemy import select

from headship_contracts.errors import Conflict
from headship_contracts.sessions.programme import (
    GetTemplate,
    PutTemplate,
    TemplateList,
    TemplateRecord,
    TemplateText,
)
from kit import Transaction
from sessions import programme
from sessions.domain.template import Template, read_template
from sessions.models import ProgrammeTemplate


def put(tx: Transaction, request: PutTemplate) -> TemplateRecord:
    """Put a template in force; the one in force already stays as it is."""
    template = read_template(request.content, request.source)
    row = tx.get(ProgrammeTemplate, (template.course, template.version), with_for_update=True)
    content = row.content if row else _packaged(template)
    if content is not None and content != request.content:
        raise Conflict(
            "template_version_taken",
            f"{template.course} has another {template.version}: give this one another version",
        )
    if not request.apply:
        return _record(template, row, in_force=False)
    if row is None:
        row = ProgrammeTemplate(course=template.course, version=template.version)
        row.content = request.content
        tx.add(row)
    if not _is_in_force(tx, template):
        row.put_at, row.put_by = tx.at, str(tx.caller)
    tx.flush()
    return _record(template, row, in_force=True)


def keep(tx: Transaction, course: str, version: str) -> None:
    """Keep the template that a plan is made of, though a newer package may bring another."""
    if tx.get(ProgrammeTemplate, (course, version)) is None:
        content = programme.content_of(tx, course, version)
        row = ProgrammeTemplate(course=course, version=version, content=content)
        row.put_at = row.put_by = None
        tx.add(row)


def get(tx: Transaction, request: GetTemplate) -> TemplateText:
    """A template and its file."""
    content = programme.content_of(tx, request.course, request.version)
    template = programme.parsed(content, f"{request.course}.yaml")
    row = tx.get(ProgrammeTemplate, (template.course, template.version))
    record = _record(template, row, in_force=_is_in_force(tx, template))
    return TemplateText(record=record, content=content)


def list_templates(tx: Transaction) -> TemplateList:
    """By course."""
    put = tx.scalars(select(ProgrammeTemplate.course).distinct())
    courses = sorted({*programme.packaged_courses(), *put})
    found = []
    for course in courses:
        template = programme.template_of(tx, course)
        row = tx.get(ProgrammeTemplate, (course, template.version))
        found.append(_record(template, row, in_force=True))
    return TemplateList(items=found)


def _packaged(template: Template) -> str | None:
    """The content of the packaged template of this very version."""
    if template.course not in programme.packaged_courses():
        return None
    content = programme.packaged_content(template.course)
    packaged = programme.parsed(content, f"{template.course}.yaml")
    return content if packaged.version == template.version else None


def _is_in_force(tx: Transaction, template: Template) -> bool:
    wanted = (
        select(ProgrammeTemplate.version)
        .where(ProgrammeTemplate.course == template.course, ProgrammeTemplate.put_at.is_not(None))
        .order_by(ProgrammeTemplate.put_at.desc())
        .limit(1)
    )
    newest = tx.scalar(wanted)
    return newest == template.version if newest else _packaged(template) is not None


def _record(template: Template, row: ProgrammeTemplate | None, *, in_force: bool) -> TemplateRecord:
    return TemplateRecord(
        course=template.course,
        version=template.version,
        title=template.title,
        months=template.months,
        assessed=template.assessed,
        sections=len(template.sections),
        units=len(template.units),
        minutes=sum(unit.minutes for unit in template.units),
        in_force=in_force,
        put_at=row.put_at if row else None,
    )
