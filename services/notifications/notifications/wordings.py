"""The provider's own wordings: saved as new versions, archived, never changed or deleted."""

from sqlalchemy import func, select

from headship_contracts.errors import Invalid, NotFound
from headship_contracts.notifications.templates import (
    ArchiveWording,
    Preview,
    PreviewTemplate,
    SaveWording,
    TemplateRecord,
    TemplatesFound,
)
from kit import Transaction
from notifications.domain.placeholders import MissingValues, key_of, unread
from notifications.domain.templates import BadTemplate, Template
from notifications.domain.values import Value
from notifications.models import Wording
from notifications.templates import OWN, Catalogue, shipped_newest

_CACHE = "notifications.catalogue"


def catalogue(tx: Transaction) -> Catalogue:
    """All versions as they are in this transaction, read once."""
    known: Catalogue | None = tx.info.get(_CACHE)
    if known is None:
        own = []
        for row in tx.scalars(select(Wording)):
            words = (row.version, row.language, row.subject, row.body, row.line)
            try:
                own.append((shipped_newest(row.name).reworded(*words), row.archived_at is not None))
            except (BadTemplate, NotFound):  # of a template that has lost a key, or is gone
                continue
        known = tx.info[_CACHE] = Catalogue(own)
    return known


def saved(tx: Transaction, request: SaveWording) -> TemplateRecord:
    """A new version in the provider's own words, used from now on. Raises Invalid, NotFound."""
    template = shipped_newest(request.template)
    _check_placeholders(request.subject, request.body, request.line)
    newest = select(func.max(Wording.version)).where(Wording.name == request.template)
    version = max(OWN, (tx.scalar(newest) or 0) + 1)
    try:
        worded = template.reworded(
            version, request.language, request.subject, request.body, request.line
        )
    except BadTemplate as error:
        raise Invalid("bad_template", str(error)) from error
    tx.add(
        Wording(
            name=worded.name,
            version=version,
            language=worded.language,
            subject=worded.subject,
            body=worded.body,
            line=request.line,
            created_at=tx.at,
            created_by=str(tx.caller),
        )
    )
    tx.flush()
    tx.info.pop(_CACHE, None)
    return _record(tx, worded)


def _check_placeholders(*texts: str | None) -> None:
    """Raises Invalid for what would go out as it is, brackets and all."""
    for text in texts:
        piece = unread(text or "")
        if piece is not None:
            told = f"{piece!r} is no placeholder: no brackets may stand within its own"
            raise Invalid("bad_template", told)


def archived(tx: Transaction, request: ArchiveWording) -> TemplateRecord:
    """This version is used for no new message; those that have it keep it. Raises NotFound."""
    row = tx.get(Wording, (request.template, request.version), with_for_update=True)
    if row is None:
        raise NotFound("wording_not_found", f"{request.template} {request.version}")
    row.archived_at = row.archived_at or tx.at
    tx.flush()
    tx.info.pop(_CACHE, None)
    return _record(tx, catalogue(tx).version(request.template, request.version))


def listed(tx: Transaction) -> TemplatesFound:
    """Every version of every template."""
    return TemplatesFound(templates=[_record(tx, one) for one in catalogue(tx).all()])


def _record(tx: Transaction, template: Template) -> TemplateRecord:
    in_use = catalogue(tx).in_use(template.name, template.language)
    return TemplateRecord(
        name=template.name,
        version=template.version,
        newest=in_use.version == template.version,
        message_class=template.message_class,
        subject=template.subject,
        body=template.body,
        keys=template.keys,
        needs=sorted(template.needs),
        topic=template.topic,
        language=template.language,
        line=template.line,
    )


def previewed(tx: Transaction, request: PreviewTemplate) -> Preview:
    """A template with the values of a request; its own words, or those of the request."""
    known = catalogue(tx)
    _check_placeholders(request.subject, request.body, request.line)
    if request.version is None:
        template = known.in_use(request.template, request.language)
    else:
        template = known.version(request.template, request.version)
    subject, body = request.subject or template.subject, request.body or template.body
    is_draft = any((request.subject, request.body, request.line)) and request.version is None
    language = request.language if is_draft else template.language
    values: dict[str, Value | None] = {
        value.key: value.texts[0] if len(value.texts) == 1 else value.texts
        for value in request.values
    }
    try:
        worded = template.reworded(template.version, language, subject, body, request.line)
        rendered = worded.render(values)
        line = worded.render_line(values) if request.line else None
    except BadTemplate as error:
        raise Invalid("bad_template", str(error)) from error
    except MissingValues as error:
        raise Invalid(
            "missing_values",
            f"{template.name} needs more",
            {key_of(key): ["has no value"] for key in error.keys},
        ) from error
    return Preview(subject=rendered.subject, plain=rendered.plain, html=rendered.html, line=line)
